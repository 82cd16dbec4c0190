"""Proves that the sample is hard and complete: ``python -m mdm.sandbox.sample.check --seeds "1 2 3"``.

Each seed is generated into a temporary folder; a table of counts, naive scores and faults is printed, and
one JSON line at
the end. The exit status is 1 where the naive rule reaches a customers' F1 above ``NAIVE_LIMIT`` or records
are too few.
"""

import argparse
import json
import sys
import tempfile
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from mdm.sandbox.sample.build import Sample, write_sample
from mdm.sandbox.sample.naive import score_naive
from mdm.sandbox.sample.records import DECIDABLE, Record, shared_marks

NAIVE_LIMIT = 0.75
LEAST_CUSTOMERS = 20_000
LEAST_PRODUCTS = 6_000


@dataclass(frozen=True)
class SeedReport:
    """What was measured on one seed; shares are of true pairs of customers."""

    seed: int
    customers: int
    products: int
    singletons: float
    undecidable: float
    naive: dict[str, dict[str, float]]
    fault_shares: tuple[tuple[str, float], ...]

    @property
    def naive_f1(self) -> float:
        """The better of the rule's two customers' scores, with and without placeholders."""
        return max(self.naive["customers"]["f1"], self.naive["customers_clean"]["f1"])

    @property
    def passes(self) -> bool:
        """True where the sample is large enough and hard enough."""
        large = self.customers >= LEAST_CUSTOMERS and self.products >= LEAST_PRODUCTS
        return large and self.naive_f1 <= NAIVE_LIMIT and self.naive["products"]["f1"] <= NAIVE_LIMIT


def _true_pairs(sample: Sample) -> list[tuple[Record, Record]]:
    groups: dict[str, list[Record]] = {}
    for record in sample.customers.records:
        groups.setdefault(record.entity, []).append(record)
    return [(one, other) for group in groups.values() for at, one in enumerate(group) for other in group[:at]]


def examine(seed: int, folder: Path) -> SeedReport:
    """Generates the seed into the folder and measures it."""
    sample = write_sample(seed, folder)
    pairs = _true_pairs(sample)
    sizes = Counter(record.entity for record in sample.customers.records)
    faults = Counter(fault for one, other in pairs for fault in sorted({*one.faults, *other.faults}))
    weak = sum(shared_marks(one, other) < DECIDABLE for one, other in pairs)
    return SeedReport(
        seed=seed,
        customers=len(sample.customers.records),
        products=len(sample.offers),
        singletons=sum(size == 1 for size in sizes.values()) / len(sizes),
        undecidable=weak / len(pairs),
        naive=score_naive(folder),
        fault_shares=tuple(
            (name, count / len(pairs))
            for name, count in sorted(faults.items(), key=lambda row: (-row[1], row[0]))
        ),
    )


def table(reports: list[SeedReport]) -> str:
    """The reports as a table for people: one block of figures, one of faults."""
    lines = [
        (
            f"{'seed':>6} {'customers':>9} {'products':>8} {'singletons':>10} {'weak pairs':>10}"
            "   naive P/R/F1: customers | no placeholders | products"
        )
    ]
    for one in reports:
        scores = " | ".join(
            f"{score['precision']:.3f} {score['recall']:.3f} {score['f1']:.3f}"
            for score in one.naive.values()
        )
        lines.append(
            f"{one.seed:>6} {one.customers:>9} {one.products:>8} {one.singletons:>10.3f}"
            f" {one.undecidable:>10.3f}   {scores}"
        )
    lines.append("share of true pairs with a fault on either side:")
    for name, _ in reports[0].fault_shares:
        shares = " ".join(f"{dict(one.fault_shares).get(name, 0.0):7.4f}" for one in reports)
        lines.append(f"  {name:<26} {shares}")
    return "\n".join(lines)


def main() -> int:
    """Prints the table and the JSON line; gives the exit status."""
    parser = argparse.ArgumentParser(
        prog="python -m mdm.sandbox.sample.check", description="Prove that the sample is hard."
    )
    parser.add_argument("--seeds", default="1 2 3", help="seeds, separated by blanks")
    reports = []
    for seed in [int(word) for word in parser.parse_args().seeds.split()]:
        with tempfile.TemporaryDirectory(prefix="aurum-sample-") as folder:
            reports.append(examine(seed, Path(folder)))
    print(table(reports))
    print(
        json.dumps(
            {
                "naive_f1_max": max(one.naive_f1 for one in reports),
                "naive_products_f1_max": max(one.naive["products"]["f1"] for one in reports),
                "records": sum(one.customers + one.products for one in reports),
                "customers_min": min(one.customers for one in reports),
                "products_min": min(one.products for one in reports),
                "weak_pairs_max": round(max(one.undecidable for one in reports), 4),
                "passes": all(one.passes for one in reports),
            }
        )
    )
    return 0 if all(one.passes for one in reports) else 1


if __name__ == "__main__":
    sys.exit(main())
