"""Movements kept beside the workbook: Parquet files that never change, and what is read out of them."""
