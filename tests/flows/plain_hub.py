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
    must: set[Pair] = field(default_factory=set)
    cannot: set[Pair] = field(default_factory=set)

    def accept(self, text: str) -> str:
        """Take one version of a record; return the verdict."""
        (line,) = lines(text)
        held = self.records.get(line.short)
        if held is None:
            self.records[line.short] = line
            return "created"
        if (held.attributes, held.gone) == (line.attributes, line.gone):
            return "unchanged"
        if line.at < held.at:
            return "stale"
        self.records[line.short] = line
        return "changed"

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
        return expected_clusters(self.read(), sorted(self.must), sorted(self.cannot), self.cap, self.names)

    def together(self, short: str) -> frozenset[str]:
        """Return the cluster of an active record."""
        return next(cluster for cluster in self.clusters() if short in cluster)

    def active(self) -> list[str]:
        """Return the records that have a voice."""
        return sorted(short for short, line in self.records.items() if not line.gone)


def pair_of(one: str, other: str) -> Pair:
    """Return two records in the order of their names."""
    return (one, other) if one < other else (other, one)
