"""The hosts: the only layer that knows a spreadsheet program or a file format."""
