"""What a person should know of a run before relying on it, as sentences: closed keys, cut components,
generic values, a model that could not be learned.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from matching.engines.local import Resolution
from matching.model import MILLI, Model
from matching.spec import MatchSpec


def cautions(resolution: Resolution, spec: MatchSpec) -> tuple[str, ...]:
    """Return one sentence for each thing that a run did not do as a reader would expect; no value of a record
    is named.
    """
    report, model = resolution.report, resolution.model
    return (
        *_untrained(model),
        *_closed(report.get("rules", {}), _caps(spec, model)),
        *_generic(model),
        *_cut(report.get("cut_components", ()), spec),
    )


def _untrained(model: Model) -> list[str]:
    if model.training.get("method") != "default":
        return []
    pairs = model.training.get("candidates", 0)
    why = "too few to learn from, so the parameters that the comparisons bring were used"
    return [f"Only {pairs:,} candidate pairs: {why}."]


def _caps(spec: MatchSpec, model: Model) -> dict[str, int]:
    return dict(zip((rule.name for rule in spec.blocking), model.caps(spec), strict=True))


def _closed(rules: Mapping[str, Mapping[str, Any]], caps: Mapping[str, int]) -> list[str]:
    found = []
    for name, counts in rules.items():
        keys, rows, lost = (int(counts.get(key, 0)) for key in ("closed_keys", "closed_rows", "lost_rows"))
        if not keys:
            continue
        one = keys == 1
        carried = (
            f"{keys:,} key{'' if one else 's'} of the rule “{name}” {'is' if one else 'are'} carried by more"
            f" than {caps[name]:,} records{'' if one else ' each'} ({rows:,} in all)"
            f" and {'is' if one else 'are'} closed"
        )
        met = (
            "all of these records meet others by finer or further keys of the rule"
            if not lost
            else f"{lost:,} of these records meet nobody by this rule"
        )
        found.append(f"{carried}; {met}.")
    return found


def _generic(model: Model) -> list[str]:
    return [
        f"{len(values):,} value{'s' if len(values) > 1 else ''} of {column.replace('_', ' ')}"
        f" {'are' if len(values) > 1 else 'is'} carried by so many records that"
        f" {'they tell' if len(values) > 1 else 'it tells'} nothing."
        for column, values in model.generic.items()
        if values
    ]


def _cut(components: Any, spec: MatchSpec) -> list[str]:
    return [
        f"A component of {int(cut['size']):,} different records is larger than"
        f" {spec.aims.largest_component:,}: within"
        f" it, only pairs from {cut['link_weight'] / MILLI:.1f} bits linked."
        for cut in components
        if isinstance(cut, Mapping) and "size" in cut and "link_weight" in cut
    ]
