"""What is learned is frozen: new records change no weight; a new model is a draft that keeps decisions."""

from __future__ import annotations

from io import StringIO

import numpy as np
import pytest
from django.core.management import CommandError, call_command

from matching.combination_rules import CombinationRule
from matching.scoring import score
from mdm.models import RuleSet
from mdm.resolution import scope
from mdm.rulesets.active import in_force
from mdm.rulesets.combining import propose_decisions
from mdm.rulesets.drafts import put_in_force
from mdm.rulesets.retraining import propose_retrained
from tests.mdm.api.hub import arrive, build_hub, settle

pytestmark = pytest.mark.django_db

RULE = CombinationRule((("emails", "equal"), ("family", "differs")), "never", "eva", "Couples.")


def weight_of_the_first_two() -> int:
    rules = in_force("customer")
    rows = scope.rows_in_domain("customer")[:2]
    one, other = np.array([0], dtype=np.int32), np.array([1], dtype=np.int32)
    return int(score(scope.frame_of(rules, rows), rules.spec, rules.model, one, other)[0])


def test_records_that_come_later_change_no_weight_of_others() -> None:
    build_hub()
    before = weight_of_the_first_two(), in_force("customer").model.to_json()
    for number in range(30):
        shared = {
            "kind": "person",
            "given_name": "Anna",
            "family_name": "Berg",
            "emails": ["anna@berg.example"],
        }
        arrive("shop", "customer", f"many{number}", shared)
    settle()
    assert (weight_of_the_first_two(), in_force("customer").model.to_json()) == before


def test_a_retrained_model_is_a_draft_that_keeps_what_people_decided() -> None:
    build_hub()
    decided = propose_decisions("customer", [RULE], actor="eva", reason="Couples.")
    put_in_force(decided.pk, actor="olga", reason="Seen.")
    drafted = propose_retrained("customer", actor="eva", reason="A new year.", least=2)
    assert (drafted.number, drafted.status, in_force("customer").number) == (3, "draft", 2)
    assert put_in_force(drafted.pk, actor="olga", reason="Seen.")[0].number == 3
    assert in_force("customer").model.combinations == (RULE,)


def test_too_few_records_are_no_training_set() -> None:
    build_hub()
    with pytest.raises(CommandError, match="has 3 active records; a model is learned from 500 or more"):
        call_command("train_rules", "--domain", "customer", "--actor", "eva", stdout=StringIO())
    assert RuleSet.objects.count() == 1
