"""The one door to the instruments, and what stands behind it."""
