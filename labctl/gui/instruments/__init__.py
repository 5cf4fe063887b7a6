"""How the instruments are, and how they were when somebody last looked."""
