"""An independent auditor: reads the stores of the two platforms and the sample's truth, and nothing of ours.

    python3 tests/flows/auditor.py HOME

The standard library alone. It opens HOME/erp.sqlite, HOME/crm.sqlite and HOME/sample/truth.csv, checks that
every row of both platforms carries exactly one valid golden id of the right type, works out pairwise
precision and recall of the ids against the truth, prints a table and one line of JSON, and leaves with 1 when
a row is wrong. A row that is marked for archiving or deletion is a row like any other; only what lies in the
CRM's recycle bin is none any more.
"""

from __future__ import annotations

import csv
import json
import re
import sqlite3
import sys
from collections import Counter, defaultdict
from pathlib import Path

DIGITS_AND_LETTERS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
GOLDEN_ID = re.compile(r"([A-Z])-([0-9A-HJKMNP-TV-Z]{4})-([0-9A-HJKMNP-TV-Z]{4})-([0-9A-Z])")
LETTER = {"customer": "C", "product": "P"}

# (platform, object) → domain, and the statement that lists (key, golden id or nothing)
HOLDINGS = {
    ("erp", "BusinessPartner"): (
        "customer",
        """
        SELECT p.BusinessPartner, i.BPIdentificationNumber
        FROM business_partner p LEFT JOIN identification i
        ON i.BusinessPartner = p.BusinessPartner AND i.BPIdentificationType = 'ZMDM'
        """,
    ),
    ("erp", "Product"): ("product", "SELECT Product, YY1_GoldenId_PRD FROM product"),
    ("crm", "Account"): ("customer", "SELECT Id, MDM_Id__c FROM account WHERE NOT IsDeleted"),
    ("crm", "Contact"): ("customer", "SELECT Id, MDM_Id__c FROM contact WHERE NOT IsDeleted"),
    ("crm", "Product2"): ("product", "SELECT Id, MDM_Id__c FROM product2 WHERE NOT IsDeleted"),
}


def is_valid(golden_id, letter):
    """Whether this is a golden id of that type: form, letter, ISO 7064 MOD 37,36 over ten characters."""
    form = GOLDEN_ID.fullmatch(golden_id)
    if form is None or form.group(1) != letter:
        return False
    # The standard's recursive form: P1 = 36; S = P + a; P' = (S mod 36, or 36) * 2 mod 37; the last S is 1.
    product, total = 36, 0
    for character in "".join(form.groups()):
        total = product + DIGITS_AND_LETTERS.index(character)
        product = ((total % 36) or 36) * 2 % 37
    return total % 36 == 1


def holdings(home):
    """Return {(platform, object): {key: [golden ids]}} of all rows."""
    found: dict[tuple[str, str], dict[str, list[str]]] = {}
    for (platform, kind), (_, statement) in HOLDINGS.items():
        store = sqlite3.connect(f"{(home / f'{platform}.sqlite').as_uri()}?mode=ro", uri=True)
        held: dict[str, list[str]] = defaultdict(list)
        for key, golden_id in store.execute(statement):
            held[key] += [golden_id] if golden_id else []
        store.close()
        found[platform, kind] = dict(held)
    return found


def faults(found):
    """Return a sentence for every row that does not carry exactly one valid golden id."""
    sentences = []
    for (platform, kind), rows in found.items():
        letter = LETTER[HOLDINGS[platform, kind][0]]
        for key, ids in sorted(rows.items()):
            if len(ids) != 1:
                sentences.append(f"{platform} {kind} {key} carries {len(ids)} golden ids.")
            elif not is_valid(ids[0], letter):
                sentences.append(f"{platform} {kind} {key} carries {ids[0]!r}, which is no valid id.")
    return sentences


def pairs(counts):
    """Return how many pairs lie within the groups of these sizes."""
    return sum(count * (count - 1) // 2 for count in counts.values())


def quality(found, truth, platforms, domain):
    """Return rows, rows the truth knows, and pairwise precision and recall of the golden ids over those."""
    rows, known = 0, []
    for (platform, kind), held in found.items():
        if platform in platforms and HOLDINGS[platform, kind][0] == domain:
            rows += len(held)
            known += [
                (ids[0] if ids else f"none of {kind} {key}", truth[platform, kind, key])
                for key, ids in held.items()
                if (platform, kind, key) in truth
            ]
    right = pairs(Counter(known))
    claimed = pairs(Counter(golden_id for golden_id, _ in known))
    wanted = pairs(Counter(entity for _, entity in known))
    return {
        "rows": rows,
        "of_truth": len(known),
        "precision": round(right / claimed, 4) if claimed else 1.0,
        "recall": round(right / wanted, 4) if wanted else 1.0,
    }


def audit(home):
    """Return the whole finding as plain JSON."""
    with (home / "sample" / "truth.csv").open(encoding="utf-8", newline="") as file:
        truth = {
            (row["source"], row["object_type"], row["source_key"]): row["entity"]
            for row in csv.DictReader(file)
        }
    found = holdings(home)
    views = {"erp": ("erp",), "crm": ("crm",), "together": ("erp", "crm")}
    return {
        "platform_quality": {
            name: {domain: quality(found, truth, platforms, domain) for domain in LETTER}
            for name, platforms in views.items()
        },
        "rows": sum(map(len, found.values())),
        "faults": faults(found),
    }


def main(arguments):
    """Print the finding; 0 when every row is right."""
    if len(arguments) != 1:
        print("usage: python3 auditor.py HOME", file=sys.stderr)
        return 2
    finding = audit(Path(arguments[0]).resolve())
    print(f"{'platform':<10}{'domain':<10}{'rows':>8}{'of truth':>10}{'precision':>11}{'recall':>8}")
    for platform, domains in finding["platform_quality"].items():
        for domain, found in domains.items():
            counts = f"{found['rows']:>8}{found['of_truth']:>10}"
            print(f"{platform:<10}{domain:<10}{counts}{found['precision']:>11.4f}{found['recall']:>8.4f}")
    for sentence in finding["faults"][:20]:
        print(sentence)
    print(json.dumps(finding))
    return 1 if finding["faults"] else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
