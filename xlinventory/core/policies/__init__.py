"""Policies that cost least: what to order in which period, when to order how much, between which levels."""
