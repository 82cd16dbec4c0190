"""A hub in use and a second load into it, small enough to be resolved record by record too."""

import random

from matching.spec import BlockingRule, KeyPart
from mdm.resolution.due import resolve_due
from tests.linktable import DOMAIN, SPEC, Hub

FINER = (
    BlockingRule("name", (KeyPart("name"),), finer=(KeyPart("phone"),)),
    *(rule for rule in SPEC.blocking if rule.name != "name"),
)


def some(dice: random.Random, source: str, first: int, count: int) -> str:
    """Return records of few names, e-mails and phones."""
    rows = []
    for key in range(first, first + count):
        said = {"n": dice.choice("aaaabcdefghijklmnopqrstuvwxyz") * 3}
        said |= {"m": f"m{dice.randrange(count)}"} if dice.random() < 0.7 else {}
        said |= {"p": str(dice.randrange(count))} if dice.random() < 0.5 else {}
        said |= {"t": str(dice.randrange(2))} if dice.random() < 0.1 else {}
        rows.append(f"{source}/{key} " + " ".join(f"{name}={value}" for name, value in said.items()))
    return "\n".join(rows)


def standing(hub: Hub, dice: random.Random) -> None:
    """Fill a hub and let people decide about it; two confirmed golden records wait for a person."""
    hub.put("erp/900 n=twin m=t1\ncrm/900 n=twin m=t2")
    hub.put(some(dice, "erp", 0, 40) + "\n" + some(dice, "crm", 0, 40))
    resolve_due(DOMAIN, actor="test", cause="a table", batch=25)
    alone = [label for label, one in hub.values().items() if "twin" not in str(one)]
    first = [alone[place] for place in (1, 3, 5, 7)]
    hub.part(*first[:2])
    hub.merge(*first[2:])
    hub.isolate("erp/7")
    hub.put("erp/5 gone\ncrm/8 gone")
    hub.resolve()


def second(hub: Hub, dice: random.Random) -> None:
    """Accept what is acquired: new records, changes of known ones, and some that are gone."""
    hub.put(some(dice, "shop", 0, 60))
    hub.put("shop/900 n=twin m=t1,t2")
    hub.put("\n".join(f"{row} at=1" for row in some(dice, "erp", 10, 8).splitlines()))
    hub.put("crm/11 gone\nerp/12 gone")
