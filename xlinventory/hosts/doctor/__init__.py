"""What is right on a computer, and with a workbook, for Excel and LibreOffice, and what to do about it."""
