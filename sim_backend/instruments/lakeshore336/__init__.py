"""Lake Shore 336: sensors, loops, heaters, and status."""
