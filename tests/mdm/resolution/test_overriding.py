"""What stewards say themselves: golden values, and what a source record says; taken back without a trace."""

from datetime import timedelta

import pytest
from django.utils import timezone

from mdm.compliance import audit
from mdm.compliance.digest import digest
from mdm.compliance.verify import verify
from mdm.models import AuditEntry, OutboxEvent, Override, SourceRecord
from mdm.resolution.decisions import By, Contradiction, StaleVersion, preview
from mdm.resolution.overriding import override, say, sources_say, withdraw_override
from mdm.resolution.typed_values import BadValue
from mdm.survivorship.overrides import BadOverride
from tests.linktable import FIRST_DAY, Hub, start

pytestmark = pytest.mark.django_db

EVA = By("eva", "asked", "She told me.")
OOPS = By("eva", "mistake")
TWO = """
erp/1 n=anna m=a l=de
crm/1 n=anna p=1 l=fr
"""


@pytest.fixture
def hub():
    """Give a hub with one golden record of two."""
    hub = start()
    hub.load(TWO)
    return hub


def set_value(hub: Hub, label: str, attribute: str, value, **more):
    return override(hub.code(label), attribute, value, by=EVA, **more).override_ids[0]


def language(hub, label="g1"):
    return hub.golden(label).attributes.get("language")


def in_force():
    return list(Override.objects.filter(withdrawn_at=None).values_list("pk", flat=True))


def test_a_steward_sets_a_golden_value_and_provenance_says_who_and_why(hub):
    assert language(hub) == "de"
    events = OutboxEvent.objects.count()
    number = set_value(hub, "g1", "language", "it")
    golden = hub.golden("g1")
    assert (golden.attributes["language"], golden.version) == ("it", 3)
    why = golden.provenance["language"]
    assert {name: why[name] for name in ("rule", "step", "override", "by", "because")} == {
        "rule": "always", "step": "override", "override": str(number), "by": "eva",
        "because": "I asked them. She told me.",
    }  # fmt: skip
    assert why["losers"][0] == {"record": ["erp", "thing", "1"], "reason": "override"}
    (event,) = OutboxEvent.objects.order_by("pk")[events:]
    assert (event.type, event.payload["goldens"][0]["changed"]) == ("golden.changed.v1", ["language"])
    assert verify(deep=True) == []


def test_history_and_audit_name_who_overrode_what(hub):
    number = set_value(hub, "g1", "language", "it")
    withdraw_override(number, by=OOPS)
    rows = Override.history.order_by("history_id")
    assert [(row.history_type, row.history_actor, row.history_change_reason) for row in rows] == [
        ("+", "eva", "I asked them. She told me."),
        ("~", "eva", "The earlier decision was a mistake."),
    ]
    entry = AuditEntry.objects.get(action="override")
    assert entry.cause == f"language of {hub.code('g1')}"


def test_withdrawing_brings_back_what_the_sources_say(hub):
    before = digest()
    withdraw_override(set_value(hub, "g1", "language", "it"), by=OOPS)
    assert (digest(), in_force(), verify(deep=True)) == (before, [], [])


def test_what_is_withdrawn_cannot_be_withdrawn_again(hub):
    number = set_value(hub, "g1", "language", "it")
    withdraw_override(number, by=OOPS)
    with pytest.raises(StaleVersion, match="eva withdrew it"):
        withdraw_override(number, by=OOPS)
    with pytest.raises(LookupError):
        withdraw_override(999, by=OOPS)


def test_a_preview_is_the_same_and_leaves_nothing(hub):
    before = digest()
    code = hub.code("g1")
    seen = preview(lambda: override(code, "language", "it", by=EVA).settled.written[0].attributes)
    assert (digest(), Override.objects.count()) == (before, 0)
    set_value(hub, "g1", "language", "it")
    assert hub.golden("g1").attributes == seen


def test_an_override_follows_its_record_through_merge_and_split(hub):
    hub.load("shop/5 n=emil l=en")
    set_value(hub, "g2", "language", "it")
    merged = hub.merge("g1", "g2")
    assert (language(hub), hub.stands().splitlines()[1]) == ("it", "g2 -> g1")
    split = hub.split("g1", "shop/5")
    assert (language(hub, "g1"), language(hub, "g2")) == ("de", "it")
    hub.undo(split)
    hub.undo(merged)
    assert (language(hub, "g1"), language(hub, "g2"), verify(deep=True)) == ("de", "it", [])


def test_of_two_that_a_merge_brings_together_the_later_one_rules_until_it_is_undone(hub):
    hub.load("shop/5 n=emil l=en")
    set_value(hub, "g2", "language", "it")
    set_value(hub, "g1", "language", "es")
    merged = hub.merge("g1", "g2")
    assert language(hub) == "es"
    hub.undo(merged)
    assert (language(hub, "g1"), language(hub, "g2")) == ("es", "it")


def test_a_later_override_replaces_the_earlier_one(hub):
    first = set_value(hub, "g1", "language", "it")
    second = set_value(hub, "g1", "language", "es")
    assert (language(hub), in_force()) == ("es", [second])
    assert Override.objects.get(pk=first).withdrawn_reason == "A later override replaces it."


# mode, what the ERP (the trusted one) says next, the value after that, whether the override still stands
LIVES = [
    ("always", "en", "it", True),
    ("until_source_changes", "de", "it", True),
    ("until_source_changes", "en", "en", False),
    ("until_source_agrees", "en", "it", True),
    ("until_source_agrees", "it", "it", False),
]


@pytest.mark.parametrize(("mode", "next_said", "after", "stands"), LIVES)
def test_how_long_an_override_lives(hub, mode, next_said, after, stands):
    number = set_value(hub, "g1", "language", "it", mode=mode)
    hub.load(f"erp/1 n=anna m=a p=9 l={next_said} at=5")
    assert (language(hub), in_force() == [number]) == (after, stands)
    assert verify(deep=True) == []
    if not stands:
        assert Override.objects.get().withdrawn_by == "rules"
        line = AuditEntry.objects.get(action="withdraw override")
        assert (line.actor, line.cause) == ("test", f"override {number} of language")
        # What is over does not come back when the source does.
        hub.load("erp/1 n=anna m=a p=9 l=de at=6")
        assert language(hub) == "de"


def test_the_latest_wins_until_a_source_is_newer(hub):
    set_value(hub, "g1", "language", "it", mode="latest_wins")
    hub.load("erp/1 n=anna m=a l=de p=8 at=5")
    assert language(hub) == "it"
    days = (timezone.now() - FIRST_DAY).days + 3
    hub.load(f"erp/1 n=anna m=a l=de p=7 at={days}")
    assert (language(hub), in_force()) == ("de", [])


def test_an_override_until_a_day_is_withdrawn_when_that_is_over(hub):
    today = timezone.now().date()
    number = set_value(hub, "g1", "language", "it", mode="until_date", until=today)
    assert hub.golden("g1").changes_on == today + timedelta(days=1)
    # Yesterday was its last day: as if a day had passed.
    with audit.entry(actor="test", action="turn the clock", cause="a test"):
        Override.objects.filter(pk=number).update(until=today - timedelta(days=1))
    hub.resolve_records("erp/1")
    assert (language(hub), in_force(), hub.golden("g1").changes_on) == ("de", [], None)
    assert verify(deep=True) == []


def test_a_merge_silences_an_override_until_it_is_undone(hub):
    hub.load("desk/5 n=emil l=en at=1")
    number = set_value(hub, "g2", "language", "it", mode="until_source_changes")
    merged = hub.merge("g1", "g2")
    assert (language(hub), in_force()) == ("de", [number])  # the ERP outranks the desk: another base value
    hub.undo(merged)
    assert (language(hub, "g2"), in_force(), verify(deep=True)) == ("it", [number], [])


def test_an_element_is_added_and_a_value_ignored(hub):
    set_value(hub, "g1", "emails", "b@mail.example", action="add")
    golden = hub.golden("g1")
    assert golden.attributes["emails"] == ["a@mail.example", "b@mail.example"]
    why = golden.provenance["emails"]
    assert (why["step"], why["by"], why["contributors"]) == ("union", "eva", [["erp", "thing", "1"]])
    set_value(hub, "g1", "language", "de", action="ignore")
    assert (language(hub), verify(deep=True)) == ("fr", [])


def test_nothing_can_be_said_to_be_the_value(hub):
    set_value(hub, "g1", "language", None)
    assert (language(hub), verify(deep=True)) == (None, [])


def test_an_override_of_a_retired_record_is_carried_to_one_that_is_left(hub):
    number = set_value(hub, "g1", "language", "it")
    hub.load("erp/1 n=anna m=a l=de gone at=9")
    assert (hub.stands(), language(hub)) == ("g1: crm/1 (erp/1)", "it")
    assert Override.objects.get(pk=number).record == hub.record("crm/1")
    assert AuditEntry.objects.filter(action="carry override").count() == 1
    assert verify(deep=True) == []


BAD = [
    ({"attribute": "shoe_size", "value": "44"}, BadValue, "has no attribute 'shoe_size'"),
    ({"attribute": "birth_date", "value": "31.02.1980"}, BadValue, "31.02.1980"),
    ({"attribute": "language", "value": "fr", "action": "add"}, BadValue, "has one value"),
    (
        {"attribute": "emails", "value": ["a@b.example", "c@d.example"], "action": "add"},
        BadValue,
        "one value at a time",
    ),
    ({"attribute": "language", "value": "fr", "mode": "until_date"}, BadOverride, "last day"),
    ({"attribute": "language", "value": None, "action": "ignore"}, BadOverride, "needs a value"),
    ({"attribute": "language", "value": "de", "mode": "until_source_agrees"}, Contradiction, "say the same"),
    ({"attribute": "language", "value": "fr", "versions": "old"}, StaleVersion, "you saw 1"),
]


@pytest.mark.parametrize(("said", "error", "words"), BAD)
def test_what_cannot_be_said_is_refused_with_the_reason(hub, said, error, words):
    before = digest()
    named = dict(said)
    if "versions" in named:
        named["versions"] = {hub.code("g1"): 1}
    with pytest.raises(error, match=words):
        override(hub.code("g1"), named.pop("attribute"), named.pop("value"), by=EVA, **named)
    assert (digest(), Override.objects.count()) == (before, 0)


def test_a_kind_set_by_a_steward_keeps_others_out_and_lets_go_when_withdrawn():
    hub = start()
    hub.load("erp/1 n=acme m=a k=unknown\ncrm/1 n=acme m=a k=organisation")
    assert (hub.stands(), hub.golden("g1").kind) == ("g1: crm/1 erp/1", "organisation")
    before = digest()
    said = say([hub.record("erp/1").pk], "kind", "person", by=EVA)
    assert hub.stands() == "g1: erp/1\ng2: crm/1"
    assert (hub.golden("g1").kind, hub.golden("g2").kind, verify(deep=True)) == ("person", "organisation", [])
    assert hub.golden("g1").history.latest("history_id").history_change_reason == "I asked them. She told me."
    assert SourceRecord.objects.get(source_key="1", object_type__source__code="erp").version == 2
    withdraw_override(said.override_ids[0], by=OOPS)
    assert (hub.stands(), verify(deep=True)) == ("g1: crm/1 erp/1\ng2 -> g1", [])
    assert digest() != before  # g2 was issued, and answers for ever


def test_the_kind_of_a_golden_record_is_set_on_all_its_records_and_withdrawn_together():
    hub = start()
    hub.load("erp/1 n=acme m=a k=unknown\ncrm/1 n=acme m=a")
    made = override(hub.code("g1"), "kind", "organisation", by=EVA)
    assert (len(made.override_ids), hub.golden("g1").kind) == (2, "organisation")
    hub.load("shop/1 n=acme m=a k=person")
    assert hub.stands() == "g1: crm/1 erp/1\ng2: shop/1"
    withdraw_override(made.override_ids[1], by=OOPS)
    assert (in_force(), hub.stands(), verify(deep=True)) == ([], "g1: crm/1 erp/1 shop/1\ng2 -> g1", [])


def test_what_is_said_of_a_record_gives_it_other_keys_and_survives_its_next_version():
    hub = start()
    hub.load("erp/1 n=anna l=de\ncrm/1 n=hanna l=fr")
    said = say([hub.record("crm/1").pk], "full_name", "anna", by=EVA)
    assert (hub.stands(), verify(deep=True)) == ("g1: crm/1 erp/1\ng2 -> g1", [])
    hub.load("crm/1 n=hannah l=fr at=3")
    assert (hub.stands(), verify(deep=True)) == ("g1: crm/1 erp/1\ng2 -> g1", [])
    assert hub.put("crm/1 n=hannah l=fr at=3") == "unchanged"
    withdraw_override(said.override_ids[0], by=OOPS)
    assert (hub.stands(), verify(deep=True)) == ("g1: erp/1\ng2: crm/1", [])


def test_online_and_bulk_agree_on_what_stewards_said(hub):
    hub.load("shop/5 n=emil l=en")
    set_value(hub, "g1", "language", "it")
    say([hub.record("shop/5").pk], "full_name", "anna", by=EVA)
    before = digest()
    hub.rebuild()
    assert (digest(), verify(deep=True)) == (before, [])


def test_what_the_sources_say_today_stands_beside_an_override(hub):
    golden = Override.objects.get(pk=set_value(hub, "g1", "language", "it"))
    record = say([hub.record("crm/1").pk], "kind", "person", by=EVA).override_ids[0]
    hub.load("erp/1 n=anna m=a l=it at=5")
    assert sources_say(golden) == "it"  # it has done its work
    assert sources_say(Override.objects.get(pk=record)) is None
