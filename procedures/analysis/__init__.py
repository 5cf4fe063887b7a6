"""Numbers from recorded rows: one module a procedure."""
