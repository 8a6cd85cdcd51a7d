"""Places that lie beside each other, so that they can be served in one exchange with a program."""

from collections.abc import Iterator, Sequence


def runs(places: Sequence[int]) -> Iterator[list[int]]:
    """Ascending numbers in groups without a gap.

    >>> list(runs([1, 2, 3, 7, 9, 10]))
    [[1, 2, 3], [7], [9, 10]]
    """
    run: list[int] = []
    for place in places:
        if run and place != run[-1] + 1:
            yield run
            run = []
        run.append(place)
    if run:
        yield run
