"""While a campaign runs: one item after another, whatever happens in between."""
