"""Processes that forecast end with the verb, also when it is stopped by Ctrl+C."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

import xlinventory

PROGRAM = Path(__file__).with_name("forecast_in_processes.py")


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no groups of processes to send Ctrl+C to")
def test_no_process_is_left_after_ctrl_c() -> None:
    """A terminal sends Ctrl+C to the whole group. Every process of it holds the pipe until it has ended."""
    with subprocess.Popen(
        [sys.executable, str(PROGRAM)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        env=os.environ | {"PYTHONPATH": str(Path(xlinventory.__file__).parents[1])},
    ) as program:
        assert program.stdout is not None
        lines = (line for line in program.stdout if "Forecasting" in line)
        assert next(lines).startswith("0.1 ")  # it begins
        assert next(lines) > "0.1 "  # some of it is done
        os.killpg(program.pid, signal.SIGINT)
        told, trouble = program.communicate(timeout=60)
    assert program.returncode != 0
    assert "Writing" not in told
    assert "KeyboardInterrupt" in trouble
