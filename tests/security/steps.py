"""How many steps a regular expression takes: a plain backtracking matcher that counts them.

It walks the tree that Python's own parser makes of a pattern, tries what ``re`` tries, in the same order, and
stops when there are too many steps. So growth is told without a clock.
"""

import re
from collections.abc import Callable
from re import _constants as kinds
from re import _parser as parser
from typing import Any

Then = Callable[[int], bool]


class TooManyStepsError(Exception):
    """A match was given up."""


class Counter:
    """Counts the steps of one pattern over one text."""

    def __init__(self, pattern: str, text: str, most: int, flags: int = 0) -> None:
        self.tree = parser.parse(pattern, flags)
        self.flags = self.tree.state.flags
        self.text, self.most, self.steps = text, most, 0
        self.groups: dict[int, tuple[int, int]] = {}

    def match(self, start: int = 0) -> int | None:
        """Where a match that begins at *start* ends."""
        ends: list[int] = []
        self.groups = {}
        found = self._all(list(self.tree), 0, start, lambda place: ends.append(place) is None)
        return ends[-1] if found else None

    def find_all(self) -> int:
        """Matches as finditer finds them."""
        place = found = 0
        while place <= len(self.text):
            end = self.match(place)
            found += end is not None
            place = max(place + 1, end or 0)
        return found

    def _all(self, items: list[Any], i: int, place: int, then: Then) -> bool:
        if i == len(items):
            return then(place)
        return self._one(items[i], place, lambda after: self._all(items, i + 1, after, then))

    def _one(self, item: Any, place: int, then: Then) -> bool:
        self._step()
        kind, value = item
        if kind in _STRUCTURES:
            return bool(_STRUCTURES[kind](self, kind, value, place, then))
        return place < len(self.text) and self._fits(kind, value, self.text[place]) and then(place + 1)

    def _step(self) -> None:
        self.steps += 1
        if self.steps > self.most:
            raise TooManyStepsError

    def _repeat(self, kind: Any, value: Any, place: int, then: Then) -> bool:
        least, most, inner = value
        return self._repeated(list(inner), least, most, place, then, greedy=kind is kinds.MAX_REPEAT)

    def _group(self, _kind: Any, value: Any, place: int, then: Then) -> bool:
        number, inner = value[0], value[3]

        def ended(after: int) -> bool:
            before = self.groups.get(number)
            self.groups[number] = (place, after)
            if then(after):
                return True
            self.groups.pop(number) if before is None else self.groups.update({number: before})
            return False

        return self._all(list(inner), 0, place, ended)

    def _branch(self, _kind: Any, value: Any, place: int, then: Then) -> bool:
        return any(self._all(list(branch), 0, place, then) for branch in value[1])

    def _look(self, kind: Any, value: Any, place: int, then: Then) -> bool:
        return self._looked(value, place) is (kind is kinds.ASSERT) and then(place)

    def _same(self, _kind: Any, value: Any, place: int, then: Then) -> bool:
        start, end = self.groups[value]
        piece = self.text[start:end]
        return self.text.startswith(piece, place) and then(place + len(piece))

    def _place(self, _kind: Any, value: Any, place: int, then: Then) -> bool:
        return self._stands(value, place) and then(place)

    def _looked(self, value: Any, place: int) -> bool:
        direction, inner = value
        start = place - inner.getwidth()[0] if direction < 0 else place
        return start >= 0 and self._all(list(inner), 0, start, lambda _: True)

    def _repeated(
        self, inner: list[Any], least: int, most: Any, place: int, then: Then, *, greedy: bool
    ) -> bool:
        times = 0
        if len(inner) == 1 and inner[0][0] in _SINGLE:  # one sign each: no recursion, like re
            ends = [place]
            while times < most and ends[-1] < len(self.text) and self._fits(*inner[0], self.text[ends[-1]]):
                self.steps += 1
                times += 1
                ends.append(ends[-1] + 1)
            ends = ends[least:]
            return any(self._tried(then, end) for end in (reversed(ends) if greedy else ends))

        def more(count: int, here: int) -> bool:
            def again() -> bool:
                return count < most and self._all(
                    inner, 0, here, lambda after: (after > here or count < least) and more(count + 1, after)
                )

            if count < least:
                return again()
            return (again() or then(here)) if greedy else (then(here) or again())

        return more(0, place)

    def _tried(self, then: Then, place: int) -> bool:
        self._step()
        return then(place)

    def _stands(self, value: Any, place: int) -> bool:
        if value in (kinds.AT_BEGINNING, kinds.AT_BEGINNING_STRING):
            return place == 0
        if value is kinds.AT_END:
            return place == len(self.text)
        words = [
            0 <= at < len(self.text) and bool(re.match(r"\w", self.text[at])) for at in (place - 1, place)
        ]
        return (words[0] != words[1]) is (value is kinds.AT_BOUNDARY)

    def _fits(self, kind: Any, value: Any, sign: str) -> bool:
        if kind is kinds.ANY:
            return sign != "\n" or bool(self.flags & re.S)
        if kind is kinds.LITERAL:
            return ord(sign) == value
        if kind is kinds.NOT_LITERAL:
            return ord(sign) != value
        if kind is kinds.RANGE:
            return value[0] <= ord(sign) <= value[1]
        if kind is kinds.CATEGORY:
            return bool(re.match(_CATEGORIES[value], sign))
        assert kind is kinds.IN, kind
        negated = value[0][0] is kinds.NEGATE
        return any(self._fits(*each, sign) for each in value[negated:]) is not negated


_STRUCTURES = {
    kinds.MAX_REPEAT: Counter._repeat, kinds.MIN_REPEAT: Counter._repeat, kinds.SUBPATTERN: Counter._group,
    kinds.BRANCH: Counter._branch, kinds.ASSERT: Counter._look, kinds.ASSERT_NOT: Counter._look,
    kinds.GROUPREF: Counter._same, kinds.AT: Counter._place,
}  # fmt: skip
_SINGLE = {kinds.ANY, kinds.LITERAL, kinds.NOT_LITERAL, kinds.IN}
_CATEGORIES = {
    kinds.CATEGORY_DIGIT: r"\d", kinds.CATEGORY_NOT_DIGIT: r"\D", kinds.CATEGORY_SPACE: r"\s",
    kinds.CATEGORY_NOT_SPACE: r"\S", kinds.CATEGORY_WORD: r"\w", kinds.CATEGORY_NOT_WORD: r"\W",
}  # fmt: skip
