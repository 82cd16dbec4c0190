"""Cross-walks as rule sets: drafted, tried, put in force by somebody else; only what they touch changes."""

from dataclasses import replace

import pytest

from matching.model import default_model
from mdm import domains
from mdm.code_lists.lists import BadCodeList, CodeList
from mdm.code_lists.unmapped import unmapped_codes
from mdm.compliance.digest import digest
from mdm.compliance.verify import verify
from mdm.ingestion.registering import ensure_object_type
from mdm.models import GoldenRecord, OutboxEvent, Override, QuarantinedRow, RuleSet, SourceRecord
from mdm.resolution.bulk import rebuild
from mdm.resolution.due import resolve_due
from mdm.resolution.judging import By
from mdm.resolution.overriding import override, say
from mdm.rulesets.activate import bootstrap
from mdm.rulesets.active import ActiveRules, in_force
from mdm.rulesets.crosswalks import Crossing, propose_crosswalk
from mdm.rulesets.drafts import DraftRefused, put_in_force
from mdm.rulesets.recompute import decides_values_only
from mdm.rulesets.simulating import simulate
from tests.mdm.api.hub import ANNA_CRM, ANNA_ERP, BERND, arrive, build_hub, golden_of, settle

pytestmark = pytest.mark.django_db

TERMS = "payment_terms"
N30 = Crossing(TERMS, "erp", "N30", "NET30")
NAMES = {TERMS: {"NET30": "30 days net", "NET60": "60 days net"}}


@pytest.fixture
def hub():
    """Give the small hub: Anna's terms are N30 in the ERP, and the CRM writes 30D."""
    hub = build_hub()
    arrive("crm", "Account", "A-1", {**ANNA_CRM, "payment_terms": "30D", "currency": "EUR"})
    settle()
    return hub


def draft(*lines, **more):
    return propose_crosswalk("customer", lines, actor="tom", reason="The terms differ.", **more)


def activate(*lines, **more):
    drafted = draft(*lines, **more)
    return put_in_force(drafted.pk, actor="eva", reason="Right.")[1]


def terms_of(source="erp", key="0000000017"):
    return golden_of(source, key).attributes.get(TERMS)


def test_a_draft_changes_nothing_and_says_what_it_would_change(hub):
    before = digest()
    drafted = draft(N30)
    found = simulate(drafted.pk)
    assert (found.looked_at, found.changed, found.by_attribute) == (1, 1, {TERMS: 1})
    (change,) = found.examples
    assert (change.golden_id, change.before, change.after) == (hub.anna.code, "N30", "NET30")
    assert digest() == before and terms_of() == "N30"


def test_in_force_it_recomputes_what_it_touches_and_tells_it(hub):
    bernd, events = GoldenRecord.objects.get(pk=hub.bernd.pk), OutboxEvent.objects.count()
    settled = activate(N30)
    assert [value.code for value in settled.written] == [hub.anna.code]
    assert terms_of() == "NET30"
    (event,) = OutboxEvent.objects.order_by("pk")[events:]
    assert (event.type, event.payload["goldens"][0]["changed"]) == ("golden.changed.v1", [TERMS])
    assert GoldenRecord.objects.get(pk=hub.bernd.pk).version == bernd.version


def test_the_record_keeps_the_code_of_its_source(hub):
    activate(N30)
    assert SourceRecord.objects.get(source_key="0000000017").attributes[TERMS] == "N30"
    activate(Crossing(TERMS, "erp", "N30", "NET60"))
    assert terms_of() == "NET60"  # without another pull
    activate(Crossing(TERMS, "erp", "N30", None))
    assert terms_of() == "N30"


def test_what_is_recomputed_is_what_a_rebuild_gives(hub):
    activate(N30, Crossing(TERMS, "crm", "30D", "NET30"), codes=NAMES)
    before = digest()
    rebuild("customer", actor="test", cause="test")
    assert (digest(), verify(deep=True)) == (before, [])


UNMAPPED = [
    # lines in force, list closed, what Anna's terms are, what is reported: (source, code, records, left out)
    ((), False, "N30", [("crm", "30D", 1, False), ("erp", "N30", 1, False)]),
    ((N30,), False, "NET30", [("crm", "30D", 1, False)]),
    ((N30, Crossing(TERMS, "crm", "30D", "NET30")), False, "NET30", []),
    ((Crossing(TERMS, "*", "N30", "NET60"),), False, "NET60", [("crm", "30D", 1, False)]),
    ((), True, None, [("crm", "30D", 1, True), ("erp", "N30", 1, True)]),
]


@pytest.mark.parametrize(("lines", "closed", "terms", "reported"), UNMAPPED)
def test_unmapped_codes_are_reported_with_where_they_come_from(hub, lines, closed, terms, reported):
    activate(*lines, codes=NAMES, closed={TERMS: closed})
    found = unmapped_codes("customer")
    assert [(one.source, one.code, one.records, one.left_out) for one in found] == reported
    assert terms_of() == terms
    assert {one.examples for one in found if one.source == "erp"} <= {("0000000017",)}


def test_nothing_is_unmapped_where_nobody_said_what_the_codes_are(hub):
    assert unmapped_codes("customer") == []


def test_an_unmapped_code_of_the_owner_yields_to_a_mapped_one(hub):
    activate(Crossing(TERMS, "crm", "30D", "NET30"), codes=NAMES)
    # The ERP owns the terms while its value is valid, and nobody knows its N30.
    assert terms_of() == "NET30"
    activate(Crossing(TERMS, "erp", "N30", "NET60"))
    assert terms_of() == "NET60"


def test_a_value_of_a_company_code_is_read_too(hub):
    arrive("erp", "BusinessPartner", "17", {**ANNA_ERP, TERMS: {"1000": "N30", "2000": "N60"}})
    settle()
    activate(N30, codes=NAMES)
    assert terms_of() == {"1000": "NET30", "2000": "N60", "*": "30D"}
    assert [(one.code, one.source) for one in unmapped_codes("customer")] == [("30D", "crm"), ("N60", "erp")]


def test_a_refused_row_is_taken_in_when_a_line_reads_its_code(hub):
    home = {"street": "Ring", "house_number": "1", "city": "Strelsau", "country": "Ruritania"}
    assert arrive("shop", "customer", "s9", {**BERND, "billing_address": home}) == "quarantined"
    (waits,) = [one for one in unmapped_codes("customer") if one.quarantined]
    assert (waits.source, waits.code, waits.code_list, waits.records) == ("shop", "Ruritania", "country", 1)
    activate(Crossing("country", "shop", "Ruritania", "DE"))
    assert not QuarantinedRow.objects.filter(rule="unknown_country", status="open").exists()
    settle()
    assert SourceRecord.objects.get(source_key="S9").attributes["billing_address"]["country"] == "Ruritania"
    assert golden_of("shop", "S9").attributes["billing_address"]["country"] == "DE"
    # A line that falls leaves a code that nothing reads: a closed list never lets it become golden.
    activate(Crossing("country", "shop", "Ruritania", None))
    assert "country" not in golden_of("shop", "S9").attributes["billing_address"]
    assert [one.code for one in unmapped_codes("customer")] == ["Ruritania"]


def test_an_override_until_the_sources_agree_ends_when_a_line_makes_them_agree(hub):
    override(hub.anna.code, TERMS, "NET30", mode="until_source_agrees", by=By("eva", "asked"))
    activate(N30)
    assert terms_of() == "NET30"
    assert Override.objects.get().withdrawn_reason == "The sources say the same by now."


REFUSED = [
    # lines, codes, what is said
    ((Crossing(TERMS, "sap", "N30", "NET30"),), None, "no source 'sap'; there are \\*, crm, erp, shop"),
    (
        (Crossing(TERMS, "erp", "N30", "NET99"),),
        NAMES,
        "'NET99' is no canonical code of",
    ),
    ((Crossing("country", "erp", "X", "Ruritania"),), None, "no canonical code of the list country"),
    ((Crossing("colour", "erp", "X", "red"),), None, "no code list 'colour'"),
]


@pytest.mark.parametrize(("lines", "codes", "said"), REFUSED)
def test_a_line_that_cannot_be_is_refused(hub, lines, codes, said):
    with pytest.raises(BadCodeList, match=said):
        draft(*lines, codes=codes)
    assert not RuleSet.objects.filter(status="draft").exists()


def test_who_drafts_does_not_put_it_in_force_and_the_same_again_is_no_draft(hub):
    drafted = draft(N30)
    with pytest.raises(DraftRefused, match="somebody else"):
        put_in_force(drafted.pk, actor="tom", reason="Mine.")
    put_in_force(drafted.pk, actor="eva", reason="Right.")
    with pytest.raises(ValueError, match="Nothing was proposed"):
        draft(N30)
    with pytest.raises(DraftRefused, match="not a draft"):
        simulate(drafted.pk)
    assert in_force("customer").number == 2


def test_a_list_that_matching_reads_resolves_the_domain_anew():
    product = domains.get("product")
    rules = ActiveRules(
        1,
        "product",
        1,
        product.match_spec,
        default_model(product.match_spec),
        product.survivorship,
        product.code_lists,
    )

    def with_line(name):
        changed = CodeList(name).crossing({("erp", "A"): "B"})
        return replace(rules, code_lists=rules.code_lists.having([changed]))

    assert not decides_values_only(rules, with_line("category"))
    assert decides_values_only(rules, with_line("currency"))


DRILL = {"sku": "D-18", "brand": "Bolt", "name": "Drill 18 V", "gtins": ["4006381333931"]}


def test_what_matching_reads_is_canonical_on_every_way_into_it():
    for source in ("erp", "crm"):
        ensure_object_type(
            source=source, code="Product", domain="product", key_rule="exact", actor="test", cause="test"
        )
    arrive("erp", "Product", "1", {**DRILL, "category": "DIY02"})
    bootstrap("product", actor="test", cause="test")
    drafted = propose_crosswalk(
        "product", [Crossing("category", "erp", "DIY02", "Drills")], actor="tom", reason="Ours."
    )
    put_in_force(drafted.pk, actor="eva", reason="Right.")
    assert golden_of("erp", "1").attributes["category"] == "Drills"
    # Accepted, corrected and rebuilt, keys and weights are those of the canonical code.
    arrive("crm", "Product", "2", {**DRILL, "category": "Drills"})
    arrive("erp", "Product", "1", {**DRILL, "category": "DIY02", "colour": "red"})
    resolve_due("product", actor="test", cause="test")
    record = SourceRecord.objects.get(object_type__domain="product", source_key="1")
    say([record.pk], "size", "M", by=By("eva", "asked"))
    assert verify(deep=True) == []
    assert golden_of("erp", "1") == golden_of("crm", "2")
    before = digest()
    rebuild("product", actor="test", cause="test")
    assert digest() == before
