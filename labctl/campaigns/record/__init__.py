"""What a campaign leaves: its folder, its journal, where it is, its page."""
