"""The consoles of the command line: what comes from data is only ever seen, it never steers a terminal."""

import re
from typing import Any

from rich.console import Console
from rich.text import Text

_STEERING = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
"""Signs that move the cursor, colour, link or turn round what follows; not line end and tab."""


class PlainConsole(Console):
    """A console that shows a sign in the place of each one that would steer the terminal."""

    def render_str(self, text: str, **options: Any) -> Text:
        """A text as it is printed, also in the cells of a grid."""
        return super().render_str(_STEERING.sub("\ufffd", text), **options)


out, err = PlainConsole(highlight=False), PlainConsole(stderr=True, highlight=False)
