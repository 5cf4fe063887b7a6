"""Keithley 2636B: two channels, their trigger model, and their readings."""
