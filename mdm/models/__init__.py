"""The tables of the hub; see docs/reference/models.md."""

from mdm.models.compliance import ApiKey, AuditEntry, AuditSeal
from mdm.models.evidence import Edge, Hold, Judgement, MergeTally, ReviewTask
from mdm.models.golden import GoldenRecord, GoldenStatus, Xref
from mdm.models.operations import Heartbeat
from mdm.models.outbox import Delivery, Destination, Lane, LaneState, OutboxEvent
from mdm.models.overlays import Overlay
from mdm.models.overrides import Override
from mdm.models.records import (
    AlternateKey,
    BlockingKey,
    ClosedKey,
    Component,
    FormerPayload,
    Membership,
    QuarantinedRow,
    RecordStatus,
    SourceRecord,
    StandardisedRecord,
)
from mdm.models.relationships import SourceRelationship, StewardRelationship
from mdm.models.rulesets import RuleSet
from mdm.models.sources import ObjectType, SourceMapping, SourceSystem

__all__ = [
    "AlternateKey",
    "ApiKey",
    "AuditEntry",
    "AuditSeal",
    "BlockingKey",
    "ClosedKey",
    "Component",
    "Delivery",
    "Destination",
    "Edge",
    "FormerPayload",
    "GoldenRecord",
    "GoldenStatus",
    "Heartbeat",
    "Hold",
    "Judgement",
    "Lane",
    "LaneState",
    "Membership",
    "MergeTally",
    "ObjectType",
    "OutboxEvent",
    "Overlay",
    "Override",
    "QuarantinedRow",
    "RecordStatus",
    "ReviewTask",
    "RuleSet",
    "SourceMapping",
    "SourceRecord",
    "SourceRelationship",
    "SourceSystem",
    "StandardisedRecord",
    "StewardRelationship",
    "Xref",
]
