"""Purchase orders on paper: pages drawn with reportlab, which only this folder knows."""
