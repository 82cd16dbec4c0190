"""The benchmark sets of `make bench-accuracy`: which column is which attribute, what is due, what is known.

A set says nothing about how to match it. due: the least pairwise F1 over all pairs; floor: a naive baseline
(one TF-IDF threshold chosen with the truth in hand); best: the best published end-to-end F1 without labels.
Sets whose truth lies only inside labelled pairs are scored on those (`labelled`).
"""

from __future__ import annotations

from dataclasses import dataclass

OVER_FLOOR = 0.05


@dataclass(frozen=True)
class BenchSet:
    """One set: domain (None: read as a table of any columns only), attribute path -> column, what is due."""

    name: str
    domain: str | None = None
    links: bool = False
    columns: tuple[tuple[str, str], ...] = ()
    floor: float | None = None
    bar: float | None = None
    best: float | None = None
    labelled: bool = False

    @property
    def due(self) -> float | None:
        """The F1 that is due: a bar of its own, or the floor and 0.05; None where nothing is known."""
        if self.bar is None and self.floor is not None:
            return round(min(self.floor + OVER_FLOOR, 0.995), 3)
        return self.bar


def _columns(**attributes: str) -> tuple[tuple[str, str], ...]:
    """Return attribute path -> column; a dot is written as two underscores."""
    return tuple((path.replace("__", "."), column) for path, column in attributes.items())


FEBRL = _columns(
    given_name="given_name", family_name="surname", birth_date="date_of_birth", tax_ids="soc_sec_id",
    billing_address__street="address_1", billing_address__unit="address_2",
    billing_address__house_number="street_number", billing_address__city="suburb",
    billing_address__postcode="postcode",
)  # fmt: skip
RESTAURANT = _columns(
    legal_name="name", phones="phone", billing_address__city="city", billing_address__street="addr"
)
NAME_ONLY = _columns(legal_name="name")
OFFER = _columns(name="title", description="description", manufacturer="manufacturer", price="price")
AUTOFJ = {
    "hospital": 0.705, "museum": 0.751, "politicalparty": 0.635, "shoppingmall": 0.866, "sportsleague": 0.552,
}  # fmt: skip

SETS: tuple[BenchSet, ...] = (
    BenchSet("febrl1", "customer", False, FEBRL, bar=0.995),
    BenchSet("febrl2", "customer", False, FEBRL, bar=0.995),
    BenchSet("febrl3", "customer", False, FEBRL, floor=0.997, bar=0.995, best=0.998),
    BenchSet("febrl4", "customer", True, FEBRL, floor=0.999, bar=0.995),
    BenchSet(
        "splink_fake_1000", "customer", False,
        _columns(given_name="first_name", family_name="surname", birth_date="dob", emails="email",
                 billing_address__city="city"),
        floor=0.891,
    ),
    BenchSet(
        "splink_historical_50k", "customer", False,
        _columns(given_name="first_name", family_name="surname", birth_date="dob",
                 billing_address__city="birth_place", billing_address__postcode="postcode_fake"),
        bar=0.83, best=0.827,
    ),
    BenchSet(
        "uganda_patients", "customer", False,
        _columns(given_name="given_name", family_name="surname", birth_date="date_of_birth",
                 phones="phone_number", tax_ids="uganda_nin"),
        floor=1.0,
    ),
    BenchSet(
        "cdc_patient_cases", "customer", True,
        _columns(given_name="FIRST", family_name="LAST", name_suffix="SUFFIX", former_family_name="MAIDEN",
                 birth_date="BIRTHDATE", tax_ids="SSN", billing_address__street="ADDRESS",
                 billing_address__city="CITY", billing_address__postcode="ZIP"),
        floor=0.725,
    ),
    BenchSet(
        "chicago_early_childhood", "customer", False,
        _columns(legal_name="Site name", phones="Phone", billing_address__postcode="Zip",
                 billing_address__street="Address"),
        floor=0.908, bar=0.95,
    ),
    BenchSet("fodors_zagats", "customer", True, RESTAURANT, floor=0.973, bar=0.98),
    *(BenchSet(f"autofj_{name}", "customer", True, NAME_ONLY, floor=floor) for name, floor in AUTOFJ.items()),
    BenchSet("ror_springer", "customer", False, _columns(legal_name="affiliation"), floor=0.448),
    BenchSet("patstat_nl", "customer", False, _columns(legal_name="raw_name"), floor=0.830),
    BenchSet(
        "opensanctions_entity_checks", "customer", True,
        _columns(full_name="name", given_name="firstName", middle_name="middleName", family_name="lastName"),
        labelled=True,
    ),
    BenchSet(
        "abt_buy_full", "product", True,
        _columns(name="name", description="description", manufacturer="manufacturer", price="price"),
        floor=0.660, bar=0.90, best=0.900,
    ),
    BenchSet("amazon_google_full", "product", True, OFFER, floor=0.504, bar=0.65, best=0.607),
    BenchSet("pricerunner_a", "product", False, _columns(name="title", category="category"), floor=0.286),
    BenchSet(
        "sigmod22_x2", "product", False, _columns(name="name", brand="brand", price="price"), floor=0.371
    ),
    BenchSet(
        "beer", "product", True, _columns(name="Beer_Name", brand="Brew_Factory_Name", category="Style"),
        labelled=True,
    ),
    BenchSet("cddb", floor=0.775),
    BenchSet("musicbrainz_20k", floor=0.962),
    BenchSet("dblp_acm_full", None, True, floor=0.934, bar=0.97, best=0.993),
    BenchSet("cora", floor=0.828, best=0.771),
    BenchSet("imdb_tmdb", None, True),
    BenchSet("splink_transactions", None, True),
)  # fmt: skip
BY_NAME = {entry.name: entry for entry in SETS}
