"""What will be applied, what it costs, and what stands in its way; before anything is started."""
