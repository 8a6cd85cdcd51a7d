"""Large files: read by a database engine as a stream, in the memory that a small file takes.

A plain file (one line end, one width, UTF-8) of a layout that is a matter of comparing columns is read by SQL
made from that layout. Every other large file goes through the readers of small ones, piece by piece. Both
come to what the small readers come to, as Parquet.
"""
