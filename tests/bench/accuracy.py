"""End-to-end accuracy on the benchmark sets: blocking, matching and clustering, pairwise over all pairs.

Usage: python tests/bench/accuracy.py [--through domain|generic] [set ...]. The sets are read from
AURUM_BENCH_DATA, or ../shared/data beside the repository; they are never copied. Prints a table, and one
JSON line per set on request. One default configuration, no labels, no per-set settings: a set only says
which of its columns are which attributes.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import resource
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np
from numpy.typing import NDArray

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from matching.blocking import pack  # noqa: E402 - the repository is put on the path first
from matching.clustering import components  # noqa: E402
from matching.evaluating import b_cubed, pairwise  # noqa: E402
from matching.stateless import match_records  # noqa: E402
from mdm.domains.customer_match import MATCH_SPEC as CUSTOMER  # noqa: E402
from mdm.domains.product_match import MATCH_SPEC as PRODUCT  # noqa: E402

DATA = Path(os.environ.get("AURUM_BENCH_DATA", ROOT.parent / "shared" / "data"))
Row = Mapping[str, str]

# set -> (domain, linking only, attribute path -> column); None as domain: through generic only
SETS: dict[str, tuple[str | None, bool, dict[str, str]]] = {
    "splink_fake_1000": (
        "customer", False,
        {"given_name": "first_name", "family_name": "surname", "birth_date": "dob", "emails": "email",
         "billing_address.city": "city"},
    ),
    **{
        name: (
            "customer", name == "febrl4",
            {"given_name": "given_name", "family_name": "surname", "birth_date": "date_of_birth",
             "tax_ids": "soc_sec_id", "billing_address.street": "address_1",
             "billing_address.unit": "address_2",
             "billing_address.house_number": "street_number", "billing_address.city": "suburb",
             "billing_address.postcode": "postcode"},
        )
        for name in ("febrl3", "febrl4")
    },
    "uganda_patients": (
        "customer", False,
        {"given_name": "given_name", "family_name": "surname", "birth_date": "date_of_birth",
         "phones": "phone_number", "tax_ids": "uganda_nin"},
    ),
    "splink_historical_50k": (
        "customer", False,
        {"given_name": "first_name", "family_name": "surname", "birth_date": "dob",
         "billing_address.city": "birth_place", "billing_address.postcode": "postcode_fake"},
    ),
    "fodors_zagats": (
        "customer", True,
        {"legal_name": "name", "phones": "phone", "billing_address.city": "city",
         "billing_address.street": "addr"},
    ),
    "chicago_early_childhood": (
        "customer", False,
        {"legal_name": "Site name", "phones": "Phone", "billing_address.postcode": "Zip",
         "billing_address.street": "Address"},
    ),
    **{f"autofj_{name}": ("customer", True, {"legal_name": "name"})
       for name in ("hospital", "museum", "politicalparty", "shoppingmall", "sportsleague")},
    "abt_buy_full": (
        "product", True, {name: name for name in ("name", "description", "manufacturer", "price")},
    ),
    "amazon_google_full": (
        "product", True,
        {"name": "title", "description": "description", "manufacturer": "manufacturer", "price": "price"},
    ),
    "pricerunner_a": ("product", False, {"name": "title", "category": "category"}),
    "sigmod22_x2": ("product", False, {"name": "name", "brand": "brand", "price": "price"}),
    "dblp_acm_full": (None, True, {}),
    "cora": (None, False, {}),
    "cddb": (None, False, {}),
    "imdb_tmdb": (None, True, {}),
    "musicbrainz_20k": (None, False, {}),
    "ror_springer": (None, False, {}),
    "patstat_nl": (None, False, {}),
}  # fmt: skip
LISTS = ("emails", "phones")


def canonical(mapping: Mapping[str, str]) -> Callable[[Row], dict[str, Any]]:
    """Return a function from a row of a set to a canonical record."""

    def record(row: Row) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for path, column in mapping.items():
            value = row.get(column)
            if value:
                outer, _, inner = path.partition(".")
                if inner:
                    found.setdefault(outer, {})[inner] = value
                else:
                    found[outer] = [value] if outer in LISTS else value
        return found

    return record


def read_set(name: str) -> tuple[list[dict[str, str]], list[tuple[str, str, str]], list[tuple[str, str]]]:
    """Return rows without empty values, record names, and true pairs of ids."""
    rows, names = [], []
    for path in sorted((DATA / name).glob("records*.csv")):
        with path.open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                names.append((path.stem, "record", row.pop("id")))
                rows.append({column: value for column, value in row.items() if value})
    with (DATA / name / "truth_pairs.csv").open(encoding="utf-8", newline="") as file:
        truth = [(row["id_a"], row["id_b"]) for row in csv.DictReader(file)]
    return rows, names, truth


def measure(name: str, through: str) -> dict[str, Any]:
    """Return accuracy, time and counts of one set."""
    domain, link_only, mapping = SETS[name]
    rows, names, truth = read_set(name)
    records: list[Any] = list(rows)
    spec = None
    if through == "domain" and domain:
        records = [canonical(mapping)(row) for row in rows]
        spec = CUSTOMER if domain == "customer" else PRODUCT
    start = perf_counter()
    matched = match_records(records, names, spec=spec, link_only=link_only)
    seconds = perf_counter() - start
    resolution = matched.resolution
    place = {key: row for row, (_, _, key) in enumerate(resolution.frame.names)}
    left = np.array([place[one] for one, _ in truth], dtype=np.int32)
    right = np.array([place[other] for _, other in truth], dtype=np.int32)
    packed = np.unique(pack(left, right))
    quality = pairwise(resolution.groups, packed, resolution.frame.sources if link_only else None)
    true_labels: NDArray[np.int32] = components(len(names), left, right)
    tasks = _tasks(resolution)
    return {
        "set": name,
        "through": "domain" if spec else "generic",
        "records": len(names),
        **quality.to_json(),
        "b_cubed": round(b_cubed(resolution.labels(), true_labels)[2], 4),
        "candidates": resolution.report["candidates"],
        "tasks_per_100": round(100 * tasks / len(names), 2),
        "seconds": round(seconds, 2),
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    }


def _tasks(resolution: Any) -> int:
    """Return how many pairs of groups a person would be asked about."""
    asked = resolution.review_pairs()
    labels = resolution.labels()
    return len(np.unique(pack(labels[resolution.pairs.left[asked]], labels[resolution.pairs.right[asked]])))


def main() -> None:
    """Print a table row and a JSON line per set."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("sets", nargs="*", default=list(SETS), help="names of sets; all when none is given")
    parser.add_argument("--through", choices=("domain", "generic"), default="domain")
    parser.add_argument("--json", action="store_true", help="one JSON line per set instead of the table")
    options = parser.parse_args()
    if not options.json:
        print(
            f"{'set':26} {'through':8} {'P':>6} {'R':>6} {'F1':>6} {'B3':>6}"
            f" {'tasks':>6} {'pairs':>9} {'s':>6}"
        )
    for name in options.sets:
        row = measure(name, options.through)
        if options.json:
            print(json.dumps(row), flush=True)
        else:
            print(
                f"{name:26} {row['through']:8} {row['precision']:6.3f} {row['recall']:6.3f} {row['f1']:6.3f} "
                f"{row['b_cubed']:6.3f} {row['tasks_per_100']:6.2f}"
                f" {row['candidates']:9d} {row['seconds']:6.1f}",
                flush=True,
            )


if __name__ == "__main__":
    main()
