"""``python -m xlinventory``."""

from xlinventory.cli import main

main()
