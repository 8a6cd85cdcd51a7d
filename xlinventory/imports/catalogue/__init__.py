"""The layouts that are understood: files of shops as they are, and one plain layout for each table.

Adding a layout is adding a ``Layout`` to a module of this room, or a module and its name here; those of shops
are tried before the plain ones.
"""

from collections.abc import Mapping

from xlinventory.imports.catalogue import (
    amazon,
    ebay,
    online_retail,
    plain,
    scms,
    shopify,
    square,
    woocommerce,
)
from xlinventory.imports.layouts import Layout

SHOPS = (online_retail, shopify, woocommerce, amazon, square, ebay, scms)
NAMED: tuple[Layout, ...] = tuple(layout for shop in SHOPS for layout in shop.LAYOUTS)
PLAIN: tuple[Layout, ...] = plain.LAYOUTS
LAYOUTS: Mapping[str, Layout] = {layout.name: layout for layout in (*NAMED, *PLAIN)}
