"""Published and peer figures of stock control and safety stock, each with its source in policy.json.

The cost of an (r, Q) that no method gives (rq.cost_exact) is (K D + ∫g) / Q from r to r + Q, g(y) the cost
of a stock y by the loss that EXPECTED_SHORTAGE gives.
"""

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from statistics import NormalDist
from typing import Any

import numpy as np
import pytest

import xlinventory as xl

CASES = json.loads(Path(__file__).with_name("policy.json").read_text(encoding="utf-8"))
NORMAL = NormalDist()
Case = Mapping[str, Any]


def holding(case: Case) -> tuple[float, float]:
    """Unit cost and holding rate; a holding cost a unit is that unit cost at a rate of 1."""
    return (case["unit_cost"], case["holding_rate"]) if "unit_cost" in case else (case["holding_cost"], 1.0)


def level(case: Case) -> float:
    return case["service_level"] if "service_level" in case else NORMAL.cdf(case["z"])


def running_cost(quantity: float, case: Case) -> float:
    """Money a year to order and to hold, without buying."""
    unit, rate = holding(case)
    total = xl.order_cost_total(quantity, case["demand"], case["order_cost"], unit, rate)
    return float(total) - unit * case["demand"]


def eoq(case: Case) -> dict[str, float]:
    quantity = float(xl.eoq(case["demand"], case["order_cost"], *holding(case)))
    return {"quantity": quantity, "cost": running_cost(quantity, case)}


def discount(kind: str) -> Callable[[Case], dict[str, float]]:
    def run(case: Case) -> dict[str, float]:
        prices = case["breakpoints"], case["unit_costs"]
        order = xl.eoq_discount(case["demand"], case["order_cost"], case["holding_rate"], *prices, kind)
        return {"quantity": order.quantity, "cost": order.annual_cost}

    return run


def loss(distribution: str) -> Callable[[Case], dict[str, float]]:
    def run(case: Case) -> dict[str, float]:
        short = xl.expected_shortage(case["x"], case["mean"], case.get("sd", 0.0), distribution)
        return {"short": short, "left": case["x"] - case["mean"] + short}

    return run


def newsvendor(distribution: str) -> Callable[[Case], dict[str, float]]:
    """Overage and underage are a unit cost of the first and a price of their sum."""

    def run(case: Case) -> dict[str, float]:
        over, under, demand = case["overage"], case["underage"], (case["mean"], case.get("sd", 0.0))
        quantity = xl.newsvendor(*demand, over, over + under, distribution=distribution)
        short = xl.expected_shortage(quantity, *demand, distribution)
        return {"quantity": quantity, "cost": over * (quantity - case["mean"] + short) + under * short}

    return run


def season(case: Case) -> dict[str, float]:
    """What a quantity brings in a season; without one, what the best quantity brings."""
    cost, price, salvage, mean = (case[name] for name in ("cost", "price", "salvage", "mean"))
    distribution = "normal" if "sd" in case else "poisson"
    demand = mean, case.get("sd", 0.0)
    best = float(xl.newsvendor(*demand, cost, price, salvage, case.get("penalty", 0.0), distribution))
    quantity = case.get("quantity", best)
    lost = float(xl.expected_shortage(quantity, *demand, distribution))
    sold = mean - lost
    return {
        "quantity": quantity,
        "quantity_rounded": round(quantity),
        "critical_ratio": 1 - float(xl.stockout_risk(best, *demand, 1, 0, distribution)),
        "expected_sales": sold,
        "lost_sales": lost,
        "leftover": quantity - sold,
        "profit": (price - cost) * sold - (cost - salvage) * (quantity - sold),
    }


def critical_ratio(case: Case) -> float:
    costs = case["cost"], case["price"], case["salvage"], case["penalty"]
    return NORMAL.cdf(float(xl.newsvendor(100, 10, *costs)) / 10 - 10)


def base_stock(case: Case) -> dict[str, float]:
    over, under = case["overage"], case["underage"]
    periods = case["lead_time"] + case["review"]
    best = xl.order_up_to(
        case["mean"], case["sd"], case["lead_time"], under / (over + under), 0, case["review"]
    )
    mean, sd = case["mean"] * periods, case["sd"] * periods**0.5
    short = xl.expected_shortage(best, mean, sd)
    return {"level": best, "cost": over * (best - mean + short) + under * short}


def service_order(case: Case) -> dict[str, float]:
    """The EOQ beside a reorder point for the service at which shortage and holding costs balance."""
    service = case["backorder_cost"] / (case["backorder_cost"] + case["holding_cost"])
    point = xl.reorder_point(case["demand_mean"], case["demand_sd"], case["lead_time"], service)
    return {"r": point, "Q": eoq({**case, "demand": case["demand_mean"]})["quantity"]}


def demand(case: Case) -> tuple[float, float, float]:
    """Mean and sd of demand, and lead time; demand over the lead time is that of a lead time of 1."""
    if "lead_time_demand" in case:
        return case["lead_time_demand"], case["lead_time_demand_sd"], 1.0
    return case.get("demand_mean", 1000.0), case["demand_sd"], case["lead_time"]


def buffer(case: Case) -> dict[str, float]:
    arguments = *demand(case), level(case), case.get("lead_time_sd", 0.0)
    return {"safety_stock": xl.safety_stock(*arguments), "rop": xl.reorder_point(*arguments)}


def interval(case: Case) -> dict[str, float]:
    """The mean is the reorder point of an even chance, the sd the safety stock of z = 1."""
    return {
        "mean": xl.reorder_point(*demand(case), 0.5, case["lead_time_sd"]),
        "sd": xl.safety_stock(*demand(case), NORMAL.cdf(1), case["lead_time_sd"]),
    }


def cycle_service(case: Case) -> float:
    mean, sd, lead = demand(case)
    return float(xl.service_level(mean, sd, lead, case["reorder_point"] - mean * lead))


def fill_of_point(case: Case) -> dict[str, float]:
    mean, sd, lead = demand(case)
    stock = case["reorder_point"] - mean * lead
    return {
        "expected_short": xl.expected_shortage(case["reorder_point"], mean * lead, sd * lead**0.5),
        "fill_rate": xl.service_level(mean, sd, lead, stock, 0, 0, "fill", case["order_quantity"]),
    }


def fill_of_service(case: Case) -> dict[str, float]:
    mean, sd, lead = demand(case)
    stock = float(xl.safety_stock(mean, sd, lead, case["service_level"]))
    found = fill_of_point({**case, "reorder_point": mean * lead + stock})
    return {"safety_stock": stock, "k": stock / (sd * lead**0.5), **found}


def fill_buffer(case: Case) -> dict[str, float]:
    mean, sd, lead = demand(case)
    stock = xl.safety_stock(mean, sd, lead, case["fill_rate"], 0, 0, "fill", case["order_quantity"])
    return {"safety_stock": stock, "k": stock / (sd * lead**0.5)}


def periodic(case: Case) -> dict[str, float]:
    target = xl.order_up_to(*demand(case), level(case), 0, case["review"])
    return {"target": target, "order_quantity": xl.reorder_qty(case["on_hand"], target, target, 0, 0)}


def with_backorders(case: Case) -> dict[str, float]:
    order = xl.eoq_backorder(case["demand"], case["order_cost"], *holding(case), case["backorder_cost"])
    return {
        "quantity": order.quantity,
        "stockout_fraction": order.backorders / order.quantity,
        "cost": order.annual_cost,
    }


def production(case: Case) -> dict[str, float]:
    """A run builds up only what demand leaves of it: its stock costs that share of holding it whole."""
    quantity = float(xl.epq(case["demand"], case["order_cost"], *holding(case), case["production_rate"]))
    held = case["holding_cost"] * (1 - case["demand"] / case["production_rate"])
    return {"quantity": quantity, "cost": running_cost(quantity, {**case, "holding_cost": held})}


def lots(case: Case) -> dict[str, Any]:
    plan = xl.lot_sizes(case["demand"], case["order_cost"], case["holding_cost"])
    return {"orders": plan[:, 0].tolist(), "cost": plan[:, 2].sum()}


def reorder_costs(case: Case) -> tuple[float, ...]:
    """Demand, lead time and costs of a case in years, as RQ_POLICY and MIN_MAX take them."""
    demand = case["demand_mean"], case.get("demand_sd", 0.0), case.get("lead_time", 0.0)
    return *demand, 1.0, case["order_cost"], case["holding_cost"], 1.0, case["backorder_cost"]


def reorder(method: str, distribution: str = "normal") -> Callable[[Case], dict[str, float]]:
    def run(case: Case) -> dict[str, float]:
        policy = xl.rq_policy(*reorder_costs(case), 0, distribution, method)
        return {"r": policy.reorder_point, "Q": policy.order_qty, "cost": policy.annual_cost}

    return run


def reorder_by_shortages(case: Case) -> dict[str, float]:
    """Its penalty is a cost of each unit short, however long it waits."""
    policy = xl.rq_shortage(*reorder_costs(case))
    return {"r": policy.reorder_point, "Q": policy.order_qty, "cost": policy.annual_cost}


def cost_between(case: Case) -> dict[str, float]:
    """(K D + ∫g) / Q by Simpson's rule on 2,000 pieces."""
    stocks = np.linspace(case["r"], case["r"] + case["Q"], 2001)
    mean, sd = case["demand_mean"] * case["lead_time"], case["demand_sd"] * case["lead_time"] ** 0.5
    short = xl.expected_shortage(stocks, mean, sd)
    running = case["holding_cost"] * (stocks - mean + short) + case["backorder_cost"] * short
    weights = np.where(np.arange(2001) % 2, 4, 2) / 6000
    weights[[0, -1]] = 1 / 6000
    return {"cost": case["order_cost"] * case["demand_mean"] / case["Q"] + running @ weights}


def levels(method: str) -> Callable[[Case], dict[str, float]]:
    def run(case: Case) -> dict[str, float]:
        demand, sd, _, year, *costs = reorder_costs(case)
        shape = case.get("demand", "normal")
        minimum, maximum, cost = xl.min_max(demand, sd, 0, 1, year, *costs, 0, shape, method)
        return {"s": minimum, "S": maximum, "cost": cost}

    return run


def newsvendor_of_logarithms(case: Case) -> dict[str, float]:
    """Mean and sd of a lognormal whose logarithm has mean mu and sd sigma."""
    mean = np.exp(case["mu"] + case["sigma"] ** 2 / 2)
    sd = mean * np.sqrt(np.expm1(case["sigma"] ** 2))
    return newsvendor("lognormal")({**case, "mean": mean, "sd": sd})


def season_table(case: Case) -> dict[str, float]:
    costs = case["cost"], case["price"], case["salvage"], 0.0
    buy = xl.newsvendor_table(case["values"], *costs, case["probabilities"])
    assert buy.quantity == case.get("quantity", buy.quantity)
    return {"quantity": buy.quantity, "prob_le": buy.enough}


def filled(case: Case) -> float:
    """Of an order for all of the demand, the part that a stock of the units filled serves."""
    missing = case["filled"] - case["demand"]
    return float(xl.service_level(case["demand"], 0, 1, missing, 0, 0, "fill", case["demand"]))


RUN: Mapping[str, Callable[[Case], Any]] = {
    "eoq": eoq,
    "eoq.backorders": with_backorders,
    "epq": production,
    "lot_sizing.wagner_whitin": lots,
    "rq.eil": reorder_by_shortages,
    "rq.eoqb": reorder("eoq-backorder"),
    "rq.loss": reorder("loss"),
    "rq.poisson_exact": reorder("exact", "poisson"),
    "rq.cost_exact": cost_between,
    "ss.discrete_exact": levels("exact"),
    "ss.power_approximation": levels("power"),
    "newsvendor.lognormal": newsvendor_of_logarithms,
    "newsvendor.discrete": season_table,
    "newsvendor.discrete_performance": season_table,
    "fill_rate.units": filled,
    "eoq.cost_at_quantity": lambda case: {"cost": running_cost(case["quantity"], case)},
    "eoq.discount_all_units": discount("all"),
    "eoq.discount_incremental": discount("incremental"),
    "unit_normal_loss": lambda case: xl.expected_shortage(case["z"], 0, 1),
    "normal_loss": loss("normal"),
    "poisson_loss": loss("poisson"),
    "newsvendor.normal": newsvendor("normal"),
    "newsvendor.poisson": newsvendor("poisson"),
    "newsvendor.profit": season,
    "newsvendor.performance": season,
    "newsvendor.poisson_performance": season,
    "newsvendor.critical_ratio": critical_ratio,
    "base_stock.normal": base_stock,
    "rq.eoqss": service_order,
    "reorder_point": buffer,
    "safety_stock": buffer,
    "lead_time_demand": interval,
    "cycle_service_level": cycle_service,
    "fill_rate.from_rop": fill_of_point,
    "fill_rate.from_service_level": fill_of_service,
    "safety_stock.fill_rate": fill_buffer,
    "periodic_review": periodic,
    "z_from_service_level": lambda case: xl.safety_stock(10, 1, 1, case["service_level"]),
}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["id"])
def test_published(case: Case) -> None:
    result, expected = RUN[case["function"]](case["inputs"]), case["expected"]
    if not isinstance(expected, dict):
        result, expected = {"": result}, {"": expected}
    for key, wanted in expected.items():
        exact = case["tolerance"] < 5e-5
        within = case["tolerance"] * (max(1, np.max(np.abs(wanted))) if exact else 1)
        assert result[key] == pytest.approx(wanted, rel=0, abs=within), key
