"""Reads, plans, and computes for the window, in a process of its own; touches no instrument."""
