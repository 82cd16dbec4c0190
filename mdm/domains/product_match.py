"""How products match: identifiers, brand and title, and everything that tells one variant from the next."""

from matching.readings_products import INPUTS
from matching.spec import (
    Aims,
    BlockingRule,
    Column,
    Comparison,
    Gate,
    KeyPart,
    MatchSpec,
    Relation,
    StateGates,
)

COLUMNS = (
    Column("title", INPUTS, "offer_title", shown="name"),
    Column("brand", ("brand", "manufacturer"), "brand", shown="brand"),
    Column("gtin", ("gtins",), "gtin_or_doubt", shown="gtins"),
    Column("mpn", ("mpn",), "part_number", shown="mpn"),
    Column("model", INPUTS, "offer_models", shown="name"),
    Column("marks", INPUTS, "offer_marks", shown="name"),
    Column("measures", INPUTS, "offer_measures", shown="net_content"),
    Column("colour", INPUTS, "offer_colours", shown="colour"),
    Column("variant", INPUTS, "offer_variant", shown="size"),
    Column("guards", INPUTS, "offer_guards", shown="size"),
    Column("price", ("price",), "number", shown="price"),
    Column("category", ("category",), "text", shown="category"),
)


def _rule(name: str, *parts: tuple[str, str, int]) -> BlockingRule:
    return BlockingRule(name, tuple(KeyPart(*part) for part in parts))


BLOCKING = (
    _rule("GTIN", ("gtin", "value", 0)),
    _rule("part number", ("mpn", "value", 0)),
    _rule("model", ("model", "value", 0)),
    _rule("rare words of the title", ("title", "rare_pairs", 3)),
    _rule("rare words and amounts", ("title", "rare_pairs", 4), ("measures", "value", 0)),
    _rule("rare words and colour", ("title", "rare_pairs", 4), ("colour", "value", 0)),
)

COMPARISONS = (
    Comparison("brand", "brand", "brand", frequencies=True),
    Comparison("title", "title", "title", given="brand", attribute="name"),
    Comparison("gtin", "gtin", "gtin", frequencies=True, attribute="gtins"),
    Comparison("mpn", "mpn", "part_number", frequencies=True),
    Comparison("model", "model", "model_number", given="mpn", attribute="name"),
    Comparison("variant", "variant", "variant", given="brand", attribute="size"),
    Comparison("marks", "marks", "marks", attribute="name"),
    Comparison("price", "price", "number"),
    Comparison("category", "category", "exact"),
)

GATES = (Gate("variant", "guards", "identifier"),)

LINE = ("brand", "title", "mpn", "model", "price", "category")
RELATIONS = (
    Relation("variants of one line", LINE, chance=True),
    Relation("variants under one GTIN", (*LINE, "gtin")),
    Relation("lines of one brand", ("brand", "title", "category", "variant")),
)

MATCH_SPEC = MatchSpec(
    "product",
    COLUMNS,
    BLOCKING,
    COMPARISONS,
    GATES,
    RELATIONS,
    neighbour_columns=("title",),
    aims=Aims(link_probability=0.62, review_probability=0.04),
    state_gates=StateGates(
        confirmed_margin=5_000, confirmed_split=True, merges_a_day=10_000, overlay=2, moved_share=0.02
    ),
)
