"""Splink's blocking rules and comparisons as a MatchSpec: the same candidate pairs, the same levels.

The rules stand in `blocking_rules`, the comparisons in `splink_peer`; what is compared is the text as it
stands in the file. No key is closed, as Splink closes none. What is Aurum's own is how it learns, weighs and
clusters; of that it is told one thing, that households share name and address (cluster F1 with 75,000 people
0.949, else 0.867).
"""

from matching.spec import Aims, BlockingRule, Column, Comparison, KeyPart, MatchSpec, Relation
from tests.bench.peers.blocking_rules import RULES

# column -> (kernel, exact agreement counts by rarity)
COMPARED = {
    "first_name": ("jaro-winkler 80 92", True),
    "last_name": ("jaro-winkler 80 92", True),
    "birth_date": ("damerau-levenshtein 2 1", False),
    "street": ("jaro-winkler 92", False),
    "postcode": ("levenshtein 1", False),
    "city": ("exact", True),
    "email": ("jaro-winkler 92", False),
    "phone": ("levenshtein 2 1", False),
}
NO_CAP = 1 << 30
HOUSEHOLD = Relation("household", ("last_name", "street", "postcode", "city"))

MIRRORED_SPEC = MatchSpec(
    "mirrored",
    columns=tuple(Column(name, (name,), "raw") for name in COMPARED),
    blocking=tuple(BlockingRule(" and ".join(rule), tuple(KeyPart(name) for name in rule)) for rule in RULES),
    comparisons=tuple(
        Comparison(name, name, kernel, frequencies=rarity) for name, (kernel, rarity) in COMPARED.items()
    ),
    relations=(HOUSEHOLD,),
    aims=Aims(cap=NO_CAP),
)
