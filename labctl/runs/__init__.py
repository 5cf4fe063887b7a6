"""One run: its states, its folder, its rows."""
