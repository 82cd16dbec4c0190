"""Blocking keys as they are stored: those of one domain never equal those of another.

So whoever looks a key up reads its carriers out of the index alone, which does not know of domains.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from hashlib import blake2b

import numpy as np
from numpy.typing import NDArray

from matching.blocking import BlockingKeys, record_keys
from matching.frame import Frame
from matching.generic_values import carriers, name_keys, values_of_keys
from matching.model import Model
from matching.spec import MatchSpec
from mdm.rulesets.active import ActiveRules

Longs = NDArray[np.int64]

CALLED = -1
"""Stands for a rule with the key of what a record is called."""


@lru_cache(maxsize=64)
def salt(domain: str) -> int:
    """Return what the keys of a domain are crossed with (exclusive or), a signed number of 64 bits."""
    return int.from_bytes(blake2b(domain.encode(), digest_size=8).digest(), "little", signed=True)


def salted(domain: str, keys: Collection[int] | Longs) -> Longs:
    """Return keys of `matching` as they are stored, or stored ones as `matching` makes them."""
    return np.fromiter(keys, dtype=np.int64, count=len(keys)) ^ np.int64(salt(domain))


def keys_of(
    domain: str,
    frame: Frame,
    spec: MatchSpec,
    model: Model,
    *,
    caps: Sequence[int] | None = None,
    closed: Collection[int] | None = None,
) -> BlockingKeys:
    """Return the keys of the rows of a frame; caps and closed (stored keys) as in `record_keys`."""
    over = None if closed is None else salted(domain, closed).tolist()
    found = record_keys(frame, spec, model, caps=caps, closed=over)
    return replace(found, keys=salted(domain, found.keys))


def with_carried(rules: ActiveRules, frame: Frame, found: BlockingKeys) -> BlockingKeys:
    """Return keys with those by which nobody is found: what a row is called, which generic values it has."""
    if not rules.most_names:
        return found
    names = name_keys(frame, rules.spec)
    called = np.flatnonzero(names)
    rows, keys, places = carriers(frame, rules.spec, rules.counted)
    more = np.concatenate([np.full(len(called), CALLED, dtype=np.int64), -2 - places])
    return BlockingKeys(
        np.concatenate([found.rows, called, rows]),
        np.concatenate([found.keys, salted(rules.domain, np.concatenate([names[called], keys]))]),
        np.concatenate([found.rules.astype(np.int64), more]),
        np.concatenate([found.shallow, np.zeros(len(more), dtype=bool)]),
    )


def generic_values(rules: ActiveRules, frame: Frame) -> dict[int, tuple[str, str]]:
    """Return key -> (column, value) of the values of a frame that are generic by count."""
    if not rules.counted:
        return {}
    return named_values(
        rules, frame, salted(rules.domain, carriers(frame, rules.spec, rules.counted)[1]).tolist()
    )


def named_values(rules: ActiveRules, frame: Frame, keys: Collection[int]) -> dict[int, tuple[str, str]]:
    """Return key -> (column, value) of those of these stored keys that a value of the frame has."""
    found: Mapping[int, tuple[str, str]] = values_of_keys(
        frame, rules.spec, salted(rules.domain, keys).tolist()
    )
    return dict(zip(salted(rules.domain, list(found)).tolist(), found.values(), strict=True))
