"""What is to be measured next: a queue of runs and campaigns, each a process of its own."""
