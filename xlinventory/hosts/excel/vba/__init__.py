"""VBA projects written from text: compression and records of MS-OVBA in a compound file of MS-CFB."""
