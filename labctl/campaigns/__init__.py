"""Campaigns: procedures over devices, parameters, and temperatures, planned whole, then run."""
