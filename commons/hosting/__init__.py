"""What the people of a house keep themselves: its hours and contacts, its rooms and desks, what happens there."""
