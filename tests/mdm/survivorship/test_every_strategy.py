"""Every strategy on a customer and on a product: with values, without, tied, in groups, and several at once.

`-` is no value. What stands behind a value is the day its source changed it; the later row is never meant to
win by its place, so every case is also read from below.
"""

import pytest

from mdm.survivorship.rules import STRATEGIES, Rule
from tests.mdm.survivorship.members import golden, member

# strategy | domain | case | attributes | erp | crm | shop | golden | step that decided the last attribute
TABLE = """
source_ranking | customer | plain | legal_name           | Acme          | ACME-Ltd       | Acme-Inc       | Acme          | source_ranking
source_ranking | customer | null  | legal_name           | -             | ACME-Ltd       | Acme-Inc       | ACME-Ltd      | source_ranking
source_ranking | product  | plain | brand                | -             | -              | Bosch          | Bosch         | only candidate
source_ranking | product  | group | price currency       | 9.90 EUR      | 8.90 CHF       | 7.90 USD       | 9.90 EUR      | source_ranking
source_ranking | product  | null  | price currency       | - -           | 8.90 CHF       | 7.90 USD       | 8.90 CHF      | source_ranking
source_trust   | customer | plain | website              | a.de          | b.de           | c.de           | a.de          | source_trust
source_trust   | customer | null  | website              | -             | b.de           | c.de           | b.de          | source_trust
source_trust   | product  | plain | colour               | -             | rot            | red            | rot           | source_trust
source_trust   | customer | group | given_name family_name | Anna Berg   | Ann Bergmann   | - -            | Anna Berg     | source_trust
recency        | customer | plain | language             | de 2025-01    | fr 2026-01     | it 2025-06     | fr            | recency
recency        | customer | null  | language             | de 2025-01    | - 2026-01      | it 2024-06     | de            | recency
recency        | customer | tie   | language             | de 2026-01    | fr 2026-01     | it 2025-06     | de            | source_trust
recency        | product  | plain | price                | 9 2025-01     | 8 2025-02      | 7 2025-03      | 7             | recency
recency        | product  | group | price currency       | 9 EUR 2025-01 | 8 CHF 2025-02  | - - 2026-01    | 8 CHF         | recency
oldest         | customer | plain | former_family_name   | A 2025-01     | B 2020-01      | C 2021-01      | B             | oldest
oldest         | customer | tie   | former_family_name   | A 2020-01     | B 2020-01      | C 2021-01      | A             | source_trust
oldest         | product  | plain | mpn                  | A1 2025-01    | B2 2020-01     | - 2019-01      | B2            | oldest
completeness   | customer | group | given_name middle_name family_name | Anna - Berg | Anna Maria Berg | - - Berg | Anna Maria Berg | completeness
completeness   | customer | tie   | given_name middle_name family_name | Anna Eva - | Anna - Berg | - - B. | Anna Eva - | source_trust
completeness   | product  | group | price currency       | 9 -           | 8 CHF          | - EUR          | 8 CHF         | completeness
completeness   | product  | null  | price currency       | - -           | - -            | - EUR          | - EUR         | only candidate
frequency      | customer | plain | birth_date           | 1980-01-02    | 1980-01-01     | 1980-01-01     | 1980-01-01    | frequency
frequency      | customer | tie   | birth_date           | 1980-01-02    | 1980-01-01     | -              | 1980-01-02    | source_trust
frequency      | product  | plain | size                 | L             | XL             | xl             | XL            | frequency
frequency      | product  | null  | size                 | -             | -              | xl             | xl            | only candidate
agreement      | customer | plain | family_name          | Meyer         | Meier          | meier          | Meier         | agreement
agreement      | customer | null  | family_name          | Meyer         | Meier          | -              | Meyer         | source_trust
agreement      | product  | plain | manufacturer         | Bosh          | Bosch          | Bosch          | Bosch         | agreement
agreement      | product  | tie   | manufacturer         | Bosch         | Makita         | Hilti          | Bosch         | source_trust
longest        | customer | plain | trading_name         | Acme          | Acme-Werke     | -              | Acme-Werke    | longest
longest        | customer | tie   | trading_name         | Acme          | Nord           | -              | Acme          | source_trust
longest        | product  | plain | description          | Drill         | Drill,500W     | Drill,500W,red | Drill,500W,red | longest
longest        | product  | null  | description          | -             | -              | Drill          | Drill         | only candidate
shortest       | customer | plain | trading_name         | Acme-Werke    | Acme           | -              | Acme          | shortest
shortest       | product  | plain | name                 | Drill,500W    | Drill          | -              | Drill         | shortest
shortest       | product  | tie   | name                 | Drill         | Bohrer         | Klein          | Drill         | source_trust
min            | customer | plain | birth_date           | 1980-02-01    | 1979-12-31     | -              | 1979-12-31    | min
min            | product  | plain | price                | 10.00         | 9.5            | 11             | 9.5           | min
min            | product  | tie   | price                | 9.50          | 9.5            | 11             | 9.50          | source_trust
min            | product  | null  | price                | -             | -              | 11             | 11            | only candidate
max            | customer | plain | birth_date           | 1980-02-01    | 1979-12-31     | -              | 1980-02-01    | max
max            | product  | plain | pack_size            | 6             | 12             | -              | 12            | max
max            | product  | tie   | pack_size            | 6             | 6.0            | -              | 6             | source_trust
union          | customer | multi | emails               | a@x.de        | B@x.de;a@X.de  | c@x.de         | a@x.de;B@x.de;c@x.de | union
union          | customer | null  | emails               | -             | b@x.de         | -              | b@x.de        | union
union          | product  | multi | gtins                | 4006381333931 | 4006381333931  | 96385074       | 4006381333931;96385074 | union
union          | product  | null  | gtins                | -             | -              | -              | -             | -
"""  # noqa: E501
CASES = [[cell.strip() for cell in line.split("|")] for line in TABLE.strip().splitlines()]
SOURCES = ("erp", "crm", "shop")


def values_of(cell, attributes, *, many):
    """("Anna Berg 2025-01", [given_name, family_name]) -> their values and the day."""
    words = cell.split()
    changed = f"{words.pop()}-01" if len(words) > len(attributes) else "2026-01-01"
    read = dict(zip(attributes, words, strict=True))
    values = {name: word.split(";") if many else word for name, word in read.items() if word != "-"}
    return values, changed


@pytest.mark.parametrize("case", CASES, ids=[" ".join(case[:4]) for case in CASES])
def test_what_survives_and_which_step_decided(case):
    strategy, domain, _, named, *cells, expected, step = case
    attributes, many = named.split(), strategy == "union"
    rule = Rule(tuple(attributes), (strategy,), group=len(attributes) > 1)
    members = []
    for source, cell in zip(SOURCES, cells, strict=True):
        values, changed = values_of(cell, attributes, many=many)
        members.append(member(source, values, changed=changed, object_type=domain))
    wanted, _ = values_of(expected, attributes, many=many)
    for order in (members, members[::-1]):
        found = golden([rule], order)
        assert found.attributes == wanted
        decided = [found.provenance[name].step for name in wanted]
        assert decided == [step] * len(wanted)


def test_every_strategy_stands_in_the_table_for_customers_and_products():
    assert {(case[0], case[1]) for case in CASES} == {
        (strategy, domain) for strategy in STRATEGIES for domain in ("customer", "product")
    }


@pytest.mark.parametrize("strategy", [name for name in STRATEGIES if name not in ("union",)])
def test_every_strategy_is_shown_with_a_value_missing_or_tied(strategy):
    assert {case[2] for case in CASES if case[0] == strategy} & {"null", "tie"}
