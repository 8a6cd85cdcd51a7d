"""The Excel side: the template workbook, and later the live book, the ribbon and the function bridge."""
