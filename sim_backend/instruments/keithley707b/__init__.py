"""Keithley 707B with two 8x12 cards."""
