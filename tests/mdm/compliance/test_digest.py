"""One digest over what a reader can see: equal for equal hubs, different for any difference."""

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from mdm.compliance.digest import digest
from mdm.models import GoldenRecord, Membership
from tests.linktable import start

pytestmark = pytest.mark.django_db

TABLE = "erp/1 n=anna\ncrm/1 n=anna l=de\nshop/1 n=bert"


def test_loading_the_same_again_leaves_the_digest_unchanged():
    hub = start()
    hub.load(TABLE)
    before = digest()
    hub.load(TABLE)
    hub.rebuild()
    assert digest() == before
    assert len(before) == 64


@pytest.mark.parametrize(
    "news",
    [
        "crm/1 n=anna l=fr at=1",  # a value
        "crm/1 n=bert l=de at=1",  # a member
        "desk/1 n=carl",  # a record
        "shop/1 n=bert gone at=1",  # a status
    ],
)
def test_any_news_changes_both_digests(news):
    hub = start()
    hub.load(TABLE)
    before, clusters = digest(), digest(partition=True)
    hub.load(news)
    assert digest() != before
    assert digest(partition=True) != clusters


def test_the_digest_of_the_partition_knows_no_ids():
    hub = start()
    hub.load(TABLE)
    before = digest(partition=True), digest()
    undone = hub.merge("g1", "g2")
    hub.undo(undone)
    assert (digest(partition=True), digest()) == before
    hub.undo(hub.split("g1", "crm/1"))
    assert digest(partition=True) == before[0]
    assert digest() != before[1]  # an id was issued, and redirects


def said(*command: str) -> tuple[int, str]:
    """Return exit code and output of a management command."""
    out = StringIO()
    try:
        call_command(*command, stdout=out)
    except SystemExit as error:
        return int(str(error.code)), out.getvalue()
    except CommandError as error:
        return 2, str(error)
    return 0, out.getvalue()


def test_the_command_prints_the_digest():
    start().load(TABLE)
    assert said("digest") == (0, digest() + "\n")
    assert said("digest", "--partition") == (0, digest(partition=True) + "\n")


def test_settled_lists_what_waits():
    hub = start()
    hub.put(TABLE)
    code, out = said("settled")
    assert (code, json.loads(out)["due"]) == (1, 3)
    assert said("settled", "product")[0] == 0
    hub.resolve()
    assert said("settled", "customer") == (
        0,
        '{"due": 0, "parked": 0, "to_tell": 0, "being_told": 0, "dead_letters": 0}\n',
    )


def test_settled_names_parked_records():
    hub = start()
    hub.put(TABLE)
    Membership.objects.filter(record=hub.record("erp/1")).update(parked_reason="It is poison.")
    hub.resolve()
    code, out = said("settled", "customer")
    assert code == 1
    assert out.splitlines()[0] == "parked: erp/thing/1: It is poison."
    assert json.loads(out.splitlines()[1])["parked"] == 1


def test_settled_counts_a_day_that_has_come():
    hub = start()
    hub.load(TABLE)
    GoldenRecord.objects.filter(pk=hub.golden("g1").pk).update(changes_on="2024-01-01")
    assert (said("settled")[0], hub.resolve(), said("settled")[0]) == (1, 1, 0)


def test_verify_prints_findings_and_ends_with_one_json_line():
    hub = start()
    hub.load(TABLE)
    code, out = said("verify", "--deep")
    line = json.loads(out.splitlines()[-1])
    assert (code, line["findings"], "nothing broken" in out) == (0, 0, True)
    GoldenRecord.objects.filter(pk=hub.golden("g1").pk).update(changes_on="2999-01-01")
    code, out = said("verify")
    assert code == 1
    assert f"golden-values │ {hub.code('g1')}" in out
    assert json.loads(out.splitlines()[-1])["findings"] == 1


def test_verify_lists_its_checks():
    code, out = said("verify", "--list")
    assert code == 0
    assert "events-rebuild-xrefs" in out
