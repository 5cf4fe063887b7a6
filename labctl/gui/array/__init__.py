"""The array as a map: which devices there are, how each is, and which are chosen."""
