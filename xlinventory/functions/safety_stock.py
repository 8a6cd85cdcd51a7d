"""Safety stock: how much to keep against variable demand and supply, and what service it gives."""

from typing import Annotated

import numpy as np

from xlinventory.arguments import Number, Series, Word
from xlinventory.core import distributions
from xlinventory.core import safety_stock as policy
from xlinventory.core.checks import Floats, above, at_least, finite
from xlinventory.core.errors import NotEnoughData, UndefinedRatio
from xlinventory.core.planning.draws import demand_draws
from xlinventory.core.simulation import remembered, simulate_curve, simulate_service
from xlinventory.declaration import worksheet_function
from xlinventory.functions.vocabulary import (
    DemandAvg,
    DemandDistribution,
    DemandSd,
    FloatArray,
    History,
    HoldingRate,
    LeadTime,
    LeadTimeSd,
    OrderQty,
    Position,
    ReorderPoint,
    ReviewPeriod,
    SafetyStock,
    ServiceLevel,
    ServiceType,
    ShortageCost,
    UnitCost,
)
from xlinventory.registry import Family, Shape

CyclesPerYear = Annotated[Floats, Number("1 / year", "Orders a year: chances to run short")]
LeadTimes = Annotated[
    FloatArray,
    Series("periods", "Observed lead times in demand periods, or one", group="lead", blanks="skip"),
]
ServiceLevels = Annotated[
    FloatArray, Series("0 to 1", "Service levels wanted, one or a range of them", group="levels")
]
OrderRule = Annotated[
    str, Word("", "What a review orders: as many order_qty as lift the position above the reorder point, or "
                  "up to reorder point + order_qty:", ("lots", "up to"))
]  # fmt: skip
ExpectedAvg = Annotated[
    float, Number("units / period", "Mean that past demand is brought to; blank is its own")
]
ExpectedSd = Annotated[
    float, Number("units / period", "Standard deviation that it is brought to; blank is its own")
]
Periods = Annotated[float, Number("periods", "Periods to simulate; blank is 20,000")]
Seed = Annotated[float, Number("", "Start of the random numbers: same seed, same result; blank is 1")]


@worksheet_function(Family.SAFETY_STOCK, example=(20, 5, 4, 0.95), expect=16.448536269514722, returns="units")
def safety_stock(
    demand_avg: DemandAvg,
    demand_sd: DemandSd,
    lead_time: LeadTime,
    service_level: ServiceLevel,
    lead_time_sd: LeadTimeSd = 0.0,
    review_period: ReviewPeriod = 0.0,
    service_type: ServiceType = "cycle",
    order_qty: OrderQty = np.nan,
    distribution: DemandDistribution = "normal",
) -> Floats:
    """Units above mean demand over lead time and review that reach a cycle service or fill rate target.

    Demand over L + R has mean μ(L + R) and sd s = sqrt((L + R)σ² + μ²σL²). "cycle": its quantile less its
    mean, for the normal z s. "fill": k s with k from G(k) = Q (1 - fill rate) / s, G the unit loss function,
    Q order_qty; for other shapes the same equation with their loss function. gamma, lognormal and negbin have
    that mean and sd, poisson the mean only; where s² <= mean, negbin is taken as its limit, the poisson.
    Counts give the stock of whole units for "cycle". A target below the mean gives a negative stock; s = 0
    gives 0.

    #NUM!: service_level not strictly between 0 and 1, a negative argument, demand_sd above 0 at mean 0 for
    gamma, lognormal and negbin. #N/A: fill without order_qty.

    Source: Silver, Pyke & Thomas (2017), ch. 6; King (2011), Crack the Code; 1.6449 * 5 * sqrt(4) = 16.449.

    >>> round(float(safety_stock(20, 5, 4, 0.95)), 3)
    16.449
    """
    return policy.safety_stock(
        demand_avg,
        demand_sd,
        lead_time,
        service_level,
        lead_time_sd,
        review_period,
        service_type,
        order_qty,
        distribution,
    )


@worksheet_function(
    Family.SAFETY_STOCK, example=(2500, 500, 2, 1000), expect=0.9213503964748574, returns="0 to 1"
)
def service_level(
    demand_avg: DemandAvg,
    demand_sd: DemandSd,
    lead_time: LeadTime,
    safety_stock: SafetyStock,
    lead_time_sd: LeadTimeSd = 0.0,
    review_period: ReviewPeriod = 0.0,
    service_type: ServiceType = "cycle",
    order_qty: OrderQty = np.nan,
    distribution: DemandDistribution = "normal",
) -> Floats:
    """Service a safety stock gives: cycles without a stock-out, or the share of units filled from stock.

    The inverse of SAFETY_STOCK. "cycle": probability that demand over lead time and review stays within mean
    + safety stock. "fill": 1 - expected shortage / order_qty, at least 0.

    #NUM!: a negative argument other than safety_stock. #N/A: fill without order_qty.

    Source: Chopra & Meindl (2016), Supply Chain Management, Examples 12-1 to 12-3.

    >>> round(float(service_level(2500, 500, 2, 1000)), 4)
    0.9214
    """
    return policy.service_level(
        demand_avg,
        demand_sd,
        lead_time,
        safety_stock,
        lead_time_sd,
        review_period,
        service_type,
        order_qty,
        distribution,
    )


@worksheet_function(
    Family.SAFETY_STOCK, example=(6000, 2500, 500, 2), expect=0.0786496035251426, returns="0 to 1"
)
def stockout_risk(
    position: Position,
    demand_avg: DemandAvg,
    demand_sd: DemandSd,
    lead_time: LeadTime,
    lead_time_sd: LeadTimeSd = 0.0,
    distribution: DemandDistribution = "normal",
) -> Floats:
    """Probability that demand over the lead time is larger than the position.

    Demand over the lead time has mean μL and sd sqrt(Lσ² + μ²σL²).

    #NUM!: a negative argument other than position.

    Source: Chopra & Meindl (2016), Example 12-2: 1 - 0.9214.

    >>> round(float(stockout_risk(6000, 2500, 500, 2)), 4)
    0.0786
    """
    return policy.stockout_risk(position, demand_avg, demand_sd, lead_time, lead_time_sd, distribution)


@worksheet_function(Family.SAFETY_STOCK, example=(10, 20, 0.25, 10), expect=0.95, returns="0 to 1")
def best_service_level(
    shortage_cost: ShortageCost,
    unit_cost: UnitCost,
    holding_rate: HoldingRate,
    cycles_per_year: CyclesPerYear,
) -> Floats:
    """Cycle service level at which a further unit of safety stock costs as much as it saves.

    1 - i c / (B n), at least 0: i holding_rate, c unit_cost, B shortage_cost, n cycles_per_year.

    #NUM!: shortage_cost or cycles_per_year not above 0, a negative argument.

    Source: Silver, Pyke & Thomas (2017), ch. 6.7; 1 - 5 / (10 * 10).

    >>> float(best_service_level(10, 20, 0.25, 10))
    0.95
    """
    return policy.best_service_level(shortage_cost, unit_cost, holding_rate, cycles_per_year)


@worksheet_function(Family.SAFETY_STOCK, example=(4, 1, 3), expect=0.24994641176305887, returns="units")
def expected_shortage(
    position: Position,
    demand_avg: DemandAvg,
    demand_sd: DemandSd,
    distribution: DemandDistribution = "normal",
) -> Floats:
    """Units by which demand is expected to exceed the position: the loss function n(x) = E[(D - x)+].

    Mean and sd are those of the whole demand that the position has to meet. Exact for every distribution;
    poisson ignores demand_sd.

    #NUM!: negative demand_avg or demand_sd.

    Source: Snyder & Shen (2019), Fundamentals of Supply Chain Theory, 2nd ed., appendix C; G(1) = 0.0833.

    >>> round(float(expected_shortage(4, 1, 3)), 4)
    0.2499
    """
    finite(position=position)
    buffer = np.asarray(position) - np.asarray(demand_avg)
    return distributions.expected_shortage(buffer, demand_avg, demand_sd, distribution)


@worksheet_function(
    Family.SAFETY_STOCK,
    example=([10, 10, 10], [2], 20, 50, None, 1000),
    expect=[1, 1, 25, 0.2],
    returns="cycle service, fill rate, units, orders / period",
    shape=Shape.ROW,
)
def service_simulate(
    history: History,
    lead_times: LeadTimes,
    reorder_point: ReorderPoint,
    order_qty: OrderQty,
    review_period: ReviewPeriod = 1.0,
    periods: Periods = 20_000.0,
    seed: Seed = 1.0,
    order_rule: OrderRule = "lots",
    demand_avg: ExpectedAvg = np.nan,
    demand_sd: ExpectedSd = np.nan,
) -> tuple[float, float, float, float]:
    """Cycle service, fill rate, average stock and orders per period that a policy gives in simulation.

    The item's own demands and lead times are drawn again and again, independently. At each review a position
    at or below the reorder point orders as many order_qty as lift it above ("lots"), or up to reorder point +
    order_qty ("up to"); unmet demand waits. Demand is spread evenly over its period, and a lead time may end
    within one. A review period below 1 reviews every period. The same seed gives the same numbers.

    With demand_avg or demand_sd past demand is first brought to what is expected, as Update stock levels does
    it: moved and stretched or, where it comes in fewer than three of four periods, other sizes as often.

    #NUM!: negative demand, a lead time above 1,000 periods, order_qty not above 0 (below 0 for "up to"),
    periods above 1,000,000, demand_avg not above 0. #DIV/0!: no demand. #N/A: no history or no lead time.

    Source: bootstrap of Willemain, Smart & Schwarz (2004), Int. J. of Forecasting 20; the example by hand:
    10 a period, ordered at 20 and received two periods later, as the stock falls from 50 to 0.

    >>> service_simulate([10, 10, 10], [2], 20, 50, periods=1000)
    (1.0, 1.0, 25.0, 0.2)
    """
    lots = order_rule == "lots"
    found = _SERVICE(
        _as_expected(history, demand_avg, demand_sd)[None, :],
        lead_times[None, :],
        reorder_point,
        order_qty if lots else None,
        review_period,
        periods,
        seed,
        order_up_to=None if lots else np.asarray(reorder_point) + order_qty,
    )
    if np.isnan(found.fill_rate[0]):
        raise UndefinedRatio("history must have a demand above 0")
    return (
        float(found.cycle_service[0]),
        float(found.fill_rate[0]),
        float(found.average_stock[0]),
        float(found.orders_per_period[0]),
    )


@worksheet_function(
    Family.SAFETY_STOCK,
    example=([10, 10, 10], [3], [0.8, 0.9], 50, None, "fill", None, 1000),
    expect=[[20, 16], [25, 20.25]],
    returns="units, units",
    shape=Shape.COLUMN,
)
def reorder_point_simulate(
    history: History,
    lead_times: LeadTimes,
    service_level: ServiceLevels,
    order_qty: OrderQty,
    review_period: ReviewPeriod = 1.0,
    service_type: ServiceType = "cycle",
    order_rule: OrderRule = "lots",
    periods: Periods = 20_000.0,
    seed: Seed = 1.0,
    demand_avg: ExpectedAvg = np.nan,
    demand_sd: ExpectedSd = np.nan,
) -> FloatArray:
    """Reorder point that reaches each service level in simulation, and the average stock that it keeps.

    The policy and the draws of SERVICE_SIMULATE. Where reorder point and top move by the same units, the
    stock of every moment does: one simulation tells them for all levels. It is the least that reaches the
    level in these very draws, and whole where demand comes in whole units.

    #NUM!: service_level not strictly between 0 and 1; as SERVICE_SIMULATE. #DIV/0!: no demand. #N/A: no
    history or no lead time, or no order arrived in the periods simulated.

    Source: as SERVICE_SIMULATE; the example by hand: 10 a period, received three periods after it was ordered
    at s: the stock falls from s + 20 to s - 30. Of 50 units in a cycle 10, then 5 may be short; the stock
    above 0 is a triangle of height h = 40, then 45, and its mean h² / (2 * 50).

    >>> reorder_point_simulate([10, 10, 10], [3], [0.8, 0.9], 50, service_type="fill", periods=1000).tolist()
    [[20.0, 16.0], [25.0, 20.25]]
    """
    drawn = _as_expected(history, demand_avg, demand_sd)
    if not np.any(drawn > 0):
        raise UndefinedRatio("history must have a demand above 0")
    found = _CURVE(
        drawn[None, :],
        lead_times[None, :],
        service_level[None, :],
        order_qty,
        order_rule,
        review_period,
        service_type,
        periods,
        seed,
    )
    if np.isnan(found.reorder_point).any():
        raise NotEnoughData("no order arrived in the periods simulated: simulate more of them")
    return np.vstack([found.reorder_point, found.average_stock]).T


_SERVICE, _CURVE = remembered(simulate_service), remembered(simulate_curve)


def _as_expected(history: FloatArray, mean: float, sd: float) -> FloatArray:
    """Past demand brought to the mean and sd expected; one that is not given (NaN) stays its own."""
    given = np.isfinite([mean, sd])
    known = history[~np.isnan(history)]
    if not given.any() or not known.size:
        return history
    if not known.any():
        raise UndefinedRatio("history must have a demand above 0")
    above(0, demand_avg=mean if given[0] else 1.0)
    at_least(0, demand_sd=sd if given[1] else 0.0)
    wanted = (mean if given[0] else known.mean(), sd if given[1] else known.std())
    return np.asarray(demand_draws(history[None, :], *(np.array([each]) for each in wanted))[0])
