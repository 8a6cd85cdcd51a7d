"""Many roots at once, of curves whose roots are known."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy import special

from xlinventory.core.forecasting.roots import rising_roots

Column = NDArray[np.float64]


def found(root: Column, slope: float, guess: float, step: float, *, counted: bool) -> Column:
    """The root of curves that are steep at one end and flat at the other."""
    return rising_roots(
        lambda at, which: np.arcsinh(slope * (at - root[which])),
        np.full(len(root), guess),
        np.full(len(root), step),
        np.full(len(root), counted),
    )


@given(
    roots=st.lists(st.floats(-1e4, 1e4).map(lambda root: round(root, 6)), min_size=1, max_size=5),
    slope=st.floats(0.01, 100),
    guess=st.floats(-1e4, 1e4),
    step=st.floats(0.1, 1e4),
)
def test_each_curve_has_its_own_root_found(
    roots: list[float], slope: float, guess: float, step: float
) -> None:
    wanted = np.array(roots)
    near = found(wanted, slope, guess, step, counted=False)
    np.testing.assert_allclose(near, wanted, atol=1e-6 + 2e-9 * (step + 1 / slope))
    np.testing.assert_array_equal(found(wanted, slope, guess, step, counted=True), np.ceil(wanted))


def test_steps_are_found_at_their_edge() -> None:
    """A curve that jumps has no slope to follow: the bounds close by halves."""
    edges = np.array([0.3, 7.0, -250.0])
    at = rising_roots(
        lambda place, which: np.where(place >= edges[which], np.inf, -np.inf),
        np.zeros(3),
        np.ones(3),
        np.zeros(3, dtype=bool),
    )
    np.testing.assert_allclose(at, edges, atol=1e-8)


def test_nearly_straight_curves_take_a_handful_of_looks() -> None:
    """The normal quantile is a straight line in deviates; counted ones need the place before as well."""
    for counted, most in ((False, 4), (True, 6)):
        looks = 0

        def curve(place: Column, _which: NDArray[np.int_]) -> Column:
            nonlocal looks
            looks += 1
            return np.asarray(special.ndtri(special.ndtr((place - 100) / 15)) - 1.6449)

        at = rising_roots(curve, np.full(50, 90.0), np.full(50, 12.0), np.full(50, counted))
        np.testing.assert_allclose(at, 125.0 if counted else 124.6735)
        assert looks <= most


def test_a_curve_that_never_rises_to_zero_has_no_root() -> None:
    at = rising_roots(
        lambda place, _which: -np.ones_like(place), np.zeros(1), np.ones(1), np.zeros(1, dtype=bool)
    )
    np.testing.assert_array_equal(at, np.inf)
