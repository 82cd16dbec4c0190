"""What the screens make of values: lines, agreement, and the waterfall's geometry."""

from __future__ import annotations

import pytest

from mdm.resolution.explanation import PairExplained, Step
from stewardship.comparing import side_by_side
from stewardship.formatting import label_of, lines_of
from stewardship.waterfall import draw


@pytest.mark.parametrize(
    ("domain", "attribute", "value", "lines"),
    [
        ("customer", "given_name", "Anna", ("Anna",)),
        ("customer", "given_name", None, ()),
        ("customer", "emails", [], ()),
        ("customer", "emails", ["a@b.example", "c@d.example"], ("a@b.example", "c@d.example")),
        (
            "customer",
            "billing_address",
            {"street": "Hauptstr.", "house_number": "5", "postcode": "50667", "city": "Köln"},
            ("Hauptstr. 5, 50667 Köln",),
        ),
        ("customer", "billing_address", {"line": "P.O. Box 7", "country": "GB"}, ("P.O. Box 7, GB",)),
        ("customer", "tax_ids", [{"scheme": "vat", "value": "DE1"}, {"value": "2"}], ("vat DE1", "2")),
        ("customer", "consent", {"email": True, "post": False, "date": "2026-01-01"},
         ("email yes, post no, date 2026-01-01",)),
        ("product", "gtins", [{"value": "4006381333931", "level": "case"}, {"value": "1"}],
         ("4006381333931 (case)", "1")),
        ("product", "net_content", {"amount": "750", "unit": "ml"}, ("750 ml",)),
        ("product", "pack_size", 6, ("6",)),
    ],
)  # fmt: skip
def test_a_value_is_written_as_people_read_it(domain, attribute, value, lines):
    assert lines_of(domain, attribute, value) == lines


def test_an_attribute_has_the_label_of_its_declaration():
    assert label_of("customer", "emails") == "E-mails"
    assert label_of("customer", "of_another_world") == "Of another world"


@pytest.mark.parametrize(
    ("attribute", "left", "right", "differs"),
    [
        ("given_name", "Anna", "ANNA", False),  # case is not a difference
        ("given_name", "Anna", "Anne", True),
        ("given_name", "Anna", None, False),  # nothing to differ from
        ("phones", ["+33 4 96 47 29 35"], ["04.96.47.29.35"], False),  # one number in two spellings
        ("phones", ["+33496472935"], ["+33496472936"], True),
        ("phones", ["+33496472935", "1"], ["+33496472935"], False),  # one in common is agreement
        ("sku", "BE2320-02A", "be232002a", False),  # how a code is broken up is nobody's business
        ("sku", "BE2320-02A", "BE2320-03A", True),
        ("tax_ids", [{"scheme": "vat", "value": "PL 525"}], [{"value": "PL525"}], False),
        ("tax_ids", [{"scheme": "vat", "value": "PL525"}], [{"scheme": "vat", "value": "PL526"}], True),
        ("gtins", [{"value": "0400", "level": "each"}], [{"value": "0400"}], False),
        ("website", "https://www.kornkammer.example/", "kornkammer.example", False),
        ("website", "kornkammer.example", "kornkammer.test", True),
    ],
)
def test_only_what_a_person_would_call_a_difference_stands_out(attribute, left, right, differs):
    domain = "product" if attribute in ("sku", "gtins") else "customer"
    (row,) = side_by_side(domain, {attribute: left}, {attribute: right} if right else {})
    assert row.differs == differs


def step(name, before, after):
    return Step(name, name.lower(), ("a",), ("b",), "exact", after - before, 0.0, 0.9, 0.01, before, after)


def test_every_bar_and_both_thresholds_fit_the_drawing():
    steps = (step("Name", 0.0, 12.0), step("Phone", 12.0, -6.0), step("City", -6.0, -4.5))
    told = PairExplained(
        domain="customer", left=1, right=2, left_golden="A", right_golden="B", steps=steps, silent=(),
        weight=-4.5, probability=0.1, link_weight=20.0, review_weight=10.0, rules=(), vetoes=(),
        verdict="apart", reasons=(),
    )  # fmt: skip
    drawing = draw(told)
    for bar in (*drawing.bars, drawing.total):
        assert bar.start >= 0 and bar.start + bar.width <= 100
    assert 0 < drawing.zero < drawing.review < drawing.link < 100
    assert [(bar.weight, bar.speaks) for bar in drawing.bars] == [
        ("+12.0", "for"),
        ("−18.0", "against"),
        ("+1.5", "for"),
    ]
    name, phone, _ = drawing.bars
    assert name.start == drawing.zero
    assert phone.start + phone.width == pytest.approx(name.start + name.width, abs=0.02)
    assert name.hint == "seen in 90.0% of matches and 1.00% of non-matches"
