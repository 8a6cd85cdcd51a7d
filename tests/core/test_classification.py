"""ABC and XYZ: the laws M2 and M3, and pandas as independent computation."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from xlinventory import abc_class, evaluate, xyz_class
from xlinventory.core import classification
from xlinventory.core.classification import coefficient_of_variation
from xlinventory.core.errors import CellError, NotEnoughData, OutOfDomain, UndefinedRatio

settled = settings(max_examples=80, deadline=None)
values = st.lists(st.integers(0, 10_000), min_size=1, max_size=40).filter(any)
histories = st.lists(st.integers(0, 200), min_size=2, max_size=24).filter(any)


class TestAbc:
    @settled
    @given(items=values)
    def test_as_ranked_by_pandas(self, items: list[int]) -> None:
        ranked = pd.Series(items).sort_values(ascending=False, kind="stable")
        cumulative = ranked.cumsum()  # whole numbers: compared without a division
        expected = np.select(
            [cumulative * 10 <= 8 * cumulative.iloc[-1], cumulative * 20 <= 19 * cumulative.iloc[-1]],
            ["A", "B"],
            "C",
        )
        expected = pd.Series(expected, index=ranked.index)
        expected.iloc[0] = "A"
        assert abc_class(items).tolist() == expected.sort_index().tolist()

    @settled
    @given(items=values, data=st.data())
    def test_the_class_follows_the_item(self, items: list[int], data: st.DataObject) -> None:
        assume(len(set(items)) == len(items))  # equal items keep the order given
        order = data.draw(st.permutations(range(len(items))))
        shuffled = abc_class([items[i] for i in order])
        assert shuffled.tolist() == [abc_class(items)[i] for i in order]

    @settled
    @given(items=values, scale=st.sampled_from([1e-6, 0.01, 7.0, 1e6]))
    def test_classes_fall_with_value_and_know_no_currency(self, items: list[int], scale: float) -> None:
        classes = abc_class(items)
        ranked = [
            c for _, c in sorted(zip(items, classes, strict=True), key=lambda pair: (-pair[0], pair[1]))
        ]
        assert ranked == sorted(ranked)
        assert ranked[0] == "A"
        assert abc_class(np.array(items) * scale).tolist() == classes.tolist()

    def test_limits_are_inclusive_and_equal_items_keep_their_order(self) -> None:
        assert abc_class([10] * 10).tolist() == ["A"] * 8 + ["B", "C"]
        assert abc_class([80, 15, 5]).tolist() == ["A", "B", "C"]
        assert abc_class([0.7, 0.1, 0.1, 0.1], 0.8, 0.9).tolist() == ["A", "A", "B", "C"]

    def test_the_largest_item_is_a_even_beyond_the_limit(self) -> None:
        assert abc_class([99, 1]).tolist() == ["A", "C"]
        assert abc_class([5]).tolist() == ["A"]

    def test_a_bad_value_spoils_its_own_row_only(self) -> None:
        cells = evaluate("ABC_CLASS", [[80.0], [None], [15.0], [-1.0], [5.0]])
        assert cells == [["A"], [CellError.NA], ["B"], [CellError.NUM], ["C"]]
        assert evaluate("ABC_CLASS", [[-1.0], [-2.0]]) == [[CellError.NUM], [CellError.NUM]]
        with pytest.raises(NotEnoughData, match="blank"):
            classification.abc_class([1, np.nan])
        with pytest.raises(OutOfDomain, match=">= 0"):
            classification.abc_class([1, -1])

    def test_no_value_at_all_has_no_classes(self) -> None:
        with pytest.raises(UndefinedRatio, match="not all be 0"):
            abc_class([0, 0])
        assert evaluate("ABC_CLASS", [[0.0], [0.0]]) is CellError.DIV0
        assert evaluate("ABC_CLASS", [[-1.0], [0.0]]) is CellError.DIV0

    @pytest.mark.parametrize("shares", [(0.9, 0.8), (-0.1, 0.8), (0.8, 1.1), (80.0, 95.0)])
    def test_shares_rise_from_0_to_1(self, shares: tuple[float, float]) -> None:
        assert evaluate("ABC_CLASS", [[1.0], [2.0]], *shares) is CellError.NUM


class TestXyz:
    @settled
    @given(rows=st.lists(histories, min_size=1, max_size=5), blank=st.integers(0, 30))
    def test_the_coefficient_of_variation_is_pandas_s(self, rows: list[list[int]], blank: int) -> None:
        padded = np.full((len(rows), max(map(len, rows))), np.nan)
        for i, row in enumerate(rows):
            padded[i, : len(row)] = row
        padded.flat[blank % padded.size] = np.nan
        frame = pd.DataFrame(padded)
        expected = (frame.std(axis=1, ddof=1) / frame.mean(axis=1)).where(frame.mean(axis=1) > 0)
        np.testing.assert_allclose(coefficient_of_variation(frame), expected, rtol=1e-9, atol=1e-12)

    @settled
    @given(row=histories, scale=st.floats(1e-6, 1e6), data=st.data())
    def test_scale_and_order_do_not_matter(self, row: list[int], scale: float, data: st.DataObject) -> None:
        shuffled = data.draw(st.permutations(row))
        found = coefficient_of_variation([row, shuffled, np.array(row) * scale])
        assert found == pytest.approx(found[0], rel=1e-9)
        assert coefficient_of_variation([[row[0]] * 5]) == pytest.approx(0 if row[0] else np.nan, nan_ok=True)

    def test_limits_are_inclusive(self) -> None:
        # sd of 5, 10, 15 is 5 and of 0, 10, 20 is 10: exactly 0.5 and 1.
        assert xyz_class([[5, 10, 15], [0, 10, 20], [0, 9, 20], [10, 10, 10]]).tolist() == [
            "X",
            "Y",
            "Z",
            "X",
        ]
        assert xyz_class([[0.9, 1.1]], np.sqrt(0.02)).tolist() == ["X"]

    def test_a_row_without_a_class_shows_why_and_leaves_the_others(self) -> None:
        cells = evaluate(
            "XYZ_CLASS", [[9.0, 10.0, 11.0], [0.0, 0.0, 0.0], [5.0, None, None], [0.0, 0.0, 30.0]]
        )
        assert cells == [["X"], [CellError.DIV0], [CellError.DIV0], ["Z"]]

    @pytest.mark.parametrize("limits", [(1.0, 0.5), (-0.1, 0.5), (0.5, np.inf)])
    def test_limits_rise(self, limits: tuple[float, float]) -> None:
        with pytest.raises(OutOfDomain, match="limit must be"):
            classification.xyz_class([[1, 2]], *limits)
