"""The blocking rules that every engine with rules of its caller gets: columns on which two records agree."""

RULES = (
    ("email",),
    ("phone",),
    ("first_name", "last_name"),
    ("last_name", "birth_date"),
    ("first_name", "birth_date"),
    ("last_name", "postcode"),
    ("birth_date", "postcode"),
)


def counting_sql() -> str:
    """Return a query for how many distinct pairs of the table `records` the rules make; empty is null."""
    pairs = " union ".join(
        "select l.id as one, r.id as other from records l join records r on l.id < r.id and "
        + " and ".join(f"l.{name} = r.{name}" for name in rule)
        for rule in RULES
    )
    return f"select count(*) from ({pairs})"
