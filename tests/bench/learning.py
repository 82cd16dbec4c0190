"""What a steward's answers are worth: F1 by number of labels, for chosen questions and for random ones.

Usage: python -m tests.bench.learning [SET …]. A simulated steward answers from the truth, 50 questions a
round up to 500. After each round a model is learned and everything is resolved again, the answers in force.
The last line is JSON: for each set the pairwise F1 over all pairs before (`_before`), after 500 chosen
answers (`_f1`) and after 500 random ones (`_random`), on the pairs that nobody was asked about before and
after (`_unasked_before`, `_unasked`), and how many decisions the answers corrected for each one that was
expected (`_gain`).
"""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from matching.blocking import Pairs, pack
from matching.competition import free_of_duplicates, undisputed
from matching.engines.local import cluster
from matching.evaluating import pairs_of
from matching.frame import Frame, build_frame, in_name_order
from matching.learning.choosing import Learning, TooFewJudgements, learn
from matching.learning.judged import Judged, with_answers
from matching.learning.questions import next_questions, undecided
from matching.model import Model
from matching.scoring import score
from matching.spec import MatchSpec
from matching.training import all_candidates, train
from mdm.domains.customer_match import MATCH_SPEC as CUSTOMER
from mdm.domains.product_match import MATCH_SPEC as PRODUCT
from tests.bench.accuracy import DATA, canonical, read_set
from tests.bench.accuracy_sets import BY_NAME

SHOWN = ("amazon_google_full", "abt_buy_full")
LABELS, ROUND = 500, 50
RANDOM_SEEDS = (0, 1)

Longs = NDArray[np.int64]
Bools = NDArray[np.bool_]
Unsigned = NDArray[np.uint64]


@dataclass(frozen=True)
class Town:
    """One set as it is resolved without labels, with the truth for the steward alone."""

    frame: Frame
    spec: MatchSpec
    model: Model
    candidates: Pairs
    true: Unsigned
    links: bool

    @cached_property
    def one_to_one(self) -> bool:
        """Whether each record has at most one partner."""
        return self.links and free_of_duplicates(self.frame)

    def weights(self, model: Model) -> Longs:
        """Return the weight of every candidate."""
        return score(self.frame, self.spec, model, self.candidates.left, self.candidates.right)

    def won(self, weights: Longs) -> Bools | None:
        """Return which candidates win, None where nothing competes."""
        if not self.one_to_one:
            return None
        pairs = self.candidates
        return undisputed(pairs.left, pairs.right, weights, self.frame.sources, self.frame.names)

    def found(self, model: Model, weights: Longs) -> Unsigned:
        """Return the pairs that clustering leaves together, packed."""
        won = self.won(weights)
        if won is not None:
            weights = np.where(won, weights, np.minimum(weights, model.link_weight - 1))
        groups, _ = cluster(
            self.frame, self.spec, model, self.candidates, weights,
            link_only=self.links, one_to_one=self.one_to_one,
        )  # fmt: skip
        pairs = pairs_of(groups)
        if self.links:
            left, right = (pairs >> np.uint64(32)).astype(int), (pairs & np.uint64(0xFFFFFFFF)).astype(int)
            pairs = pairs[self.frame.sources[left] != self.frame.sources[right]]
        return pairs

    def f1(self, found: Unsigned, *, but: Unsigned | None = None) -> float:
        """Return pairwise F1 over all pairs, or all but some."""
        true = self.true
        if but is not None:
            found, true = np.setdiff1d(found, but), np.setdiff1d(true, but)
        both = len(np.intersect1d(found, true))
        return 2.0 * both / max(len(found) + len(true), 1)


def town(name: str) -> Town:
    """Return a benchmark set, trained without labels and blocked."""
    entry = BY_NAME[name]
    rows, names, truth = read_set(name)
    spec = CUSTOMER if entry.domain == "customer" else PRODUCT
    frame = in_name_order(build_frame(spec, [canonical(entry.columns, row) for row in rows], names))
    model = train(frame, spec, link_only=entry.links)
    place = {key: row for row, (_, _, key) in enumerate(frame.names)}
    pairs = np.array([(place[one], place[other]) for one, other in truth], dtype=np.int32)
    true = np.unique(pack(pairs[:, 0], pairs[:, 1]))
    candidates = all_candidates(frame, spec, model, link_only=entry.links)
    return Town(frame, spec, model, candidates, true, entry.links)


@dataclass
class Course:
    """A steward's answers so far and what they came to, round by round."""

    judged: Judged
    model: Model
    weights: Longs
    curve: dict[int, float]
    expected: float = 0.0
    corrected: int = 0
    learning: Learning | None = None


def taught(place: Town, *, seed: int | None) -> Course:
    """Return the course of 500 answers: to chosen questions, or to random undecided pairs under a seed."""
    nobody = Judged.of(np.empty(0, np.int32), np.empty(0, np.int32), np.empty(0, bool))
    course = Course(nobody, place.model, place.weights(place.model), {})
    generator = np.random.default_rng(seed)
    while len(course.judged) < LABELS:
        now = with_answers(place.candidates.left, place.candidates.right, course.weights, course.judged)
        asked = _asked(place, course, now, None if seed is None else generator)
        if not len(asked):
            break
        left, right = place.candidates.left[asked], place.candidates.right[asked]
        same = np.isin(pack(left, right), place.true)
        won = place.won(now)
        linked = (now >= course.model.link_weight) & (True if won is None else won)
        course.corrected += int((linked[asked] != same).sum())
        before = course.judged
        course.judged = Judged.of(
            np.r_[before.left, left], np.r_[before.right, right], np.r_[before.is_match, same]
        )
        _learn(place, course)
        bound = with_answers(place.candidates.left, place.candidates.right, course.weights, course.judged)
        course.curve[len(course.judged)] = round(place.f1(place.found(course.model, bound)), 4)
    return course


def _asked(place: Town, course: Course, now: Longs, generator: np.random.Generator | None) -> Longs:
    """Return the places of the candidates of the next round."""
    won, wanted = place.won(now), min(ROUND, LABELS - len(course.judged))
    if generator is not None:
        at, _ = undecided(
            course.model, place.candidates, course.weights, wanted, judged=course.judged, won=won
        )
        return generator.choice(at, min(wanted, len(at)), replace=False)
    questions = next_questions(
        place.frame, place.spec, course.model, place.candidates, course.weights, wanted,
        judged=course.judged, won=won,
    )  # fmt: skip
    course.expected += sum(question.own for question in questions)
    rows = np.array([(question.left, question.right) for question in questions], dtype=np.int32)
    packed = pack(place.candidates.left, place.candidates.right)
    return np.flatnonzero(np.isin(packed, pack(rows[:, 0], rows[:, 1])))


def _learn(place: Town, course: Course) -> None:
    try:
        learning = learn(
            place.frame, place.spec, place.model, course.judged, place.candidates,
            one_to_one=place.one_to_one,
        )  # fmt: skip
    except TooFewJudgements:
        return
    course.learning, course.model = learning, learning.model
    course.weights = place.weights(learning.model)


def measure(name: str) -> dict[str, float]:
    """Print the curves of one set and return its figures."""
    place = town(name)
    before = place.found(place.model, place.weights(place.model))
    course = taught(place, seed=None)
    drawn = [taught(place, seed=seed) for seed in RANDOM_SEEDS]
    asked = course.judged.packed()
    alone = place.found(course.model, course.weights)
    print(f"{name}: {len(place.candidates)} candidates, F1 {place.f1(before):.4f} without labels")
    if course.learning is not None:
        print(f"  {course.learning.sentence}")
        for figure in course.learning.figures:
            print(f"    {figure.name:<22} log loss {figure.log_loss:.3f}  F1 {figure.f1:.3f}")
    print("  answers    chosen    random")
    for labels, reached in course.curve.items():
        others = [row.curve[labels] for row in drawn if labels in row.curve]
        print(f"  {labels:>7} {reached:>9.4f} {np.mean(others) if others else float('nan'):>9.4f}")
    figures = {
        "before": place.f1(before),
        "f1": course.curve[max(course.curve)],
        "random": float(np.mean([row.curve[max(row.curve)] for row in drawn])),
        "unasked_before": place.f1(before, but=asked),
        "unasked": place.f1(alone, but=asked),
        "expected": course.expected,
        "corrected": course.corrected,
        "gain": course.corrected / max(course.expected, 1e-9),
    }
    return {f"{name}_{field}": round(value, 4) for field, value in figures.items()}


def main() -> int:
    """Measure the wanted sets and end with one line of JSON."""
    parser = argparse.ArgumentParser(description="Measure what a steward's answers are worth.")
    parser.add_argument("sets", nargs="*", default=list(SHOWN), metavar="SET", help="benchmark sets")
    figures: dict[str, object] = {}
    skipped: list[str] = []
    for name in parser.parse_args().sets:
        if not (DATA / name).is_dir():
            print(f"{name} skipped: {DATA / name} is not there; AURUM_BENCH_DATA names the folder")
            skipped += [f"{name}_{field}" for field in ("f1", "random", "unasked", "gain")]
            continue
        figures |= measure(name)
    print(json.dumps({**figures, "skipped": skipped}))
    return 0


if __name__ == "__main__":
    sys.exit(main())
