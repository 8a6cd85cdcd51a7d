"""Workbook files worked on in LibreOffice: opened as a copy, compared, saved into the original."""
