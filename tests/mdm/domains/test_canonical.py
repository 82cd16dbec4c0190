"""One canonical record of each domain, validated: what is refused, what is remarked on, what is left out."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mdm import domains
from mdm.domains.placeholders import without_placeholders
from mdm.ingestion.validate import canonicalise

BERLIN = {"city": "Berlin", "country": "DE"}


def _read(domain: str, record: dict[str, Any]) -> tuple[dict[str, Any], list[tuple[str, str]]]:
    canonical, problems = canonicalise(record, domain)
    return canonical, [(problem.rule, problem.severity) for problem in problems]


def test_a_birth_date_to_come_is_refused_with_a_sentence() -> None:
    _, problems = canonicalise({"family_name": "Weber", "birth_date": "2999-01-01"}, "customer")
    assert [problem.reason for problem in problems] == ["Birth date 2999-01-01 is yet to come."]
    assert problems[0].severity == "refused"


def test_a_tax_id_with_a_wrong_check_digit_is_kept_and_remarked_on() -> None:
    record = {"legal_name": "Acme", "tax_ids": [{"scheme": "vat", "value": "DE136695977", "country": "DE"}]}
    assert _read("customer", record) == (record, [("odd_tax_id", "warning")])


def test_a_phone_of_a_known_country_is_written_as_e164() -> None:
    canonical, problems = _read("customer", {"phones": ["030 123456"], "billing_address": BERLIN})
    assert canonical["phones"] == ["+4930123456"]
    assert problems == []


@pytest.mark.parametrize(
    ("domain", "record"),
    [
        ("customer", {"given_name": "n/a"}),
        ("customer", {"family_name": "NULL"}),
        ("customer", {"full_name": "Max Mustermann"}),
        ("customer", {"legal_name": "CPD-Konto"}),
        ("customer", {"emails": ["noreply@acme.de"]}),
        ("customer", {"phones": ["999-9999"]}),
        ("customer", {"birth_date": "1900-01-01"}),
        ("customer", {"tax_ids": [{"scheme": "vat", "value": "000000000"}]}),
        ("customer", {"billing_address": {"city": "unknown", "country": "DE"}}),
        ("customer", {"billing_address": {"street": "-", "city": "N.N.", "postcode": "00000"}}),
        ("customer", {"family_name": "N. N."}),
        ("product", {"brand": "unbekannt"}),
        ("product", {"mpn": "0000"}),
        ("supplier", {"legal_name": "Test Company"}),
    ],
)
def test_placeholders_are_left_out_with_a_remark(domain: str, record: dict[str, Any]) -> None:
    canonical, problems = _read(domain, record)
    assert canonical == {}
    assert ("placeholder", "warning") in problems


@pytest.mark.parametrize(
    ("domain", "record"),
    [
        ("customer", {"family_name": "Null"}),  # a real name, written like one
        ("customer", {"family_name": "Na"}),
        ("customer", {"birth_date": "1970-01-01"}),  # people are born on that day
        ("customer", {"payment_terms": "NA"}),  # codes mean what their owner says
        ("customer", {"legal_name": "Unknown Pleasures Ltd"}),
        ("customer", {"billing_address": {"street": "Hauptstr.", "house_number": "0", "country": "DE"}}),
        ("customer", {"billing_address": {"postcode": "22222", "city": "Arlington", "country": "US"}}),
        ("customer", {"billing_address": {"street": "C", "country": "US"}}),
        ("product", {"size": "7"}),
        ("product", {"name": "Test kit for water"}),
    ],
)
def test_values_that_only_look_empty_stay(domain: str, record: dict[str, Any]) -> None:
    assert _read(domain, record) == (record, [])


def test_a_placeholder_among_values_leaves_the_others() -> None:
    canonical, _ = _read(
        "customer", {"emails": ["noreply@acme.de", "anna@acme.de"], "phones": ["000000", "+4930123456"]}
    )
    assert canonical == {"emails": ["anna@acme.de"], "phones": ["+4930123456"]}


def test_an_address_loses_its_placeholder_only() -> None:
    written = {"street": "n/a", "postcode": "10115", "city": "Berlin", "country": "DE"}
    kept = {name: part for name, part in written.items() if name != "street"}
    attribute = domains.get("customer").attribute("billing_address")
    assert attribute is not None
    assert without_placeholders(attribute, written) == (kept, ("n/a",))


@given(
    st.sampled_from(
        [(domain.code, name) for domain in domains.registered().values() for name in domain.names]
    ),
    st.text(max_size=30),
)
def test_any_text_is_checked_and_what_is_accepted_is_accepted_again(
    place: tuple[str, str], dirt: str
) -> None:
    domain, name = place
    canonical, problems = canonicalise({name: dirt}, domain)
    if not any(problem.severity == "refused" for problem in problems):
        again, repeated = canonicalise(canonical, domain)
        assert again == canonical
        assert not any(problem.severity == "refused" for problem in repeated)
