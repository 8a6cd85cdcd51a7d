"""The steps of a reorder run: what lies ahead, what to order, what you decided, what money there is."""
