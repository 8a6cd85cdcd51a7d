"""Shapes of demand against scipy.stats, stockpyl, numerical integration and the laws of the loss (P4)."""

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy import integrate, stats
from stockpyl import loss_functions as stockpyl

from xlinventory.core.distributions import (
    DISTRIBUTIONS,
    FittedDemand,
    buffer_for_level,
    buffer_for_shortage,
    exceedance,
    expected_shortage,
    unit_normal_loss,
)
from xlinventory.core.errors import OutOfDomain

settled = settings(max_examples=60, deadline=None)
names = pytest.mark.parametrize("name", list(DISTRIBUTIONS))
means = st.floats(0.1, 300)
ratios = st.floats(1.05, 8)  # variance over mean of counts, sd over mean / 4 of the others
levels = st.floats(0.02, 0.999)


def frozen(name: str, mean: float, sd: float):
    """The distribution as scipy.stats has it."""
    return {
        "normal": lambda: stats.norm(mean, sd),
        "gamma": lambda: stats.gamma((mean / sd) ** 2, scale=sd**2 / mean),
        "negbin": lambda: stats.nbinom(mean**2 / (sd**2 - mean), mean / sd**2),
        "poisson": lambda: stats.poisson(mean),
        "lognormal": lambda: stats.lognorm(
            np.sqrt(np.log1p((sd / mean) ** 2)), scale=mean / np.sqrt(1 + (sd / mean) ** 2)
        ),
    }[name]()


def spread(name: str, mean: float, ratio: float) -> float:
    if name == "poisson":
        return float(np.sqrt(mean))
    return float(np.sqrt(ratio * mean)) if name == "negbin" else mean * ratio / 4


class TestUnitNormalLoss:
    @settled
    @given(z=st.floats(-30, 30))
    def test_p4_it_is_positive_and_mirrors(self, z: float) -> None:
        assert unit_normal_loss(z) > 0
        assert unit_normal_loss(-z) == pytest.approx(unit_normal_loss(z) + z, rel=1e-12, abs=1e-15)

    @settled
    @given(z=st.floats(-4, 30), step=st.floats(0.01, 2))
    def test_p4_it_falls_and_is_convex(self, z: float, step: float) -> None:
        left, middle, right = unit_normal_loss([z - step, z, z + step])
        assert left > middle > right
        assert left + right > 2 * middle

    def test_p4_it_is_the_table_s_value_at_0_and_keeps_its_digits_far_out(self) -> None:
        assert unit_normal_loss(0.0) == pytest.approx(1 / np.sqrt(2 * np.pi), rel=1e-15)
        # The first terms of Mills' ratio: G(z) ~ phi(z) / z² (1 - 3 / z² + 15 / z⁴ - 105 / z⁶).
        z = 30.0
        tail = stats.norm.pdf(z) / z**2 * (1 - 3 / z**2 + 15 / z**4 - 105 / z**6)
        assert unit_normal_loss(z) == pytest.approx(tail, rel=1e-8)


class TestAgainstScipy:
    @names
    @settled
    @given(mean=means, ratio=ratios, level=levels)
    def test_quantile(self, name: str, mean: float, ratio: float, level: float) -> None:
        sd = spread(name, mean, ratio)
        reference = frozen(name, mean, sd)
        found = mean + float(buffer_for_level(level, mean, sd, name))
        if name in ("negbin", "poisson"):  # where F meets the level but for rounding, either count is right
            assert found == round(found) or found == pytest.approx(round(found))
            found = round(found)
            assert reference.cdf(found) >= level - 1e-12
            assert found == 0 or reference.cdf(found - 1) < level + 1e-12
        else:
            assert found == pytest.approx(reference.ppf(level), rel=1e-9, abs=1e-9 * sd)

    @names
    @settled
    @given(mean=means, ratio=ratios, place=st.floats(-2, 6))
    def test_tail(self, name: str, mean: float, ratio: float, place: float) -> None:
        sd = spread(name, mean, ratio)
        at = mean + place * sd
        assume(abs(at - round(at)) > 1e-6)  # counts jump at whole numbers
        found = exceedance(at - mean, mean, sd, name)
        assert found == pytest.approx(frozen(name, mean, sd).sf(at), rel=1e-8, abs=1e-13)

    @names
    @settled
    @given(mean=st.floats(0.5, 60), ratio=st.floats(1.05, 5), place=st.floats(-1.5, 3))
    def test_expected_shortage(self, name: str, mean: float, ratio: float, place: float) -> None:
        """The integral of the tail from the stock on: E[(D - x)+] = ∫ P(D > u) du."""
        sd = spread(name, mean, ratio)
        at, reference = mean + place * sd, frozen(name, mean, sd)
        if name in ("negbin", "poisson"):
            whole = np.arange(max(np.ceil(at), 0), reference.isf(1e-15) + 2)
            tail = reference.sf(whole).sum() + (np.ceil(at) - at) * reference.sf(np.floor(at))
            tail = tail if at >= 0 else mean - at
        else:
            far = reference.isf(1e-14)
            tail = integrate.quad(reference.sf, at, far, limit=200, epsabs=1e-12)[0]
        assert expected_shortage(at - mean, mean, sd, name) == pytest.approx(tail, rel=1e-6, abs=1e-7)

    @pytest.mark.parametrize(("mean", "sd"), [(4.0, 1.5), (9.0, 3.0)])
    def test_a_negbin_steadier_than_a_poisson_is_a_poisson(self, mean: float, sd: float) -> None:
        reference = stats.poisson(mean)
        assert buffer_for_level(0.9, mean, sd, "negbin") == reference.ppf(0.9) - mean
        assert exceedance(1.5, mean, sd, "negbin") == pytest.approx(reference.sf(mean + 1.5))
        assert expected_shortage(0.0, mean, sd, "negbin") == expected_shortage(0.0, mean, 0.0, "poisson")

    def test_a_gamma_without_skew_is_a_normal(self) -> None:
        # At an sd of 1e-8 of the mean scipy's gamma has lost its digits; the normal is its limit.
        for curve in (buffer_for_level, exceedance, expected_shortage):
            at = 0.9 if curve is buffer_for_level else 0.5
            assert curve(at, 1e8, 1.0, "gamma") == curve(at, 1e8, 1.0, "normal")

    @pytest.mark.parametrize("name", ["negbin", "poisson"])
    def test_counts_beyond_counting_are_continuous(self, name: str) -> None:
        mean, sd = 1e14, 1e8 if name == "negbin" else 1e7
        z = stats.norm.ppf(0.975)
        assert buffer_for_level(0.975, mean, sd, name) == pytest.approx(z * sd, rel=1e-4)
        assert exceedance(z * sd, mean, sd, name) == pytest.approx(0.025, rel=1e-4)
        assert expected_shortage(0.0, mean, sd, name) == pytest.approx(sd / np.sqrt(2 * np.pi), rel=1e-4)


class TestAgainstStockpyl:
    """Its losses are of the stock x; it takes a gamma by shape and scale, a negbin by r and p."""

    @settled
    @given(mean=st.floats(1, 200), ratio=st.floats(0.1, 1), place=st.floats(-1, 3))
    def test_losses_without_gaps(self, mean: float, ratio: float, place: float) -> None:
        sd = ratio * mean
        at = max(mean + place * sd, 0.01 * mean)
        log_sd = np.sqrt(np.log1p(ratio**2))
        for name, loss in (
            ("normal", stockpyl.normal_loss(at, mean, sd)),
            ("gamma", stockpyl.gamma_loss(at, ratio**-2, sd * ratio)),
            ("lognormal", stockpyl.lognormal_loss(at, np.log(mean) - log_sd**2 / 2, log_sd)),
        ):
            assert expected_shortage(at - mean, mean, sd, name) == pytest.approx(loss[0], abs=1e-9 * sd)
        for name, loss in (
            ("normal", stockpyl.normal_second_loss(at, mean, sd)),
            ("gamma", stockpyl.gamma_second_loss(at, ratio**-2, sd * ratio)),
        ):
            squared = FittedDemand.of(mean, sd, name).squared(at - mean)
            assert squared == pytest.approx(loss[0], abs=1e-8 * sd**2)

    @settings(max_examples=25, deadline=None)
    @given(mean=st.floats(0.5, 40), ratio=st.floats(1.1, 4), place=st.floats(-1, 3))
    def test_losses_of_counts(self, mean: float, ratio: float, place: float) -> None:
        """stockpyl's second loss of counts is E[(D - x)+ (D - x - 1)] / 2: half a loss below the square."""
        at = float(max(round(mean + place * np.sqrt(ratio * mean)), 0))
        size, chance = mean / (ratio - 1), 1 / ratio
        for name, sd, loss, second in (
            ("poisson", np.sqrt(mean), stockpyl.poisson_loss, stockpyl.poisson_second_loss),
            (
                "negbin",
                np.sqrt(ratio * mean),
                stockpyl.negative_binomial_loss,
                stockpyl.negative_binomial_second_loss,
            ),
        ):
            given_ = (int(at), mean) if name == "poisson" else (int(at), size, chance)
            short = expected_shortage(at - mean, mean, sd, name)
            assert short == pytest.approx(loss(*given_)[0], abs=1e-9 * mean)
            squared = FittedDemand.of(mean, sd, name).squared(at - mean)
            assert squared - short / 2 == pytest.approx(second(*given_)[0], abs=1e-8 * mean**2)


class TestFittedDemand:
    @names
    @settled
    @given(mean=st.floats(0.5, 60), ratio=st.floats(1.05, 5), place=st.floats(-3, 3))
    def test_the_squares_are_the_shortage_added_up(
        self, name: str, mean: float, ratio: float, place: float
    ) -> None:
        """∫ E[(D - u)+] du from a buffer to a larger one by Simpson's rule; trapezes between whole units."""
        sd = spread(name, mean, ratio)
        demand = FittedDemand.of(mean, sd, name)
        low, high = place * sd, place * sd + 2 * sd
        whole = np.arange(np.ceil(mean + low), np.floor(mean + high) + 1) - mean
        inner = whole if name in ("negbin", "poisson") else np.linspace(low, high, 401)
        at = np.unique([low, *inner, high])
        rule = np.trapezoid if name in ("negbin", "poisson") else integrate.simpson
        added = rule(demand.shortage(at), x=at)
        assert demand.squared(low) - demand.squared(high) == pytest.approx(added, rel=1e-5, abs=1e-6 * sd**2)

    @names
    @settled
    @given(mean=means, ratio=ratios, place=st.floats(-3, 5), level=levels)
    def test_it_has_the_curves_that_the_functions_have(
        self, name: str, mean: float, ratio: float, place: float, level: float
    ) -> None:
        sd = spread(name, mean, ratio)
        demand, at = FittedDemand.of(mean, sd, name), place * sd
        assert demand.tail(at) == exceedance(at, mean, sd, name)
        assert demand.shortage(at) == expected_shortage(at, mean, sd, name)
        assert demand.quantile(level) == buffer_for_level(level, mean, sd, name)

    @pytest.mark.parametrize("name", ["normal", "gamma", "negbin", "lognormal"])
    def test_a_constant_demand_is_short_of_what_the_buffer_lacks(self, name: str) -> None:
        demand = FittedDemand.of(20, 0, name)
        assert demand.quantile(0.99) == 0
        assert demand.tail([-1.0, 0.0, 1.0]).tolist() == [1, 0, 0]
        assert demand.shortage([-4.0, 0.0, 1.0]).tolist() == [4, 0, 0]
        assert demand.squared([-4.0, 0.0, 1.0]).tolist() == [8, 0, 0]

    @pytest.mark.parametrize("name", ["gamma", "negbin", "poisson", "lognormal"])
    def test_below_no_stock_at_all_the_squares_are_those_of_all_demand_and_the_debt(self, name: str) -> None:
        # E[(D + 5)²] / 2 = (variance + 25²) / 2.
        demand = FittedDemand.of(20, 6, name)
        assert demand.squared(-25.0) == pytest.approx((demand.sd**2 + 625) / 2)


class TestLaws:
    @names
    @settled
    @given(mean=st.floats(0.5, 1000), ratio=ratios, k=st.floats(-1, 6))
    def test_the_buffer_for_a_shortage_leaves_that_shortage(
        self, name: str, mean: float, ratio: float, k: float
    ) -> None:
        sd = spread(name, mean, ratio)
        short = float(expected_shortage(k * sd, mean, sd, name))
        assume(short > 1e-12 * sd)
        buffer = buffer_for_shortage(short, mean, sd, name)
        assert expected_shortage(buffer, mean, sd, name) == pytest.approx(short, rel=1e-9)
        if name in ("normal", "gamma", "lognormal"):
            assert exceedance(buffer, mean, sd, name) == pytest.approx(
                exceedance(k * sd, mean, sd, name), rel=1e-6
            )

    @names
    def test_a_column_gives_each_row_s_own_result(self, name: str) -> None:
        mean, sd = np.array([3.0, 20, 500]), np.array([2.5, 9, 60])
        for curve, at in (
            (buffer_for_level, np.array([0.6, 0.9, 0.99])),
            (exceedance, np.array([0.5, -3.2, 70])),
            (expected_shortage, np.array([0.5, -3.2, 70])),
            (buffer_for_shortage, np.array([0.5, 2.0, 0.1])),
        ):
            alone = [float(curve(a, m, s, name)) for a, m, s in zip(at, mean, sd, strict=True)]
            np.testing.assert_array_equal(curve(at, mean, sd, name), alone)

    @pytest.mark.parametrize("name", ["normal", "gamma", "negbin", "lognormal"])
    def test_constant_demand_needs_no_buffer(self, name: str) -> None:
        assert buffer_for_level(0.99, 20, 0, name) == 0
        assert buffer_for_shortage(1.0, 20, 0, name) == 0
        assert exceedance([-1.0, 0.0, 1.0], 20, 0, name).tolist() == [1, 0, 0]
        assert expected_shortage([-1.0, 0.0, 1.0], 20, 0, name).tolist() == [1, 0, 0]

    @names
    def test_no_demand_at_all_is_a_demand(self, name: str) -> None:
        assert buffer_for_level(0.9, 0, 0, name) == 0
        assert expected_shortage(0.0, 0, 0, name) == 0
        assert exceedance(0.0, 0, 0, name) == 0

    def test_a_stock_below_zero_is_short_of_all_demand_and_what_is_owed(self) -> None:
        for name in ("gamma", "negbin", "poisson", "lognormal"):
            assert exceedance(-25.0, 20, 6, name) == 1
            assert expected_shortage(-25.0, 20, 6, name) == pytest.approx(25)


class TestRefused:
    @pytest.mark.parametrize("level", [0.0, 1.0, 95.0, np.nan])
    def test_a_level_that_is_no_probability(self, level: float) -> None:
        with pytest.raises(OutOfDomain, match="strictly between 0 and 1"):
            buffer_for_level(level, 20, 5, "normal")

    @pytest.mark.parametrize("name", ["gamma", "negbin", "lognormal"])
    def test_variable_demand_of_mean_0(self, name: str) -> None:
        with pytest.raises(OutOfDomain, match="demand_sd must be 0 where demand_avg is 0"):
            buffer_for_level(0.9, [5, 0], [1, 1], name)
        assert buffer_for_level(0.5, 0, 5, "normal") == 0

    def test_what_is_no_number(self) -> None:
        with pytest.raises(OutOfDomain, match="buffer"):
            exceedance(np.nan, 20, 5, "normal")
        with pytest.raises(OutOfDomain, match="demand_sd"):
            expected_shortage(0.0, 20, -5, "normal")
        with pytest.raises(OutOfDomain, match="shortage must be > 0"):
            buffer_for_shortage(0.0, 20, 5, "normal")

    def test_a_shortage_of_more_than_varies_is_all_that_is_missing(self) -> None:
        """Loss(k) = -k to the last digit below k = -8, where a normal demand is never lower."""
        found = buffer_for_shortage([39.9, 40.1, 1e9], 20, 5, "normal")
        np.testing.assert_allclose(found, [-39.9, -40.1, -1e9], rtol=1e-12)
        assert buffer_for_shortage(41.0, 20, 0, "normal") == 0  # constant demand needs no shortage

    def test_a_shortage_too_small_to_be_searched_for_has_no_result(self) -> None:
        assert np.isnan(buffer_for_shortage(1e-310, 20, 5, "normal"))
