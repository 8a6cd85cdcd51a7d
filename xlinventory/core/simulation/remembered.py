"""A simulation that is asked for again is told from memory: cells that each show a part of it run it once."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, ParamSpec, TypeVar

import numpy as np

KEPT = 32
"""Simulations that are remembered: those of the sheets one looks at."""

Asked = ParamSpec("Asked")
Told = TypeVar("Told")


@dataclass(frozen=True, slots=True)
class _Question:
    """Two are the same where all arguments are, to the last bit."""

    key: tuple[object, ...]
    arguments: tuple[Any, ...] = field(compare=False)
    named: Mapping[str, Any] = field(compare=False)


def remembered(simulation: Callable[Asked, Told]) -> Callable[Asked, Told]:
    """*simulation*, which must give the same for the same arguments, run once for each that came lately."""
    answer = lru_cache(KEPT)(lambda question: simulation(*question.arguments, **question.named))

    def ask(*arguments: Asked.args, **named: Asked.kwargs) -> Told:
        key = (*map(_key, arguments), *((name, _key(value)) for name, value in named.items()))
        return answer(_Question(key, arguments, named))

    return ask


def _key(value: object) -> object:
    if isinstance(value, np.ndarray):
        return value.shape, value.dtype.str, value.tobytes()
    return type(value), value
