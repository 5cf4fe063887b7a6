"""Campaign files in the window: opened, checked, run, and followed."""
