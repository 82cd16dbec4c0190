"""However the demo ends, nothing of it is left running, and the next run goes on and ends right."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.flows.demos import (
    RunningDemo,
    assert_all_right,
    end,
    leftovers,
    start_demo,
    wait_for_quiet,
    without_network,
)
from tests.flows.terminal import CONTROL_C

pytestmark = [pytest.mark.alone, pytest.mark.slow]


class Home:
    """A home and the demos that were started in it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.started: list[RunningDemo] = []

    def start(self, **options: object) -> RunningDemo:
        """Start a demo here."""
        self.started.append(start_demo(self.path, **options))  # type: ignore[arg-type]
        return self.started[-1]

    def ports(self) -> str:
        """Return what is noted of the ports."""
        return (self.path / "demo-ports.json").read_text(encoding="utf-8")


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Home]:
    made = Home(tmp_path / "home")
    yield made
    for demo in made.started:
        end(demo)


def addresses_that_fail(report: dict[str, Any]) -> dict[str, int]:
    """Return address → status of all that the summary offers and that does not open for a steward."""
    login = {one["name"]: one["password"] for one in report["logins"]}
    admin = report["urls"]["admin"]
    with httpx.Client(timeout=30, follow_redirects=True) as browser:
        browser.get(f"{admin}login/")
        form = {"username": "steward", "password": login["steward"], "next": "/admin/"}
        form["csrfmiddlewaretoken"] = browser.cookies["csrftoken"]
        browser.post(f"{admin}login/", data=form)
        offered = [*report["urls"].values(), *report["platforms"].values()]
        offered += [link[part] for link in report["links"] for part in ("url", "watch") if part in link]
        answers = {url: browser.get(url) for url in offered}
    return {
        url: answer.status_code
        for url, answer in answers.items()
        if answer.status_code != 200 or "/login/" in str(answer.url)
    }


def test_ctrl_c_in_the_middle_and_again_while_it_serves(home):
    # A person at a terminal loses patience (twice), comes back, looks around and leaves.
    first = home.start(terminal=True)
    first.wait_for("resolving customers")
    first.press(CONTROL_C)
    first.press(CONTROL_C)
    assert first.finish() == 130, first.said()
    assert leftovers(home.path) == []
    assert "Stopped. `make demo` goes on where it was" in first.said()
    assert "Traceback" not in first.said()

    second = home.start(terminal=True, once=False)
    second.wait_for("until Ctrl-C")
    third = home.start()
    assert third.finish() == 2
    assert f"A demo runs here already (process {second.process.pid})" in third.said()
    assert addresses_that_fail(second.read_report()) == {}
    second.press(CONTROL_C)
    assert second.finish() == 0
    assert_all_right(second)


def test_killed_with_9_in_the_middle_and_asked_to_end_while_it_serves(home):
    first = home.start()
    first.wait_for("publishing golden ids")
    ports = home.ports()
    first.send(signal.SIGKILL)
    first.process.wait()
    # At once: the second one waits until the programs of the first have ended, and gets their ports.
    second = home.start(once=False)
    second.wait_for("until Ctrl-C")
    assert home.ports() == ports
    second.send(signal.SIGTERM)
    assert second.finish() == 0
    assert_all_right(second)


def test_killed_with_9_it_takes_its_programs_along(home):
    demo = home.start()
    demo.wait_for("resolving products")
    assert len(leftovers(home.path)) > 5
    demo.send(signal.SIGKILL)
    demo.process.wait()
    assert wait_for_quiet(home.path) == []


def test_a_program_that_dies_stops_the_demo_which_names_it(home):
    demo = home.start()
    demo.wait_for("resolving products")
    (crm,) = [line for line in leftovers(home.path) if "mdm.sandbox.salesforce" in line]
    os.kill(int(crm.split()[0]), signal.SIGKILL)
    assert demo.finish() == 1
    assert "crm ended with status -9. The end of its log, " in demo.said()
    assert leftovers(home.path) == []


def test_a_killed_worker_and_failing_platforms_without_a_network_end_with_every_id_right(home):
    demo = home.start(prefix=without_network(), CHAOS="kill,500")
    assert demo.finish() == 0, demo.said()
    assert_all_right(demo)
    assert "the worker was killed with -9 in the middle" in demo.said()
    assert (home.path / "logs/worker.log").read_text(encoding="utf-8").count(" ready.") >= 2
    calls = demo.report["summary"]["platform_calls"]
    assert all(counted["faults"] >= counted["requests"] // 3 > 0 for counted in calls.values())
