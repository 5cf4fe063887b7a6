"""Whether a procedure is fit for the bench: what it declares, and what it does."""
