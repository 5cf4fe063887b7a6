"""What can go wrong on the simulated bench, on request."""
