"""Two clones of the checkout, started at once in odd circumstances: the main job ends right in both.

One belongs to whoever runs the tests (root, in CI), the other to an ordinary user. Both lie in paths with
blanks and letters of other scripts, run in the C locale with a HOME that cannot be written, and ask for one
port, which a third program has.
"""

from __future__ import annotations

import re
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.contracts.tree import CHECKOUT
from tests.flows.demos import (
    RunningDemo,
    assert_all_right,
    clone,
    end,
    give_to_ordinary_user,
    listener,
    start_demo,
    writes_logged,
)

pytestmark = [pytest.mark.alone, pytest.mark.slow]


@dataclass
class Clones:
    """Both finished runs, the port both wanted, and what a second run of the first clone came to."""

    ours: RunningDemo
    theirs: RunningDemo
    wanted: int
    writes: dict[str, int]
    again: RunningDemo


@pytest.fixture(scope="module")
def clones() -> Iterator[Clones]:
    folder = Path(tempfile.mkdtemp(prefix="aurum-clones-", dir="/tmp"))
    taken = listener()
    wanted = taken.getsockname()[1]
    running: list[RunningDemo] = []

    def start(checkout: Path, prefix: list[str]) -> RunningDemo:
        demo = start_demo(checkout / ".aurum", checkout=checkout, prefix=prefix, PORT=str(wanted))
        running.append(demo)
        return demo

    try:
        one, other = clone(folder / "zwei Höfe" / "erste Kopie"), clone(folder / "二つ" / "ordinary user's")
        as_ordinary_user = give_to_ordinary_user(other)
        ours, theirs = start(one, []), start(other, as_ordinary_user)
        ours.finish()
        theirs.finish()
        writes = writes_logged(ours.home)
        again = start(one, [])
        again.finish()
        yield Clones(ours, theirs, wanted, writes, again)
    finally:
        taken.close()
        for demo in running:
            end(demo)
        shutil.rmtree(folder)


def test_the_main_job_ends_right_in_a_path_with_blanks_and_letters_of_any_script(clones):
    assert_all_right(clones.ours)


def test_an_ordinary_user_comes_to_the_same_end(clones):
    assert_all_right(clones.theirs)
    assert (clones.theirs.home / "demo-report.json").stat().st_uid == clones.theirs.home.parent.stat().st_uid
    assert clones.theirs.report["summary"]["domains"] == clones.ours.report["summary"]["domains"]


def test_a_port_that_is_taken_is_passed_over_and_two_clones_share_none(clones):
    reports = [clones.ours.report, clones.theirs.report]
    addresses = [report["urls"]["home"].rstrip("/") for report in reports]
    addresses += [url for report in reports for url in report["platforms"].values()]
    ports = [int(address.rpartition(":")[2]) for address in addresses]
    assert len(set(ports)) == 6
    assert min(ports) > clones.wanted


def test_a_second_run_changes_nothing(clones):
    again = clones.again.report["summary"]
    assert_all_right(clones.again)
    assert again["changed_by_this_run"] == dict.fromkeys(again["changed_by_this_run"], 0)
    assert [calls["writes"] for calls in again["platform_calls"].values()] == [0, 0]
    assert writes_logged(clones.ours.home) == clones.writes
    assert "Nothing was new, so nothing was written." in clones.again.said()


def test_a_second_run_keeps_the_ports_and_the_links_of_the_first(clones):
    for part in ("urls", "platforms", "links", "curl"):
        assert clones.again.report[part] == clones.ours.report[part]


def test_customers_that_only_the_crm_knew_come_home_from_the_erp(clones):
    created = clones.ours.report["summary"]["platforms"]["erp"]["created"]
    assert created > 0
    assert f"{created} customers that only the CRM knew were created in the ERP" in clones.ours.said()
    rows = clones.ours.report["summary"]["platform_quality"]["erp"]["customer"]
    assert rows["rows"] - rows["of_truth"] == created


def test_another_seed_on_the_same_home_is_refused_with_a_sentence(clones):
    refused = start_demo(clones.ours.home, checkout=clones.ours.home.parent, SEED="2")
    assert refused.finish() == 2
    assert "holds the sample with seed 1 and scale 0.03, not seed 2 and scale 0.03" in refused.said()
    assert "Run `make clean` first" in refused.said()


def test_the_screen_of_a_pipe_is_short_and_fits_80_columns(clones):
    lines = clones.ours.said().splitlines()
    to_copy = ("://", "curl", '{"source"')
    assert [line for line in lines if len(line) > 80 and not any(part in line for part in to_copy)] == []
    assert len(lines) < 60
    assert "\x1b" not in clones.ours.said()
    assert re.search(r"^  • resolving customers +[\d.]+ s$", clones.ours.said(), flags=re.MULTILINE)


def test_the_report_has_what_its_reference_page_lists(clones):
    page = (CHECKOUT / "docs/reference/demo-report.md").read_text(encoding="utf-8")
    listed = set(re.findall(r"^\| `([a-z_.]+)` ", page, flags=re.MULTILINE))
    report = clones.ours.report
    found = set(report) | {f"summary.{name}" for name in report["summary"]}
    assert listed == found
