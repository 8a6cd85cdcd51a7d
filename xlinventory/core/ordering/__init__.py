"""The arithmetic of a reorder run: price lists, order days, running out, smallest orders and a budget."""
