"""Formulas between Excel and LibreOffice: their grammar, and our functions' names in them."""
