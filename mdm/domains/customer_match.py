"""How customers match: people by name, birth date, contact; organisations by name, identifiers and place."""

from matching.spec import (
    Aims,
    BlockingRule,
    Column,
    Comparison,
    Gate,
    GenericValues,
    KeyPart,
    MatchSpec,
    Relation,
    StateGates,
)

PERSON = (
    "given_name", "middle_name", "family_name", "full_name", "name_suffix", "former_family_name",
    "kind", "legal_name", "trading_name",
)  # fmt: skip
STREETS = (
    "billing_address.street",
    "billing_address.line",
    "shipping_address.street",
    "shipping_address.line",
)
HOUSES = ("billing_address.house_number", "billing_address.street", "billing_address.line")

COLUMNS = (
    Column("kind", ("kind",), "raw"),
    Column("given", PERSON, "given_name", shown="given_name"),
    Column("middle", PERSON, "middle_name", shown="middle_name"),
    Column("family", PERSON, "family_name", shown="family_name"),
    Column("nobody", ("given_name", "family_name"), "nobody", shown="full_name"),
    Column("generation", PERSON, "generation", shown="name_suffix"),
    Column("words", PERSON, "person_words", shown="full_name"),
    Column("organisation", ("legal_name", "trading_name"), "organisation", shown="legal_name"),
    Column("branch", ("legal_name", "trading_name"), "branch", shown="legal_name"),
    Column("birth_date", ("birth_date",), "date"),
    Column("tax_ids", ("tax_ids",), "identifier"),
    Column("checked_tax_ids", ("tax_ids",), "exclusive_identifier", shown="tax_ids"),
    Column("registration_ids", ("registration_ids", "lei"), "identifier"),
    Column("emails", ("emails",), "email", told=True),
    Column("phones", ("phones",), "phone", told=True),
    Column("web", ("website", "emails"), "web", shown="website", told=True),
    Column("street", STREETS, "street", shown="billing_address"),
    Column("house", HOUSES, "house_number", shown="billing_address"),
    Column("unit", ("billing_address.unit",), "code", shown="billing_address"),
    Column(
        "postcode",
        ("billing_address.postcode", "shipping_address.postcode"),
        "code",
        shown="billing_address",
    ),
    Column("city", ("billing_address.city", "shipping_address.city"), "city", shown="billing_address"),
)


Cut = tuple[str, str, int]


def _rule(
    name: str, *parts: Cut, finer: tuple[Cut, ...] = (), most: int = 0, weak: bool = False
) -> BlockingRule:
    cuts, finer_cuts = (tuple(KeyPart(*part) for part in group) for group in (parts, finer))
    return BlockingRule(name, cuts, finer_cuts, most, weak)


SOUND = ("words", "sound", 0)
# Who shares a switchboard or a domain is told apart by name; namesakes by year of birth, place or both names.
NAMED = (SOUND, ("organisation", "rare_tokens", 1))
YEAR, PLACED, BOTH = (("birth_date", "year", 0),), (("city", "sound", 0),), (("words", "value_pairs", 0),)
MANY = 15  # more records under a name and little else are namesakes that grow with the data
START = ("words", "start", 3)
BORN = ("birth_date", "value", 0)

BLOCKING = (
    _rule("tax id", ("tax_ids", "value", 0)),
    _rule("registration id", ("registration_ids", "value", 0)),
    _rule("e-mail", ("emails", "value", 0), finer=NAMED),
    _rule("e-mail local part", ("emails", "local", 5)),
    _rule("phone", ("phones", "value", 0), finer=NAMED),
    _rule("phone end", ("phones", "end", 6)),
    _rule("website", ("web", "value", 0), finer=NAMED),
    _rule("birth date and initial", ("words", "start", 1), BORN, finer=PLACED, most=MANY, weak=True),
    _rule("birth date and city", BORN, ("city", "sound", 0)),
    _rule("birth date and postcode", BORN, ("postcode", "value", 0)),
    _rule("name and birth day", SOUND, ("birth_date", "month_day", 0), finer=YEAR, most=MANY, weak=True),
    _rule("two names", ("words", "value_pairs", 0), finer=(*YEAR, *PLACED), most=MANY),
    _rule("name and postcode", SOUND, ("postcode", "value", 0), finer=BOTH, most=MANY),
    _rule("name start and postcode", START, ("postcode", "value", 0), finer=BOTH, most=MANY, weak=True),
    _rule("name and city", SOUND, ("city", "sound", 0), finer=BOTH, most=MANY),
    _rule("street and house", ("street", "rare_tokens", 2), ("house", "value", 0), finer=(SOUND,), most=MANY),
    _rule("organisation rare words", ("organisation", "rare_tokens", 3)),
    _rule("organisation rare letters", ("organisation", "rare_grams", 4)),
    _rule("organisation word and area", ("organisation", "tokens", 3), ("postcode", "start", 3)),
)

# Born a generation apart under one telephone: father and son, also where no postcode is known.
APART = (("gap", -20000),)

# Namesakes spell their mailboxes alike, each at a provider of their own: what the name says already is no
# second evidence. Of pairs that agree in both names and so in the mailbox one in fifteen is one person; of
# those without any e-mail on a side it is one in three.
SPELLED_ALIKE = (("spelled alike", -3000),)

COMPARISONS = (
    Comparison("given", "given", "name", other="family", frequencies=True, attribute="given_name"),
    Comparison("family", "family", "name", other="given", frequencies=True, attribute="family_name"),
    Comparison("order", "given", "order", other="family", attribute="full_name"),
    Comparison("middle", "middle", "name", attribute="middle_name"),
    Comparison("generation", "generation", "exact", fixed=(("differs", -30000),), attribute="name_suffix"),
    Comparison("organisation", "organisation", "text", frequencies=True, attribute="legal_name"),
    Comparison("branch", "branch", "exact", attribute="legal_name"),
    Comparison("tax_ids", "tax_ids", "code", fixed=(("exact", 20000),)),
    Comparison("registration_ids", "registration_ids", "code"),
    Comparison("web", "web", "exact", frequencies=True, attribute="website"),
    Comparison("emails", "emails", "email", given="web", frequencies=True),
    Comparison(
        "mailbox", "emails", "mailbox", given="family", fixed_agreeing=SPELLED_ALIKE, attribute="emails"
    ),
    Comparison("phones", "phones", "phone", frequencies=True),
    Comparison("postcode", "postcode", "postcode", frequencies=True, attribute="billing_address"),
    Comparison(
        "birth_date",
        "birth_date",
        "date",
        given="postcode",
        frequencies=True,
        # Father and son share name, house and telephone: what tells them apart must outweigh all that.
        fixed_agreeing=(("differs", -14000), ("decade", -11000)),
    ),
    Comparison("city", "city", "name", given="postcode", frequencies=True, attribute="billing_address"),
    Comparison("street", "street", "text", given="postcode", frequencies=True, attribute="billing_address"),
    Comparison(
        "generation_gap",
        "birth_date",
        "generation_gap",
        given="phones",
        fixed_agreeing=APART,
        attribute="birth_date",
    ),
    Comparison("house", "house", "code", given="street", attribute="billing_address"),
    Comparison("unit", "unit", "code", given="street", attribute="billing_address"),
)

GATES = (
    Gate("kind", "kind", "kind"),
    Gate("tax id", "checked_tax_ids", "identifier"),
    Gate("nobody", "nobody", "isolated"),  # who is called "Unknown Unknown" joins only when a person says so
)

# A switchboard, a mailbox for everybody: what so many different names share tells nobody from anybody.
GENERIC = GenericValues(100, (KeyPart("words", "sound"), KeyPart("organisation")))

PLACE = ("postcode", "city", "street", "house", "unit")
RELATIONS = (
    Relation("household", ("family", "order", "phones", "web", "emails", *PLACE)),
    Relation("colleagues", ("phones", "web", *PLACE)),
    Relation("chain", ("organisation", "web")),
    Relation("namesakes", ("given", "family", "order")),
)

MATCH_SPEC = MatchSpec(
    "customer",
    COLUMNS,
    BLOCKING,
    COMPARISONS,
    GATES,
    RELATIONS,
    aims=Aims(link_probability=0.91, review_probability=0.6, cap=100),
    state_gates=StateGates(
        confirmed_margin=5_000, confirmed_split=True, merges_a_day=10_000, overlay=2, moved_share=0.02
    ),
    generic=GENERIC,
)
