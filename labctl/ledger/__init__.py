"""What every device of a sample has seen, and every relay has switched: append-only, for good."""
