"""After a merge, a split, an undo, in any order: the platforms hold the ids of the state that stands."""

from mdm.models import Membership
from mdm.publishing.reconcile import differences
from mdm.resolution.decisions import By, merge, split, undo
from tests.hub import Hub, links
from tests.platforms import account, partner, record_id

NAMES = {
    "0000000001": "Werft",
    "0000000002": "Bäckerei",
    record_id("001", 1): "werft",
    record_id("001", 2): "bäckerei",
    "0001000000": "created",
}
SURE = By("ida", "same_person")
NOT_SO = By("ida", "mistake")


def two_customers() -> dict[str, list[dict]]:
    """The same two customers in the ERP (capitals) and in the CRM (small letters)."""
    return {
        "partners": [partner(1, "Werft Kiel GmbH"), partner(2, "Bäckerei Lund")],
        "accounts": [account(1, "Werft Kiel GmbH"), account(2, "Bäckerei Lund")],
    }


def table(hub: Hub) -> str:
    """Return which rows of the two platforms carry one golden id: groups in order, members in order."""
    carried = hub.erp.golden_ids() | hub.crm.golden_ids()
    groups: dict[str, list[str]] = {}
    for key, code in carried.items():
        groups.setdefault(code, []).append(NAMES[key])
    return " | ".join(sorted(" ".join(sorted(names)) for names in groups.values()))


def settled(hub: Hub) -> str:
    """Publish and return the table; every row must carry what the hub says."""
    hub.publish()
    assert [differences(destination) for destination in hub.destinations.values()] == [[], []]
    return table(hub)


def test_a_merge_reaches_every_row_and_its_undo_brings_every_id_back(hub):
    made = hub(**two_customers())
    made.pull_customers()
    assert settled(made) == "Bäckerei bäckerei | Werft werft"
    ids = made.erp.golden_ids() | made.crm.golden_ids()

    merged = merge(sorted(set(links().values())), by=SURE)
    assert settled(made) == "Bäckerei Werft bäckerei werft"

    undo(merged.judgement_ids[0], by=NOT_SO)
    assert settled(made) == "Bäckerei bäckerei | Werft werft"
    assert made.erp.golden_ids() | made.crm.golden_ids() == ids


def test_a_split_gives_the_leaving_row_an_id_of_its_own_and_its_undo_takes_it_back(hub):
    made = hub(**two_customers())
    made.pull_customers()
    assert settled(made) == "Bäckerei bäckerei | Werft werft"
    ids = made.erp.golden_ids() | made.crm.golden_ids()
    leaving = Membership.objects.get(record__source_key=record_id("001", 1))

    assert leaving.golden is not None
    parted = split(leaving.golden.code, [leaving.record_id], by=By("ida", "branch"))
    assert settled(made) == "Bäckerei bäckerei | Werft | werft"

    undo(parted.judgement_ids[0], by=NOT_SO)
    assert settled(made) == "Bäckerei bäckerei | Werft werft"
    assert made.erp.golden_ids() | made.crm.golden_ids() == ids


def test_a_merge_that_is_undone_before_it_was_told_leaves_no_write(hub):
    made = hub(**two_customers())
    made.pull_customers()
    made.publish()
    writes = made.writes()
    merged = merge(sorted(set(links().values())), by=SURE)
    undo(merged.judgement_ids[0], by=NOT_SO)
    assert settled(made) == "Bäckerei bäckerei | Werft werft"
    assert made.writes() == writes


def test_undoing_a_merge_takes_a_created_record_back_to_the_customer_it_was_made_for(hub):
    known = {"partners": [partner(1, "Werft Kiel GmbH")], "accounts": two_customers()["accounts"]}
    made = hub(**known, create=True)
    made.pull_customers()
    assert settled(made) == "Werft werft | bäckerei created"
    merged = merge(sorted(set(links().values())), by=SURE)
    assert settled(made) == "Werft bäckerei created werft"
    undo(merged.judgement_ids[0], by=NOT_SO)
    assert settled(made) == "Werft werft | bäckerei created"


def test_a_customer_merged_before_its_create_was_sent_is_not_created(hub):
    known = {"partners": [partner(1, "Werft Kiel GmbH")], "accounts": two_customers()["accounts"]}
    made = hub(**known, create=True)
    made.pull_customers()
    merged = merge(sorted(set(links().values())), by=SURE)
    assert settled(made) == "Werft bäckerei werft"
    assert made.erp.stats()["rows"]["BusinessPartner"] == 1
    # and when they are two again, the one that the ERP does not know is created after all
    undo(merged.judgement_ids[0], by=NOT_SO)
    assert settled(made) == "Werft werft | bäckerei created"


def test_a_record_that_a_steward_takes_away_from_its_customer_is_not_created_a_second_time(hub):
    known = {"partners": [], "accounts": two_customers()["accounts"][1:]}
    made = hub(**known, create=True)
    made.pull_customers()
    assert settled(made) == "bäckerei created"
    created = Membership.objects.get(record__source_key="0001000000")
    assert created.golden is not None
    split(created.golden.code, [created.record_id], by=By("ida", "branch"))
    assert settled(made) == "bäckerei | created"
    assert made.erp.stats()["rows"]["BusinessPartner"] == 1
