"""The run that is watched, while it measures and afterwards."""
