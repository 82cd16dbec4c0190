"""What a change of the rules touches, and only that computed anew."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from mdm.code_lists.in_use import carriers, codes_in_use
from mdm.code_lists.reading import Place, SourceCodes
from mdm.models import Membership
from mdm.resolution import apply, bulk, scope
from mdm.resolution.apply import Settled
from mdm.rulesets.active import ActiveRules
from mdm.rulesets.portions import portions

COMPONENTS_AT_ONCE = 20_000


def decides_values_only(before: ActiveRules, after: ActiveRules) -> bool:
    """Whether both rule sets hold the same records to be one, so that only golden values can differ."""
    if before.spec != after.spec or before.model != after.model:
        return False
    if before.code_lists == after.code_lists:
        return True
    changed = {place.path for place in _changed_places(before, after)}
    read = {path for column in after.spec.columns for path in column.inputs}
    return not changed & (read | {path.partition(".")[0] for path in read})


def touched(before: ActiveRules, after: ActiveRules) -> set[int] | None:
    """Return the active records that the later rules read otherwise; None: any may get another value."""
    if before.survivorship != after.survivorship:
        return None
    found: set[int] = set()
    places = _changed_places(before, after)
    differing: dict[tuple[Place, str], set[str]] = {}
    for one in codes_in_use(after.domain, places):
        readers = [_codes_of(rules, one.place, one.source) for rules in (before, after)]
        earlier, later = (reader.read(one.code) if reader else (one.code, True) for reader in readers)
        if earlier != later:
            differing.setdefault((one.place, one.source), set()).add(one.code)
    for (place, source), codes in differing.items():
        found |= carriers(after.domain, place, source, codes)
    return found


def recompute(before: ActiveRules | None, after: ActiveRules, *, actor: str, cause: str) -> Settled:
    """Compute anew what differs between two rule sets, inside the caller's entry and domain lock.

    Records that wait for resolution are left to it: it finds the later rules in force.
    """
    if before is None or not decides_values_only(before, after):
        return bulk.rebuild(after.domain, actor=actor, cause=cause)
    settled = [
        apply.settle_and_write(after, scope.rows_in_components(components), {})
        for components in _components(after.domain, touched(before, after))
    ]
    return Settled(
        events=tuple(event for one in settled for event in one.events),
        written=tuple(value for one in settled for value in one.written),
        told=tuple(golden for one in settled for golden in one.told),
    )


def _changed_places(before: ActiveRules, after: ActiveRules) -> list[Place]:
    """Return the places whose list differs, or is in one of the rule sets only."""
    lists = [{one.name: one for one in rules.code_lists.lists} for rules in (before, after)]
    earlier, later = lists
    places = dict.fromkeys((*before.codes.places, *after.codes.places))
    return [place for place in places if earlier.get(place.code_list) != later.get(place.code_list)]


def _codes_of(rules: ActiveRules, place: Place, source: str) -> SourceCodes | None:
    return dict(rules.codes.of_source(source)).get(place)


def _components(domain: str, record_ids: Collection[int] | None) -> Iterator[Sequence[int]]:
    """Yield the components of these records (None: of all) that were resolved before, in portions."""
    rows = Membership.objects.filter(domain=domain, golden__isnull=False)
    if record_ids is not None:
        rows = rows.filter(record__in=sorted(record_ids))
    found = sorted(set(rows.values_list("component_id", flat=True)))
    yield from portions(found, COMPONENTS_AT_ONCE)
