"""Every golden id ever issued answers: a live one for itself, a retired one for the record that holds its
records.
"""

from mdm.models import GoldenRecord, GoldenStatus, Membership
from mdm.xref.codes import parse


def live_golden(code: str) -> GoldenRecord:
    """Return the live golden record that answers for this id, or its tombstone.

    Raises LookupError when the id was never issued, BadGoldenId when it is no golden id at all.
    """
    golden = GoldenRecord.objects.filter(code=parse(code)).first()
    if golden is None:
        raise LookupError(f"Golden id {code} was never issued.")
    return resolved(golden)


def resolved(golden: GoldenRecord) -> GoldenRecord:
    """Return the golden record that holds the most senior home record of a retired one: derived, one hop.

    Where no active record is at home in it any more, it leads where its source has merged its record to.
    """
    seen: set[int] = set()
    while golden.status == GoldenStatus.MERGED and golden.pk not in seen:
        seen.add(golden.pk)
        homes = Membership.objects.filter(home=golden).select_related("golden").order_by("record_id")
        merged = homes.exclude(record__merged_into="").exclude(golden=golden)
        senior = homes.filter(record__status="active").first() or merged.first()
        if senior is None or senior.golden is None:
            return golden
        golden = senior.golden
    return golden
