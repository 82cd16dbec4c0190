"""Specs and models: JSON both ways, fingerprints, refusals by name."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.errors import ModelError, SpecError
from matching.frame import build_frame
from matching.model import Model, default_model
from matching.spec import Aims, BlockingRule, Column, Comparison, Gate, KeyPart, MatchSpec, Relation
from matching.training import train
from tests.matching.people import SPEC, population

words = st.text("abcdefgh_", min_size=1, max_size=8)


@st.composite
def specs(draw: st.DrawFn) -> MatchSpec:
    names = draw(st.lists(words, min_size=1, max_size=5, unique=True))
    columns = tuple(Column(name, (draw(words),), told=draw(st.booleans())) for name in names)
    comparisons = tuple(
        Comparison(
            name,
            name,
            draw(st.sampled_from(["exact", "name", "text", "date"])),
            frequencies=draw(st.booleans()),
        )
        for name in names
    )
    rules = tuple(
        BlockingRule(f"by {name}", (KeyPart(name, "start", draw(st.integers(1, 4))),)) for name in names
    )
    return MatchSpec(
        draw(words), columns, rules, comparisons, (Gate("gate", names[0]),), (Relation("kin", (names[-1],)),),
        neighbour_columns=(names[0],), aims=Aims(cap=draw(st.integers(2, 500))),
    )  # fmt: skip


@given(specs())
def test_a_spec_survives_json_with_its_fingerprint(spec: MatchSpec) -> None:
    read = MatchSpec.from_json(json.loads(json.dumps(spec.to_json())))
    assert read == spec
    assert read.fingerprint() == spec.fingerprint()


def test_an_aim_that_a_spec_does_not_declare_is_not_written() -> None:
    declared = replace(SPEC, aims=replace(SPEC.aims, grouped_link_probability=0.5))
    assert "grouped_link_probability" not in SPEC.to_json()["aims"]
    assert MatchSpec.from_json(declared.to_json()) == declared
    assert declared.fingerprint() != SPEC.fingerprint()


def test_a_trained_model_survives_json() -> None:
    records, names, _ = population(120)
    model = train(build_frame(SPEC, records, names), SPEC)
    assert Model.from_json(json.loads(json.dumps(model.to_json()))).to_json() == model.to_json()


def test_a_default_model_survives_json() -> None:
    model = default_model(SPEC)
    assert Model.from_json(json.loads(json.dumps(model.to_json()))).to_json() == model.to_json()


def test_a_model_of_another_spec_is_refused() -> None:
    other = replace(SPEC, name="others")
    with pytest.raises(ModelError, match="train again"):
        default_model(SPEC).require(other)


def test_a_model_that_lacks_a_part_is_refused_by_name() -> None:
    document = default_model(SPEC).to_json()
    del document["prior"]
    with pytest.raises(ModelError, match="prior"):
        Model.from_json(document)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        # a comparison of a column that is not there
        ({"relations": (), "comparisons": (Comparison("x", "nowhere", "exact"),)}, "nowhere"),
        # a comparison that depends on a later one
        (
            {"comparisons": (Comparison("a", "given", "name", given="b"), Comparison("b", "family", "name"))},
            "before it",
        ),
        # two rules of one name
        (
            {"blocking": (BlockingRule("r", (KeyPart("born"),)), BlockingRule("r", (KeyPart("city"),)))},
            "twice",
        ),
        # a gate of an unknown form
        ({"gates": (Gate("g", "born", "never"),)}, "never"),
        # a relation that shares no comparison
        ({"relations": (Relation("kin", ("nobody",)),)}, "nobody"),
    ],
)
def test_a_broken_spec_is_refused_by_what_is_wrong(changes: dict[str, object], said: str) -> None:
    with pytest.raises(SpecError, match=said):
        replace(SPEC, **changes)  # type: ignore[arg-type]


def test_an_unknown_field_is_refused_with_the_known_ones() -> None:
    document = SPEC.to_json()
    document["columns"][0]["colour"] = "red"
    with pytest.raises(SpecError, match=r"colour.*known are"):
        MatchSpec.from_json(document)


def test_the_link_weight_is_where_the_aimed_probability_lies() -> None:
    model = default_model(SPEC)
    assert model.probability(model.link_weight) == pytest.approx(SPEC.aims.link_probability, abs=1e-3)
    assert model.probability(model.review_weight) == pytest.approx(SPEC.aims.review_probability, abs=1e-3)
