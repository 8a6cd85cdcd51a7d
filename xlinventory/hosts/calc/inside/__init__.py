"""What runs inside LibreOffice: the worksheet functions of its cells and the jobs of its menu."""
