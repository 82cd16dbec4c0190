"""What people decide stands above the model, and undoing it leaves no trace in ids, members and values."""

import itertools

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mdm.compliance.digest import digest
from mdm.compliance.verify import verify
from mdm.models import Judgement, OutboxEvent, ReviewTask
from mdm.resolution import decisions
from mdm.resolution.decisions import Contradiction, StaleVersion
from tests.linktable import BY, NOT, OOPS, Hub, scratch, start, table

pytestmark = pytest.mark.django_db

FOUR = """
erp/1 n=anna l=de
crm/1 n=anne l=fr
shop/1 n=bert m=b
desk/1 n=bertha m=b
"""
APART = table("""
    g1: erp/1
    g2: crm/1
    g3: shop/1
    g4: desk/1
    """)


def test_a_merge_holds_two_golden_records_to_be_one():
    hub = start()
    assert hub.load(FOUR) == APART
    decision = hub.merge("g1", "g2")
    assert hub.stands() == table("""
        g1: crm/1 erp/1
        g2 -> g1
        g3: shop/1
        g4: desk/1
        """)
    (event,) = decision.settled.events
    assert (event.type, event.subjects) == ("golden.merged.v1", sorted([hub.code("g1"), hub.code("g2")]))
    assert verify(deep=True) == []


def test_the_caller_says_which_id_survives():
    hub = start()
    hub.load(FOUR)
    hub.merge("g1", "g2", keep="g2")
    assert hub.stands().splitlines()[:2] == ["g1 -> g2", "g2: crm/1 erp/1"]


def test_a_question_is_answered_by_a_decision_and_asked_again_when_that_is_undone():
    hub = start()
    hub.load(FOUR)
    (task,) = ReviewTask.objects.all()
    assert (task.status, task.weight) == ("open", 6000)
    decision = hub.part("g3", "g4")
    task.refresh_from_db()
    assert (task.status, task.judgement_id) == ("decided", decision.judgement_ids[0])
    hub.undo(decision)
    assert list(ReviewTask.objects.order_by("pk").values_list("status", flat=True)) == ["decided", "open"]
    assert verify(deep=True) == []


def test_not_a_match_parts_what_the_model_would_join_later():
    hub = start()
    hub.load("erp/1 n=anna\ncrm/1 n=anne")
    hub.part("g1", "g2")
    assert hub.load("crm/1 n=anna at=1") == "g1: erp/1\ng2: crm/1"
    assert verify(deep=True) == []


def test_a_split_takes_records_out_and_an_undo_brings_them_back():
    hub = start()
    hub.load("erp/1 n=anna\ncrm/1 n=anna\nshop/1 n=anna")
    before = digest()
    decision = hub.split("g1", "shop/1")
    assert hub.stands() == "g1: crm/1 erp/1\ng2: shop/1"
    assert len(decision.judgement_ids) == 1  # one judgement holds both lists
    hub.undo(decision)
    assert (hub.stands(), verify(deep=True)) == ("g1: crm/1 erp/1 shop/1\ng2 -> g1", [])
    assert digest() != before  # g2 was issued, and answers for ever
    assert Judgement.objects.filter(withdrawn_at=None).count() == 0


def test_a_split_of_a_merge_yields_when_it_is_undone():
    hub = start()
    hub.load(FOUR)
    merge = hub.merge("g1", "g2")
    split = hub.split("g1", "crm/1")
    assert hub.stands() == APART
    hub.undo(split)
    assert hub.stands().splitlines()[:2] == ["g1: crm/1 erp/1", "g2 -> g1"]
    hub.undo(merge)
    assert (hub.stands(), verify(deep=True)) == (APART, [])


def test_a_merge_against_a_cannot_link_is_refused_with_the_list_of_conflicts():
    hub = start()
    hub.load(FOUR)
    hub.part("g1", "g2")
    with pytest.raises(Contradiction) as refused:
        hub.merge("g1", "g2")
    (conflict,) = refused.value.conflicts
    assert conflict.startswith("steward decided on ")
    assert f"{hub.code('g1')} and {hub.code('g2')} are not the same (Relatives or household)" in conflict
    assert Judgement.objects.count() == 1


def test_a_merge_through_a_third_finds_the_contradiction_too():
    hub = start()
    hub.load(FOUR)
    hub.part("g1", "g2")
    hub.merge("g2", "g3")
    with pytest.raises(Contradiction):
        hub.merge("g1", "g3")


def test_what_the_caller_did_not_see_is_refused_as_stale():
    hub = start()
    hub.load(FOUR)
    codes = [hub.code("g1"), hub.code("g2")]
    seen = {code: hub.golden(label).version for code, label in zip(codes, ("g1", "g2"), strict=True)}
    hub.load("erp/1 n=anna l=it at=1")
    with pytest.raises(StaleVersion, match=f"{codes[0]} is at version 2, you saw 1: look again"):
        decisions.merge(codes, versions=seen, by=BY)
    assert Judgement.objects.count() == 0


def test_two_that_are_one_by_now_are_refused_as_stale():
    hub = start()
    hub.load(FOUR)
    hub.merge("g1", "g2")
    with pytest.raises(StaleVersion, match="are one golden record by now"):
        hub.merge("g1", "g2")


def test_an_undo_twice_is_refused_as_stale():
    hub = start()
    hub.load(FOUR)
    decision = hub.merge("g1", "g2")
    hub.undo(decision)
    with pytest.raises(StaleVersion, match="steward withdrew it"):
        hub.undo(decision)
    with pytest.raises(LookupError, match="There is no judgement 0"):
        decisions.undo(0, by=OOPS)


def test_strangers_and_empty_sides_are_refused_in_a_split():
    hub = start()
    hub.load("erp/1 n=anna\ncrm/1 n=anna\nshop/1 n=bert")
    with pytest.raises(Contradiction, match="are not in it"):
        hub.split("g1", "shop/1")
    with pytest.raises(Contradiction, match="Both sides of a split need a record"):
        hub.split("g1", "erp/1", "crm/1")


def test_a_reason_is_one_of_the_list_and_other_needs_a_text():
    with pytest.raises(ValueError, match="is not on the list"):
        decisions.By(actor="steward", reason_code="because")
    with pytest.raises(ValueError, match="needs a text"):
        decisions.By(actor="steward", reason_code="other", reason=" ")


@pytest.mark.parametrize(
    "decide",
    [
        lambda hub: hub.merge("g1", "g2"),
        lambda hub: hub.merge("g3", "g4", keep="g4"),
        lambda hub: hub.part("g3", "g4"),
        lambda hub: hub.merge("g1", "g2", "g3"),
    ],
)
def test_a_preview_is_what_then_happens_and_leaves_nothing(decide):
    hub = start()
    hub.load(FOUR)
    before = (digest(), OutboxEvent.objects.count(), Judgement.objects.count())
    shown = decisions.preview(lambda: decide(hub))
    assert (digest(), OutboxEvent.objects.count(), Judgement.objects.count()) == before
    done = decide(hub)
    assert (shown.settled.events, shown.settled.written) == (done.settled.events, done.settled.written)


def test_a_person_outranks_gates():
    hub = start()
    hub.load("erp/1 n=anna k=person t=DE1\ncrm/1 n=anna k=organisation t=DE2")
    hub.merge("g1", "g2")
    assert (hub.stands(), verify(deep=True)) == ("g1: crm/1 erp/1\ng2 -> g1", [])


def standing(hub: Hub) -> tuple[str, object]:
    """What an undo restores: ids with members, and values; not which ids were issued on the way."""
    stands = [row for row in hub.stands().splitlines() if not row.endswith(" gone")]
    return "\n".join(stands), hub.values()


MERGES = (("g1", "g2"), ("g2", "g3"), ("g3", "g4"), ("g1", "g4"), ("g2", "g4"))


@pytest.mark.parametrize("order", list(itertools.permutations(range(3)))[:6])
def test_three_merges_undone_in_any_order_leave_what_stood_before(order):
    hub = start()
    hub.load(FOUR)
    before = standing(hub)
    made = [hub.merge(*pair) for pair in MERGES[:3]]
    for place in order:
        hub.undo(made[place])
    assert (standing(hub), verify(deep=True)) == (before, [])


steps = st.lists(
    st.one_of(
        st.tuples(st.just("merge"), st.integers(0, 3), st.integers(0, 3)),
        st.tuples(st.just("part"), st.integers(0, 3), st.integers(0, 3)),
        st.tuples(st.just("split"), st.integers(0, 3), st.just(0)),
        st.tuples(st.just("undo"), st.integers(0, 5), st.just(0)),
    ),
    min_size=2,
    max_size=7,
)
NAMES = ("erp/1", "crm/1", "shop/1", "desk/1")


def apply_step(hub: Hub, step, made: list) -> None:
    """Do one step of a random history; what cannot stand is refused and changes nothing."""
    what, one, other = step
    label = {name: hub.goldens()[hub.membership(name).golden_id or 0] for name in NAMES}
    try:
        if what == "undo":
            if made:
                hub.undo(made.pop(one % len(made)))
        elif what == "split":
            made.append(hub.split(label[NAMES[one]], NAMES[one]))
        elif one != other:
            pair = (label[NAMES[one]], label[NAMES[other]])
            made.append(hub.merge(*pair) if what == "merge" else hub.part(*pair))
    except decisions.DecisionRefused:
        return


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps, st.randoms(use_true_random=False))
def test_any_history_of_decisions_undone_in_any_order_leaves_what_stood_before(db, history, chance):
    with scratch() as hub:
        hub.load(FOUR)
        before = standing(hub)
        made: list = []
        for step in history:
            apply_step(hub, step, made)
        assert verify() == []
        chance.shuffle(made)
        for decision in made:
            if Judgement.objects.filter(pk=decision.judgement_ids[0], withdrawn_at=None).exists():
                hub.undo(decision)
        assert standing(hub) == before
        assert verify(deep=True) == []


def test_decisions_name_who_and_why():
    hub = start()
    hub.load(FOUR)
    decision = decisions.not_a_match([hub.code("g3"), hub.code("g4")], by=NOT)
    judgement = Judgement.objects.get(pk=decision.judgement_ids[0])
    entry = judgement.history.get()
    assert (judgement.actor, judgement.reason_code, entry.history_actor) == (
        "steward",
        "relatives",
        "steward",
    )
    assert judgement.evidence == {
        hub.code("g3"): [hub.record("shop/1").pk],
        hub.code("g4"): [hub.record("desk/1").pk],
    }
