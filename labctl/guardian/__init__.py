"""The guardian: a small process beside each run that makes the bench safe when the run dies."""
