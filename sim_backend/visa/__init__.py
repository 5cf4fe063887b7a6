"""The PyVISA library: sessions, reading rules, time-outs, and locks, in simulated time."""
