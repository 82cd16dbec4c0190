"""A value that too many names share is generic: counted from the records alone, whatever their order."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.blocking import frame_pairs, record_keys
from matching.errors import SpecError
from matching.frame import Frame, build_frame
from matching.generic_values import carriers, counted, name_keys, values_of_keys, with_generic
from matching.model import default_model
from matching.scoring import score
from matching.spec import BlockingRule, GenericValues, KeyPart, MatchSpec
from matching.training import observe
from tests.matching.people import SPEC

CALLED = (KeyPart("given", "sound"), KeyPart("family", "sound"))
TWO = replace(SPEC, generic=GenericValues(2, CALLED))
DESK, OWN = "desk@firm.test", "me@firm.test"


def frame_of(*people: tuple[str, str, list[str]], spec: MatchSpec = TWO) -> Frame:
    records = [{"given_name": one, "family_name": other, "emails": mails} for one, other, mails in people]
    return build_frame(spec, records, [("crm", "Contact", str(row)) for row in range(len(people))])


CROWD = (("anna", "weber", [DESK]), ("bert", "lopez", [DESK, OWN]), ("carl", "novak", [DESK]))


@pytest.mark.parametrize(
    ("people", "expected"),
    [
        (CROWD, {"emails": {DESK}}),
        (CROWD[:2], {}),
        # the same name twice counts once, also where it is spelled alike by sound
        ((*CROWD[:2], ("ana", "weber", [DESK])), {}),
        # who has no name does not count
        ((*CROWD[:2], ("", "", [DESK])), {}),
    ],
)
def test_a_value_is_generic_from_so_many_different_names_on(people, expected) -> None:
    found = counted(frame_of(*people), TWO, default_model(TWO))
    assert {name: set(values) for name, values in found.items()} == expected


def test_what_the_model_lists_is_not_counted_and_without_a_limit_nothing_is() -> None:
    frame = frame_of(*CROWD)
    listed = replace(default_model(TWO), generic={"emails": frozenset({DESK})})
    assert counted(frame, TWO, listed) == {}
    assert counted(frame_of(*CROWD, spec=SPEC), SPEC, default_model(SPEC)) == {}


def test_a_generic_value_is_no_key_and_no_evidence_and_its_carriers_are_known() -> None:
    frame, model = frame_of(*CROWD), default_model(TWO)
    generic = with_generic(model, counted(frame, TWO, model))
    assert 0b100 & frame_pairs(frame, TWO, model).rules[0] and not len(frame_pairs(frame, TWO, generic))
    one, other = frame_pairs(frame, TWO, model).left[:1], frame_pairs(frame, TWO, model).right[:1]
    assert score(frame, TWO, generic, one, other) < score(frame, TWO, model, one, other)
    rows, keys, rules = carriers(frame, TWO, {"emails": frozenset({DESK})})
    assert (rows.tolist(), set(rules.tolist())) == ([0, 1, 2], {2})
    plain = record_keys(frame, TWO, model)
    assert set(keys.tolist()) <= set(plain.keys[plain.rules == 2].tolist())
    assert values_of_keys(frame, TWO, keys.tolist()) == {int(keys[0]): ("emails", DESK)}


def test_a_name_is_known_by_its_record_alone_whichever_way_round() -> None:
    alone, among = frame_of(CROWD[0]), frame_of(*CROWD)
    assert name_keys(alone, TWO)[0] == name_keys(among, TWO)[0]
    assert name_keys(frame_of(("", "", [DESK])), TWO).tolist() == [0]
    assert len(set(name_keys(among, TWO).tolist())) == 3


PEOPLE = st.tuples(
    st.sampled_from(["anna", "bert", ""]),
    st.sampled_from(["weber", "novak", ""]),
    st.lists(st.sampled_from([DESK, OWN, "x@y.test"]), max_size=3, unique=True),
)


@given(st.lists(PEOPLE, max_size=12), st.integers(1, 4), st.randoms(use_true_random=False))
@settings(max_examples=80, deadline=None)
def test_counting_is_what_it_says_in_any_order(people, most, dice) -> None:
    spec = replace(SPEC, generic=GenericValues(most, CALLED))
    names: dict[str, set[tuple[str, str]]] = {}
    for given_name, family, mails in people:
        for mail in mails:
            names.setdefault(mail, set()).update({(given_name, family)} - {("", "")})
    expected = {mail for mail, called in names.items() if len(called) > most}
    dice.shuffle(people)
    found = counted(frame_of(*people, spec=spec), spec, default_model(spec))
    assert found.get("emails", frozenset()) == expected


def test_a_model_that_is_learned_lists_what_is_generic_then() -> None:
    assert observe(frame_of(*CROWD), TWO).generic == {"emails": frozenset({DESK})}
    assert observe(frame_of(*CROWD[:2]), TWO).generic == {}


def test_the_limit_survives_json_and_specs_without_one_keep_their_fingerprint() -> None:
    assert MatchSpec.from_json(json.loads(json.dumps(TWO.to_json()))) == TWO
    assert "generic" not in SPEC.to_json()
    assert TWO.fingerprint() != SPEC.fingerprint()


@pytest.mark.parametrize(
    ("generic", "blocking", "said"),
    [
        (GenericValues(0, CALLED), SPEC.blocking, "one or more"),
        (GenericValues(2, ()), SPEC.blocking, "one or more"),
        (GenericValues(2, (KeyPart("shoe size"),)), SPEC.blocking, "shoe size"),
        (
            GenericValues(2, CALLED),
            (BlockingRule("born", (KeyPart("born"),)),),
            "'emails'.*cannot be counted",
        ),
    ],
)
def test_a_limit_that_nobody_could_count_is_refused(generic, blocking, said) -> None:
    with pytest.raises(SpecError, match=said):
        replace(SPEC, generic=generic, blocking=blocking)
