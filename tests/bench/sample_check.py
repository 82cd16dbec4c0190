"""How well Aurum resolves the sample on seeds nobody looked at: `make sample-check SEEDS="1 2 3"`.

Each seed is generated into a temporary folder, its files are mapped and put into canonical form by the
declarations, and each domain is trained and resolved as the hub's first load does it
(mdm/rulesets/activate.py, mdm/resolution/bulk.py), without a database. The clusters are scored against the
truth beside the naive rule. Exit status 1 when a bar is missed; the last line is one JSON object.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

from matching.blocking import frame_pairs
from matching.capacity import allowed, labels_of, within_capacity
from matching.engines.local import cluster
from matching.evaluating import Quality, pairs_of, pairwise
from matching.frame import build_frame
from matching.possible import possible_matches
from matching.scoring import score
from matching.training import train
from mdm import domains
from mdm.ingestion.mapping import declared
from mdm.ingestion.readers import open_table
from mdm.ingestion.table import BrokenRow
from mdm.ingestion.validate import validate
from mdm.sandbox.sample.build import write_sample
from mdm.sandbox.sample.naive import RecordName, read_truth, score_naive

FILES = {
    "erp_business_partners.ndjson": "sap.BusinessPartner",
    "crm_accounts.ndjson": "salesforce.Account",
    "crm_contacts.ndjson": "salesforce.Contact",
    "shop_customers.csv": "shop.customer",
    "desk_contacts.ndjson": "desk.contact",
    "erp_products.ndjson": "sap.Product",
    "crm_products.ndjson": "salesforce.Product2",
    "shop_products.csv": "shop.product",
}
DOMAINS = {"customers": "customer", "products": "product"}
LEAST = {
    "customers_precision_min": 0.98,
    "customers_recall_min": 0.90,
    "products_precision_min": 0.95,
    "products_recall_min": 0.80,
    "customers_true_share_min": 0.40,
    "products_true_share_min": 0.40,
}
MOST = {"review_per_100_max": 1.0, "spread": 0.02, "naive_f1_max": 0.75}


@dataclass(frozen=True)
class Records:
    """The accepted records of one domain, and how many rows were refused by which rule."""

    names: list[RecordName]
    attributes: list[dict[str, object]]
    refused: Counter[str]


@dataclass(frozen=True)
class Score:
    """What resolving one domain of one seed came to."""

    seed: int
    domain: str
    records: int
    quality: Quality
    tasks: int
    true_tasks: int
    naive_f1: float
    refused: Counter[str]
    seconds: float

    @property
    def true_share(self) -> float:
        """Share of questions whose answer is yes."""
        return self.true_tasks / self.tasks if self.tasks else 1.0

    @property
    def tasks_per_100(self) -> float:
        """Questions for a person per 100 records."""
        return 100.0 * self.tasks / max(1, self.records)


def read_records(folder: Path, domain: str) -> Records:
    """Return the sample's records of a domain in canonical form, as ingestion would accept them."""
    found = Records([], [], Counter())
    for file, declaration in FILES.items():
        mapping = declared(declaration)
        if mapping.domain != domain:
            continue
        for row in open_table(folder / file).rows():
            if isinstance(row, BrokenRow):
                found.refused[row.rule] += 1
                continue
            mapped = mapping.apply(row[1])
            checked = validate(mapped, mapping)
            if checked.refusal is not None:
                found.refused[checked.refusal.rule] += 1
            elif mapped.status == "active":
                found.names.append((mapping.source, mapping.object_type, mapped.key))
                found.attributes.append(checked.attributes)
    return found


def resolve_domain(seed: int, folder: Path, shown: str, naive_f1: float) -> Score:
    """Train, resolve and score one domain of the sample in a folder."""
    started = perf_counter()
    spec = domains.get(DOMAINS[shown]).match_spec
    records = read_records(folder, DOMAINS[shown])
    frame = build_frame(spec, records.attributes, records.names)
    model = train(frame, spec)
    pairs = frame_pairs(frame, spec, model)
    weights = score(frame, spec, model, pairs.left, pairs.right)
    groups, _ = cluster(frame, spec, model, pairs, weights)
    truth = read_truth(folder)
    things = [truth[name] for name in records.names]
    quality = pairwise(groups, pairs_of(_rows_by(things)))
    labels = labels_of(groups)
    possible = possible_matches(frame, spec, model, pairs, weights, labels)
    model = within_capacity(model, possible, allowed(spec.aims, len(frame)))
    asked = possible.place[possible.asked(model)]
    left, right = pairs.left[asked].tolist(), pairs.right[asked].tolist()
    return Score(
        seed,
        shown,
        len(frame),
        quality,
        len(asked),
        sum(things[one] == things[other] for one, other in zip(left, right, strict=True)),
        naive_f1,
        records.refused,
        perf_counter() - started,
    )


def _rows_by(things: Sequence[str]) -> Iterable[list[int]]:
    rows: dict[str, list[int]] = {}
    for place, thing in enumerate(things):
        rows.setdefault(thing, []).append(place)
    return rows.values()


def examine(seed: int) -> list[Score]:
    """Generate a seed into a temporary folder and score both domains of it."""
    with tempfile.TemporaryDirectory(prefix="aurum-sample-") as name:
        folder = Path(name)
        write_sample(seed, folder)
        naive = score_naive(folder)
        hardest = {
            "customers": max(naive["customers"]["f1"], naive["customers_clean"]["f1"]),
            "products": naive["products"]["f1"],
        }
        return [resolve_domain(seed, folder, shown, hardest[shown]) for shown in DOMAINS]


def figures(scores: Sequence[Score]) -> dict[str, float]:
    """Return the figures that the bars are about, over all seeds; spread is the widest of the four rates."""
    found: dict[str, float] = {}
    spreads = []
    for shown in DOMAINS:
        for rate in ("precision", "recall", "f1"):
            values = [getattr(score.quality, rate) for score in scores if score.domain == shown]
            found[f"{shown}_{rate}_min"] = round(min(values), 4)
            if rate != "f1":
                spreads.append(max(values) - min(values))
        asked = [score.true_share for score in scores if score.domain == shown]
        found[f"{shown}_true_share_min"] = round(min(asked), 4)
    found["review_per_100_max"] = round(max(score.tasks_per_100 for score in scores), 3)
    found["naive_f1_max"] = round(max(score.naive_f1 for score in scores), 4)
    found["spread"] = round(max(spreads), 4)
    found["seconds"] = round(sum(score.seconds for score in scores), 1)
    return found


def missed(found: dict[str, float]) -> list[str]:
    """Return one sentence per bar that is missed."""
    low = [(name, "least", bar) for name, bar in LEAST.items() if found[name] < bar]
    high = [(name, "most", bar) for name, bar in MOST.items() if found[name] > bar]
    return [f"{name} is {found[name]:g}, at {side} {bar:g} is due" for name, side, bar in low + high]


def table(scores: Sequence[Score]) -> str:
    """Return the scores as a table for people, with refused rows named below it."""
    lines = [
        "  seed domain     records precision  recall      F1 naive F1  tasks    /100   true seconds",
        *(
            f"{one.seed:>6} {one.domain:<10} {one.records:>7} {one.quality.precision:>9.4f}"
            f" {one.quality.recall:>7.4f} {one.quality.f1:>7.4f} {one.naive_f1:>8.4f} {one.tasks:>6}"
            f" {one.tasks_per_100:>7.2f} {one.true_tasks:>6} {one.seconds:>7.1f}"
            for one in scores
        ),
    ]
    lines += [
        f"seed {one.seed}: {one.refused.total()} {one.domain} rows were refused: "
        + ", ".join(f"{count} {rule}" for rule, count in sorted(one.refused.items()))
        for one in scores
        if one.refused
    ]
    return "\n".join(lines)


def main() -> int:
    """Print the table, what is missed, and the JSON line; return the exit status."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.bench.sample_check", description="Score Aurum on fresh seeds of the sample."
    )
    parser.add_argument("--seeds", default="1 2 3", help="seeds, separated by blanks")
    parser.add_argument(
        "--measure", action="store_true", help="leave the judging to bars.toml: the exit status is 0"
    )
    options = parser.parse_args()
    seeds = [int(word) for word in options.seeds.split()]
    scores = [score for seed in seeds for score in examine(seed)]
    found = figures(scores)
    faults = missed(found)
    print("\n".join([table(scores), *(f"MISSED: {sentence}." for sentence in faults)]))
    print(json.dumps(found))
    return 1 if faults and not options.measure else 0


if __name__ == "__main__":
    sys.exit(main())
