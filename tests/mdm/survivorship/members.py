"""Members as the survivorship tests write them down."""

from datetime import UTC, date, datetime

from mdm.survivorship.compute import compute
from mdm.survivorship.plan import plan_of
from mdm.survivorship.rules import Rule, Survivorship, Trust
from mdm.survivorship.values import Member

TODAY = date(2026, 6, 1)
TRUST = (Trust("erp", trust=80), Trust("crm", trust=60), Trust("shop", trust=40))


def moment(day):
    return datetime.fromisoformat(day).replace(tzinfo=UTC)


def member(source, attributes, *, changed="2026-01-01", key="1", object_type="customer", **facts):
    """`changed` is a day; other facts as Member has them."""
    return Member(
        name=(source, object_type, key),
        attributes=attributes,
        content_changed_at=moment(changed),
        **facts,
    )


def golden(rules, members, overrides=(), *, today=TODAY, trust=TRUST, ranking=("erp", "crm", "shop")):
    """The golden values under rules given as Rule objects."""
    wanted = Survivorship(rules=tuple(rules), trust=trust, ranking=ranking)
    return compute(plan_of(wanted), members, overrides, today=today)


def survivor(attribute, strategies, members, **options):
    """(value, step) of one attribute under a rule of these strategies."""
    found = golden([Rule((attribute,), tuple(strategies.split()))], members, **options)
    return found.attributes.get(attribute), found.provenance[attribute].step
