"""Before a campaign begins: steps become items, checked and planned."""
