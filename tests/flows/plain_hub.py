"""The hub said as plainly as possible: what was accepted and said, and the clusters that follow from it.

It shares no code with the hub but the language of tests.linktable, whose weights it computes by hand and
whose partition is that of tests.matching.clustering_reference: every pair tried at every step.
"""

from collections.abc import Collection
from dataclasses import dataclass, field, replace

from tests.linktable import Line, expected_clusters, lines

Pair = tuple[str, str]


@dataclass
class PlainHub:
    """records: the accepted version of each. languages: record -> the golden language said through it.
    names: how many may share a phone that says anything.
    """

    cap: int = 100
    names: int | None = None
    records: dict[str, Line] = field(default_factory=dict)
    languages: dict[str, str] = field(default_factory=dict)
    kinds: dict[str, str] = field(default_factory=dict)
    undone: set[str] = field(default_factory=set)
    """Records whose merge at the source a person has taken back, until the source says it again."""
    must: set[Pair] = field(default_factory=set)
    cannot: set[Pair] = field(default_factory=set)

    def accept(self, text: str) -> str:
        """Take one version of a record; return the verdict."""
        (line,) = lines(text)
        held = self.records.get(line.short)
        if held is not None and _content(held) == _content(line):
            return "unchanged"
        if held is not None and line.at < held.at:
            return "stale"
        self.records[line.short] = line
        self.undone.discard(line.short)
        return "created" if held is None else "changed"

    def tie(self, *pairs: Pair) -> None:
        """Hold pairs of records to be one."""
        self.must |= {pair_of(*pair) for pair in pairs}

    def part(self, *pairs: Pair) -> None:
        """Hold pairs of records to be different."""
        self.cannot |= {pair_of(*pair) for pair in pairs}

    def forget(self, pairs: Collection[Pair]) -> None:
        """Take judgements back, whatever they said."""
        gone = {pair_of(*pair) for pair in pairs}
        self.must -= gone
        self.cannot -= gone

    def merged(self) -> set[Pair]:
        """Return which active records their sources say to be one."""
        said = {short: f"{line.source}/{line.into}" for short, line in self.records.items() if line.into}
        active = set(self.active())
        pairs = {pair_of(*pair) for pair in said.items() if {*pair} <= active and pair[0] not in self.undone}
        return {(one, other) for one, other in pairs if one != other}

    def read(self) -> list[Line]:
        """Return the records as they are read: what stewards say of them lies over what their source says."""
        return [
            replace(line, attributes={**line.attributes, "kind": self.kinds[short]})
            if short in self.kinds
            else line
            for short, line in self.records.items()
        ]

    def clusters(self) -> set[frozenset[str]]:
        """Return which active records are one thing."""
        must, cannot, rule = (sorted(pairs) for pairs in (self.must, self.cannot, self.merged()))
        return expected_clusters(self.read(), must, cannot, self.cap, self.names, rule=rule)

    def together(self, short: str) -> frozenset[str]:
        """Return the cluster of an active record."""
        return next(cluster for cluster in self.clusters() if short in cluster)

    def active(self) -> list[str]:
        """Return the records that have a voice."""
        return sorted(short for short, line in self.records.items() if not line.gone)


def _content(line: Line) -> tuple[object, ...]:
    return line.attributes, line.gone, line.deleted, line.into


def pair_of(one: str, other: str) -> Pair:
    """Return two records in the order of their names."""
    return (one, other) if one < other else (other, one)
