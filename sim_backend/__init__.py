"""The simulated bench: instruments that answer the real ones' bytes, on one physical model."""
