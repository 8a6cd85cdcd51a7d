"""A public delivery history through the workbook's own buttons, beside plain pandas."""
