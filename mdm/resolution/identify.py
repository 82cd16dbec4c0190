"""Which golden id each cluster carries, by homes (design §3). Nothing here reads or writes the database."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from matching.identity import New, assign
from mdm.resolution.binding import Judgements
from mdm.resolution.scope import Row
from mdm.resolution.settle import Grouping


@dataclass(frozen=True, slots=True)
class Named:
    """One cluster with its golden number, or the mark of one that is to be issued. Record ids ascend."""

    golden: int | New
    members: tuple[int, ...]


@dataclass(frozen=True)
class Identities:
    """The clusters with their golden numbers, and the home of each active record.

    A home may be a new id that no cluster carries: that of records which only a merge holds together with
    others, and which have an id of their own when it is undone.
    """

    clusters: tuple[Named, ...]
    homes: Mapping[int, int | New]

    @property
    def issued(self) -> int:
        """How many new ids there are."""
        return sum(isinstance(one.golden, New) for one in self.clusters) + len(self.hidden)

    @property
    def hidden(self) -> dict[New, tuple[int, ...]]:
        """New ids that no cluster carries yet -> the records that they are issued for."""
        carried = {cluster.golden for cluster in self.clusters}
        found: dict[New, list[int]] = {}
        for record, home in self.homes.items():
            if isinstance(home, New) and home not in carried:
                found.setdefault(home, []).append(record)
        return {home: tuple(sorted(records)) for home, records in found.items()}


def identify(
    rows: Sequence[Row],
    grouping: Grouping,
    judgements: Judgements,
    *,
    live_elsewhere: Collection[int],
    confirmed: Collection[int],
    units: Sequence[Sequence[int]] | None = None,
) -> Identities:
    """Give each group its golden number. Seniority is the order of acceptance.

    units: the groups that would stand if no person had merged any; None: the same.
    """
    homes = {row.id: row.home_id for row in rows if row.active}
    found = assign(
        grouping.groups,
        homes,
        {record_id: record_id for record_id in homes},
        weight_between=grouping.weight,
        units=units,
        live_elsewhere=live_elsewhere,
        kept_by_judgement=judgements.kept,
        confirmed=confirmed,
    )
    after = {**homes, **found.homes}
    return Identities(
        clusters=tuple(
            Named(golden, members) for golden, members in zip(found.ids, grouping.groups, strict=True)
        ),
        homes={record_id: home for record_id, home in after.items() if home is not None},
    )
