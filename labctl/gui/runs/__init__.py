"""Runs that were measured: a list with filters, what is known of each, and what to do with them."""
