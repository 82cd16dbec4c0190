"""What stewards judged becomes a draft; what cannot be learned from is refused in a sentence."""

from __future__ import annotations

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from mdm.models import Judgement, RuleSet
from mdm.resolution import decisions
from mdm.rulesets.active import in_force
from mdm.rulesets.drafts import put_in_force
from mdm.rulesets.learning import answers, learned_from_judgements, propose_learned, questions
from tests.linktable import BY, DOMAIN, NOT, Hub, start

pytestmark = pytest.mark.django_db

COUPLES = 28
# One phone and two names: 1 bit, apart. One name and two mailboxes: 11 bits, linked.
SHARED_PHONE = "\n".join(f"erp/a{i} n=anna{i} p=1{i:03}\ncrm/a{i} n=berta{i} p=1{i:03}" for i in range(40))
NAMESAKES = "\n".join(f"erp/b{i} n=carl{i} m=x{i}\ncrm/b{i} n=carl{i} m=y{i}" for i in range(40))


def said(command: str, *words: str) -> str:
    out = StringIO()
    call_command(command, "--domain", DOMAIN, *words, stdout=out)
    return out.getvalue()


def code_of(hub: Hub, short: str) -> str:
    golden = hub.membership(short).golden
    assert golden is not None
    return golden.code


def taught() -> Hub:
    """Give a hub whose stewards find that a phone makes one person and a name does not."""
    hub = start()
    hub.put(SHARED_PHONE + "\n" + NAMESAKES)
    hub.resolve()
    for i in range(COUPLES):
        decisions.merge([code_of(hub, f"erp/a{i}"), code_of(hub, f"crm/a{i}")], by=BY)
        decisions.split(code_of(hub, f"erp/b{i}"), [hub.record(f"crm/b{i}").pk], by=NOT)
    return hub


def test_a_hub_without_judgements_says_how_many_it_needs():
    start()
    with pytest.raises(CommandError, match=r"There are 0 judged pairs .* learning needs 50, of either"):
        said("learn")


def test_judgements_become_a_draft_that_decides_the_rest_alike():
    hub = taught()
    assert {same for _, _, same in answers(DOMAIN)} == {True, False}
    printed = said("learn", "--actor", "eva", "--reason", "They showed it.")
    drafted = RuleSet.objects.get(status="draft")
    assert f"Somebody else puts it in force: manage.py approve_rules {drafted.number}" in printed
    assert "Learned by " in printed
    assert in_force(DOMAIN).number == 1
    put_in_force(drafted.pk, actor="olga", reason="Seen.")
    assert hub.membership("erp/a39").golden_id == hub.membership("crm/a39").golden_id
    assert hub.membership("erp/b39").golden_id != hub.membership("crm/b39").golden_id
    assert in_force(DOMAIN).model.training["judged"] == 2 * COUPLES


def test_a_dry_run_drafts_nothing():
    taught()
    assert "Nothing was drafted: this was a dry run." in said("learn", "--dry-run")
    assert RuleSet.objects.count() == 1


def test_a_withdrawn_judgement_teaches_nothing():
    hub = taught()
    before = len(answers(DOMAIN))
    decisions.undo(Judgement.objects.filter(withdrawn_at=None).order_by("pk")[0].pk, by=NOT)
    assert len(answers(DOMAIN)) == before - 1
    assert hub.resolve() == 0


def test_answers_of_one_kind_only_are_refused():
    hub = start()
    rows = [f"erp/a{i} n=anna{i} p=1{i:03}\ncrm/a{i} n=anna{i} p=1{i:03}" for i in range(30)]
    rows += [f"erp/b{i} n=carl{i} p=2{i:03}\ncrm/b{i} n=dora{i} p=2{i:03}" for i in range(30)]
    hub.put("\n".join(rows))
    hub.resolve()
    for i in range(30):
        decisions.not_a_match([code_of(hub, f"erp/b{i}"), code_of(hub, f"crm/b{i}")], by=NOT)
    with pytest.raises(CommandError, match=r"30 judged pairs \(0 same, 30 not the same\)"):
        said("learn")


def test_the_next_questions_are_the_ones_that_nobody_answered():
    hub = taught()
    found = questions(DOMAIN, 20)
    known = {frozenset(pair[:2]) for pair in answers(DOMAIN)}
    assert len(found) == 20
    assert all(frozenset((row.left.name, row.right.name)) not in known for row in found)
    assert {row.together for row in found} == {True, False}
    printed = said("next_questions", "-n", "3").splitlines()
    assert printed[0].startswith("left | right | now | bits")
    assert printed[-1].startswith("3 questions; expected to put right: ")
    assert hub.resolve() == 0


def test_learning_twice_from_the_same_gives_the_same_model():
    taught()
    one, other = learned_from_judgements(DOMAIN), learned_from_judgements(DOMAIN)
    assert one.model.to_json() == other.model.to_json()
    found, drafted = propose_learned(DOMAIN, actor="eva", reason="")
    assert drafted is not None
    assert found.model == one.model
