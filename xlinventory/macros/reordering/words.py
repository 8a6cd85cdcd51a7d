"""Words that a reorder run writes and later runs read: decisions, and what begins a remark in a reason."""

from enum import Enum


class Decision(Enum):
    """What the run made of an item."""

    ORDER = "order"
    EARLY = "early"
    TOP_UP = "top up"
    FEWER = "fewer"
    OVER_BUDGET = "over budget"
    TOO_SMALL = "too small"
    ENOUGH = "enough"
    NEVER = "never"
    NO_PLAN = "no plan"


NOT_TICKED = "; not ticked: "
"""Begins what is told of a line that the run leaves out; the next run judges such a line anew."""
ORDERED = "; ordered: "
"""Begins what is told of a line that went on a purchase order; the next run judges it anew, too."""
CHOICE = ", your choice"
"""Ends what is told of a supplier that you typed, if it is not the one the run would take."""
CUT = "; cut to "
"""Begins what is told of a line of which the budget pays a part, before its units; judged anew, too."""
