"""What the demo refuses before it begins, each with a sentence that says what to do."""

from __future__ import annotations

import pytest

from tests.flows.demos import start_demo


@pytest.mark.parametrize(
    ("variables", "sentence"),
    [
        (
            {"AURUM_MIN_FREE_MB": "999999999"},
            "and 999999999 MB are needed. Free some space, or set AURUM_HOME",
        ),
        ({"CHAOS": "earthquake"}, "CHAOS knows kill and 500, not earthquake."),
        ({"SCALE": "0.001"}, "SCALE is 0.001; it must lie between 0.01 and 100."),
        ({"PORT": "80"}, "PORT is 80; it must lie between 1024 and 65000."),  # a port of the system
    ],
)
def test_it_is_refused_early_and_nothing_is_made(variables, sentence, tmp_path):
    refused = start_demo(tmp_path / "home", **variables)
    assert refused.finish() == 2
    assert sentence in " ".join(refused.said().split())
    assert not (tmp_path / "home" / "postgres").exists()
    assert not (tmp_path / "home" / "sample").exists()


def test_a_port_that_is_no_number_is_refused(tmp_path):
    refused = start_demo(tmp_path / "home", PORT="eighty")
    assert refused.finish() == 1
    assert "PORT and SEED are whole numbers, SCALE is a number" in refused.said()
    assert "Traceback" not in refused.said()
