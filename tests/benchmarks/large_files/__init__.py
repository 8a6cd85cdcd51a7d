"""The benchmark of large files: what is read, what is compared, and the buttons on a workbook file."""
