"""The inventory science: NumPy in, NumPy out; no spreadsheet, no file, no pandas."""
