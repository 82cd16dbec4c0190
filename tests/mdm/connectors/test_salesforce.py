"""The Salesforce connector against the simulator: pages, calls, upserts, and everything that goes wrong."""

from datetime import UTC, datetime

import pytest

from mdm.connectors.base import CallRefused, PlatformRefused, PlatformUnavailable, Sending
from mdm.connectors.salesforce import Salesforce
from tests.mdm.connectors.conftest import answers, send
from tests.platforms import account, record_id

ONE, TWO = record_id("001", 1), record_id("001", 2)
GOLDEN = {"kind": "organisation", "legal_name": "Werft Kiel GmbH"}


def mark(lane: int, key: str, code: str) -> Sending:
    return Sending(lane, "Account", key, code)


def create(lane: int, code: str, **golden) -> Sending:
    return Sending(lane, "Account", None, code, {**GOLDEN, **golden})


def test_all_pages_come_with_all_fields_and_deleted_rows(start, connect):
    rows = [account(number, f"Firma {number}") for number in range(1, 2202)]
    rows[5]["IsDeleted"] = True
    pages = list(connect(start("salesforce", Account=rows)).pull("Account"))
    assert [len(page) for page in pages] == [2000, 201]
    assert sum(row["IsDeleted"] for page in pages for row in page) == 1
    assert pages[0][0]["BillingCity"] == "Kiel"


def test_since_asks_for_what_changed_at_or_after(start, connect):
    old = account(1, "Alt", SystemModstamp="2024-05-01T09:59:59.000+0000")
    platform = start("salesforce", Account=[old, account(2, "Neu")])
    (page,) = connect(platform).pull("Account", since=datetime(2024, 5, 1, 10, tzinfo=UTC))
    assert [row["Id"] for row in page] == [TWO]


def test_rows_are_marked_by_their_own_id_and_two_may_carry_one_golden_id(start, connect):
    platform = start("salesforce", Account=[account(1, "Eins"), account(2, "Zwei")])
    salesforce = connect(platform)
    assert send(salesforce, mark(1, ONE, "C-1"), mark(2, TWO, "C-1")) == [
        (1, "ok", "updated"),
        (2, "ok", "updated"),
    ]
    assert platform.golden_ids() == {ONE: "C-1", TWO: "C-1"}
    assert dict(salesforce.carried("Account")) == {ONE: "C-1", TWO: "C-1"}


def test_a_call_takes_200_rows_and_no_more(start, connect):
    rows = [account(number, f"Firma {number}") for number in range(1, 202)]
    platform = start("salesforce", Account=rows)
    salesforce = connect(platform)
    marks = [mark(number, record_id("001", number), f"C-{number}") for number in range(1, 202)]
    assert len(send(salesforce, *marks[: salesforce.batch_size])) == 200
    with pytest.raises(CallRefused, match="EXCEEDED_ID_LIMIT"):
        send(salesforce, *marks)
    assert len(platform.golden_ids()) == 200


def test_each_row_of_a_call_has_its_own_outcome(start, connect):
    gone = account(3, "Drei", IsDeleted=True)
    platform = start("salesforce", Account=[account(1, "Eins"), account(2, "Zwei"), gone])
    platform.plan(lock_keys=[ONE])
    found = send(
        connect(platform), mark(1, ONE, "C-1"), mark(2, TWO, "C-2"), mark(3, record_id("001", 3), "C-3")
    )
    assert found == [
        (1, "retry", "UNABLE_TO_LOCK_ROW"),  # somebody else holds it
        (2, "ok", "updated"),
        (3, "refused", "ENTITY_IS_DELETED"),
    ]
    assert platform.golden_ids() == {TWO: "C-2"}


@pytest.mark.parametrize("phase", ["before", "after"])
def test_a_call_that_fails_is_repeated_at_once_and_leaves_one_effect(start, connect, phase):
    platform = start("salesforce", Account=[account(1, "Eins")])
    salesforce = connect(platform)
    salesforce.ping()
    platform.plan(fail_every=2, fail_phase=phase)
    assert send(salesforce, mark(1, ONE, "C-1")) == [(1, "ok", "updated")]
    assert (
        send(salesforce, create(2, "C-2")) == [(2, "ok", "created")]
        or platform.stats()["rows"]["Account"] == 2
    )
    platform.plan(fail_every=0)
    assert send(salesforce, create(2, "C-2")) == [(2, "ok", "updated")]
    assert sorted(platform.golden_ids().values()) == ["C-1", "C-2"]


def test_created_rows_come_back_as_a_pull_would_bring_them(start, connect):
    platform = start("salesforce")
    salesforce = connect(platform)
    person = create(2, "C-2", kind="person", given_name="Ida", family_name="Lund", birth_date="1990-02-03")
    made = answers(salesforce, create(1, "C-1"), person)
    assert [(one.verdict, one.status) for one in made] == [("ok", "created"), ("ok", "created")]
    pulled = {row["Id"]: row for page in salesforce.pull("Account") for row in page}
    assert [one.payload for one in made] == [pulled[one.remote_key] for one in made]
    assert pulled[made[0].remote_key]["Name"] == "Werft Kiel GmbH"
    assert pulled[made[1].remote_key]["IsPersonAccount"] is True


def test_a_golden_id_on_two_rows_is_no_place_to_create(start, connect):
    platform = start(
        "salesforce", Account=[account(1, "A", MDM_Id__c="C-1"), account(2, "B", MDM_Id__c="C-1")]
    )
    assert send(connect(platform), create(1, "C-1"), create(2, "C-2")) == [
        (1, "retry", "DUPLICATE_EXTERNAL_ID"),  # until the next pull has brought the two rows
        (2, "ok", "created"),
    ]


def test_an_expired_token_is_fetched_again(start, connect):
    platform = start("salesforce", Account=[account(1, "Eins")])
    salesforce = connect(platform)
    send(salesforce, mark(1, ONE, "C-1"))
    platform.plan(expire_sessions=True)
    assert send(salesforce, mark(1, ONE, "C-2")) == [(1, "ok", "updated")]
    platform.kill()
    platform.start()
    assert send(salesforce, mark(1, ONE, "C-3")) == [(1, "ok", "updated")]


def test_wrong_credentials_are_a_matter_of_the_platform_as_a_whole(start, connect):
    platform = start("salesforce")
    stranger = Salesforce(base_url=platform.url, client_id="aurum", client_secret="wrong")
    with pytest.raises(PlatformRefused, match="invalid_client"):
        stranger.ping()
    stranger.close()


def test_the_daily_limit_is_a_pause_and_no_refusal(start, connect):
    platform = start("salesforce", Account=[account(1, "Eins")])
    salesforce = connect(platform)
    salesforce.ping()
    platform.plan(daily_limit=1)
    with pytest.raises(PlatformUnavailable, match="REQUEST_LIMIT_EXCEEDED"):
        send(salesforce, mark(1, ONE, "C-1"))
