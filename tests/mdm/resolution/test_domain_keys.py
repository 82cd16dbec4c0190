"""Keys as they are stored: one to one with those of matching, another domain's never the same."""

from hypothesis import given
from hypothesis import strategies as st

from mdm.resolution.domain_keys import salt, salted

KEYS = st.lists(st.integers(-(2**63), 2**63 - 1), max_size=5)
DOMAINS = st.sampled_from(["customer", "product", "supplier", "a", "b", ""])


@given(KEYS, DOMAINS, DOMAINS)
def test_salting_twice_gives_back_and_two_domains_share_no_key(keys, one, other):
    assert salted(one, salted(one, keys)).tolist() == keys
    mine, theirs = salted(one, keys).tolist(), salted(other, keys).tolist()
    assert all((left == right) == (one == other) for left, right in zip(mine, theirs, strict=True))


def test_the_number_of_a_domain_is_for_ever():
    # Migration 0021 has crossed the keys of older hubs with these.
    assert [salt("customer"), salt("product")] == [7684015199182067155, 7792492918865211623]
