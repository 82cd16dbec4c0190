"""The account tree: its top, its levels, what adds up; through circles, rivals and merges."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mdm.compliance.policy import Principal
from mdm.models import GoldenRecord
from mdm.relationships.problems import problems
from mdm.relationships.stewarding import end, relate
from mdm.relationships.tree import Node, Tree, tree_of
from mdm.resolution.decisions import By
from tests.linktable import Hub, scratch, start

pytestmark = pytest.mark.django_db
EVA = By("eva", "documents", "The register says so.")
READER = Principal("reader", frozenset({"steward"}))
TODAY = date(2026, 6, 30)
GROUP = """
crm/1 n=holding k=organisation
crm/2 n=north k=organisation up=crm/1
crm/3 n=south k=organisation up=crm/1
crm/4 n=branch k=organisation up=crm/3
crm/5 n=anna k=person of=crm/4:ceo
crm/6 n=bert k=person of=crm/4,crm/1
"""


def ask(hub: Hub, label: str, **more) -> Tree:
    golden = GoldenRecord.objects.get(code=hub.code(label))
    return tree_of(golden, READER, on=more.pop("on", TODAY), **more)


def drawn(hub: Hub, node: Node) -> str:
    """Return a tree as g1(g2, g3(g4)); `+2` where children are left out."""
    labels = {GoldenRecord.objects.get(pk=pk).code: label for pk, label in hub.goldens().items()}
    below = [drawn(hub, child) for child in node.children] + ([f"+{node.more}"] if node.more else [])
    return labels[node.id] + (f"({', '.join(below)})" if below else "")


def test_from_anywhere_in_it_the_whole_tree_is_seen_with_what_adds_up():
    hub = start()
    hub.load(GROUP)
    for label in ("g1", "g2", "g3", "g4"):
        tree = ask(hub, label)
        assert (tree.ultimate, drawn(hub, tree.root)) == (hub.code("g1"), "g1(g2, g3(g4))")
    assert ask(hub, "g4").way == tuple(hub.code(label) for label in ("g4", "g3", "g1"))
    root = ask(hub, "g1").root
    assert (root.total, root.total_records, root.contacts, root.total_contacts) == (4, 4, 1, 3)


def test_a_depth_cuts_it_and_counts_what_was_left_out():
    hub = start()
    hub.load(GROUP)
    tree = ask(hub, "g4", depth=1)
    assert (drawn(hub, tree.root), tree.cut, tree.root.total) == ("g1(g2, g3(+1))", True, 4)
    assert drawn(hub, ask(hub, "g4", depth=0).root) == "g1(+2)"
    with pytest.raises(ValueError, match="from 0 to 50"):
        ask(hub, "g4", depth=51)
    with pytest.raises(ValueError, match="contact_of makes no trees; "):
        ask(hub, "g4", type_="contact_of")


def test_it_is_that_of_a_day():
    hub = start()
    hub.load(GROUP)
    end("parent_account", hub.code("g4"), hub.code("g3"), last_day=date(2024, 12, 31), by=EVA)
    assert drawn(hub, ask(hub, "g1", on=date(2024, 12, 31)).root) == "g1(g2, g3(g4))"
    assert drawn(hub, ask(hub, "g1", on=date(2025, 1, 1)).root) == "g1(g2, g3)"


def test_a_merge_joins_trees_and_undoing_it_parts_them():
    hub = start()
    hub.load(GROUP + "shop/1 n=nord k=organisation\nshop/2 n=nordost k=organisation up=shop/1")
    decision = hub.merge("g2", "g7")
    assert drawn(hub, ask(hub, "g8").root) == "g1(g2(g8), g3(g4))"
    hub.undo(decision)
    assert drawn(hub, ask(hub, "g8").root) == "g7(g8)"


def test_a_circle_of_sources_ends_at_its_oldest_and_is_reported():
    hub = start()
    hub.load("crm/1 n=a up=crm/2\ncrm/2 n=b up=crm/3\ncrm/3 n=c up=crm/1\ncrm/4 n=d up=crm/3")
    tree = ask(hub, "g4")
    circle = {hub.code(label) for label in ("g1", "g2", "g3")}
    assert (tree.ultimate, set(tree.cycle)) == (hub.code("g1"), circle)
    assert {ask(hub, label).ultimate for label in ("g1", "g2", "g3", "g4")} == {tree.ultimate}
    (found,) = problems(on=TODAY).found
    assert (found.fault, set(found.golden_ids)) == ("cycle", circle)


def test_of_two_parents_the_weightiest_counts_and_both_are_reported():
    hub = start()
    hub.load("crm/1 n=a\nerp/1 n=b\ncrm/2 n=x m=m up=crm/1\nerp/2 n=x m=m up=erp/1")
    tree = ask(hub, "g3")
    assert (drawn(hub, tree.root), tree.rivals) == ("g1(g3)", ((hub.code("g3"), hub.code("g2")),))
    (found,) = problems(on=TODAY).found
    assert (found.fault, found.golden_ids[0]) == ("several", hub.code("g3"))
    assert drawn(hub, ask(hub, "g2").root) == "g2"
    # A steward settles it.
    end("parent_account", hub.code("g3"), hub.code("g1"), by=EVA)
    assert drawn(hub, ask(hub, "g3").root) == "g2(g3)"
    assert problems(on=TODAY).found == ()


def test_a_household_is_all_who_name_one_head():
    hub = start()
    hub.load("crm/1 n=anna k=person\ncrm/2 n=bert k=person head=crm/1\ncrm/3 n=cleo k=person head=crm/1")
    relate("household", hub.code("g3"), hub.code("g1"), by=EVA)
    assert drawn(hub, ask(hub, "g2", type_="household").root) == "g1(g2, g3)"


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    parents=st.lists(st.lists(st.integers(0, 5), max_size=2, unique=True), min_size=6, max_size=6),
    merges=st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5)), max_size=2),
)
def test_a_tree_ends_and_shows_each_record_once_whatever_sources_and_merges_make(parents, merges):
    with scratch() as hub:
        hub.load(
            "\n".join(
                f"crm/{number} n=x{number}"
                + (f" up={','.join(f'crm/{above}' for above in of if above != number)}" if of else "")
                for number, of in enumerate(parents)
            )
        )
        for one, other in merges:
            goldens = [hub.membership(f"crm/{number}").golden_id or 0 for number in (one, other)]
            if goldens[0] != goldens[1]:
                hub.merge(*(hub.goldens()[golden] for golden in goldens))
        for golden in GoldenRecord.objects.filter(status="live"):
            tree = tree_of(golden, READER, on=TODAY)
            shown = [node.id for node in _nodes(tree.root)]
            assert len(shown) == len(set(shown)) == tree.root.total
            assert golden.code in shown and tree.way[0] == golden.code


def _nodes(node: Node) -> list[Node]:
    return [node, *(below for child in node.children for below in _nodes(child))]
