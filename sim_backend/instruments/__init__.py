"""Simulated instruments: what their messages mean, and what they refuse."""
