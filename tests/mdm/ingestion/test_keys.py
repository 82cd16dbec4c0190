"""One spelling per key, and no guessing."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mdm.ingestion.keys import RULES, BadKey, UnknownKeyRule, normalise_key

SPELLINGS = [
    # rule, as a source writes it, as we keep it
    ("exact", " K-7 ", "K-7"),
    ("exact", 7, "7"),
    ("exact", 7.0, "7"),  # a spreadsheet holds every number as a float
    ("exact", "e\u0301", "é"),  # composed
    ("fold", "STRAßE", "strasse"),
    ("fold", "Ab7", "ab7"),
    ("upper", "ab-ß7", "AB-ß7"),  # only ASCII letters: ß has no one capital in SAP's code page
    ("integer", "007", "7"),
    ("integer", "7.0", "7"),
    ("integer", "1E+2", "100"),
    ("sap10", "4711", "0000004711"),
    ("sap10", "0000004711", "0000004711"),
    ("sap10", "00000000004711", "0000004711"),  # twelve digits with zeros in front are ten
    ("sap10", "cust1", "CUST1"),  # ALPHA conversion leaves keys with letters alone
    ("sap_product", "000000000000070202", "70202"),
    ("sap_product", "mat-70202", "MAT-70202"),
    ("sap_product", "000", "0"),
    ("salesforce18", "001D000000IqhSL", "001D000000IqhSLIAZ"),
    ("salesforce18", "001D000000IqhSLIAZ", "001D000000IqhSLIAZ"),
    ("salesforce18", "001D000000IqhSLiaz", "001D000000IqhSLIAZ"),
    ("uuid", "{7D444840-9DC0-11D1-B245-5FFDCE74FAD2}", "7d444840-9dc0-11d1-b245-5ffdce74fad2"),
]

REFUSED = [
    # rule, key, a part of the sentence
    ("exact", "", "no key"),
    ("exact", "   ", "no key"),
    ("exact", None, "no key"),
    ("exact", True, "no text or number"),
    ("exact", ["7"], "no text or number"),
    ("exact", "a\x00b", "control characters"),
    ("exact", "x" * 201, "201 characters"),
    ("integer", "7.5", "not a whole number"),
    ("integer", "-7", "not a whole number"),
    ("integer", "NaN", "not a whole number"),
    ("integer", "seven", "not a whole number"),
    ("sap10", "12345678901", "11 characters"),
    ("salesforce18", "001D000000IqhSLIAA", "asks for 'IAZ'"),
    (
        "salesforce18",
        "001d000000iqhsliaz",
        "case of its letters",
    ),  # folded by a tool: it would be another record
    ("salesforce18", "001D000000IqhSLI", "15 or 18"),
    ("uuid", "7d444840", "not a UUID"),
]


@pytest.mark.parametrize(("rule", "written", "kept"), SPELLINGS)
def test_a_key_has_one_spelling(rule, written, kept):
    assert normalise_key(rule, written) == kept


@pytest.mark.parametrize(("rule", "written", "sentence"), REFUSED)
def test_a_key_that_no_platform_issued_is_refused(rule, written, sentence):
    with pytest.raises(BadKey, match=sentence):
        normalise_key(rule, written)


def test_an_unknown_rule_is_named_with_those_there_are():
    with pytest.raises(UnknownKeyRule, match="exact, fold, integer"):
        normalise_key("sap", "1")


@given(
    rule=st.sampled_from(sorted(RULES)),
    key=st.text(max_size=30) | st.from_regex(r"[0-9A-Za-z]{15}", fullmatch=True),
)
def test_a_normalised_key_is_left_as_it_is(rule, key):
    try:
        kept = normalise_key(rule, key)
    except BadKey:
        return
    assert normalise_key(rule, kept) == kept
