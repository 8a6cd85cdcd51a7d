"""The buttons, one verb a module; importing this package records them all.

Every macro runs in the frame of ``frame.py``: all or nothing, logged, undoable.
"""

import importlib
import pkgutil

for _module in pkgutil.iter_modules(__path__):
    importlib.import_module(f"{__name__}.{_module.name}")
