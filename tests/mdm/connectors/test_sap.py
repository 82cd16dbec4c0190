"""The SAP connector against the simulator: pages, golden ids, creates, and everything that goes wrong."""

from datetime import UTC, datetime

import pytest

from mdm.connectors.base import PlatformRefused, PlatformUnavailable, Sending
from mdm.connectors.sap import Sap
from tests.mdm.connectors.conftest import answers, send
from tests.platforms import partner, product

KIEL = {
    "kind": "organisation",
    "legal_name": "Werft Kiel GmbH",
    "billing_address": {"city": "Kiel", "country": "DE"},
}


def mark(lane: int, key: str, code: str, object_type: str = "BusinessPartner") -> Sending:
    return Sending(lane, object_type, key, code)


def create(lane: int, code: str, **golden) -> Sending:
    return Sending(lane, "BusinessPartner", None, code, {**KIEL, **golden})


def test_all_pages_of_partners_and_products_come_with_their_parts(start, connect):
    platform = start(
        "sap",
        BusinessPartner=[partner(number, f"Firma {number}") for number in range(1, 1102)],
        Product=[product(number, "Schraube") for number in range(1, 4)],
    )
    pages = list(connect(platform).pull("BusinessPartner"))
    assert [len(page) for page in pages] == [500, 500, 101]
    assert pages[2][100]["BusinessPartner"] == "0000001101"
    assert pages[0][0]["to_BusinessPartnerAddress"]["results"][0]["CityName"] == "Kiel"
    (products,) = connect(platform).pull("Product")
    assert products[2]["to_Description"]["results"][0]["ProductDescription"] == "Schraube"


def test_since_reaches_back_to_the_start_of_the_day_that_a_partner_knows(start, connect):
    old = partner(1, "Alt", LastChangeDate="/Date(1600000000000)/")
    new = partner(2, "Neu", LastChangeDate="/Date(1700006400000)/")  # 2023-11-15T00:00:00Z
    platform = start("sap", BusinessPartner=[old, new])
    (page,) = connect(platform).pull("BusinessPartner", since=datetime(2023, 11, 15, 18, 30, tzinfo=UTC))
    assert [row["BusinessPartner"] for row in page] == ["0000000002"]


def test_since_reads_the_stamp_of_a_product_to_the_second(start, connect):
    old = product(1, "Alt", LastChangeDateTime="/Date(1700006400000+0000)/")
    new = product(2, "Neu", LastChangeDateTime="/Date(1700006401000+0000)/")
    platform = start("sap", Product=[old, new])
    (page,) = connect(platform).pull("Product", since=datetime(2023, 11, 15, 0, 0, 1, tzinfo=UTC))
    assert [row["Product"] for row in page] == ["2"]


def test_partners_and_products_carry_exactly_the_id_that_was_sent_last(start, connect):
    # partner 2 carries another id already, partner 3 the right one
    held = {"results": [{"BPIdentificationType": "ZMDM", "BPIdentificationNumber": "C-OLD"}]}
    right = {"results": [{"BPIdentificationType": "ZMDM", "BPIdentificationNumber": "C-3"}]}
    platform = start(
        "sap",
        BusinessPartner=[
            partner(1, "Eins"),
            partner(2, "Zwei", to_BuPaIdentification=held),
            partner(3, "Drei", to_BuPaIdentification=right),
        ],
        Product=[product(7, "Mutter")],
    )
    sap = connect(platform)
    marks = [mark(number, f"{number:010d}", f"C-{number}") for number in (1, 2, 3)]
    assert send(sap, *marks) == [(1, "ok", "201"), (2, "ok", "201"), (3, "ok", "already so")]
    assert send(sap, mark(7, "7", "P-7", "Product")) == [(7, "ok", "204")]
    ids = {"0000000001": "C-1", "0000000002": "C-2", "0000000003": "C-3", "7": "P-7"}
    assert platform.golden_ids() == ids
    assert dict(sap.carried("BusinessPartner")) | dict(sap.carried("Product")) == ids
    assert [
        sap.golden_ids("BusinessPartner", row) for page in sap.pull("BusinessPartner") for row in page
    ] == [
        ["C-1"],
        ["C-2"],
        ["C-3"],
    ]


def test_sending_again_writes_nothing_at_the_partners(start, connect):
    platform = start("sap", BusinessPartner=[partner(1, "Eins")])
    sap = connect(platform)
    send(sap, mark(1, "0000000001", "C-1"))
    writes = platform.stats()["writes"]
    assert send(sap, mark(1, "0000000001", "C-1")) == [(1, "ok", "already so")]
    assert platform.stats()["writes"] == writes


def test_more_than_a_batch_may_hold_goes_in_several(start, connect):
    held = {"results": [{"BPIdentificationType": "ZMDM", "BPIdentificationNumber": "C-OLD"}]}
    platform = start(
        "sap", BusinessPartner=[partner(n, f"F {n}", to_BuPaIdentification=held) for n in range(1, 101)]
    )
    # a hundred replacements are two hundred operations: a delete and a create each
    found = send(connect(platform), *[mark(n, f"{n:010d}", f"C-{n}") for n in range(1, 101)])
    assert {verdict for _, verdict, _ in found} == {"ok"}
    assert platform.golden_ids()["0000000100"] == "C-100"


def test_a_locked_partner_is_told_later_and_the_others_now(start, connect):
    platform = start("sap", BusinessPartner=[partner(1, "Eins"), partner(2, "Zwei")])
    platform.plan(lock_keys=["0000000001"])
    sap = connect(platform)
    found = answers(sap, mark(1, "0000000001", "C-1"), mark(2, "0000000002", "C-2"))
    assert [(one.verdict, one.status) for one in found] == [("retry", "423"), ("ok", "201")]
    assert found[0].detail == "Business partner 0000000001 is locked by user MILLERK"
    platform.plan(lock_keys=[])
    assert send(sap, mark(1, "0000000001", "C-1")) == [(1, "ok", "201")]


def test_what_is_not_there_is_refused_with_the_words_of_the_platform(start, connect):
    platform = start("sap", BusinessPartner=[partner(1, "Eins")], Product=[])
    sap = connect(platform)
    (gone,) = answers(sap, mark(9, "0000000009", "C-9"))
    assert (gone.verdict, gone.status, gone.detail) == (
        "refused",
        "400",
        "BusinessPartner 0000000009 does not exist",
    )
    (no_product,) = answers(sap, mark(9, "9", "P-9", "Product"))
    assert (no_product.verdict, no_product.status) == ("refused", "404")


@pytest.mark.parametrize("phase", ["before", "after"])
def test_a_lost_answer_to_a_write_is_found_out_by_looking_again(start, connect, phase):
    platform = start("sap", BusinessPartner=[partner(1, "Eins")])
    sap = connect(platform)
    sap.ping()
    send(sap, mark(1, "0000000001", "C-0"))
    platform.plan(fail_every=2, fail_phase=phase)  # the look passes, the write fails
    with pytest.raises(PlatformUnavailable):
        send(sap, mark(1, "0000000001", "C-1"))
    platform.plan(fail_every=0)
    assert send(sap, mark(1, "0000000001", "C-1")) in ([(1, "ok", "201")], [(1, "ok", "already so")])
    assert platform.golden_ids() == {"0000000001": "C-1"}


def test_reads_are_repeated_until_they_get_through(start, connect):
    platform = start("sap", BusinessPartner=[partner(n, f"F {n}") for n in range(1, 1102)])
    platform.plan(fail_every=2)
    assert sum(len(page) for page in connect(platform).pull("BusinessPartner")) == 1101


def test_a_created_partner_comes_back_as_a_pull_would_bring_it(start, connect):
    platform = start("sap")
    sap = connect(platform)
    (made,) = answers(sap, create(1, "C-1"))
    assert (made.verdict, made.status, made.remote_key) == ("ok", "201", "0001000000")
    ((pulled,),) = sap.pull("BusinessPartner")
    assert made.payload == pulled
    assert pulled["OrganizationBPName1"] == "Werft Kiel GmbH"
    assert platform.golden_ids() == {"0001000000": "C-1"}


def test_a_create_whose_answer_was_lost_is_found_and_not_made_again(start, connect):
    platform = start("sap", BusinessPartner=[])
    sap = connect(platform)
    sap.ping()
    send(sap, create(1, "C-1"))
    platform.plan(
        fail_every=2, fail_phase="after"
    )  # the look passes; the creation is done, its answer is lost
    with pytest.raises(PlatformUnavailable):
        send(sap, create(2, "C-2"), create(3, "C-3"))
    platform.plan(fail_every=0)
    assert send(sap, create(2, "C-2"), create(3, "C-3"), create(4, "C-4")) == [
        (2, "ok", "found"),
        (3, "ok", "found"),
        (4, "ok", "201"),
    ]
    assert sorted(platform.golden_ids().values()) == ["C-1", "C-2", "C-3", "C-4"]


def test_one_create_that_is_refused_does_not_stop_the_others(start, connect):
    found = answers(
        connect(start("sap")), create(1, "C-1", legal_name="", kind="person", language="?"), create(2, "C-2")
    )
    assert [one.verdict for one in found] == ["ok", "ok"]
    # a golden id longer than the field is what the platform cannot take
    found = answers(connect(start("sap")), create(1, "C" * 61), create(2, "C-2"))
    assert [one.verdict for one in found] == ["refused", "ok"]
    assert "is longer than 60 characters" in found[0].detail


def test_a_lost_csrf_token_is_fetched_again(start, connect):
    platform = start("sap", BusinessPartner=[partner(1, "Eins")])
    sap = connect(platform)
    send(sap, mark(1, "0000000001", "C-1"))
    platform.plan(expire_sessions=True)
    assert send(sap, mark(1, "0000000001", "C-2")) == [(1, "ok", "201")]
    platform.kill()
    platform.start()
    assert send(sap, mark(1, "0000000001", "C-3")) == [(1, "ok", "201")]
    assert platform.golden_ids() == {"0000000001": "C-3"}


def test_wrong_credentials_are_a_matter_of_the_platform_as_a_whole(start, connect):
    platform = start("sap")
    stranger = Sap(base_url=platform.url, user="MDM_HUB", password="wrong")
    with pytest.raises(PlatformRefused, match="HTTP 401"):
        stranger.ping()
    stranger.close()


def test_a_platform_that_is_gone_is_unavailable(start, connect):
    platform = start("sap", BusinessPartner=[partner(1, "Eins")])
    sap = connect(platform)
    platform.kill()
    with pytest.raises(PlatformUnavailable, match="No answer"):
        send(sap, mark(1, "0000000001", "C-1"))


def test_too_many_calls_name_the_seconds_to_wait(start, connect):
    platform = start("sap", BusinessPartner=[partner(1, "Eins")])
    sap = connect(platform)
    platform.plan(rate_limit=1)
    with pytest.raises(PlatformUnavailable) as raised:
        for _ in range(3):
            send(sap, mark(1, "0000000001", "C-1"))
    assert raised.value.retry_after == 1.0
