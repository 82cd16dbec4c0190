"""Golden ids that follow from the members alone."""

from hypothesis import given
from hypothesis import strategies as st

from mdm.stateless import naming
from mdm.stateless.naming import golden_ids
from mdm.xref.codes import parse

NAMES = st.tuples(st.text(max_size=5), st.just("record"), st.text(max_size=5))


def clusters_of(names):
    """Cut a list of names into clusters of one, two, three, … names."""
    found, size = [], 1
    while names:
        found.append(names[:size])
        names, size = names[size:], size + 1
    return found


def test_an_id_is_a_golden_id_that_people_can_read_over_the_phone():
    found = golden_ids([[("crm", "record", "7"), ("shop", "record", "A-1")]], "C")
    assert found == {
        ("crm", "record", "7"): "C-3EWV-Z42M-0",
        ("shop", "record", "A-1"): "C-3EWV-Z42M-0",
    }
    assert parse("C-3EWV-Z42M-0") == "C-3EWV-Z42M-0"


@given(st.lists(NAMES, unique=True, max_size=20), st.randoms())
def test_ids_do_not_depend_on_the_order_of_clusters_or_members(names, dice):
    clusters = clusters_of(names)
    before = golden_ids(clusters, "P")
    for members in clusters:
        dice.shuffle(members)
    dice.shuffle(clusters)
    assert golden_ids(clusters, "P") == before


@given(st.lists(NAMES, unique=True, max_size=20))
def test_clusters_and_ids_correspond_one_to_one(names):
    clusters = clusters_of(names)
    found = golden_ids(clusters, "P")
    assert len({found[members[0]] for members in clusters}) == len(clusters)
    assert all(len({found[name] for name in members}) == 1 for members in clusters)


def test_the_same_cluster_has_the_same_id_whatever_else_is_there():
    alone = golden_ids([[("a", "record", "1")]], "G")
    among = golden_ids([[("a", "record", "1")], [("a", "record", "2"), ("b", "record", "1")]], "G")
    assert among[("a", "record", "1")] == alone[("a", "record", "1")]


def test_names_whose_parts_run_together_are_different_members():
    found = golden_ids([[("a", "record", "bc")], [("ab", "record", "c")]], "G")
    assert len(set(found.values())) == 2


def test_clusters_whose_codes_meet_keep_different_ids(monkeypatch):
    monkeypatch.setattr(naming, "CAPACITY", 5)  # five codes for five clusters: they must meet
    clusters = [[("a", "record", str(key))] for key in range(5)]
    found = golden_ids(clusters, "G")
    assert len(set(found.values())) == 5
    assert golden_ids(reversed(clusters), "G") == found
