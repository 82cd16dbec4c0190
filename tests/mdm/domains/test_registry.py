"""What every domain declares, and that its parts fit together."""

import json
import subprocess
import sys

import pytest

from matching.readings import READINGS
from matching.spec import MatchSpec
from mdm import domains
from mdm.domains import Domain
from mdm.ingestion.validate import CHECKS
from mdm.survivorship.rules import Survivorship

EVERY = sorted(domains.registered())
# Issue 2, item 4.
CUSTOMER = (
    "kind legal_name trading_name full_name name_prefix given_name middle_name family_name"
    " name_suffix former_family_name birth_date tax_ids registration_ids lei tax_profile emails phones"
    " website billing_address shipping_address payment_terms currency language status"
    " consent"
).split()
PRODUCT = (
    "sku gtins mpn brand manufacturer name description category unit net_content pack_size price"
    " currency colour size lifecycle_status"
).split()


def test_the_three_domains_are_registered_under_their_letters() -> None:
    assert {code: domain.letter for code, domain in domains.registered().items()} == {
        "customer": "C",
        "product": "P",
        "supplier": "S",
    }


def test_an_unknown_domain_is_named_with_those_there_are() -> None:
    with pytest.raises(
        LookupError, match="There is no domain 'plant'; there are customer, product, supplier"
    ):
        domains.get("plant")


@pytest.mark.parametrize(("code", "names"), [("customer", CUSTOMER), ("product", PRODUCT)])
def test_a_domain_declares_what_the_issue_lists(code: str, names: list[str]) -> None:
    assert set(names) <= set(domains.get(code).names)


@pytest.mark.parametrize("code", EVERY)
def test_attributes_are_declared_once_and_can_be_validated(code: str) -> None:
    domain = domains.get(code)
    assert len(domain.names) == len(set(domain.names))
    for attribute in domain.attributes:
        assert attribute.type in CHECKS
        assert (attribute.type == "choice") == bool(attribute.choices)
        assert attribute.shown_as[0].isupper()


@pytest.mark.parametrize("code", EVERY)
def test_some_attribute_tells_records_apart(code: str) -> None:
    assert [attribute.name for attribute in domains.get(code).attributes if attribute.identifying]


def _reads(spec: MatchSpec) -> set[str]:
    return {path.split(".")[0] for column in spec.columns for path in column.inputs}


@pytest.mark.parametrize("code", EVERY)
def test_matching_reads_declared_attributes_by_known_readings(code: str) -> None:
    domain = domains.get(code)
    assert _reads(domain.match_spec) <= set(domain.names)
    assert {column.reading for column in domain.match_spec.columns} <= set(READINGS)
    shown = {comparison.attribute for comparison in domain.match_spec.comparisons if comparison.attribute}
    assert shown <= set(domain.names)


@pytest.mark.parametrize("code", EVERY)
def test_the_match_spec_and_survivorship_survive_json(code: str) -> None:
    domain = domains.get(code)
    assert MatchSpec.from_json(json.loads(json.dumps(domain.match_spec.to_json()))) == domain.match_spec
    assert (
        Survivorship.from_json(json.loads(json.dumps(domain.survivorship.to_json()))) == domain.survivorship
    )


@pytest.mark.parametrize("code", EVERY)
def test_survivorship_decides_declared_attributes_once(code: str) -> None:
    domain = domains.get(code)
    decided = [name for rule in domain.survivorship.rules for name in rule.attributes if not rule.when]
    assert len(decided) == len(set(decided))
    assert set(decided) <= set(domain.names)
    unions = {
        name for rule in domain.survivorship.rules if "union" in rule.strategies for name in rule.attributes
    }
    assert {attribute.name for attribute in domain.attributes if attribute.multi_valued} == unions


@pytest.mark.parametrize("code", EVERY)
def test_owned_attributes_are_owned_in_survivorship_too(code: str) -> None:
    domain = domains.get(code)
    owners = {
        name: rule.owner for rule in domain.survivorship.rules for name in rule.attributes if rule.owner
    }
    declared = {attribute.name: attribute.owner for attribute in domain.attributes if attribute.owner}
    assert {name: owner for name, owner in owners.items() if name in declared} == declared


@pytest.mark.parametrize("code", EVERY)
def test_every_record_has_a_title(code: str) -> None:
    assert domains.get(code).title({}) == "without a name"


def test_titles_are_what_people_say() -> None:
    customer, product = domains.get("customer"), domains.get("product")
    assert customer.title({"given_name": "Anna", "family_name": "Weber"}) == "Anna Weber"
    assert (
        customer.title({"kind": "organisation", "legal_name": "Acme Ltd", "given_name": "Anna"}) == "Acme Ltd"
    )
    assert customer.title({"emails": ["a@acme.de"]}) == "a@acme.de"
    assert product.title({"name": "Drill 18 V", "brand": "Bolt"}) == "Bolt Drill 18 V"
    assert product.title({"name": "Bolt Drill 18 V", "brand": "BOLT"}) == "Bolt Drill 18 V"


def test_two_domains_with_one_letter_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    supplier = domains.get("supplier")
    twin = Domain(
        "vendor",
        "Vendor",
        "S",
        supplier.attributes,
        supplier.match_spec,
        supplier.survivorship,
        supplier.title,
    )
    monkeypatch.setattr("mdm.domains.product.DOMAIN", twin)
    domains.registered.cache_clear()
    with pytest.raises(ValueError, match="share a code or the letter S"):
        domains.registered()
    domains.registered.cache_clear()


def test_declarations_reach_no_django() -> None:
    program = "import sys; from mdm import domains; domains.registered(); print('django' in sys.modules)"
    shown = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert shown.stdout.split() == ["False"]
