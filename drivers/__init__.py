"""How each instrument speaks: one model one file, each filling a role."""
