"""Names that only say that nobody knows who it is, and how such customers match."""

from __future__ import annotations

import pytest

from matching.readings import reading_of
from matching.stateless import match_records
from mdm.domains.customer_match import MATCH_SPEC

RECORD = {
    "birth_date": "1972-01-17",
    "tax_ids": ["682-52-1603"],
    "billing_address": {"street": "9488 Welch Center", "city": "Shawnburgh", "postcode": "41959"},
}


@pytest.mark.parametrize(
    ("given", "family", "nobody"),
    [
        ("Unknown", "Unknown", True),
        ("Unk", "Anonymous", True),
        ("Baby", "Boy", True),
        ("JOHN", "DOE", True),
        ("Jane", "Doering", False),
        ("Unknown", "Sanders", False),  # half a name is a name
        ("Unknown", "", False),
        ("Guest", "User", False),  # one mailbox, one guest
    ],
)
def test_a_name_is_nobody_s_when_both_parts_say_so(given: str, family: str, nobody: bool) -> None:
    read = reading_of(MATCH_SPEC.column("nobody"))
    assert list(read((given, family))) == ["nobody"] * nobody


@pytest.mark.parametrize(("given", "family", "groups"), [("Mariah", "Wolfe", 1), ("Baby", "Girl", 2)])
def test_nobodies_who_share_all_else_stay_apart(given: str, family: str, groups: int) -> None:
    records = [{**RECORD, "given_name": given, "family_name": family}] * 2
    names = [("crm", "Contact", "1"), ("erp", "Customer", "2")]
    assert len(match_records(records, names, spec=MATCH_SPEC).resolution.groups) == groups
