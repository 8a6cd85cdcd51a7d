"""Reading the CSV files of shops, suppliers and warehouses: text, layouts, typed lines, merging.

Knows the tables of the workbook but no workbook: frames in, frames out.
"""
