"""A Model holds everything that depends on data, frozen: parameters, frequencies, generic values, thresholds.

Match weights follow Fellegi and Sunter (1969): log2(m / u) per comparison and level, in 1/1000 bit. A model
survives JSON and is bound to the fingerprint of the spec it was trained for.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from matching.combination_rules import CombinationRule, refuse_unfit
from matching.errors import ModelError
from matching.kernels.registry import kernel_of
from matching.learning.learned import Learned
from matching.spec import Comparison, Json, MatchSpec
from matching.weights import TextWeights

MILLI = 1000
LEAST_PRIOR = -60 * MILLI
AGREES = 2
"""Class of a comparison whose parent agrees: see Parameters."""


@dataclass(frozen=True)
class Parameters:
    """m, u: [class of the comparison it depends on][level from "differs" up]; weights: the same with level
    0 first.

    Classes are 0 (nothing to depend on, or missing there), 1 (that one disagrees), 2 (it agrees).
    """

    m: tuple[tuple[float, ...], ...]
    u: tuple[tuple[float, ...], ...]
    weights: tuple[tuple[int, ...], ...]

    @cached_property
    def table(self) -> NDArray[np.int64]:
        """The weights as int64[classes, levels]."""
        return np.array(self.weights, dtype=np.int64)


@dataclass(frozen=True)
class Explained:
    """A relation that explains agreement without a match: its share of non-matching candidates, and per
    comparison log2(P(level | relation) / u) in 1/1000 bit, [class][level] with level 0 first.
    """

    name: str
    share: float
    weights: Mapping[str, tuple[tuple[int, ...], ...]]

    @cached_property
    def tables(self) -> dict[str, NDArray[np.int64]]:
        """The weights of each comparison as int64[classes, levels]."""
        return {name: np.array(weights, dtype=np.int64) for name, weights in self.weights.items()}


@dataclass(frozen=True)
class Frequencies:
    """How many of `rows` records carry each element; an element that is not listed counts as carried once."""

    rows: int
    counts: Mapping[str, int]

    def share(self, element: str) -> float:
        """Return the share of records that carry the element."""
        return self.counts.get(element, 1) / max(self.rows, 1)


@dataclass(frozen=True)
class Model:
    """The frozen numbers of one spec; weights are without the prior, thresholds are on the sum of weights.

    prior: log2 odds that two random records match, in 1/1000 bit. link_weight, review_weight: of the mean
    between two clusters, from which they are merged, and from which a person is asked. possible_weight: the
    mean from which they are kept as a possible match that nobody is asked about; None: the review weight.
    """

    spec: str
    parameters: Mapping[str, Parameters]
    prior: int
    link_weight: int
    review_weight: int
    cap: int
    frequencies: Mapping[str, Frequencies] = field(default_factory=dict)
    texts: Mapping[str, TextWeights] = field(default_factory=dict)
    generic: Mapping[str, frozenset[str]] = field(default_factory=dict)
    relations: tuple[Explained, ...] = ()
    training: Mapping[str, Any] = field(default_factory=dict)
    combinations: tuple[CombinationRule, ...] = ()
    learned: Learned | None = None
    possible_weight: int | None = None

    def probability(self, weight: int) -> float:
        """Return the probability that a pair of this weight matches."""
        bits = max(-1000.0, min(1000.0, (weight + self.prior) / MILLI))
        return float(1.0 / (1.0 + 2.0**-bits))

    def weight_at(self, probability: float) -> int:
        """Return the weight at which a pair matches with this probability."""
        return round(MILLI * math.log2(probability / (1.0 - probability))) - self.prior

    @cached_property
    def explained(self) -> dict[str, NDArray[np.int64]]:
        """The weights of each comparison under all relations as int64[relations, classes, levels]; where a
        relation knows fewer classes its last one stands again.
        """
        classes = np.arange(AGREES + 1)
        return {
            name: np.stack(
                [
                    entry.tables[name][np.minimum(classes, len(entry.tables[name]) - 1)]
                    for entry in self.relations
                ]
            )
            for name in (self.relations[0].weights if self.relations else ())
        }

    @property
    def possible_from(self) -> int:
        """The mean weight from which two clusters are a possible match, whether or not anybody is asked."""
        return self.review_weight if self.possible_weight is None else self.possible_weight

    @property
    def kept_from(self) -> int:
        """The weight from which a pair is kept: it may link, or make a possible match."""
        return min(self.possible_from, self.link_weight - bool(self.combinations))

    def caps(self, spec: MatchSpec) -> tuple[int, ...]:
        """Return how many rows may carry a key of each rule of the spec; more close it."""
        return spec.caps(self.cap)

    def require(self, spec: MatchSpec) -> None:
        """Raise ModelError unless this model belongs to the spec."""
        if self.spec != spec.fingerprint():
            raise ModelError(
                f"The model was trained for the spec {self.spec}, but '{spec.name}' is"
                f" {spec.fingerprint()}; train again."
            )
        refuse_unfit(self.combinations, spec)

    def to_json(self) -> Json:
        """Return the model as JSON-able values, in a stable order."""
        return {
            "spec": self.spec,
            "prior": self.prior,
            "link_weight": self.link_weight,
            "review_weight": self.review_weight,
            "cap": self.cap,
            "parameters": {
                name: {"m": _lists(entry.m), "u": _lists(entry.u), "weights": _lists(entry.weights)}
                for name, entry in self.parameters.items()
            },
            "frequencies": {
                name: {"rows": entry.rows, "counts": dict(sorted(entry.counts.items()))}
                for name, entry in self.frequencies.items()
            },
            "texts": {
                name: {
                    "documents": entry.documents,
                    "tokens": dict(sorted(entry.tokens.items())),
                    "grams": dict(sorted(entry.grams.items())),
                    **({"crowding": dict(sorted(entry.crowding.items()))} if entry.crowding else {}),
                }
                for name, entry in self.texts.items()
            },
            "generic": {name: sorted(values) for name, values in self.generic.items()},
            "relations": [
                {
                    "name": entry.name,
                    "share": entry.share,
                    "weights": {name: _lists(rows) for name, rows in entry.weights.items()},
                }
                for entry in self.relations
            ],
            "training": dict(self.training),
            "combinations": [rule.to_json() for rule in self.combinations],
            "learned": self.learned.to_json() if self.learned else None,
            **({} if self.possible_weight is None else {"possible_weight": self.possible_weight}),
        }

    @classmethod
    def from_json(cls, document: Json) -> Self:
        """Read a model; a missing part is refused by name."""
        try:
            return cls(
                spec=document["spec"],
                prior=document["prior"],
                link_weight=document["link_weight"],
                review_weight=document["review_weight"],
                cap=document["cap"],
                parameters={
                    name: Parameters(_tuples(row["m"]), _tuples(row["u"]), _tuples(row["weights"]))
                    for name, row in document["parameters"].items()
                },
                frequencies={
                    name: Frequencies(row["rows"], row["counts"])
                    for name, row in document["frequencies"].items()
                },
                texts={
                    name: TextWeights(row["documents"], row["tokens"], row["grams"], row.get("crowding", {}))
                    for name, row in document["texts"].items()
                },
                generic={name: frozenset(values) for name, values in document["generic"].items()},
                relations=tuple(
                    Explained(
                        row["name"],
                        row["share"],
                        {name: _tuples(rows) for name, rows in row["weights"].items()},
                    )
                    for row in document["relations"]
                ),
                training=document.get("training", {}),
                learned=Learned.from_json(document["learned"]) if document.get("learned") else None,
                possible_weight=document.get("possible_weight"),
                combinations=tuple(
                    CombinationRule.from_json(row) for row in document.get("combinations", ())
                ),
            )
        except KeyError as error:
            raise ModelError(
                f"The model document lacks the field {error}; save it again from a trained model."
            ) from error


def _lists(rows: tuple[tuple[Any, ...], ...]) -> list[list[Any]]:
    return [list(row) for row in rows]


def _tuples(rows: list[list[Any]]) -> tuple[tuple[Any, ...], ...]:
    return tuple(tuple(row) for row in rows)


def parameters_from(comparison: Comparison, m: NDArray[np.float64], u: NDArray[np.float64]) -> Parameters:
    """Return parameters with weights rounded once; weights ascend with the level, fixed levels take their
    value.

    m, u: float64[classes, levels from "differs" up].
    """
    kernel = kernel_of(comparison.kernel)
    weights = []
    for given, (row_m, row_u) in enumerate(zip(m, u, strict=True)):
        bits = np.log2(row_m) - np.log2(row_u)
        bits = ascending(bits, row_m + row_u) if kernel.ordered else bits
        row = [0, *(round(MILLI * float(bit)) for bit in bits)]
        for level, weight in comparison.fixed + (comparison.fixed_agreeing if given == AGREES else ()):
            row[kernel.levels.index(level)] = weight
        if comparison.floor is not None:
            row = [max(weight, comparison.floor) for weight in row]
        weights.append(tuple(row))
    return Parameters(
        tuple(tuple(round(float(p), 9) for p in row) for row in m),
        tuple(tuple(round(float(p), 9) for p in row) for row in u),
        tuple(weights),
    )


def ascending(bits: NDArray[np.float64], mass: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the nearest ascending sequence, levels weighted by how often they occur (pool adjacent
    violators).
    """
    blocks: list[list[float]] = []
    for bit, weight in zip(bits, mass, strict=True):
        blocks.append([float(bit), float(weight), 1])
        while len(blocks) > 1 and blocks[-2][0] > blocks[-1][0]:
            last, before = blocks.pop(), blocks.pop()
            both = last[1] + before[1]
            blocks.append([(last[0] * last[1] + before[0] * before[1]) / both, both, last[2] + before[2]])
    return np.array([value for value, _, count in blocks for _ in range(int(count))])


def default_model(spec: MatchSpec) -> Model:
    """Return an untrained model: the kernels' own m and u, no frequencies, a prior of one in 2**14."""
    parameters = {}
    for comparison in spec.comparisons:
        kernel = kernel_of(comparison.kernel)
        classes = 3 if comparison.given else 1
        parameters[comparison.name] = parameters_from(
            comparison, np.array([kernel.m] * classes), np.array([kernel.u] * classes)
        )
    weighted = {
        comparison.column for comparison in spec.comparisons if kernel_of(comparison.kernel).weighted
    } | set(spec.neighbour_columns)
    model = Model(
        spec.fingerprint(), parameters, -14 * MILLI, 0, 0, spec.aims.cap,
        texts={column: TextWeights(1 << 20, {}, {}) for column in sorted(weighted)},
    )  # fmt: skip
    return with_thresholds(model, spec)


def with_thresholds(model: Model, spec: MatchSpec) -> Model:
    """Return the model with link and review weight at the probabilities that the spec aims at."""
    return replace(
        model,
        link_weight=model.weight_at(spec.aims.link_probability),
        review_weight=model.weight_at(spec.aims.review_probability),
        possible_weight=None,
    )
