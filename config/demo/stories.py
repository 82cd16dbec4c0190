"""The links that tell the demo's stories, each to something that came true in this very run."""

from __future__ import annotations

import json
from pathlib import Path

import httpx
from django.contrib.auth.models import User
from django.db.models import Count

from config.demo.landscape import ACTOR
from mdm.compliance.api_keys import KeyRefused, issue, verify
from mdm.models import Judgement, Membership, SourceRelationship
from mdm.xref.lookup import lookup

TOLD = (
    (
        "hard_match",
        True,
        "A hard true match, explained",
        "One customer under two spellings: which evidence joined them.",
    ),
    (
        "father_son",
        False,
        "Father and son, kept apart",
        "One name, one house, two people: what keeps them apart.",
    ),
)


def links(sample: Path, base_url: str) -> list[dict[str, str]]:
    """Return title, text and address of each story."""
    manifest = json.loads((sample / "manifest.json").read_text(encoding="utf-8"))["stories"]
    found = []
    for story, same, title, text in TOLD:
        for left, right in manifest[story]:
            one, other = lookup(*left), lookup(*right)
            if one.golden_id and other.golden_id and (one.golden_id == other.golden_id) == same:
                url = f"{base_url}/explain/{'/'.join(left)}/{'/'.join(right)}"
                found.append({"story": story, "title": title, "text": text, "url": url})
                break
    return found + _tree_link(base_url) + _merge_link(base_url)


def _tree_link(base_url: str) -> list[dict[str, str]]:
    """Return the link to the account above most others that the CRM knows."""
    above = SourceRelationship.objects.filter(type="parent_account", forward=True, gone=False)
    names = above.values_list("other_source", "other_object_type", "other_key").annotate(count=Count("id"))
    for *name, _ in names.order_by("-count", "other_key"):
        if golden_id := lookup(*name).golden_id:
            return [
                {
                    "story": "account_tree",
                    "title": "A chain and its branches",
                    "text": "One account, all below it, who works there, and which source says so.",
                    "url": f"{base_url}/golden/{golden_id}",
                }
            ]
    return []


def _merge_link(base_url: str) -> list[dict[str, str]]:
    made = Judgement.objects.filter(actor="steward", kind=Judgement.Kind.MUST_LINK, withdrawn_at=None)
    merges = made.order_by("pk")
    merged = merges.select_related("left__object_type__source", "right__object_type__source").first()
    if merged is None or merged.right is None:
        return []
    sides = (merged.left, merged.right)
    at_crm = next((side for side in sides if side.object_type.source.code == "crm"), sides[1])
    return [
        {
            "story": "merge",
            "title": "A merge to undo",
            "text": "Undo it, and watch the golden id on the page of the CRM change back.",
            "url": f"{base_url}/admin/mdm/judgement/{merged.pk}/change/",
            "watch": at_crm.object_type.url_of(at_crm.source_key),
        }
    ]


def curl_line(home: Path, base_url: str) -> tuple[str, str]:
    """Return the curl line of one cross-reference and its real answer; empty when no record will do."""
    members = Membership.objects.filter(
        golden__member_count__gte=3, record__object_type__source__code="crm", domain="customer"
    )
    member = members.select_related("record__object_type").order_by("record_id").first()
    if member is None:
        return "", ""
    key = _key(home / "demo-api-key")
    url = f"{base_url}/api/v1/xref/crm/{member.record.object_type.code}/{member.record.source_key}"
    answer = httpx.get(url, headers={"Authorization": f"Bearer {key}"}, timeout=10.0)
    return f"curl -H 'Authorization: Bearer {key}' {url}", answer.text


def _key(kept: Path) -> str:
    """Return the demo's API key: that of the last run, while it is good."""
    try:
        key = kept.read_text(encoding="ascii")
        verify(key)
    except (FileNotFoundError, KeyRefused):
        admin = User.objects.get(username="admin")
        scopes = ["xref:read", "golden:read"]
        _, key = issue(name="demo", owner=admin, scopes=scopes, actor=ACTOR, cause="make demo")
        kept.touch(mode=0o600)
        kept.write_text(key, encoding="ascii")
    return key
