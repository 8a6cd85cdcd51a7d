"""Suppliers: laws, hand-worked lines, and statsmodels' Kaplan-Meier curve as independent computation."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from statsmodels.duration.survfunc import SurvfuncRight

from xlinventory import (
    defect_rate,
    evaluate,
    lead_time,
    on_time_rate,
    order_cost_total,
    price_variance,
    supplier_cost,
    supplier_score,
)
from xlinventory.core.errors import CellError, NotEnoughData, OutOfDomain, UndefinedRatio, WrongInput
from xlinventory.core.suppliers import (
    STATISTICS,
    cost_parts,
    punctuality,
    score_parts,
    shrunk_to_group,
    waits,
)

DAY = 40886.0  # 9 December 2011
NAN = np.nan
days = st.lists(st.integers(0, 60), min_size=2, max_size=30)
settled = settings(max_examples=60, deadline=None)


@st.composite
def open_lines(draw: st.DrawFn) -> tuple[np.ndarray, np.ndarray, np.ndarray, float]:
    """Orders, receipts (some open), units and a view date on which at least one line was received."""
    count = draw(st.integers(2, 25))
    ordered = DAY + np.array(draw(st.lists(st.integers(0, 100), min_size=count, max_size=count)), dtype=float)
    took = np.array(draw(st.lists(st.integers(0, 80), min_size=count, max_size=count)), dtype=float)
    units = np.array(draw(st.lists(st.integers(1, 50), min_size=count, max_size=count)), dtype=float)
    received = ordered + took
    as_of = draw(st.integers(int(received.min()), int(received.max()) + 5))
    return ordered, np.where(received > as_of, NAN, received), units, float(as_of)


class TestLeadTime:
    @settled
    @given(took=days)
    def test_without_weights_and_open_lines_it_is_the_plain_statistic_of_the_days(
        self, took: list[int]
    ) -> None:
        ordered, received = DAY + np.arange(len(took)), DAY + np.arange(len(took)) + took
        plain = {
            "mean": np.mean(took), "sd": np.std(took, ddof=1), "median": np.median(took),
            "p90": np.percentile(took, 90), "count": len(took),
        }  # fmt: skip
        assert set(plain) == set(STATISTICS)
        for statistic, expected in plain.items():
            assert lead_time(ordered, received, statistic=statistic) == pytest.approx(expected, abs=1e-9)

    @settled
    @given(took=days, data=st.data())
    def test_weighted_mean_and_sd_are_those_of_numpy(self, took: list[int], data: st.DataObject) -> None:
        units = data.draw(st.lists(st.integers(1, 500), min_size=len(took), max_size=len(took)))
        ordered = np.full(len(took), DAY)
        mean = lead_time(ordered, ordered + took, units)
        sd = lead_time(ordered, ordered + took, units, "sd")
        assert mean == pytest.approx(np.average(took, weights=units))
        assert sd**2 == pytest.approx(np.cov(took, aweights=units, ddof=1), abs=1e-9)

    @settled
    @given(lines=open_lines())
    def test_open_lines_count_as_in_a_kaplan_meier_curve(
        self, lines: tuple[np.ndarray, np.ndarray, np.ndarray, float]
    ) -> None:
        ordered, received, units, as_of = lines
        known = ordered <= as_of
        waited = np.where(np.isnan(received), as_of, received)[known] - ordered[known]
        curve = SurvfuncRight(waited, ~np.isnan(received[known]), freq_weights=units[known])
        seen = waits(ordered, received, units, as_of)
        assert np.all(seen.share >= 0)
        assert seen.share.sum() == pytest.approx(1)
        last = np.max(received[known] - ordered[known], initial=0, where=~np.isnan(received[known]))
        for day, still_open in zip(curve.surv_times, curve.surv_prob, strict=True):
            if day < last:
                assert seen.share[seen.days > day].sum() == pytest.approx(still_open, abs=1e-9)
        beyond = seen.days[seen.share > 0] > last
        assert np.sum(beyond) == np.sum(np.isnan(received[known]) & (waited > last))

    def test_three_lines_by_hand(self) -> None:
        # 4 and 10 days, one open for 6: its third goes to the line that took 10, so 1/3 * 4 + 2/3 * 10.
        ordered, received = [DAY - 20, DAY - 6, DAY - 20], [DAY - 16, NAN, DAY - 10]
        assert lead_time(ordered, received, as_of=DAY) == pytest.approx(8)
        assert lead_time(ordered, received) == pytest.approx(7)
        # Shares 1/3 and 2/3: variance 8 of a population, of a sample 8 / (1 - 1/9 - 4/9) = 18.
        assert lead_time(ordered, received, None, "sd", DAY) == pytest.approx(18**0.5)
        assert lead_time(ordered, received, None, "count", DAY) == 2

    def test_waits_longer_than_any_receipt_count_as_they_stand(self) -> None:
        # Open for 25 and 37 days, and no receipt took as long: (4 + 10 + 25 + 37) / 4 at least.
        ordered, received = [DAY - 30, DAY - 30, DAY - 25, DAY - 37], [DAY - 26, DAY - 20, NAN, NAN]
        assert lead_time(ordered, received, as_of=DAY) == pytest.approx(19)
        assert lead_time(
            [DAY - 30, DAY - 30, DAY - 25], [DAY - 26, DAY - 20, NAN], as_of=DAY
        ) == pytest.approx(13)

    def test_the_view_of_an_earlier_day_knows_nothing_later(self) -> None:
        ordered, received = np.array([0.0, 0, 5, 9]), np.array([3.0, 8, 7, 12])
        then = lead_time(ordered, received, as_of=7)
        known = lead_time(ordered[:3], [3, NAN, 7], as_of=7)
        assert then == known

    def test_a_day_counts_to_its_end(self) -> None:
        # Received in the afternoon of the day of the view: 2.75 days.
        assert lead_time([DAY - 2], [DAY + 0.75], as_of=DAY) == 2.75
        assert lead_time([DAY - 2, DAY + 0.5], [DAY, NAN], as_of=DAY) == 2

    def test_a_weighted_median_leans_to_where_the_units_are(self) -> None:
        # 1 of 100 units took 10 days: the middle unit took 20.
        assert lead_time([0, 0], [10, 20], [1, 99], "median") == pytest.approx(20, abs=0.01)

    @settled
    @given(took=days, scale=st.floats(1e-3, 1e3))
    def test_the_unit_of_quantity_does_not_matter(self, took: list[int], scale: float) -> None:
        units = np.arange(1.0, len(took) + 1)
        ordered = np.zeros(len(took))
        for statistic in STATISTICS:
            assert lead_time(ordered, took, units * scale, statistic) == pytest.approx(
                lead_time(ordered, took, units, statistic), abs=1e-6
            )

    @settled
    @given(lines=open_lines())
    def test_open_lines_never_make_a_supplier_faster(
        self, lines: tuple[np.ndarray, np.ndarray, np.ndarray, float]
    ) -> None:
        ordered, received, units, as_of = lines
        with_open = lead_time(ordered, received, units, as_of=as_of)
        assert with_open >= lead_time(ordered, received, units) - 1e-9

    def test_lines_of_no_units_do_not_count(self) -> None:
        assert lead_time([0, 0, 0], [3, 5, 60], [2, 2, 0]) == 4
        assert lead_time([0, 0, 0], [3, 5, 60], [2, 2, 0], "count") == 2

    def test_what_is_missing_or_impossible_is_refused(self) -> None:
        with pytest.raises(NotEnoughData, match="received"):
            lead_time([DAY], [NAN], as_of=DAY)
        with pytest.raises(NotEnoughData, match="at least 2"):
            lead_time([DAY - 3, DAY - 3], [DAY, NAN], None, "sd", DAY)
        with pytest.raises(OutOfDomain, match="order date"):
            lead_time([DAY], [DAY - 1])
        with pytest.raises(OutOfDomain, match="quantities"):
            lead_time([DAY], [DAY], [-1])
        assert evaluate("LEAD_TIME", [[DAY], [None]], [[DAY], [DAY]]) is CellError.VALUE
        assert evaluate("LEAD_TIME", [[DAY], [DAY]], [[None], [None]], None, None, DAY) is CellError.NA
        assert evaluate("LEAD_TIME", [[DAY]], [[DAY]], None, "mode") is CellError.VALUE
        with pytest.raises(OutOfDomain, match="as_of"):
            waits([0], [1], None, np.inf)


rows = st.lists(
    st.tuples(st.integers(0, 20), st.none() | st.integers(0, 20), st.integers(0, 9), st.integers(0, 9)),
    min_size=1,
    max_size=20,
)


class TestOnTimeRate:
    @settled
    @given(rows=rows, tolerance=st.integers(0, 3))
    def test_on_time_in_full_is_at_most_on_time_and_at_most_in_full(
        self, rows: list[tuple[int, int | None, int, int]], tolerance: int
    ) -> None:
        promised, received, ordered, got = (
            np.array([NAN if v is None else v for v in column], dtype=float)
            for column in zip(*rows, strict=True)
        )
        as_of = 10.0
        assume(np.any(received <= as_of) or np.any(promised + tolerance < as_of))
        punctual = on_time_rate(promised, received, tolerance_days=tolerance, as_of=as_of)
        both = on_time_rate(promised, received, ordered, got, tolerance, as_of)
        due = (received <= as_of) | (promised + tolerance < as_of)
        complete = np.mean(
            (got >= ordered)[due]
        )  # counted beside it, with pandas' words: (received >= ordered).mean()
        assert 0 <= both <= min(punctual, complete)
        frame = pd.DataFrame(
            {"late": received[due] > promised[due] + tolerance, "open": ~(received[due] <= as_of)}
        )
        assert punctual == pytest.approx(1 - (frame["late"] | frame["open"]).mean())

    def test_an_overdue_line_is_late_and_one_not_yet_due_is_left_out(self) -> None:
        promised, received = [10, 20, 30], [10, NAN, NAN]
        assert on_time_rate(promised, received, as_of=20) == 1  # the day promised is not over
        assert on_time_rate(promised, received, as_of=21) == 0.5
        assert on_time_rate(promised, received, tolerance_days=1, as_of=21) == 1
        assert on_time_rate(promised, received, as_of=31) == pytest.approx(1 / 3)

    def test_without_a_day_of_view_it_is_the_last_receipt_s(self) -> None:
        assert on_time_rate([10, 20, 30], [10, NAN, NAN]) == 1
        assert on_time_rate([10, 20, 30, 25], [10, NAN, NAN, 25]) == pytest.approx(2 / 3)

    def test_the_time_of_day_makes_no_line_late(self) -> None:
        assert on_time_rate([DAY], [DAY + 0.9]) == 1
        assert on_time_rate([DAY], [DAY + 1.0]) == 0

    def test_late_lines_within_the_tolerance_are_on_time(self) -> None:
        assert on_time_rate([10, 10, 10], [11, 12, 13], tolerance_days=2) == pytest.approx(2 / 3)

    def test_short_lines_are_not_in_full(self) -> None:
        assert on_time_rate([5, 5, 5, 5], [5, 5, 5, 9], [8, 8, 8, 8], [8, 7, NAN, 8]) == 0.25
        assert on_time_rate([5], [5], [0.3], [0.1 + 0.2]) == 1
        assert on_time_rate([5], [5], [0.1 + 0.2], [0.3]) == 1  # short by rounding only

    def test_lines_without_a_promise_are_left_out(self) -> None:
        assert on_time_rate([10, NAN], [10, 40]) == 1

    def test_what_is_missing_or_impossible_is_refused(self) -> None:
        with pytest.raises(NotEnoughData, match="due"):
            on_time_rate([10], [NAN], as_of=9)
        with pytest.raises(NotEnoughData, match="due"):
            on_time_rate([10, NAN], [NAN, 12], as_of=9)
        with pytest.raises(WrongInput, match="together"):
            on_time_rate([10], [10], [5])
        with pytest.raises(OutOfDomain, match="received_qtys"):
            on_time_rate([10], [10], [5], [-5])
        with pytest.raises(OutOfDomain, match="tolerance"):
            on_time_rate([10], [10], tolerance_days=-1)
        assert on_time_rate([10.0], [NAN], as_of=20) == 0


share = st.floats(0, 1)


class TestSupplierScore:
    @settled
    @given(on_time=share, accepted=share, index=st.floats(0.5, 5), cv=st.floats(0, 5))
    def test_it_lies_from_0_to_100_and_falls_with_every_measure_that_worsens(
        self, on_time: float, accepted: float, index: float, cv: float
    ) -> None:
        score = supplier_score(on_time, accepted, index, cv)
        assert 0 <= score <= 100
        worse = [
            (on_time / 2, accepted, index, cv),
            (on_time, accepted / 2, index, cv),
            (on_time, accepted, index + 1, cv),
            (on_time, accepted, index, cv + 1),
        ]
        assert all(supplier_score(*measures) <= score for measures in worse)

    def test_best_is_100_and_half_as_good_is_50(self) -> None:
        assert supplier_score(1, 1, 1, 0) == 100
        assert supplier_score(0.5, 0.5, 2, 1) == pytest.approx(50)
        assert supplier_score(1, 1, 0.8, 0) == 100  # below the best price is no bonus

    @pytest.mark.parametrize("measure", [(0.8, NAN, NAN, NAN), (NAN, 0.8, NAN, NAN), (NAN, NAN, 1.25, NAN)])
    def test_a_single_measure_is_the_score(self, measure: tuple[float, ...]) -> None:
        assert supplier_score(*measure) == pytest.approx(80)

    def test_a_blank_measure_drops_out_and_the_weights_rescale(self) -> None:
        # (0.4 * 90 + 0.3 * 60) / 0.7
        assert evaluate("SUPPLIER_SCORE", 0.9, 0.6, None, None) == pytest.approx(54 / 0.7)
        # weights 2, 1, 1 on 90, 60 and 100: (180 + 60 + 100) / 4
        assert evaluate("SUPPLIER_SCORE", 0.9, 0.6, 1.0, None, [[2.0, 1.0, 1.0]]) == pytest.approx(85)
        assert evaluate("SUPPLIER_SCORE", None, None, None, None) is CellError.NA
        assert evaluate("SUPPLIER_SCORE", 0.9, 0.6, None, None, [[0.0, 0.0, 1.0]]) is CellError.DIV0

    def test_measures_not_given_a_weight_do_not_count(self) -> None:
        assert supplier_score(0.9, 0.6, 2, 3, [1.0, 0, 0, 0]) == pytest.approx(90)
        assert supplier_score(0.9, 0.6, 2, NAN, [1.0, NAN, 1.0]) == pytest.approx(70)

    @settled
    @given(scale=st.floats(1e-6, 1e6))
    def test_only_the_ratio_of_weights_matters(self, scale: float) -> None:
        weights = np.array([5.0, 3, 2, 1])
        assert supplier_score(0.9, 0.7, 1.3, 0.4, weights * scale) == pytest.approx(
            supplier_score(0.9, 0.7, 1.3, 0.4, weights)
        )

    def test_a_column_of_suppliers_gives_a_column_of_scores(self) -> None:
        on_time = np.array([0.9, 0.7, NAN])
        accepted = np.array([1.0, 0.9, 0.5])
        alone = [supplier_score(a, b, 1.1) for a, b in zip(on_time, accepted, strict=True)]
        np.testing.assert_allclose(supplier_score(on_time, accepted, 1.1), alone)
        cells = evaluate("SUPPLIER_SCORE", [[0.9], [None], [1.2]], [[1.0], [None], [0.9]], None)
        assert cells[0][0] == pytest.approx((0.4 * 90 + 0.3 * 100) / 0.7)
        assert cells[1:] == [[CellError.NA], [CellError.NUM]]

    @pytest.mark.parametrize(
        "measures",
        [(95, 1, 1, 0), (1, 1.1, 1, 0), (1, 1, 0, 0), (1, 1, -1, 0), (1, 1, 1, -0.1), (-0.1, 1, 1, 0)],
    )
    def test_what_is_no_rate_is_refused(self, measures: tuple[float, ...]) -> None:
        with pytest.raises(OutOfDomain):
            supplier_score(*measures)

    def test_weights_are_one_for_each_measure_and_not_negative(self) -> None:
        for weights in ([1, 1, 1, 1, 1], [1, 1, 1], [1]):
            with pytest.raises(WrongInput, match="must be 4, or 3 without a lead_time_cv"):
                supplier_score(1, 1, 1, 0, weights)
        with pytest.raises(OutOfDomain, match="weights"):
            supplier_score(1, 1, 1, 0, [1, -1, 1, 1])
        with pytest.raises(UndefinedRatio):
            supplier_score(1, 1, 1, 0, [0.0, 0.0, 0.0, 0.0])


class TestCosts:
    @settled
    @given(actual=st.floats(0, 1e6), standard=st.floats(0, 1e6), quantity=st.floats(-1e6, 1e6))
    def test_price_variance_changes_sign_with_the_prices(
        self, actual: float, standard: float, quantity: float
    ) -> None:
        assert price_variance(actual, standard, quantity) == -price_variance(standard, actual, quantity)

    def test_a_dearer_price_is_unfavourable_and_positive(self) -> None:
        assert price_variance([6.0, 5.0], 5.5, 100).tolist() == [50, -50]
        with pytest.raises(OutOfDomain, match="actual_price"):
            price_variance(-1, 5, 10)

    @settled
    @given(received=st.floats(1e-3, 1e9), part=share)
    def test_defects_and_accepted_units_make_up_what_was_received(self, received: float, part: float) -> None:
        rejected = received * part
        rate = defect_rate(rejected, received)
        assert 0 <= rate <= 1
        assert rate + (received - rejected) / received == pytest.approx(1)

    def test_a_defect_rate_needs_receipts_and_no_more_rejects_than_they_are(self) -> None:
        assert evaluate("DEFECT_RATE", 0.0, 0.0) is CellError.DIV0
        assert evaluate("DEFECT_RATE", 2.0, 1.0) is CellError.NUM
        assert evaluate("DEFECT_RATE", -1.0, 1.0) is CellError.NUM
        assert defect_rate(0, 10) == 0
        with pytest.raises(UndefinedRatio):
            defect_rate(5, 0)

    def test_a_year_with_a_supplier_by_hand(self) -> None:
        # 900 units at 4: 3600; 9 orders at 20: 180; 0.25 * 4 * (50 + 30) = 80; 1 % refused: 36.
        assert supplier_cost(900, 4, 100, 20, 0.25, 30, 0.01) == pytest.approx(3896)
        assert supplier_cost(900, 4, 100, 20, 0.25, 30) == pytest.approx(3860)

    def test_rejects_are_a_share(self) -> None:
        with pytest.raises(OutOfDomain, match="reject_rate"):
            supplier_cost(900, 4, 100, 20, 0.25, 30, 1.1)
        with pytest.raises(OutOfDomain, match="order_qty"):
            supplier_cost(900, 4, 0, 20, 0.25, 30)


class TestManyGroups:
    @settled
    @given(data=st.data(), parts=st.lists(open_lines(), min_size=1, max_size=4))
    def test_each_group_is_as_if_it_were_alone(
        self, data: st.DataObject, parts: list[tuple[np.ndarray, np.ndarray, np.ndarray, float]]
    ) -> None:
        place = np.repeat(np.arange(len(parts)), [len(part[0]) for part in parts])
        order = np.array(data.draw(st.permutations(range(len(place)))))
        ordered, received, units = (np.concatenate([part[i] for part in parts])[order] for i in range(3))
        as_of = max(part[3] for part in parts)
        seen = waits(ordered, received, units, as_of, place[order], len(parts) + 1)
        for statistic, measured in STATISTICS.items():
            found = measured(seen)
            assert np.isnan(found[-1]) or (statistic == "count" and found[-1] == 0)
            for group, (ours, came, weights, _) in enumerate(parts):
                try:
                    alone = lead_time(ours, came, weights, statistic, as_of)
                except NotEnoughData:
                    alone = 0.0 if statistic == "count" else np.nan
                assert found[group] == pytest.approx(alone, abs=1e-8, nan_ok=True)

    def test_no_lines_at_all_have_no_lead_time(self) -> None:
        seen = waits([], [], [], DAY, [], 2)
        assert STATISTICS["count"](seen).tolist() == [0, 0]
        assert np.isnan(STATISTICS["p90"](seen)).all()

    @settled
    @given(rows=rows, data=st.data())
    def test_punctuality_of_each_group_is_that_of_its_lines(
        self, rows: list[tuple[int, int | None, int, int]], data: st.DataObject
    ) -> None:
        promised, received, ordered, got = (
            np.array([NAN if v is None else v for v in column], dtype=float)
            for column in zip(*rows, strict=True)
        )
        place = np.array([data.draw(st.integers(0, 1)) for _ in rows])
        found = punctuality(promised, received, ordered, got, 10.0, place, 2)
        for group in (0, 1):
            mine = place == group
            frame = pd.DataFrame({"promised": promised, "came": received}).loc[mine]
            frame = frame[(frame["came"] <= 10) | (frame["promised"] < 10)]
            late = (frame["came"].where(frame["came"] <= 10).fillna(10) - frame["promised"]).clip(lower=0)
            assert found.due[group] == len(frame)
            assert found.days_late[group] == pytest.approx(late.mean(), nan_ok=True)
            assert found.days_late_of_late[group] == pytest.approx(late[late > 0].mean(), nan_ok=True)
            assert found.late[group] == pytest.approx((late > 0).mean() if len(frame) else NAN, nan_ok=True)
            if len(frame):
                alone = on_time_rate(promised[mine], received[mine], ordered[mine], got[mine], as_of=10.0)
                assert found.on_time[group] == alone


class TestCredibility:
    def test_by_the_formulas_of_buhlmann_and_straub(self) -> None:
        # Two items of 30 lines each with means 10 and 14 and variance 9: between 30 (4 + 4) = 240 over 9,
        # less 1; room 60 - 1800 / 60 = 30; with 200 lines of ratio 1/10: (25.667 + 20) / 230.
        ratio = (240 / 9 - 1 + 20) / 230
        weight = 30 * ratio / (1 + 30 * ratio)
        ones = np.array([0, 0])
        found = shrunk_to_group(
            np.array([10.0, 14]), np.full(2, 30.0), np.full(2, 9.0), ones, np.array([12.0])
        )
        assert found.own_weight == pytest.approx(weight)
        assert found.mean == pytest.approx([12 - 2 * weight, 12 + 2 * weight])

    def test_means_that_do_not_differ_are_drawn_to_their_group_and_others_stay(self) -> None:
        lines, noise, group = np.full(50, 20.0), np.full(50, 16.0), np.zeros(50, dtype=int)
        draw = np.random.default_rng(3)
        same = 10 + draw.normal(0, 4 / np.sqrt(20), 50)
        apart = same + draw.normal(0, 12, 50)
        weights = [
            shrunk_to_group(means, lines, noise, group, np.array([means.mean()])).own_weight[0]
            for means in (same, apart)
        ]
        assert weights[0] < 0.45
        assert weights[1] > 0.98

    @settled
    @given(
        means=st.lists(st.tuples(st.floats(1, 60), st.integers(0, 9)), min_size=1, max_size=12),
        group_mean=st.floats(1, 60),
    )
    def test_a_mean_lies_between_its_own_and_that_of_its_group(
        self, means: list[tuple[float, int]], group_mean: float
    ) -> None:
        own, lines = (np.array(column, dtype=float) for column in zip(*means, strict=True))
        own[lines == 0] = NAN
        variance = np.where(lines > 1, 5.0, NAN)
        found = shrunk_to_group(own, lines, variance, np.zeros(len(own), dtype=int), np.array([group_mean]))
        low, high = np.fmin(own, group_mean), np.fmax(own, group_mean)
        assert np.all((found.mean >= low - 1e-9) & (found.mean <= high + 1e-9))
        assert np.all((found.own_weight >= 0) & (found.own_weight < 1))
        assert np.all(found.mean[lines == 0] == group_mean)


class TestParts:
    @settled
    @given(measures=st.tuples(share, share, st.floats(0.5, 5), st.floats(0, 5)), out=st.integers(0, 3))
    def test_points_add_up_to_the_score(self, measures: tuple[float, ...], out: int) -> None:
        given = [NAN if i == out else value for i, value in enumerate(measures)]
        parts = score_parts(*given, [4, 3, 2, 1])
        assert np.isnan(parts[out])
        assert np.nansum(parts) == pytest.approx(supplier_score(*given, [4, 3, 2, 1]), abs=1e-9)

    @settled
    @given(
        demand=st.floats(0, 1e5), price=st.floats(0, 100), size=st.floats(1, 1e4),
        safety=st.floats(-1e4, 1e4), rejects=share,
    )  # fmt: skip
    def test_the_parts_of_the_cost_add_up_to_it(
        self, demand: float, price: float, size: float, safety: float, rejects: float
    ) -> None:
        parts = cost_parts(demand, price, size, 20, 0.25, safety, rejects)
        assert sum(parts) == pytest.approx(supplier_cost(demand, price, size, 20, 0.25, safety, rejects))
        # ORDER_COST_TOTAL knows the same without rejects, and no stock below 0.
        total = order_cost_total(size, demand, 20, price, 0.25, safety)
        assert sum(parts) - parts.rejects == pytest.approx(total, abs=1e-6)
        assert parts.cycle_stock + parts.safety_stock >= -1e-9
