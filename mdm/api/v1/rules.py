"""`/api/v1/domains/…`: who owns what, how values are chosen, code lists, cross-walks and what they miss."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from mdm import domains
from mdm.api.v1 import describing, rule_shapes
from mdm.api.v1.access import ScopedView, actor, principal
from mdm.api.v1.golden import PRIVATE, READ
from mdm.api.v1.problems import Problem
from mdm.code_lists.lists import BadCodeList
from mdm.code_lists.unmapped import unmapped_codes
from mdm.compliance.policy import Access, decide
from mdm.models import RuleSet
from mdm.rulesets.active import ActiveRules, in_force
from mdm.rulesets.crosswalks import Crossing, propose_crosswalk
from mdm.rulesets.describing import TIE_BREAK_IN_WORDS, described
from mdm.rulesets.drafts import DraftRefused
from mdm.rulesets.simulating import Simulation, simulate

PROPOSE = frozenset({"rules:propose"})
DOMAIN = OpenApiParameter("domain", str, OpenApiParameter.PATH, description="`customer`, `product`, …")
NUMBER = OpenApiParameter("number", int, OpenApiParameter.PATH, description="The number of the rule set.")
NO_DOMAIN = "The domain is not known, or has no rule set in force."


def rules_of(domain: str) -> ActiveRules:
    """Return the rules in force of a domain, or a 404 that says what is missing."""
    try:
        domains.get(domain)
        return in_force(domain)
    except LookupError as error:
        raise Problem(404, "unknown-domain", "This domain has no rules", str(error)) from error


class AttributesView(ScopedView):
    """The attributes of a domain with their rules."""

    scopes = READ

    @extend_schema(
        operation_id="attributes",
        summary="Who owns each attribute, and how its golden value is chosen",
        parameters=[DOMAIN],
        responses={200: rule_shapes.Attributes, **describing.problems(s404=NO_DOMAIN)},
        tags=["Rules"],
    )
    def get(self, request: Request, domain: str) -> Response:
        """Answer with every attribute under the rule set in force, and the tie-break."""
        rules = rules_of(domain)
        attributes = [
            {
                "name": one.attribute.name,
                "label": one.attribute.shown_as,
                "type": one.attribute.type,
                "multi_valued": one.attribute.multi_valued,
                "scoped": one.attribute.scoped,
                "code_list": one.attribute.code_list,
                "owners": list(one.owners),
                "ways": [
                    {
                        "rule": way.rule,
                        "owner": way.owner,
                        "chain": list(way.chain),
                        "conditions": list(way.conditions),
                        "together": list(way.together),
                        "follows": way.follows,
                        "falls_back": way.falls_back,
                    }
                    for way in one.ways
                ],
            }
            for one in described(rules)
        ]
        body = {"domain": domain, "rule_set": rules.number, "attributes": attributes}
        return Response({**body, "tie_break": TIE_BREAK_IN_WORDS}, headers=PRIVATE)


class CodeListsView(ScopedView):
    """The code lists in force."""

    scopes = READ

    @extend_schema(
        operation_id="code_lists",
        summary="The code lists and cross-walks in force",
        parameters=[DOMAIN],
        responses={200: rule_shapes.CodeLists, **describing.problems(s404=NO_DOMAIN)},
        tags=["Rules"],
    )
    def get(self, request: Request, domain: str) -> Response:
        """Answer with each list, its codes and its lines."""
        rules = rules_of(domain)
        lists = [
            {
                "name": one.name,
                "standard": one.standard,
                "closed": one.closed,
                "codes": dict(one.codes),
                "places": [place.path for place in rules.codes.places if place.code_list == one.name],
                "lines": [
                    {"source": source, "code": code, "canonical": canonical}
                    for (source, code), canonical in sorted(one.crosswalk.items())
                ],
            }
            for one in rules.code_lists.lists
        ]
        return Response({"domain": domain, "rule_set": rules.number, "code_lists": lists}, headers=PRIVATE)


class UnmappedCodesView(ScopedView):
    """What no list reads."""

    scopes = READ

    @extend_schema(
        operation_id="unmapped_codes",
        summary="Codes of sources that nothing reads as a canonical one",
        description="Looks at every active record of the domain: some seconds for a million.",
        parameters=[DOMAIN],
        responses={200: rule_shapes.UnmappedCodes, **describing.problems(s404=NO_DOMAIN)},
        tags=["Rules"],
    )
    def get(self, request: Request, domain: str) -> Response:
        """Answer with each code: how many records, some of their keys, where from."""
        rules = rules_of(domain)
        reader = principal(request)
        found = [
            {
                "code_list": one.code_list,
                "place": one.place,
                "source": one.source,
                "object_type": one.object_type,
                "code": one.code,
                "records": one.records,
                "examples": list(one.examples),
                "left_out": one.left_out,
                "quarantined": one.quarantined,
            }
            for one in unmapped_codes(domain)
            # What stands in a refused row may be anything.
            if decide(reader, domain, one.attribute) is Access.SHOW
        ]
        return Response({"domain": domain, "rule_set": rules.number, "unmapped": found}, headers=PRIVATE)


class CrosswalkView(ScopedView):
    """Lines of a cross-walk, proposed."""

    scopes = PROPOSE

    @extend_schema(
        operation_id="propose_crosswalk",
        summary="Draft a rule set with other lines of a cross-walk",
        parameters=[DOMAIN],
        request=rule_shapes.CrosswalkWanted,
        responses={
            201: rule_shapes.Drafted,
            **describing.problems(
                s400="The request is not as described.",
                s404=NO_DOMAIN,
                s422="A line cannot be as written, or nothing would change.",
            ),
        },
        tags=["Rules"],
    )
    def post(self, request: Request, domain: str) -> Response:
        """Draft it, and answer with what it would change; somebody else puts it in force."""
        rules_of(domain)
        wanted = rule_shapes.CrosswalkWanted(data=request.data)
        wanted.is_valid(raise_exception=True)
        given: dict[str, Any] = wanted.validated_data
        try:
            drafted = propose_crosswalk(
                domain,
                [Crossing(**line) for line in given["lines"]],
                codes=given.get("codes"),
                closed=given.get("closed"),
                actor=actor(request),
                reason=given["reason"],
                user_id=request.user.pk,
            )
        except (BadCodeList, ValueError) as error:
            raise Problem(422, "bad-cross-walk", "This cross-walk cannot be", str(error)) from error
        return Response(_drafted(drafted), status=201, headers=PRIVATE)


class SimulationView(ScopedView):
    """What a draft would change."""

    scopes = PROPOSE

    @extend_schema(
        operation_id="simulate_rule_set",
        summary="What a drafted rule set would change",
        parameters=[DOMAIN, NUMBER],
        responses={
            200: rule_shapes.Drafted,
            **describing.problems(
                s404="There is no such rule set.", s409="It is no draft, or changes how records are matched."
            ),
        },
        tags=["Rules"],
    )
    def get(self, request: Request, domain: str, number: int) -> Response:
        """Answer with counts by attribute; values are not shown here."""
        row = RuleSet.objects.filter(domain=domain, number=number).first()
        if row is None:
            detail = f"There is no {domain} rule set {number}."
            raise Problem(404, "unknown-rule-set", "This rule set is not known", detail)
        return Response(_drafted(row), headers=PRIVATE)


def _drafted(row: RuleSet) -> dict[str, Any]:
    try:
        found: Simulation = simulate(row.pk)
    except DraftRefused as error:
        raise Problem(409, "not-to-be-tried", "This rule set cannot be tried", str(error)) from error
    return {
        "domain": row.domain,
        "rule_set": row.number,
        "status": row.status,
        "golden_records_looked_at": found.looked_at,
        "golden_records_changed": found.changed,
        "by_attribute": dict(found.by_attribute),
    }
