"""The macro workbook, the add-in and the Lite workbook: template, project, ribbon, help in one file."""
