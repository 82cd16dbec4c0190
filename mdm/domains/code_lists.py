"""The code lists that the domains begin with. A company's own codes and cross-walks come by rule set."""

from mdm.code_lists.lists import CodeList

COUNTRY = CodeList("country", standard="iso-3166", closed=True)
CURRENCY = CodeList("currency", standard="iso-4217", closed=True)
UNIT = CodeList("unit", standard="units")
# Every company has its own: until it says what the canonical ones are, each stays as its source writes it.
PAYMENT_TERMS = CodeList("payment_terms")
CATEGORY = CodeList("category")
