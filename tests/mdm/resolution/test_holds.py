"""State gates: what would change confirmed golden records, or too many at once, waits as a hold."""

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from matching.spec import StateGates
from mdm.compliance import audit
from mdm.compliance.digest import digest
from mdm.compliance.verify import verify
from mdm.models import Hold, MergeTally, ReviewTask
from mdm.resolution import hold_life
from mdm.resolution.binding import NOTHING
from mdm.resolution.held_changes import HeldChange
from mdm.resolution.judging import StaleVersion
from mdm.resolution.questions import ask
from mdm.resolution.releasing import keep_together, release
from mdm.resolution.scope import rows_of
from mdm.rulesets.active import in_force
from tests.held_changes import confirm, holds, release_all
from tests.linktable import BIT, BY, DOMAIN, OOPS, Hub, lines, scratch, start
from tests.linktable import expected_clusters as expected

pytestmark = pytest.mark.django_db

CONFIRMED = StateGates(confirmed_margin=5 * BIT, confirmed_split=True)
"""Two confirmed ones merge from 15 bits on."""


def two_confirmed(gates: StateGates = CONFIRMED) -> Hub:
    hub = start(gates=gates)
    hub.load("erp/1 n=anna\ncrm/1 n=anne")
    confirm(hub, "g1", "g2")
    return hub


def tasks() -> list[tuple[str, str, str]]:
    return list(ReviewTask.objects.order_by("pk").values_list("kind", "gate", "status"))


def test_two_confirmed_golden_records_do_not_merge_before_a_person_has_seen_it():
    hub = two_confirmed()
    assert hub.load("crm/1 n=anna at=1") == "g1: erp/1\ng2: crm/1"
    assert holds() == "confirmed_merge: erp/1 | crm/1 open"
    hold = Hold.objects.get()
    assert hold.reason == (
        f"{hub.code('g1')} and {hub.code('g2')} would merge, and people have confirmed both; their mean"
        " weight of 12.0 bits is below the 15.0 bits that this takes."
    )
    assert tasks() == [("hold", "confirmed_merge", "open")]
    assert ReviewTask.objects.get().hold == hold
    assert verify(deep=True) == []


def test_two_confirmed_ones_merge_where_the_stricter_weight_is_reached():
    hub = two_confirmed()
    hub.load("erp/1 n=anna m=a at=1")
    assert hub.load("crm/1 n=anna m=a at=1") == "g1: crm/1 erp/1\ng2 -> g1"
    assert holds() == ""


def test_a_confirmed_one_takes_in_one_that_nobody_confirmed():
    hub = start(gates=CONFIRMED)
    hub.load("erp/1 n=anna\ncrm/1 n=anne")
    confirm(hub, "g1")
    assert hub.load("crm/1 n=anna at=1") == "g1: crm/1 erp/1\ng2 -> g1"
    assert holds() == ""


def test_two_holds_that_share_their_most_senior_records_are_two_questions():
    hub = start(gates=CONFIRMED)
    hub.load("erp/1 n=anna\ncrm/1 n=anne\nshop/1 n=anke")
    one, other, third = (hub.membership(name).record_id for name in ("erp/1", "crm/1", "shop/1"))
    changes = []
    with audit.entry(actor="test", action="hold", cause="a test"):
        for right in ([other], [other, third]):
            row = Hold.objects.create(
                domain=DOMAIN,
                gate="confirmed_merge",
                left_records=[one],
                right_records=right,
                reason="A test.",
            )
            changes.append(HeldChange("confirmed_merge", (one,), tuple(right), row.pk))
        ask(in_force(DOMAIN), rows_of([one, other, third]), [], NOTHING, changes[::-1])
    named = ReviewTask.objects.order_by("hold").values_list("left", "right", "hold")
    assert list(named) == [(one, other, changes[0].id), (one, third, changes[1].id)]


def test_a_newcomer_joins_one_side_of_a_held_merge():
    hub = two_confirmed()
    hub.load("crm/1 n=anna at=1")
    assert hub.load("shop/1 n=anna p=1").splitlines()[:2] in (
        ["g1: erp/1 shop/1", "g2: crm/1"],
        ["g1: erp/1", "g2: crm/1 shop/1"],
    )
    assert verify(deep=True) == []


def test_a_held_merge_is_decided_by_a_merge_and_comes_back_with_its_undo():
    hub = two_confirmed()
    hub.load("crm/1 n=anna at=1")
    merge = hub.merge("g1", "g2")
    assert holds() == "confirmed_merge: erp/1 | crm/1 decided"
    assert tasks() == [("hold", "confirmed_merge", "decided")]
    hub.undo(merge)
    # What the person takes back is their own doing; no gate asks whether they may.
    assert holds() == "confirmed_merge: erp/1 | crm/1 decided"
    assert verify(deep=True) == []


def test_a_held_merge_is_decided_by_not_a_match():
    hub = two_confirmed()
    hub.load("crm/1 n=anna at=1")
    hub.part("g1", "g2")
    assert holds() == "confirmed_merge: erp/1 | crm/1 decided"
    assert (hub.stands(), verify(deep=True)) == ("g1: erp/1\ng2: crm/1", [])


def test_a_held_merge_that_the_data_do_not_want_any_more_is_pointless():
    hub = two_confirmed()
    hub.load("crm/1 n=anna at=1\ncrm/1 n=carl at=2")
    assert holds() == "confirmed_merge: erp/1 | crm/1 pointless"
    assert tasks() == [("hold", "confirmed_merge", "obsolete")]
    assert verify(deep=True) == []


def test_a_hold_whose_record_retires_is_pointless():
    hub = two_confirmed()
    hub.load("crm/1 n=anna at=1\ncrm/1 n=anna gone at=2")
    assert holds() == "confirmed_merge: erp/1 | crm/1 pointless"
    assert verify(deep=True) == []


def test_a_released_merge_happens_and_is_not_held_again():
    hub = two_confirmed()
    hub.load("crm/1 n=anna at=1")
    decision = release(Hold.objects.get().pk, by=BY)
    assert hub.stands() == "g1: crm/1 erp/1\ng2 -> g1"
    assert [event.type for event in decision.settled.events] == ["golden.merged.v1"]
    assert holds() == "confirmed_merge: erp/1 | crm/1 released"
    assert tasks() == [("hold", "confirmed_merge", "decided")]
    hub.resolve_records("erp/1")
    assert (Hold.objects.count(), verify(deep=True)) == (1, [])


def test_a_hold_is_released_once():
    hub = two_confirmed()
    hub.load("crm/1 n=anna at=1")
    number = Hold.objects.get().pk
    release(number, by=BY)
    with pytest.raises(StaleVersion, match=r"steward closed the hold on .*: I know them to be the same"):
        release(number, by=BY)
    with pytest.raises(LookupError, match="There is no hold 0"):
        release(0, by=BY)


def confirmed_pair() -> Hub:
    hub = start(gates=CONFIRMED)
    hub.load("erp/1 n=anna\ncrm/1 n=anna")
    confirm(hub, "g1")
    return hub


def test_a_confirmed_golden_record_does_not_part_before_a_person_has_seen_it():
    hub = confirmed_pair()
    assert hub.load("crm/1 n=bert at=1") == "g1: crm/1 erp/1"
    assert holds() == "confirmed_split: crm/1 erp/1 open"
    assert Hold.objects.get().reason == f"{hub.code('g1')} would part into 2, and a person has confirmed it."
    assert tasks() == [("hold", "confirmed_split", "open")]
    assert verify(deep=True) == []


def test_a_held_split_is_pointless_once_the_data_agree_again():
    hub = confirmed_pair()
    hub.load("crm/1 n=bert at=1\ncrm/1 n=anna at=2")
    assert holds() == "confirmed_split: crm/1 erp/1 pointless"
    assert (hub.stands(), verify(deep=True)) == ("g1: crm/1 erp/1", [])


def test_a_released_split_happens():
    hub = confirmed_pair()
    hub.load("crm/1 n=bert at=1")
    release(Hold.objects.get().pk, by=BY)
    assert (hub.stands(), verify(deep=True)) == ("g1: erp/1\ng2: crm/1", [])


def test_what_would_part_is_kept_together_by_a_judgement():
    hub = confirmed_pair()
    hub.load("crm/1 n=bert at=1")
    decision = keep_together(Hold.objects.get().pk, by=BY)
    assert holds() == "confirmed_split: crm/1 erp/1 decided"
    assert tasks() == [("hold", "confirmed_split", "decided")]
    # Without the judgement crm/1 would stand alone: it has an id for that day.
    assert (hub.stands(), verify(deep=True)) == ("g1: crm/1 erp/1\ng2 -> g1", [])
    hub.undo(decision)
    assert (hub.stands(), verify(deep=True)) == ("g1: erp/1\ng2: crm/1", [])


def test_keep_together_is_no_answer_to_a_merge():
    hub = two_confirmed()
    hub.load("crm/1 n=anna at=1")
    with pytest.raises(ValueError, match="This hold is about a merge"):
        keep_together(Hold.objects.get().pk, by=OOPS)


def test_a_person_splits_a_confirmed_golden_record_unasked():
    hub = confirmed_pair()
    hub.split("g1", "crm/1")
    assert (hub.stands(), holds()) == ("g1: erp/1\ng2: crm/1", "")


def test_a_person_undoes_a_merge_of_a_confirmed_golden_record_unasked():
    hub = start(gates=CONFIRMED)
    hub.load("erp/1 n=anna\ncrm/1 n=anne")
    decision = hub.merge("g1", "g2")
    confirm(hub, "g1")
    hub.undo(decision)
    assert (hub.stands(), holds(), verify(deep=True)) == ("g1: erp/1\ng2: crm/1", "", [])


BUDGET = StateGates(merges_a_day=1)
THREE = "erp/1 n=anna\ncrm/1 n=anne\nshop/1 n=anni"


def test_the_merges_of_a_day_are_spent_and_the_rest_waits_for_the_next():
    hub = start(gates=BUDGET)
    hub.load(THREE)
    hub.load("crm/1 n=anna at=1\nshop/1 n=anna at=1")
    assert hub.stands() == "g1: crm/1 erp/1\ng2 -> g1\ng3: shop/1"
    assert holds() == "budget: shop/1 | crm/1 erp/1 open"
    hold = Hold.objects.get()
    assert hold.reason == (
        f"{hub.code('g3')} would merge with {hub.code('g1')}, and the 1 merges of"
        f" {hold.created_at.date()} are spent."
    )
    assert verify(deep=True) == []
    tomorrow = hold.created_at.date() + timedelta(days=1)
    assert (hold.wakes_on, hold_life.wake(DOMAIN, tomorrow - timedelta(days=1))) == (tomorrow, False)
    assert hold_life.wake(DOMAIN, tomorrow) is True
    hub.resolve()
    assert hub.stands() == "g1: crm/1 erp/1 shop/1\ng2 -> g1\ng3 -> g1"
    assert holds() == "budget: shop/1 | crm/1 erp/1 released"
    assert dict(MergeTally.objects.values_list("day", "merges")) == {
        tomorrow - timedelta(days=1): 1,
        tomorrow: 1,
    }
    assert verify(deep=True) == []


def test_joining_and_a_persons_merge_cost_nothing_of_the_budget():
    hub = start(gates=BUDGET)
    hub.load("erp/1 n=anna\ncrm/1 n=anna\nshop/1 n=anna\ndesk/1 n=bert\ndesk/2 n=carl")
    hub.merge("g2", "g3")
    assert (hub.stands(), holds()) == ("g1: crm/1 erp/1 shop/1\ng2: desk/1 desk/2\ng3 -> g2", "")
    assert MergeTally.objects.count() == 0


def test_a_bulk_run_honours_holds_and_opens_them():
    hub = two_confirmed()
    hub.put("crm/1 n=anna at=1")
    hub.rebuild()
    assert (hub.stands(), holds()) == ("g1: erp/1\ng2: crm/1", "confirmed_merge: erp/1 | crm/1 open")
    hub.rebuild()
    assert (hub.stands(), holds()) == ("g1: erp/1\ng2: crm/1", "confirmed_merge: erp/1 | crm/1 open")
    assert verify(deep=True) == []


def test_the_digest_tells_open_holds():
    hub = two_confirmed()
    hub.put("crm/1 n=anna at=1")
    before = digest()
    hub.resolve()
    assert digest() != before
    assert Hold.objects.filter(status="open").exists()


NO_SHRINK = (Phase.explicit, Phase.generate)
ALL = StateGates(confirmed_margin=50 * BIT, confirmed_split=True, merges_a_day=1)
NAMES, MAILS = ("anna", "bert"), ("a", "b")
arrivals = st.lists(
    st.tuples(
        st.sampled_from(("erp/1", "crm/1", "shop/1", "desk/1")),
        st.sampled_from(NAMES),
        st.sampled_from((*MAILS, "")),
        st.booleans(),
    ),
    min_size=4,
    max_size=9,
)


def told(history) -> list[str]:
    return [
        f"{name} n={said}{f' m={mail}' if mail else ''} at={day}"
        for day, (name, said, mail, _) in enumerate(history)
    ]


@settings(
    max_examples=10,
    deadline=None,
    phases=NO_SHRINK,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(arrivals)
def test_when_all_holds_are_released_the_partition_is_the_one_without_gates(db, history):
    last = {line.short: line for line in lines("\n".join(told(history)))}
    with scratch(gates=ALL) as hub:
        for row, (name, _, _, sure) in zip(told(history), history, strict=True):
            hub.load(row)
            if sure:
                confirm(hub, hub.goldens()[hub.membership(name).golden_id or 0])
        assert verify(deep=True) == []
        release_all(hub)
        assert hub.clusters() == expected(last.values())
        assert verify(deep=True) == []
