"""What ``import xlinventory`` gives, and what it does not load before it is asked for."""

import subprocess
import sys

import pytest

import xlinventory


def python(code: str) -> str:
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout


def test_the_functions_are_loaded_when_one_is_asked_for() -> None:
    code = (
        "import sys, xlinventory; print('xlinventory.functions' in sys.modules);"
        "print(round(xlinventory.safety_stock(20, 5, 4, 0.95), 2), 'xlinventory.functions' in sys.modules)"
    )
    assert python(code).split() == ["False", "16.45", "True"]


def test_a_cell_is_evaluated_without_asking_for_anything_else() -> None:
    assert (
        python("from xlinventory import evaluate; print(evaluate('LEAD_TIME_DEMAND', 10, 2.5))").strip()
        == "25.0"
    )


def test_a_star_brings_every_function() -> None:
    code = (
        "from xlinventory import *; print(eoq(1200, 50, 2, 0.3) > 0, evaluate, forecast_many, NotEnoughData)"
    )
    assert python(code).startswith("True")
    assert {"evaluate", "forecast_many", "demand_forecast"} <= set(dir(xlinventory))


def test_an_unknown_name_is_said_as_python_says_it() -> None:
    with pytest.raises(AttributeError, match="module 'xlinventory' has no attribute 'safety_stok'"):
        _ = xlinventory.safety_stok
