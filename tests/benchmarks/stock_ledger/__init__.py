"""What the benchmark of the stock ledger is made of: movements, the plain queue, a year of sales, a workbook."""
