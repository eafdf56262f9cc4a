"""The tables of people, customers and work. A column that holds a field of a domain value bears its name."""

from __future__ import annotations

from sqlalchemy import (
    Column,
    ColumnElement,
    Date,
    ForeignKey,
    FromClause,
    Index,
    Table,
    Text,
)

from bot.domain.customers import BuyingRole
from bot.domain.messages import Address
from bot.domain.next_actions import NextActionStatus
from bot.domain.nodes import NodeStatus
from bot.domain.nudges import LadderStep, NudgeStatus, Subject
from bot.domain.opportunities import OpportunityStatus
from bot.domain.people import Role
from bot.domain.understanding import ActionKind, Signal, VisitFacts
from bot.domain.visits import Quote, VisitStatus
from storage.columns import KEY, Yuan
from storage.schema import (
    NUMBERED,
    choice,
    count,
    flag,
    literally,
    metadata,
    moment,
    numbered_id,
    refers,
    stored_as_json,
    words,
)

FIRST_VISIT_ID = 1001
"""People see the numbers of records: the first one is V1001."""

Words = tuple[str, ...]


def planned(table: FromClause) -> ColumnElement[bool]:
    """The nudges that have not left yet."""
    return literally(table.c.status, NudgeStatus.PLANNED)


members = Table(
    "members",
    metadata,
    numbered_id(),
    Column("name", Text, nullable=False),
    choice("role", Role),
    words("team"),
    refers("supervisor_id", "members", nullable=True),
    stored_as_json("addresses", tuple[Address, ...]),
    flag("active", default=True),
    **NUMBERED,
)

accounts = Table(
    "accounts",
    metadata,
    Column("platform", Text, primary_key=True),
    Column("user_id", Text, primary_key=True),
    refers("member_id", "members"),
    Index(None, "member_id"),
)

customers = Table(
    "customers",
    metadata,
    numbered_id(),
    Column("name", Text, nullable=False, unique=True),
    stored_as_json("aliases", Words),
    words("industry"),
    refers("owner_id", "members", nullable=True),
    Index(None, "owner_id"),
    **NUMBERED,
)

customer_names = Table(
    "customer_names",
    metadata,
    Column("name", Text, primary_key=True),
    Column("customer_id", KEY, ForeignKey("customers.id"), primary_key=True),
    Index(None, "customer_id"),
)

contacts = Table(
    "contacts",
    metadata,
    numbered_id(),
    refers("customer_id", "customers"),
    Column("name", Text, nullable=False),
    words("title"),
    words("department"),
    choice("role", BuyingRole, nullable=True),
    flag("active", default=True),
    Index(None, "customer_id"),
    **NUMBERED,
)

opportunities = Table(
    "opportunities",
    metadata,
    numbered_id(),
    refers("customer_id", "customers"),
    refers("owner_id", "members"),
    Column("title", Text, nullable=False),
    Column("stage_key", Text, nullable=False),
    moment("stage_entered_at"),
    Column("amount", Yuan),
    choice("status", OpportunityStatus),
    words("lost_reason"),
    Index(None, "customer_id"),
    **NUMBERED,
)

visits = Table(
    "visits",
    metadata,
    numbered_id(FIRST_VISIT_ID),
    refers("member_id", "members"),
    choice("status", VisitStatus),
    Column("text", Text, nullable=False),
    stored_as_json("facts", VisitFacts),
    moment("created_at"),
    moment("updated_at"),
    Column("happened_on", Date, nullable=False),
    refers("customer_id", "customers", nullable=True),
    flag("no_next_action", default=False),
    words("progress"),
    stored_as_json("quotes", tuple[Quote, ...]),
    stored_as_json("questions", Words),
    stored_as_json("media_refs", Words),
    moment("saved_at", nullable=True),
    words("card_key"),
    flag("private", default=False),
    Index(None, "member_id", "updated_at"),
    Index(None, "customer_id", "id"),
    Index(None, "happened_on"),
    **NUMBERED,
)

next_actions = Table(
    "next_actions",
    metadata,
    numbered_id(),
    refers("visit_id", "visits"),
    refers("member_id", "members"),
    refers("customer_id", "customers"),
    choice("kind", ActionKind),
    Column("text", Text, nullable=False),
    moment("due_at", nullable=True),
    choice("status", NextActionStatus),
    moment("closed_at", nullable=True),
    count("snoozes"),
    Index(None, "visit_id"),
    Index(None, "member_id", "status"),
    Index(None, "customer_id"),
    **NUMBERED,
)

node_items = Table(
    "node_items",
    metadata,
    numbered_id(),
    Column("node_key", Text, nullable=False),
    refers("member_id", "members"),
    refers("customer_id", "customers"),
    refers("visit_id", "visits", nullable=True),
    moment("opened_at"),
    moment("due_at"),
    moment("alert_at"),
    choice("status", NodeStatus),
    refers("opportunity_id", "opportunities", nullable=True),
    moment("closed_at", nullable=True),
    words("reason"),
    stored_as_json("evidence_refs", Words),
    count("snoozes"),
    words("said"),
    Index(None, "visit_id"),
    Index(None, "member_id", "status"),
    Index(None, "customer_id", "status"),
    **NUMBERED,
)

nudges = Table(
    "nudges",
    metadata,
    numbered_id(),
    Column("key", Text, nullable=False, unique=True),
    refers("member_id", "members"),
    choice("subject", Subject),
    Column("subject_id", KEY, nullable=False),
    choice("step", LadderStep),
    moment("send_at"),
    choice("status", NudgeStatus),
    moment("sent_at", nullable=True),
    Index(None, "member_id", "step", "sent_at"),
    Index(None, "subject", "subject_id"),
    **NUMBERED,
)
Index(
    "ix_nudges_planned",
    nudges.c.send_at,
    sqlite_where=planned(nudges),
    postgresql_where=planned(nudges),
)

talk_tracks = Table(
    "talk_tracks",
    metadata,
    numbered_id(),
    Column("scene", Text, nullable=False),
    Column("title", Text, nullable=False),
    Column("text", Text, nullable=False),
    stored_as_json("signals", frozenset[Signal]),
    stored_as_json("node_keys", frozenset[str]),
    flag("active", default=True),
    **NUMBERED,
)

competitors = Table(
    "competitors",
    metadata,
    numbered_id(),
    Column("name", Text, nullable=False, unique=True),
    stored_as_json("aliases", Words),
    **NUMBERED,
)

products = Table(
    "products",
    metadata,
    numbered_id(),
    Column("name", Text, nullable=False, unique=True),
    stored_as_json("aliases", Words),
    **NUMBERED,
)
