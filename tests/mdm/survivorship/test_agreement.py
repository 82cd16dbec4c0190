"""A trusted source's misspelling yields to two that agree on another spelling; another value does not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mdm.domains import customer
from mdm.survivorship.compute import compute
from mdm.survivorship.plan import plan_of
from mdm.survivorship.strategies import is_respelling
from tests.mdm.survivorship.members import TODAY, member, survivor

CASES = [
    # {source: what it says}, survivor, step
    ({"erp": "Meyer GmbH", "crm": "Meier GmbH", "shop": "Meier GmbH"}, "Meier GmbH", "agreement"),
    ({"erp": "Meyer GmbH", "crm": "MEIER  GmbH", "shop": "meier gmbh"}, "MEIER  GmbH", "agreement"),
    ({"erp": "Meyer GmbH", "crm": "Meier GmbH"}, "Meyer GmbH", "source_trust"),  # one against one
    # A shorter name is another value, not a spelling: the ERP's stays.
    ({"erp": "Acme Werke GmbH", "crm": "Acme", "shop": "Acme"}, "Acme Werke GmbH", "source_trust"),
    ({"erp": "Acme", "crm": "Nord", "shop": "Nord"}, "Acme", "source_trust"),
    # Two letters of five are another name.
    ({"erp": "Meyer", "crm": "Maier", "shop": "Maier"}, "Meyer", "source_trust"),
    ({"erp": "Grossmann", "crm": "Grosman", "shop": "Grosman"}, "Grossmann", "source_trust"),
    ({"erp": "Bergmannn", "crm": "Bergmann", "shop": "Bergmann"}, "Bergmann", "agreement"),
    (
        {"erp": "Jhon", "crm": "John", "shop": "John"},
        "John",
        "agreement",
    ),  # two letters swapped are one error
    # Two against two: trust decides.
    ({"erp": "Meyer", "desk": "Meyer", "crm": "Meier", "shop": "Meier"}, "Meyer", "source_trust"),
    ({"erp": "Acme", "crm": "Acme", "shop": "Acme"}, "Acme", "unanimous"),
]


@pytest.mark.parametrize(("said", "value", "step"), CASES)
def test_two_right_spellings_beat_a_trusted_wrong_one(said, value, step):
    members = [member(source, {"legal_name": name}) for source, name in said.items()]
    assert survivor("legal_name", "agreement source_trust", members) == (value, step)


def test_many_records_of_one_source_are_one_voice():
    members = [member("crm", {"legal_name": "Meier GmbH"}, key=key) for key in "123"]
    members.append(member("erp", {"legal_name": "Meyer GmbH"}))
    assert survivor("legal_name", "agreement source_trust", members)[0] == "Meyer GmbH"


PEOPLE = [
    # what the ERP, the CRM and the shop say of a person's name; what survives
    (
        {"given_name": "Anna", "family_name": "Bergman"},
        {"given_name": "Anna", "family_name": "Bergmann"},
        {"given_name": "anna", "family_name": "Bergmann"},
        {"given_name": "Anna", "family_name": "Bergmann"},
    ),
    (  # more parts are another value: the fuller name survives whole, as it is written
        {"given_name": "Anna", "middle_name": "Maria", "family_name": "Bergman"},
        {"given_name": "Anna", "family_name": "Bergmann"},
        {"given_name": "Anna", "family_name": "Bergmann"},
        {"given_name": "Anna", "middle_name": "Maria", "family_name": "Bergman"},
    ),
]


@pytest.mark.parametrize(("erp", "crm", "shop", "name"), PEOPLE)
def test_the_name_of_a_person_is_spelt_as_two_agree(erp, crm, shop, name):
    members = [member("erp", erp), member("crm", crm), member("shop", shop)]
    found = compute(plan_of(customer.SURVIVORSHIP), members, today=TODAY).attributes
    assert found == name


STATUS = [
    # {source: (key, status)...}, golden status: what is over at one place is not over for the customer
    ([("erp", "1", "inactive"), ("erp", "2", "active")], "active"),
    ([("erp", "1", "inactive"), ("crm", "A", "active")], "active"),
    ([("erp", "1", "inactive"), ("crm", "A", "inactive")], "inactive"),
    ([("erp", "1", "blocked"), ("crm", "A", "active")], "blocked"),  # the ERP owns it
]


@pytest.mark.parametrize(("said", "status"), STATUS)
def test_a_customer_is_inactive_only_where_everybody_says_so(said, status):
    members = [member(source, {"status": one}, key=key) for source, key, one in said]
    assert compute(plan_of(customer.SURVIVORSHIP), members, today=TODAY).attributes["status"] == status


@given(st.text(max_size=20), st.text(max_size=20))
def test_respelling_has_no_direction(one, other):
    assert is_respelling(one, other) == is_respelling(other, one)
