"""What several procedures are made of: waveforms, readings, states, closed loops."""
