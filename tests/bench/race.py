"""Several processes ingest, resolve, merge, split and undo at once: the hub ends as its inputs alone say.

    python -m tests.bench.race --processes 8 --steps 2000 --records 500 --seed 1

The last line is JSON: what was done and refused, and what must be 0: unhandled, crashed, waiting, parked,
findings, wrong (1 where the clusters are not those of the plain reference), and otherwise (decisions that a
serial run in the order of the locks would have answered otherwise).
"""

from __future__ import annotations

import argparse
import json
import os
import sys

from tests.bench.verify_teeth import small_database


def main() -> int:
    """Race, and return the exit code."""
    parser = argparse.ArgumentParser(description="Let processes race on one hub.")
    parser.add_argument("--processes", type=int, default=8)
    parser.add_argument("--steps", type=int, default=2000)
    parser.add_argument("--records", type=int, default=500)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    with small_database():
        from tests.flows.racing import race  # needs Django to be set up

        found = race(
            processes=given.processes, steps=given.steps, records=given.records, seed=given.seed,
            seconds=given.steps * 5,
        )  # fmt: skip
    errors, findings, otherwise = (found.pop(name) for name in ("errors", "findings", "otherwise"))
    for line in (*errors, *findings, *otherwise):
        print(line)
    wrong = int(not found.pop("as_the_reference"))
    counts = {"findings": len(findings), "wrong": wrong, "otherwise": len(otherwise)}
    figures: dict[str, object] = {"crashed": 0, **found, **counts}
    print(json.dumps(figures))
    bad = ("unhandled", "crashed", "waiting", "parked", "findings", "wrong", "otherwise")
    return int(any(figures[name] for name in bad))


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    sys.exit(main())
