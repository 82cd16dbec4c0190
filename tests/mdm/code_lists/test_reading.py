"""A source's own codes read as canonical ones: tables of lists, codes and records."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mdm import domains
from mdm.code_lists.lists import BadCodeList, CodeList, CodeLists
from mdm.code_lists.reading import CodeReader, SourceCodes

TERMS = CodeList(
    "payment_terms",
    codes={"NET30": "30 days net", "NET60": "60 days net"},
    crosswalk={
        ("erp", "ZB30"): "NET30",
        ("crm", "30 days"): "NET30",
        ("*", "ZB30"): "NET60",
        ("crm", "net60"): "NET30",
    },
)
CLOSED = CodeList("payment_terms", codes=TERMS.codes, crosswalk=TERMS.crosswalk, closed=True)
COUNTRY = CodeList("country", standard="iso-3166", closed=True).crossing({("crm", "D"): "DK"})
UNIT = CodeList("unit", standard="units")
NOBODY_SAID = CodeList("category")

CODES = [
    # list, source, its code, canonical code (None: left out), mapped
    (TERMS, "erp", "ZB30", "NET30", True),  # the source's own line
    (TERMS, "shop", "ZB30", "NET60", True),  # the line of every source
    (TERMS, "crm", "30 DAYS", "NET30", True),  # in any case
    (TERMS, "erp", "NET60", "NET60", True),  # canonical already
    (TERMS, "crm", "net60", "NET30", True),  # a line outranks what is canonical
    (TERMS, "erp", "net60", "NET60", True),
    (TERMS, "erp", "ZB99", "ZB99", False),
    (CLOSED, "erp", "ZB99", None, False),
    (COUNTRY, "crm", "D", "DK", True),  # ... and what the standard says
    (COUNTRY, "erp", "D", "DE", True),
    (COUNTRY, "erp", "Deutschland", "DE", True),
    (COUNTRY, "erp", "Ruritania", None, False),
    (UNIT, "erp", "ST", "piece", True),
    (UNIT, "shop", "kgm", "kg", True),
    (UNIT, "erp", "barrel", "barrel", False),
    (NOBODY_SAID, "erp", "FOOD01", "FOOD01", True),
]


@pytest.mark.parametrize(("code_list", "source", "code", "canonical", "mapped"), CODES)
def test_how_a_code_is_read(code_list, source, code, canonical, mapped):
    assert SourceCodes(code_list, source).read(code) == (canonical, mapped)


ULM, STRELSAU = {"city": "Ulm", "country": "Germany"}, {"city": "Strelsau", "country": "Ruritania"}
RECORDS = [
    # domain, list, what the ERP's record says, what it says in canonical codes, attributes in doubt
    ("customer", TERMS, {"payment_terms": "ZB30", "kind": "x"}, {"payment_terms": "NET30", "kind": "x"}, ""),
    (
        "customer",
        TERMS,
        {"payment_terms": {"1000": "ZB30", "2000": "ZB9"}},
        {"payment_terms": {"1000": "NET30", "2000": "ZB9"}},
        "payment_terms",
    ),
    (
        "customer",
        CLOSED,
        {"payment_terms": {"1000": "ZB30", "2000": "ZB9"}},
        {"payment_terms": {"1000": "NET30"}},
        "",
    ),
    ("customer", CLOSED, {"payment_terms": "ZB9", "language": "de"}, {"language": "de"}, ""),
    (
        "customer",
        COUNTRY,
        {"billing_address": ULM},
        {"billing_address": {"city": "Ulm", "country": "DE"}},
        "",
    ),
    ("customer", COUNTRY, {"billing_address": STRELSAU}, {"billing_address": {"city": "Strelsau"}}, ""),
    ("product", UNIT, {"net_content": {"amount": "1", "unit": "LTR"}, "unit": "ST"},
     {"net_content": {"amount": "1", "unit": "l"}, "unit": "piece"}, ""),
    ("product", UNIT, {"unit": "barrel"}, {"unit": "barrel"}, "unit"),
    ("product", NOBODY_SAID, {"category": "FOOD01"}, {"category": "FOOD01"}, ""),
    ("product", TERMS, {"unit": "ST"}, {"unit": "ST"}, ""),
]  # fmt: skip


@pytest.mark.parametrize(("domain", "code_list", "before", "after", "doubted"), RECORDS)
def test_how_a_record_is_read(domain, code_list, before, after, doubted):
    reader = CodeReader(domains.get(domain), CodeLists((code_list,)))
    kept = {**before}
    assert reader.read("erp", before) == (after, frozenset(doubted.split()))
    assert before == kept  # the record keeps its own codes


def test_what_stewards_say_is_canonical_already():
    reader = CodeReader(domains.get("customer"), CodeLists((TERMS,)))
    assert reader.read("crm", {"payment_terms": "net60"}, frozenset({"payment_terms"})).attributes == {
        "payment_terms": "net60"
    }


def test_lines_are_set_and_taken_out_in_a_new_list():
    after = TERMS.crossing({("erp", "ZB99"): "NET60", ("*", "ZB30"): None})
    assert SourceCodes(after, "erp").read("ZB99") == ("NET60", True)
    assert SourceCodes(after, "shop").read("ZB30") == ("ZB30", False)
    assert SourceCodes(TERMS, "shop").read("ZB30") == ("NET60", True)


def test_a_closed_standard_list_costs_nothing_until_a_line_is_written_and_is_read_ever_after():
    plain = CodeList("country", standard="iso-3166", closed=True)
    assert plain.says_nothing
    crossed = plain.crossing({("crm", "D"): "DK"})
    assert not crossed.says_nothing and not crossed.crossing({("crm", "D"): None}).says_nothing


@pytest.mark.parametrize(
    ("build", "said"),
    [
        (lambda: CodeList("x", standard="iso-1"), "standard 'iso-1' is unknown; known: iso-3166"),
        (lambda: CodeList(""), "has no name"),
        (
            lambda: CodeList("x", crosswalk={("erp", ""): "A"}),
            "needs a source, its code and",
        ),
        (lambda: CodeList.from_json({"name": "x", "code": {}}), r"unknown fields \['code'\]"),
        (lambda: CodeLists((CodeList("x"), CodeList("x"))), "are there twice"),
        (lambda: CodeLists((CodeList("x"),)).find("y"), "no code list 'y'; there are: x"),
    ],
)
def test_a_bad_list_is_refused_with_what_is_allowed(build, said):
    with pytest.raises(BadCodeList, match=said):
        build()


WORD = st.text("abAB", min_size=1, max_size=3)


@given(
    st.dictionaries(WORD, WORD, max_size=3),
    st.dictionaries(st.tuples(st.sampled_from(["erp", "crm", "*"]), WORD), WORD, max_size=4),
    st.booleans(),
    WORD,
)
def test_a_list_survives_json_and_a_canonical_code_is_read_as_a_canonical_one(codes, crosswalk, closed, code):
    one = CodeList("x", codes, crosswalk, closed=closed)
    assert CodeLists.from_json(CodeLists((one,)).to_json()) == CodeLists((one,))
    read = SourceCodes(one, "erp").read(code)
    assert read.canonical in one.canonical or not read.mapped or not one.canonical


@pytest.mark.parametrize("code", sorted(domains.registered()))
def test_every_list_that_a_domain_names_is_there(code):
    domain = domains.get(code)
    assert {place.code_list for place in CodeReader(domain, domain.code_lists).places} == {
        one.name for one in domain.code_lists.lists
    }
