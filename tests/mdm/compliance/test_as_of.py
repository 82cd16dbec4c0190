"""A golden record as it stood: values, members, and where it led."""

import pytest
from django.utils import timezone

from mdm.compliance.as_of import NotYetIssued, golden_at
from mdm.compliance.policy import Principal
from tests.linktable import start

pytestmark = pytest.mark.django_db

EVERYTHING = Principal("test", frozenset({"pii:read"}))


def at(hub, label, moment, principal=EVERYTHING):
    seen, led_to = golden_at(hub.golden(label), moment, principal)
    labels = {hub.code(one): one for one in hub.goldens().values()}
    members = " ".join(sorted(f"{one.source}/{one.source_key}" for one in seen.records))
    return seen.status, members, seen.attributes.get("full_name"), labels.get(led_to or "")


def test_values_members_and_redirects_are_those_of_the_moment():
    hub = start()
    hub.load("erp/1 n=anna")
    first = timezone.now()
    hub.load("crm/1 n=bert")
    merged = hub.merge("g1", "g2", keep="g2")
    second = timezone.now()
    hub.load("erp/1 n=anja at=3")
    hub.undo(merged)
    now = timezone.now()
    assert at(hub, "g1", first) == ("live", "erp/1", "anna", None)
    assert at(hub, "g1", second)[0::3] == ("merged", "g2")
    assert at(hub, "g2", second)[:2] == ("live", "crm/1 erp/1")
    assert at(hub, "g1", now) == ("live", "erp/1", "anja", None)
    with pytest.raises(NotYetIssued, match=r"There was no golden record .* It is from 20"):
        golden_at(hub.golden("g2"), first, EVERYTHING)


def test_the_past_passes_the_gate_too():
    hub = start()
    hub.load("erp/1 n=anna m=a")
    seen, _ = golden_at(hub.golden("g1"), timezone.now(), Principal("nobody", frozenset()))
    assert (seen.attributes, seen.provenance, seen.title) == ({}, {}, "without a name")
