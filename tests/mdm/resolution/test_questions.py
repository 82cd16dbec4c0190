"""Which possible matches become questions: before and after tables of what people are asked."""

from __future__ import annotations

import random
from dataclasses import replace
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from mdm import domains
from mdm.compliance import audit
from mdm.compliance.verify import verify
from mdm.models import AuditEntry, Membership, ReviewTask
from mdm.resolution.judging import StaleVersion
from mdm.resolution.queueing import found, take_in
from mdm.rulesets.activate import activate
from mdm.rulesets.active import in_force
from mdm.rulesets.capacity import backlog, propose_capacity
from mdm.rulesets.drafts import put_in_force
from tests.linktable import DOMAIN, SPEC, Hub, model, scratch, start

pytestmark = pytest.mark.django_db

MAIL_ONLY = "erp/1 n=anna m=a\nshop/1 n=bert m=a"  # 6 bits
PHONE_ONLY = "erp/5 n=eva p=5\nshop/5 n=fred p=5"  # 1 bit


def capped(review: int = 6_500, possible: int = 500) -> Hub:
    """Return an empty hub that knows of possible matches from `possible` on and asks from `review` on."""
    hub = start()
    raised = replace(model(), review_weight=review, possible_weight=possible)
    with audit.entry(actor="test", action="activate", cause="a test"):
        activate(DOMAIN, spec=SPEC, model=raised, survivorship=domains.get(DOMAIN).survivorship, actor="test")
    return hub


def asked() -> str:
    """Return the standing tasks, the heaviest first, one a line: both sides, bits, gate, standing."""
    told = []
    for task in ReviewTask.objects.filter(closed_at=None).order_by("-weight", "id"):
        sides = sorted(" ".join(_members(record)) for record in (task.left_id, task.right_id))
        told.append(f"{sides[0]} ~ {sides[1]}: {task.weight / 1000:g} {task.gate} {task.status}")
    return "\n".join(" ".join(line.split()) for line in told)


def _members(record: int) -> list[str]:
    golden = Membership.objects.get(pk=record).golden
    assert golden is not None
    rows = Membership.objects.filter(golden=golden, record__status="active")
    return sorted(f"{row.record.object_type.source.code}/{row.record.source_key}" for row in rows)


def test_the_mean_over_all_records_is_asked_about_not_the_best_pair():
    hub = start()
    hub.load(MAIL_ONLY)
    assert asked() == "erp/1 ~ shop/1: 6 open"
    hub.load("crm/1 n=anna m=b")  # joins erp/1: 12 - 1 bits; with shop/1 it has nothing in common: -7
    assert asked() == ""
    hub.load("crm/1 n=anna gone")
    assert asked() == "erp/1 ~ shop/1: 6 open"
    assert verify(deep=True) == []


def test_what_lies_below_the_review_weight_is_known_but_not_queued():
    hub = capped()
    hub.load(MAIL_ONLY)
    hub.load(PHONE_ONLY)
    assert asked() == "erp/1 ~ shop/1: 6 unqueued\nerp/5 ~ shop/5: 1 unqueued"
    hub.load("shop/1 n=bert m=a p=1\nerp/1 n=anna m=a p=1")  # now a phone, too: 13 bits would link
    assert "shop/1" not in asked()
    assert verify(deep=True) == []


def test_what_contradicts_itself_is_not_queued_however_heavy():
    hub = start()
    hub.load("erp/1 n=anna m=a t=1\ncrm/1 n=anna m=a t=2")
    assert asked() == "crm/1 ~ erp/1: 24 exclusive:tax unqueued"
    hub.load("crm/1 n=anna m=a")
    assert asked() == ""
    assert hub.clusters() == {frozenset({"erp/1", "crm/1"})}


def test_a_question_taken_in_stays_until_it_is_answered_also_under_another_pair():
    hub = capped()
    hub.load(MAIL_ONLY)
    (task,) = ReviewTask.objects.all()
    take_in(task.pk, actor="eva")
    assert asked() == "erp/1 ~ shop/1: 6 open"
    assert AuditEntry.objects.get(action="take into queue").actor == "eva"
    hub.resolve_records("erp/1")
    hub.rebuild()
    assert asked() == "erp/1 ~ shop/1: 6 open"
    hub.load("crm/1 n=anna m=a\nerp/1 n=anna m=c,a gone")  # crm/1 stands for anna now
    assert asked() == "crm/1 ~ shop/1: 6 open"
    assert verify(deep=True) == []


def test_only_what_waits_outside_the_queue_is_taken_in():
    hub = start()
    hub.load(MAIL_ONLY)
    (task,) = ReviewTask.objects.all()
    with pytest.raises(StaleVersion, match="is open"):
        take_in(task.pk, actor="eva")
    with pytest.raises(LookupError, match="no possible match 99999"):
        take_in(99_999, actor="eva")


def test_an_unqueued_match_is_answered_like_any_other_and_not_known_again():
    hub = capped()
    hub.load(MAIL_ONLY)
    hub.part("g1", "g2")
    assert list(ReviewTask.objects.values_list("status", flat=True)) == ["decided"]
    hub.resolve_records("erp/1")  # the other side is not in sight of it
    assert asked() == ""
    assert verify(deep=True) == []


def test_possible_matches_are_found_by_golden_id_and_by_key():
    hub = capped()
    hub.load(MAIL_ONLY)
    hub.load(PHONE_ONLY)
    everything = ReviewTask.objects.all()
    assert found(everything, hub.code("g1").lower()).get().weight == 6_000
    assert found(everything, "5").get().weight == 1_000
    assert not found(everything, "no such key").exists()


# Three pairs of 6 bits by mail, seven of 1 bit by phone.
SEVERAL = [
    f"{source}/{n} n={name}{n} m={n}" for n in range(3) for source, name in (("erp", "a"), ("crm", "b"))
]
SEVERAL += [f"shop/{n} n=c{n} p={n % 3}" for n in range(8)]


def test_the_order_of_arrival_makes_no_difference_to_what_is_asked():
    expected = set()
    for seed in range(4):
        order = SEVERAL[:]
        random.Random(seed).shuffle(order)
        with scratch() as hub:
            for start_at in range(0, len(order), 5):
                hub.put("\n".join(order[start_at : start_at + 5]))
                hub.resolve()
            online = asked()
            hub.rebuild()
            assert sorted(asked().splitlines()) == sorted(online.splitlines())
            expected.add("\n".join(sorted(online.splitlines())))
    assert len(expected) == 1
    assert "open" in expected.pop()


def capacity(**more: int) -> int:
    drafted = propose_capacity(
        DOMAIN, decisions_a_day=more["n"], days_to_clear=more["days"], actor="eva", reason="Two of us."
    )
    put_in_force(drafted.pk, actor="olga", reason="Seen.")
    return drafted.number


def test_so_many_questions_wait_as_people_decide_until_the_backlog_is_clear():
    hub = capped(review=500)
    hub.load("\n".join(SEVERAL))
    assert backlog(DOMAIN).queued == 10
    assert capacity(n=2, days=2) == 3
    waits = backlog(DOMAIN)
    # The seven are as likely as each other: asking four would be asking by chance.
    assert (waits.queued, waits.unqueued, waits.days) == (3, 7, 1.5)
    assert set(ReviewTask.objects.filter(status="open").values_list("weight", flat=True)) == {6_000}
    hub.load("desk/1 n=d p=1\ndesk/2 n=e m=2")
    assert (backlog(DOMAIN).queued, backlog(DOMAIN).unqueued) == (5, 10)  # the threshold stays as it is
    assert capacity(n=1_000, days=1) == 4
    assert (backlog(DOMAIN).queued, backlog(DOMAIN).unqueued) == (15, 0)
    assert verify(deep=True) == []


def test_the_capacity_stays_when_a_person_took_a_match_in():
    hub = capped()
    hub.load(MAIL_ONLY)
    hub.load(PHONE_ONLY)
    take_in(ReviewTask.objects.get(weight=1_000).pk, actor="eva")
    capacity(n=1, days=1)
    assert asked() == "erp/1 ~ shop/1: 6 open\nerp/5 ~ shop/5: 1 open"
    assert in_force(DOMAIN).model.review_weight == 500


@pytest.mark.parametrize(("n", "days"), [(0, 1), (1, 0), (-3, 5)])
def test_a_capacity_below_one_is_refused(n: int, days: int):
    capped()
    with pytest.raises(ValueError, match="one decision a day or more"):
        propose_capacity(DOMAIN, decisions_a_day=n, days_to_clear=days, actor="eva", reason="")


def command(*arguments: str) -> str:
    out = StringIO()
    call_command("capacity", "--domain", DOMAIN, *arguments, stdout=out)
    return out.getvalue()


def test_the_command_tells_the_backlog_and_drafts_a_capacity():
    hub = capped()
    hub.load(MAIL_ONLY)
    assert "1 possible matches are not queued (from 0.5 bits)." in command()
    with pytest.raises(CommandError, match="needs --actor"):
        command("--decisions-a-day", "5")
    assert "approve_rules 3" in command("--decisions-a-day", "5", "--days", "1", "--actor", "eva")
    assert in_force(DOMAIN).number == 2
