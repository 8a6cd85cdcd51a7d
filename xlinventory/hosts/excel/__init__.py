"""The Excel side: template workbook, VBA project, ribbon, and what runs while Excel is open."""
