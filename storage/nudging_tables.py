"""The tables of reminding with manners: what left, who wants what, who stands in, and who advised whom."""

from __future__ import annotations

from sqlalchemy import Column, Date, Index, Table, Text

from bot.domain.budgets import Lane
from bot.domain.comments import Verdict
from storage.columns import KEY
from storage.schema import NUMBERED, choice, metadata, moment, numbered_id, refers

pushes = Table(
    "pushes",
    metadata,
    numbered_id(),
    refers("member_id", "members"),
    choice("lane", Lane),
    moment("pushed_at"),
    Index(None, "member_id", "pushed_at"),
    **NUMBERED,
)

mutes = Table(
    "mutes",
    metadata,
    numbered_id(),
    refers("member_id", "members"),
    Column("kind", Text, nullable=False),
    moment("since"),
    moment("until", nullable=True),
    Index(None, "member_id"),
    **NUMBERED,
)

leaves = Table(
    "leaves",
    metadata,
    numbered_id(),
    refers("member_id", "members"),
    refers("deputy_id", "members"),
    Column("first_on", Date, nullable=False),
    Column("last_on", Date, nullable=False),
    Index(None, "last_on"),
    Index(None, "member_id"),
    **NUMBERED,
)

comments = Table(
    "comments",
    metadata,
    numbered_id(),
    Column("subject", Text, nullable=False),
    refers("author_id", "members"),
    refers("rep_id", "members"),
    Column("text", Text, nullable=False),
    moment("written_at"),
    moment("told_at", nullable=True),
    choice("verdict", Verdict, nullable=True),
    moment("answered_at", nullable=True),
    Index(None, "author_id", "written_at"),
    Index(None, "subject"),
    **NUMBERED,
)

# No foreign keys: the audit outlives whatever it tells of.
refusals = Table(
    "refusals",
    metadata,
    numbered_id(),
    Column("member_id", KEY, nullable=False),
    Column("asked", Text, nullable=False),
    moment("at"),
    Index(None, "member_id", "at"),
    **NUMBERED,
)
