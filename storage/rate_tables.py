"""The tables of measuring: how fresh data was at the end of each workday, and what was refused to whom."""

from __future__ import annotations

from sqlalchemy import Column, Date, ForeignKey, Index, Integer, Table, Text

from storage.columns import KEY
from storage.schema import NUMBERED, metadata, moment, numbered_id, refers

freshness_samples = Table(
    "freshness_samples",
    metadata,
    Column("day", Date, primary_key=True),
    Column("member_id", KEY, ForeignKey("members.id"), primary_key=True, autoincrement=False),
    Column("minutes", Integer),
    Index(None, "member_id"),
)

refusals = Table(
    "refusals",
    metadata,
    numbered_id(),
    refers("member_id", "members"),
    Column("message_id", Text, nullable=False),
    Column("asked", Text, nullable=False),
    moment("at"),
    Index(None, "member_id"),
    **NUMBERED,
)
