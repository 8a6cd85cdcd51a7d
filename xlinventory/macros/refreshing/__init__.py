"""Refresh from CSV, step by step: the files of a folder, large ones apart, then the books they change."""
