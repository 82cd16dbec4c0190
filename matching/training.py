"""Estimate a model without labels: u from random pairs, m by EM over candidate pairs, thresholds from both.

A first estimate of who matches comes from EM on binary agreement (`matching.first_estimates`); the levels
are then estimated by EM on counted patterns. Sampling is seeded; nothing depends on the order of the
records but the sample.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from matching.blocking import Pairs, frame_pairs
from matching.bounding import reaching
from matching.calibrating import runners_up, weights_at
from matching.columns import CodedColumn
from matching.comparing import Compared
from matching.competition import lone_partners, undisputed
from matching.crowding import text_weights
from matching.em import Estimate, Latent, Patterns, count_patterns, estimate
from matching.first_estimates import first_estimate
from matching.frame import Frame, in_name_order
from matching.generic_values import counted, with_generic
from matching.kernels.registry import kernel_of
from matching.memory import give_back
from matching.model import (
    MILLI,
    Explained,
    Frequencies,
    Model,
    default_model,
    parameters_from,
    with_thresholds,
)
from matching.neighbours import nearest_pairs
from matching.samples import random_pairs, some_of
from matching.scoring import compare_all, parent_classes, score
from matching.signatures import without_repeats
from matching.spec import MatchSpec
from matching.valleys import valley

Ints = NDArray[np.int32]
Floats = NDArray[np.float64]

NEIGHBOURS = 63  # pairs of nearest texts count as a rule of this number
MATCH_FIRMNESS, RELATED_FIRMNESS, CHANCE_FIXED = 0.1, 0.4, 200.0
# What look-alikes do not share may agree now and then (a namesake's mailbox is spelled like the name), but
# where this was free to move, small data let namesakes swallow the matches.
UNSHARED_FIRMNESS = 2.0
FIRM_FIRMNESS = 0.4  # without codes to tell them apart, variants would else be learned to be matches
NAME_FIRMNESS, BOTH_FIRMNESS, LEFT_SHARE, FEW_PER_RECORD = 2.0, 20.0, 0.5, 5.0
RELATED_SHARE = 0.5
HELD = 1e9  # prior observations: only the shares of the classes are estimated
LEAST_CHANCE = 0.2  # share of chance to start from, however few the candidates of a record
MOST_MATCHES = 0.5  # where groups are large and more candidates match, the rest are too alike to show chance
FEWEST_DIFFERENT = 100  # of a few things entered thousands of times, nothing common can be told from a copy
COMPETING_LINK, COMPETING_REVIEW = 0.5, 0.3
GENERIC_SHARE = 0.002
GENERIC_LEAST = 25


def observe(frame: Frame, spec: MatchSpec) -> Model:
    """Return an untrained model that knows the frame's value and document frequencies and generic values."""
    rare = {entry.column for entry in spec.comparisons if entry.frequencies}
    weighted = {entry.column for entry in spec.comparisons if kernel_of(entry.kernel).weighted}
    weighted |= {part.column for rule in spec.blocking for part in rule.parts if part.cut.startswith("rare_")}
    crowded = {entry.column for entry in spec.comparisons if kernel_of(entry.kernel).crowded}
    carried = {entry.name: _generic(frame.column(entry.name)) for entry in spec.columns if entry.told}
    model = with_generic(default_model(spec), carried)
    model = with_generic(model, counted(frame, spec, model))
    frame = frame.telling(model.generic)
    return replace(
        model,
        frequencies={name: _frequencies(frame.column(name)) for name in sorted(rare)},
        texts={name: text_weights(frame.column(name), name in crowded) for name in sorted(weighted)},
    )


def _generic(column: CodedColumn) -> frozenset[str]:
    """Return the elements that more records carry than one customer can have records."""
    rows = column.rows_per_element()
    limit = max(GENERIC_LEAST, GENERIC_SHARE * float((column.codes >= 0).sum()))
    return frozenset(column.elements.at(rows > limit))


def _frequencies(column: CodedColumn) -> Frequencies:
    rows = column.rows_per_element()
    repeated = rows > 1
    counts = dict(zip(column.elements.at(repeated), rows[repeated].tolist(), strict=True))
    return Frequencies(int((column.codes >= 0).sum()), counts)


def all_candidates(
    frame: Frame,
    spec: MatchSpec,
    model: Model,
    *,
    link_only: bool = False,
    standing: NDArray[np.bool_] | None = None,
) -> Pairs:
    """Return the pairs of the blocking rules and, where the spec names columns for it, of nearest texts.

    standing: only these rows are paired and counted against the cap (see `matching.signatures`).
    """
    sources = frame.sources if link_only else None
    also = {}
    if spec.neighbour_columns and spec.aims.neighbours:
        count = spec.aims.neighbours
        also[NEIGHBOURS] = nearest_pairs(frame, spec.neighbour_columns, count, link_only, standing)
    return frame_pairs(frame, spec, model, sources=sources, standing=standing, also=also)


@dataclass(frozen=True)
class Trained:
    """A model, and the candidates of the frame that it was learned from; None where rows were left out."""

    model: Model
    pairs: Pairs | None


def train(
    frame: Frame,
    spec: MatchSpec,
    *,
    seed: int = 0,
    link_only: bool = False,
    one_to_one: bool | None = None,
) -> Model:
    """Return a model of the spec for these records, estimated without labels.

    link_only, one_to_one: as they will be resolved.
    """
    return trained(frame, spec, seed=seed, link_only=link_only, one_to_one=one_to_one).model


def trained(
    frame: Frame,
    spec: MatchSpec,
    *,
    seed: int = 0,
    link_only: bool = False,
    one_to_one: bool | None = None,
) -> Trained:
    """Return what `train` does, and the candidates of a frame in the order of its names, to resolve it."""
    whole = in_name_order(frame)  # samples are drawn by row
    different = whole if link_only or one_to_one else without_repeats(whole)
    if len(different) < len(whole) and len(different) < FEWEST_DIFFERENT:
        return Trained(replace(default_model(spec), training={"method": "default", "candidates": 0}), None)
    model = observe(different, spec)
    pairs = all_candidates(different, spec, model, link_only=link_only)
    give_back()
    model = learned_from(different, spec, model, pairs, seed=seed, link_only=link_only)
    competing = link_only if one_to_one is None else one_to_one
    if competing and model.training.get("method") != "default":
        model = _under_competition(different.telling(model.generic), spec, model, pairs, one_to_one)
    return Trained(model, pairs if different is frame else None)


def learned_from(
    frame: Frame, spec: MatchSpec, model: Model, pairs: Pairs, *, seed: int = 0, link_only: bool = False
) -> Model:
    """Return the model with parameters and thresholds learned from these candidates; it has observed the
    frame.
    """
    frame = frame.telling(model.generic)
    random_left, random_right = random_pairs(frame, seed, link_only)
    if len(pairs) < 20 or not len(random_left):
        return replace(model, training={"method": "default", "candidates": len(pairs)})
    left, right = some_of(pairs, seed)
    levels = tuple(len(kernel_of(entry.kernel).levels) for entry in spec.comparisons)
    texts = dict(model.texts)
    candidate_patterns = _patterns(spec, compare_all(frame, spec, texts, left, right), levels)
    random_patterns = _patterns(spec, compare_all(frame, spec, texts, random_left, random_right), levels)
    random_u = _chances(frame, spec, random_patterns, levels)
    first = first_estimate(spec, candidate_patterns, levels, seed)
    start = _start(spec, random_u, _first_share(spec, candidate_patterns, len(frame)))
    found = estimate(candidate_patterns, levels, start, first=first)
    most = FEW_PER_RECORD * len(frame) / len(pairs)
    found = _not_look_alikes(spec, found, candidate_patterns, levels, start, first, most)
    chance = random_u if found.classes[0].share > max(most, MOST_MATCHES) else found.classes[1].states
    model = _model_of(spec, model, found, chance, levels)
    if spec.aims.grouped_link_probability and found.classes[0].share > most:
        model = replace(model, link_weight=model.weight_at(spec.aims.grouped_link_probability))
    if len(spec.relations) == 1 and spec.aims.grouped_link_probability and not link_only:
        _, above = reaching(frame, spec, model, pairs.left, pairs.right, model.link_weight)
        beyond = valley(above, model.link_weight, len(frame))
        model = model if beyond is None else replace(model, link_weight=beyond)
    return model


def _under_competition(
    frame: Frame, spec: MatchSpec, model: Model, pairs: Pairs, one_to_one: bool | None
) -> Model:
    """Return the model with thresholds from winners and runners-up, where these are enough to tell."""
    weights = score(frame, spec, model, pairs.left, pairs.right)
    lone = lone_partners(frame, pairs.left, pairs.right, weights, model, one_to_one)
    if lone is None:
        return model
    won = undisputed(pairs.left, pairs.right, weights, frame.sources, frame.names, lone)
    choosing = np.asarray(lone.all(axis=1))[frame.sources]
    decoys = runners_up(weights, won, pairs.left, pairs.right, choosing)
    found = weights_at(weights[won], decoys, (COMPETING_LINK, COMPETING_REVIEW))
    if found is None:
        return model
    return replace(model, link_weight=found[0], review_weight=found[1])


def _start(spec: MatchSpec, chance: tuple[Floats, ...], share: float) -> tuple[Latent, ...]:
    """Return the classes to start from: matches, chance, and one per relation, which agrees on what it
    shares only.
    """
    match = tuple(_spread(kernel_of(entry.kernel).m, bool(entry.given)) for entry in spec.comparisons)
    if len(match) == 1 and kernel_of(spec.comparisons[0].kernel).crowded:
        # One comparison alone tells no two classes apart (Goodman 1974); its levels mean the same everywhere.
        u = _spread(kernel_of(spec.comparisons[0].kernel).u, False)
        return Latent(match, share, 0.0, HELD), Latent((u,), 1.0 - share, 0.0, HELD)
    related = [
        Latent(
            tuple(
                match[place] if entry.name in relation.shared else chance[place]
                for place, entry in enumerate(spec.comparisons)
            ),
            RELATED_SHARE * share,
            RELATED_FIRMNESS,
            holds=frozenset(
                place for place, entry in enumerate(spec.comparisons) if entry.name not in relation.shared
            ),
            held=UNSHARED_FIRMNESS,
        )
        for relation in spec.relations
    ]
    firm = frozenset(place for place, entry in enumerate(spec.comparisons) if kernel_of(entry.kernel).firm)
    rest = 1.0 - share - sum(latent.share for latent in related)  # positive, as LEAST_CHANCE sees to
    same = Latent(match, share, MATCH_FIRMNESS, holds=firm, held=FIRM_FIRMNESS)
    return (same, Latent(chance, rest, 0.0, CHANCE_FIXED), *related)


def _not_look_alikes(
    spec: MatchSpec,
    found: Estimate,
    patterns: Patterns,
    levels: tuple[int, ...],
    start: tuple[Latent, ...],
    first: Floats,
    most: float,
) -> Estimate:
    """Return the estimate, or one whose matches agree on the name, where that leaves less than half of them.

    Only where a single comparison tells related things apart, as the name does in a table of any columns:
    if most of what was taken for matches goes as soon as they have to agree there, these were look-alikes.
    most: the share of matches from which on they are not rare; groups may be large then, their names wide.
    """
    apart = [
        place
        for relation in spec.relations
        for place, entry in enumerate(spec.comparisons)
        if entry.name not in relation.shared
    ]
    if len(spec.relations) != 1 or not 1 <= len(apart) <= 2:
        return found
    held = NAME_FIRMNESS if len(apart) == 1 else BOTH_FIRMNESS
    same = replace(start[0], holds=start[0].holds | frozenset(apart), held=held)
    firmer = estimate(patterns, levels, (same, *start[1:]), first=first)
    return firmer if firmer.classes[0].share < min(most, LEFT_SHARE * found.classes[0].share) else found


def _patterns(spec: MatchSpec, compared: Compared, levels: tuple[int, ...]) -> Patterns:
    states = compared.levels.astype(np.int16)
    widths = []
    for place, comparison in enumerate(spec.comparisons):
        classes = 3 if comparison.given else 1
        widths.append(levels[place] * classes)
        if classes > 1:
            states[:, place] += parent_classes(spec, compared, comparison).astype(np.int16) * levels[place]
    return count_patterns(states, tuple(widths), levels)


def _spread(values: tuple[float, ...], conditional: bool) -> Floats:
    """Return kernel defaults as states with level 0 first, once per class."""
    row = np.r_[0.0, np.array(values) / sum(values)]
    return np.asarray(np.maximum(np.tile(row, 3 if conditional else 1), 1e-7))


def _chances(
    frame: Frame, spec: MatchSpec, patterns: Patterns, levels: tuple[int, ...]
) -> tuple[Floats, ...]:
    """Return u per comparison from random pairs, smoothed by the kernel's own; exact agreement from
    frequencies.
    """
    found = []
    for place, comparison in enumerate(spec.comparisons):
        kernel = kernel_of(comparison.kernel)
        own = _spread(kernel.u, False)[1:]
        counts = np.bincount(
            patterns.states[:, place], weights=patterns.counts, minlength=patterns.widths[place]
        )
        table = counts.reshape(-1, levels[place])[:, 1:]
        together = (table.sum(axis=0) + 20.0 * own) / (table.sum() + 20.0)
        table = (table + 200.0 * together) / (table.sum(axis=1, keepdims=True) + 200.0)
        column = frame.column(comparison.column)
        if column.single and comparison.kernel != "order" and not comparison.given:
            rows = column.rows_per_element().astype(float)
            exact = float((rows * (rows - 1)).sum() / max(1.0, rows.sum() * (rows.sum() - 1)))
            table[:, :-1] *= (1.0 - exact) / np.maximum(table[:, :-1].sum(axis=1, keepdims=True), 1e-9)
            table[:, -1] = exact
        table = np.maximum(table, 1e-7)
        table /= table.sum(axis=1, keepdims=True)
        found.append(np.hstack([np.full((len(table), 1), 1e-7), table]).ravel())
    return tuple(found)


def _first_share(spec: MatchSpec, patterns: Patterns, rows: int) -> float:
    """Return the share of matches to start from: half a match a record, with room for chance."""
    most = min(0.5, (1.0 - LEAST_CHANCE) / (1.0 + RELATED_SHARE * len(spec.relations)))
    return float(np.clip(0.5 * rows / max(1.0, patterns.counts.sum()), 0.005, most))


def _model_of(
    spec: MatchSpec, model: Model, found: Estimate, chance: tuple[Floats, ...], levels: tuple[int, ...]
) -> Model:
    """Return the model with weights from m against u; chance: the states that u is read from."""
    match, _, *related = found.classes
    parameters, relations = {}, [dict[str, tuple[tuple[int, ...], ...]]() for _ in related]
    for place, comparison in enumerate(spec.comparisons):
        m, u = (_rows(states[place], levels[place]) for states in (match.states, chance))
        parameters[comparison.name] = parameters_from(comparison, m, u)
        for latent, tables in zip(related, relations, strict=True):
            bits = np.log2(_rows(latent.states[place], levels[place])) - np.log2(u)
            tables[comparison.name] = tuple((0, *(round(MILLI * float(bit)) for bit in row)) for row in bits)
    apart = 1.0 - match.share
    model = replace(
        model,
        parameters=parameters,
        prior=round(MILLI * float(np.log2(match.share / apart))),
        relations=tuple(
            Explained(relation.name, round(latent.share / apart, 9), tables)
            for relation, latent, tables in zip(spec.relations, related, relations, strict=True)
        ),
        training={"method": "em", "share": round(match.share, 6), "rounds": found.rounds},
    )
    return with_thresholds(model, spec)


def _rows(states: Floats, levels: int) -> Floats:
    """Return probabilities per class and level without the missing one, each row summing to 1."""
    table = states.reshape(-1, levels)[:, 1:]
    return np.asarray(table / table.sum(axis=1, keepdims=True))
