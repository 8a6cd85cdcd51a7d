"""What is right on a computer, and with a workbook, for use in Excel or LibreOffice, and what to do about the rest."""
