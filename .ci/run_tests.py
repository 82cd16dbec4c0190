"""Run the tests and close with one line of counts and a table of what was skipped, why, and how to get it.

Tests that may share the machine run side by side; those marked `alone` (they own ports, processes or the
whole machine) run after them, one by one. A skip's reason reads "what is missing: how to get it".
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import xml.etree.ElementTree as ET
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

NO_TEST_SELECTED = 5
REPORTS = Path("build/tests")


@dataclass
class Outcome:
    """What several runs came to."""

    passed: int = 0
    failed: int = 0
    skipped: Counter[str] = field(default_factory=Counter)
    worst_exit: int = 0


def main() -> int:
    """Run both groups and return 0 only when nothing failed and, with --strict-skips, nothing was skipped."""
    options = read_options()
    REPORTS.mkdir(parents=True, exist_ok=True)
    slow = " and not slow" if options.fast else ""
    outcome = Outcome()
    side_by_side = [] if options.workers < 2 else ["-n", str(options.workers), "--dist", "loadfile"]
    run("together", [*side_by_side, "-m", "not alone" + slow, *options.paths], outcome)
    run("alone", ["-m", "alone" + slow, *options.paths], outcome)
    tell(outcome)
    if options.strict_skips and outcome.skipped:
        print(f"STRICT: {outcome.skipped.total()} skipped test(s) count as failed; see the table.")
        return 1
    return outcome.worst_exit


def read_options() -> argparse.Namespace:
    """Return the options of the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--strict-skips", action="store_true", help="any skip fails the run")
    parser.add_argument("--fast", action="store_true", help="leave out the tests marked slow")
    parser.add_argument("--workers", type=int, default=2, help="processes that run tests side by side")
    parser.add_argument("paths", nargs="*", help="files or folders of tests; all when none is named")
    return parser.parse_args()


def run(name: str, arguments: list[str], outcome: Outcome) -> None:
    """Run one group of tests and add what came of it."""
    report = REPORTS / f"{name}.xml"
    report.unlink(missing_ok=True)
    command = [sys.executable, "-m", "pytest", f"--junitxml={report}", "--durations=15", *arguments]
    code = subprocess.run(command).returncode
    if code != NO_TEST_SELECTED:
        outcome.worst_exit = max(outcome.worst_exit, code)
    if not report.is_file():
        return
    for case in ET.parse(report).iter("testcase"):
        skip = case.find("skipped")
        if case.find("failure") is not None or case.find("error") is not None:
            outcome.failed += 1
        elif skip is None:
            outcome.passed += 1
        else:
            outcome.skipped[skip.get("message") or "no reason was given"] += 1


def tell(outcome: Outcome) -> None:
    """Print the table of skips, then the counts alone on the last line."""
    if outcome.skipped:
        print("\nskipped | why | how to get it")
        for reason, count in outcome.skipped.most_common():
            why, _, remedy = reason.partition(": ")
            print(f"{count:7} | {why} | {remedy or '-'}")
    print(
        f"\n{outcome.passed} passed, {outcome.failed} failed, {outcome.skipped.total()} skipped", flush=True
    )


if __name__ == "__main__":
    sys.exit(main())
