"""What is measured: waveforms for devices, and what follows from the data."""
