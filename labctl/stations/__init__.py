"""Station files that come with the package."""
