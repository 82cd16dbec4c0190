"""From two platforms into the hub and back: every row carries its golden id, nothing echoes."""

import pytest

from mdm.connectors.base import Answer
from mdm.models import (
    Destination,
    GoldenRecord,
    Judgement,
    Lane,
    Membership,
    SourceRecord,
    SourceRelationship,
)
from mdm.publishing import deliver, homecoming, lease
from mdm.publishing.desired import state_hash
from mdm.publishing.lanes import backlog, catch_up
from mdm.publishing.reconcile import Difference, differences
from mdm.xref.redirect import live_golden
from tests.hub import (
    history_rows,
    lanes,
    let_leases_run_out,
    links,
    make_everything_due_now,
    states,
)
from tests.platforms import account, partner, record_id

ERP1, ERP2, ERP3 = "0000000001", "0000000002", "0000000003"
CRM1, CRM2, CRM9 = (record_id("001", number) for number in (1, 2, 9))


def pairs() -> dict[str, list[dict]]:
    """Two customers that both platforms know."""
    return {
        "partners": [partner(1, "Werft Kiel GmbH"), partner(2, "Bäckerei Lund")],
        "accounts": [account(1, "Werft Kiel GmbH"), account(2, "Bäckerei Lund")],
    }


def only_in_the_crm() -> dict[str, list[dict]]:
    """Two customers that both platforms know, and one that is in the CRM alone."""
    known = pairs()
    return {
        **known,
        "accounts": [*known["accounts"], account(9, "Reederei Nord AG", Website="https://nord.example")],
    }


def test_every_row_of_both_platforms_carries_its_golden_id(hub):
    made = hub(**pairs())
    made.pull_customers()
    made.publish()
    link = links()
    assert link[ERP1] == link[CRM1] != link[ERP2] == link[CRM2]
    assert made.erp.golden_ids() == {ERP1: link[ERP1], ERP2: link[ERP2]}
    assert made.crm.golden_ids() == {CRM1: link[CRM1], CRM2: link[CRM2]}
    assert [differences(destination) for destination in made.destinations.values()] == [[], []]


def test_our_own_write_back_is_no_change_when_it_comes_home(hub):
    made = hub(**pairs())
    made.pull_customers()
    made.publish()
    before, writes = history_rows(), made.writes()
    for source, object_type in (("erp", "BusinessPartner"), ("crm", "Account")):
        assert made.pull(source, object_type).verdicts == {"unchanged": 2}
    made.resolve()
    made.publish()
    assert (history_rows(), made.writes()) == (before, writes)


def test_a_person_comes_home_as_it_was_loaded(hub):
    """The CRM puts a person's name together itself when a part of it is written; a golden id is none."""
    ida = account(
        3, "", Name="Ida Lund", FirstName="Ida", MiddleName="M.", LastName="Lund", IsPersonAccount=True
    )
    made = hub(accounts=[ida])
    made.pull_customers()
    made.publish()
    assert made.pull("crm", "Account").verdicts == {"unchanged": 1}


def test_a_value_that_changes_makes_no_write_where_the_golden_id_stays(hub):
    made = hub(**pairs())
    made.pull_customers()
    made.publish()
    writes = made.writes()
    made.crm.edit("Account", CRM1, Website="https://werft.example")
    assert made.pull("crm", "Account").verdicts == {"changed": 1, "unchanged": 1}
    made.resolve()
    made.publish()
    assert made.writes() == (writes[0], writes[1] + 1)  # the user's own
    assert states() == ["idle"]


def test_a_customer_of_the_crm_is_created_in_the_erp_and_comes_home(hub):
    made = hub(**only_in_the_crm(), create=True)
    made.pull_customers()
    made.publish()
    link = links()
    (created,) = set(link) - {ERP1, ERP2, CRM1, CRM2, CRM9}
    assert link[created] == link[CRM9]
    assert made.erp.golden_ids()[created] == link[CRM9]
    assert made.erp.stats()["rows"]["BusinessPartner"] == 3
    record = SourceRecord.objects.get(source_key=created)
    assert record.attributes["legal_name"] == "Reederei Nord AG"
    (tie,) = Judgement.objects.all()
    assert (tie.kind, tie.rank, tie.actor, tie.reason) == (
        "must_link",
        "rule",
        "system:publishing",
        "The hub created it at erp.",
    )
    assert tie.right is not None
    assert {tie.left.source_key, tie.right.source_key} == {CRM9, created}
    assert differences(made.destinations["erp"]) == []


def test_the_created_record_is_not_told_what_its_platform_holds(hub):
    made = hub(**only_in_the_crm(), create=True)
    made.pull_customers()
    made.publish()
    lane = Lane.objects.get(record__source_key="0001000000")
    assert (lane.state, lane.acknowledged_hash) == ("idle", state_hash(links()[CRM9]))
    assert not lane.deliveries.exists()
    writes = made.writes()
    assert made.pull("erp", "BusinessPartner").verdicts == {"unchanged": 3}
    made.publish()
    assert made.writes() == writes


def test_what_matching_would_keep_apart_joins_because_the_hub_made_it(hub):
    """The tie counts, not the looks: the ERP cannot hold what tells this customer apart."""
    known = only_in_the_crm()
    known["accounts"][-1] |= {
        "Name": "X",
        "BillingStreet": None,
        "BillingCity": None,
        "BillingPostalCode": None,
    }
    made = hub(**known, create=True)
    made.pull_customers()
    made.publish()
    assert GoldenRecord.objects.get(code=links()[CRM9]).member_count == 2


class Died(BaseException):
    """The worker is killed here."""


@pytest.mark.parametrize("place", ["welcome", "finish"])
def test_a_worker_killed_after_the_platforms_commit_leaves_one_record_and_one_membership(
    hub, monkeypatch, place
):
    made = hub(**only_in_the_crm(), create=True)
    made.pull_customers()

    def die(*_args, **_options):
        raise Died

    with monkeypatch.context() as patch:
        patch.setattr(deliver, "welcome", die) if place == "welcome" else patch.setattr(lease, "finish", die)
        with pytest.raises(Died):
            made.deliver("erp")
    let_leases_run_out()
    made.publish()
    link = links()
    (created,) = set(link) - {ERP1, ERP2, CRM1, CRM2, CRM9}
    assert made.erp.stats()["rows"]["BusinessPartner"] == 3
    assert made.erp.golden_ids() == {key: link[key] for key in (ERP1, ERP2, created)}
    assert link[created] == link[CRM9]
    assert Membership.objects.filter(golden__code=link[CRM9]).count() == 2
    assert states() == ["idle"]


def test_a_pull_that_brings_the_created_record_first_doubles_nothing(hub, monkeypatch):
    """The answer to the create was lost, the record looks like a stranger: its golden id says who it is."""
    known = only_in_the_crm()
    known["accounts"][-1] |= {
        "Name": "X",
        "BillingStreet": None,
        "BillingCity": None,
        "BillingPostalCode": None,
    }
    made = hub(**known, create=True)
    made.pull_customers()

    def die(*_args, **_options):
        raise Died

    with monkeypatch.context() as patch:
        patch.setattr(deliver, "welcome", die)
        with pytest.raises(Died):
            made.deliver("erp")
    assert made.pull("erp", "BusinessPartner").verdicts == {"unchanged": 3}
    made.resolve()
    let_leases_run_out()
    made.publish()
    assert made.erp.stats()["rows"]["BusinessPartner"] == 3
    assert Membership.objects.filter(golden__code=links()[CRM9]).count() == 2
    assert SourceRecord.objects.filter(object_type__source__code="erp").count() == 3


def test_welcoming_twice_changes_nothing(hub):
    made = hub(**only_in_the_crm(), create=True)
    made.pull_customers()
    made.publish()
    before = (history_rows(), Judgement.objects.count(), Lane.objects.count())
    lane = Lane.objects.get(golden__isnull=False)
    payload = SourceRecord.objects.get(source_key="0001000000").payload
    assert payload is not None
    arrival = homecoming.Arrival(lane.pk, links()[CRM9], payload)
    assert homecoming.welcome(made.destinations["erp"], "BusinessPartner", [arrival]) == {}
    assert (history_rows(), Judgement.objects.count(), Lane.objects.count()) == before


def test_a_created_record_that_is_refused_here_is_a_dead_letter_and_not_made_again(hub, monkeypatch):
    made = hub(**only_in_the_crm(), create=True)
    made.pull_customers()
    monkeypatch.setattr(
        "mdm.connectors.sap.Sap._read_back",
        lambda self, created: [
            Answer(one.lane_id, "ok", status, remote_key=key, payload={"BusinessPartner": key})
            for one, key, status in created
        ],
    )
    made.publish()
    (dead,) = [row for row in lanes() if row[2] == "dead"]
    assert dead[:3] == ("erp", "create", "dead")
    assert dead[4].startswith("It was created as 0001000000, but refused here:")
    made.publish()
    assert made.erp.stats()["rows"]["BusinessPartner"] == 3


def test_a_create_is_for_those_that_the_destination_asks_for(hub):
    made = hub(**only_in_the_crm(), create=True)
    erp = made.destinations["erp"]
    erp.settings["create"]["customer"]["kind"] = ["person"]
    erp.save()
    made.pull_customers()
    made.publish()
    assert not Lane.objects.filter(golden__isnull=False).exists()


def test_differences_name_every_row_that_is_wrong(hub):
    made = hub(**pairs())
    made.pull_customers()
    link = links()
    assert differences(made.destinations["erp"]) == [
        Difference("BusinessPartner", ERP1, link[ERP1], ()),
        Difference("BusinessPartner", ERP2, link[ERP2], ()),
    ]
    made.publish()
    Membership.objects.filter(record__source_key=ERP2).update(
        golden=GoldenRecord.objects.get(code=link[ERP1])
    )
    (wrong,) = differences(made.destinations["erp"])
    assert str(wrong) == (f"BusinessPartner {ERP2} carries {link[ERP2]}; it should carry {link[ERP1]}.")


def test_a_row_that_the_hub_does_not_know_must_carry_no_golden_id(hub):
    made = hub(accounts=[account(1, "Eins", MDM_Id__c="C-1")])
    (stranger,) = differences(made.destinations["crm"])
    assert str(stranger) == f"Account {CRM1} carries C-1; it should carry none: the hub does not know it."


def test_a_destination_that_was_switched_off_hears_everything_when_it_catches_up(hub):
    made = hub(**pairs())
    Destination.objects.update(enabled=False)
    made.pull_customers()
    assert backlog() == {}
    Destination.objects.update(enabled=True)
    catch_up(made.destinations["erp"], actor="test", cause="switched on")
    assert backlog() == {"crm": {"due": 2}, "erp": {"due": 2}}
    make_everything_due_now()
    made.publish()
    assert differences(made.destinations["crm"]) == []


def test_accounts_that_the_crm_merges_are_one_and_the_lost_id_leads_to_the_one_that_stayed(hub):
    made = hub(
        accounts=[
            account(1, "Werft Kiel GmbH"),
            account(2, "Bäckerei Lund"),
            account(3, "Reederei Nord AG", ParentId=CRM2),
        ]
    )
    made.pull_customers()
    before = links()
    made.crm.merge("Account", CRM1, CRM2)
    assert made.pull("crm", "Account").verdicts == {"changed": 2, "unchanged": 1}
    made.resolve()
    record = SourceRecord.objects.get(source_key=CRM2)
    assert (record.status, record.merged_into) == ("deleted", CRM1)
    assert links() == {**before, CRM2: before[CRM1]}
    assert live_golden(before[CRM2]).code == before[CRM1]
    # What hung on the lost account hangs on the other one, there and here.
    parent = SourceRelationship.objects.get(record__source_key=record_id("001", 3), gone=False)
    assert parent.other_key == CRM1


def test_the_erp_tells_who_is_billed_and_who_is_the_contact(hub):
    area = {"SalesOrganization": "1010", "DistributionChannel": "10", "Division": "00"}
    functions = [("SP", ERP1), ("BP", ERP2), ("SH", ERP1)]
    customer = {"to_CustomerSalesArea": {"results": [{**area, "to_PartnerFunction": {"results": [
        {"PartnerCounter": str(place), "PartnerFunction": function, "BPCustomerNumber": number}
        for place, (function, number) in enumerate(functions)
    ]}}]}}  # fmt: skip
    contact = {
        "RelationshipNumber": "7",
        "BusinessPartnerPerson": ERP3,
        "ValidityEndDate": "/Date(253402214400000)/",
        "RelationshipCategory": "BUR001",
    }
    made = hub(partners=[
        partner(1, "Werft Kiel GmbH", to_Customer=customer, to_BusinessPartnerContact={"results": [contact]}),
        partner(2, "Bäckerei Lund"),
        {"BusinessPartner": ERP3, "BusinessPartnerCategory": "1", "FirstName": "Ida", "LastName": "Lund"},
    ])  # fmt: skip
    assert made.pull("erp", "BusinessPartner").verdicts == {"created": 3}
    told = SourceRelationship.objects.filter(record__source_key=ERP1).values_list(
        "type", "forward", "other_key"
    )
    assert sorted(told) == [("bill_to", True, ERP2), ("contact_of", False, ERP3)]
