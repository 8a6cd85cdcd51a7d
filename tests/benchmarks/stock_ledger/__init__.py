"""The benchmark of the stock ledger: its movements, the plain queue, a year of sales, a workbook."""
