"""Anything in any order: after every step the promises hold, and the hub stands as a plain one does.

CI takes few examples; AURUM_STATEFUL=100 (and AURUM_STATEFUL_STEPS=30) takes as many as one likes.
"""

import os
from dataclasses import dataclass, replace
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from mdm import domains
from mdm.compliance import audit
from mdm.compliance.digest import digest
from mdm.compliance.verify import verify
from mdm.models import GoldenRecord, Judgement, Membership, Override, SourceRecord, Xref
from mdm.resolution import decisions, source_links
from mdm.resolution.decisions import DecisionRefused
from mdm.resolution.overriding import override, say, withdraw_override
from mdm.rulesets.activate import activate
from mdm.xref.redirect import live_golden, resolved
from tests.flows.plain_hub import PlainHub, pair_of
from tests.flows.racing import judged
from tests.linktable import BY, DOMAIN, NOT, OOPS, Hub, model, scratch, spec_of

EXAMPLES = int(os.environ.get("AURUM_STATEFUL", "12"))
STEPS = int(os.environ.get("AURUM_STATEFUL_STEPS", "25"))

SHORTS = st.sampled_from([f"{source}/{key}" for source in ("erp", "crm", "shop") for key in range(3)])
NAMES = st.sampled_from(["anna", "bert", "carl"])
WORDS = st.sampled_from(
    ["", " m=a", " m=b", " p=1", " m=a p=1", " k=person", " k=organisation", " t=X", " t=Y"]
)
SAME, WRONG = decisions.By("eva", "asked"), decisions.By("eva", "mistake")


@dataclass(frozen=True)
class Told:
    """What an undo gives back: members and values, golden ids and cross-references, and where every id leads.

    A merge may tear a cluster, for a gate or a cannot-link. The piece gets an id that led elsewhere, or a new
    one, and after the undo that leads elsewhere: the values that it had meanwhile are history, and no part of
    this (docs/decisions/0025).
    """

    values: str
    stands: dict[int, tuple[str, str | None]]
    xrefs: dict[int, str]
    leads: dict[str, str]

    @classmethod
    def now(cls) -> "Told":
        """Return what the hub tells now."""
        stands = Membership.objects.values_list("pk", "record__status", "golden__code")
        leads = {golden.code: resolved(golden) for golden in GoldenRecord.objects.all()}
        return cls(
            values=digest(partition=True),
            stands={record: (status, golden) for record, status, golden in stands},
            xrefs=dict(Xref.objects.filter(valid_to=None).values_list("record_id", "golden__code")),
            leads={code: f"{golden.code} {golden.status}" for code, golden in leads.items()},
        )

    def without_born_since(self, before: "Told") -> "Told":
        """Return it without the ids that were issued since and lead elsewhere."""
        leads = {
            code: there
            for code, there in self.leads.items()
            if code in before.leads or there.startswith(code)
        }
        return replace(self, leads=leads)


class Hubs(RuleBasedStateMachine):
    """The hub and the plain one, driven side by side."""

    def __init__(self) -> None:
        super().__init__()
        self.opened = scratch()
        self.hub: Hub = self.opened.__enter__()
        self.plain = PlainHub()
        self.turn = 0
        self.issued: set[str] = set()
        self.fresh_merge: tuple[decisions.Decision, Told] | None = None

    def teardown(self) -> None:
        try:
            self.hub.resolve()
            self.the_promises_hold()
        finally:
            self.opened.__exit__(None, None, None)

    @rule(
        short=SHORTS,
        name=NAMES,
        words=WORDS,
        status=st.sampled_from([""] * 8 + [" gone", " deleted"]),
        into=st.sampled_from([""] * 8 + [" into=0", " into=1"]),
        late=st.booleans(),
    )
    def accept(self, short: str, name: str, words: str, status: str, into: str, late: bool) -> None:
        """A version of a record arrives, now and then an older one than ours, or one that is retired, deleted
        or merged into another one of its source; it is not resolved yet.
        """
        self.turn += 1
        at = max(1, self.turn - 3) if late else self.turn
        text = f"{short} n={name}{words} at={at}{status}{into}"
        assert self.hub.put(text) == self.plain.accept(text)
        self.fresh_merge = None

    @rule(batch=st.sampled_from([1, 2, 50]))
    def resolve(self, batch: int) -> None:
        """What is due is resolved."""
        self.hub.resolve(batch)

    @rule()
    def rebuild(self) -> None:
        """In bulk the same comes out as online."""
        self.hub.resolve()
        before = digest(partition=True)
        self.hub.rebuild()
        assert digest(partition=True) == before

    @precondition(lambda self: len(self.plain.active()) > 1)
    @rule(pick=st.randoms(use_true_random=False), same=st.booleans())
    def judge(self, pick: Any, same: bool) -> None:
        """Two golden records are held to be one, or to be different."""
        self.hub.resolve()
        one, other = (self.code(short) for short in pick.sample(self.plain.active(), 2))
        before, told = digest(), Told.now()
        try:
            made = (
                decisions.merge([one, other], by=BY) if same else decisions.not_a_match([one, other], by=NOT)
            )
        except DecisionRefused:
            assert digest() == before
            return
        self.fresh_merge = (made, told) if same else None

    @precondition(lambda self: any(len(cluster) > 1 for cluster in self.plain.clusters()))
    @rule(pick=st.randoms(use_true_random=False))
    def split(self, pick: Any) -> None:
        """Some records are taken out of a golden record."""
        self.hub.resolve()
        self.judged()
        several = sorted(map(sorted, self.plain.clusters() - self.single()))
        if not several:
            return
        members = pick.choice(several)
        leaving = pick.sample(members, pick.randrange(1, len(members)))
        decisions.split(self.code(members[0]), [self.hub.record(short).pk for short in leaving], by=NOT)
        self.judged()
        clusters = self.hub.clusters()
        assert not any(
            {one, other} <= cluster
            for one in leaving
            for other in set(members) - set(leaving)
            for cluster in clusters
        )

    @precondition(lambda self: Judgement.objects.filter(withdrawn_at=None).exists())
    @rule(pick=st.randoms(use_true_random=False))
    def undo(self, pick: Any) -> None:
        """A decision is taken back; right after a merge nothing of it is left."""
        if self.fresh_merge is not None and pick.random() < 0.5:
            made, before = self.fresh_merge
            decisions.undo(made.judgement_ids[0], by=OOPS)
            assert Told.now().without_born_since(before) == before
        else:
            standing = Judgement.objects.filter(withdrawn_at=None).order_by("pk")
            chosen = pick.choice(list(standing.values_list("pk", flat=True)))
            decisions.undo(chosen, by=OOPS)
            self.plain.undone |= set(merged_by_source(chosen))
        self.fresh_merge = None

    @precondition(lambda self: self.plain.active())
    @rule(pick=st.randoms(use_true_random=False), word=st.sampled_from(["it", "fr"]))
    def override(self, pick: Any, word: str) -> None:
        """A steward sets the language of a golden record."""
        self.hub.resolve()
        code = self.code(pick.choice(self.plain.active()))
        override(code, "language", word, by=SAME)
        assert GoldenRecord.objects.get(code=code).attributes["language"] == word
        self.fresh_merge = None

    @precondition(lambda self: self.plain.active())
    @rule(pick=st.randoms(use_true_random=False), kind=st.sampled_from(["person", "organisation"]))
    def correct(self, pick: Any, kind: str) -> None:
        """A steward says of a record what kind it is of."""
        short = pick.choice(self.plain.active())
        say([self.hub.record(short).pk], "kind", kind, by=SAME)
        self.plain.kinds[short] = kind
        self.fresh_merge = None

    @precondition(lambda self: Override.objects.filter(withdrawn_at=None).exists())
    @rule(pick=st.randoms(use_true_random=False))
    def withdraw(self, pick: Any) -> None:
        """What a steward set is taken back."""
        standing = Override.objects.filter(withdrawn_at=None).order_by("pk")
        withdraw_override(pick.choice(list(standing.values_list("pk", flat=True))), by=WRONG)
        self.plain.kinds = {
            f"{one.record.object_type.source.code}/{one.record.source_key}": str(one.value)
            for one in Override.objects.filter(withdrawn_at=None, about="record")
        }
        self.fresh_merge = None

    @rule(cap=st.sampled_from([100, 2, 3]), names=st.sampled_from([None, 1, 2]))
    def activate(self, cap: int, names: int | None) -> None:
        """Another rule set comes into force; under some of them keys that many carry are closed, and a phone
        that several names share says nothing.
        """
        with audit.entry(actor="test", action="activate", cause="a story"):
            survivorship = domains.get(DOMAIN).survivorship
            spec = spec_of(names=names)
            activate(DOMAIN, spec=spec, model=model(cap, spec), survivorship=survivorship, actor="test")
            self.hub.rebuild()
        self.plain.cap, self.plain.names = cap, names
        self.fresh_merge = None

    @invariant()
    def the_promises_hold(self) -> None:
        """Verify finds nothing, what was accepted is there, where nothing waits the clusters are the plain
        ones, and every id ever issued answers.
        """
        assert [str(finding) for finding in verify(deep=True)] == []
        stored = {
            f"{record.object_type.source.code}/{record.source_key}": (
                record.attributes,
                record.status != "active",
            )
            for record in SourceRecord.objects.select_related("object_type__source")
        }
        assert stored == {short: (line.attributes, line.gone) for short, line in self.plain.records.items()}
        if "due: " not in self.hub.stands():
            self.judged()
            assert self.hub.clusters() == self.plain.clusters()
        codes = set(GoldenRecord.objects.values_list("code", flat=True))
        assert self.issued <= codes
        self.issued = codes
        assert {live_golden(code).status for code in codes} <= {"live", "tombstone"}

    def code(self, short: str) -> str:
        """Return the golden id of a resolved record."""
        golden = self.hub.membership(short).golden
        assert golden is not None
        return golden.code

    def single(self) -> set[frozenset[str]]:
        """Return the clusters of one record."""
        return {cluster for cluster in self.plain.clusters() if len(cluster) == 1}

    def judged(self) -> None:
        """Read back between which records the judgements bind: they are inputs."""
        must, cannot, rule = judged()
        self.plain.must, self.plain.cannot = set(), set()
        self.plain.tie(*must)
        self.plain.part(*cannot)
        assert {pair_of(*pair) for pair in rule} == self.plain.merged()


def merged_by_source(judgement: int) -> list[str]:
    """Return the record that a judgement says its source has merged, if it says so."""
    said = Judgement.objects.filter(pk=judgement, reason_code=source_links.REASON)
    return [
        f"{one.left.object_type.source.code}/{one.left.source_key}"
        for one in said.select_related("left__object_type__source")
    ]


@pytest.mark.django_db
def test_anything_in_any_order_keeps_the_promises():
    run_state_machine_as_test(
        Hubs,
        settings=settings(
            max_examples=EXAMPLES,
            stateful_step_count=STEPS,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
