"""Published and peer figures of stock control and safety stock, each with its source in policy.json.

Left out, since no worksheet function gives them: EOQ with backorders (eoq.backorders) and with a production
rate (epq); lot sizing (lot_sizing.wagner_whitin); cost-optimal (r, Q) and (s, S) policies (rq.eil, rq.eoqb,
rq.loss, rq.poisson_exact, rq.cost_exact, ss.discrete_exact, ss.power_approximation); newsvendors with a
lognormal or a table of demands (newsvendor.lognormal, newsvendor.discrete, newsvendor.discrete_performance).
"""

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from statistics import NormalDist
from typing import Any

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


RUN: Mapping[str, Callable[[Case], Any]] = {
    "eoq": eoq,
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
        within = case["tolerance"] * (max(1, abs(wanted)) if exact else 1)
        assert result[key] == pytest.approx(wanted, rel=0, abs=within), key
