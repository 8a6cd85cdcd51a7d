"""What runs while Excel is open, through xlwings: the book, the buttons, the functions of the cells."""
