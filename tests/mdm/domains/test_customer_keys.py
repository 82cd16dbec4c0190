"""The blocking keys of customers: one key is one reason to meet, and strangers have none in common."""

from collections import Counter

from matching.blocking import record_keys
from matching.frame import build_frame
from mdm.domains.customer_match import MATCH_SPEC

NAMES = ("Weber", "Lopez", "Novak", "Berger", "Tanaka", "Silva", "Okafor", "Dubois")


def test_people_called_like_their_city_share_no_key_with_strangers() -> None:
    # Name and city, made finer by two names, once came to the key 0 for all of them.
    people = [
        {"given_name": one, "family_name": other, "billing_address": {"city": one}}
        for one, other in zip(NAMES, reversed(NAMES), strict=True)
    ]
    frame = build_frame(MATCH_SPEC, people, [("crm", "Contact", str(row)) for row in range(len(people))])
    found = record_keys(frame, MATCH_SPEC)
    named = [rule.name for rule in MATCH_SPEC.blocking].index("name and city")
    at = found.rules == named
    keys = list(zip(found.rows[at].tolist(), found.keys[at].tolist(), strict=True))
    assert len(set(keys)) == len(keys)
    strangers = Counter(key for row, key in keys if row < len(NAMES) // 2)
    assert set(strangers.values()) == {1}
