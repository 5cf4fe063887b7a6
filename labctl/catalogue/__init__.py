"""What was measured: an index of the runs, finding, comparing, mending, and handing on."""
