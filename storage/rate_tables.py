"""The table of measuring: how fresh each member's data was at the end of each workday."""

from __future__ import annotations

from sqlalchemy import Column, Date, ForeignKey, Index, Integer, Table

from storage.columns import KEY
from storage.schema import metadata

freshness_samples = Table(
    "freshness_samples",
    metadata,
    Column("day", Date, primary_key=True),
    Column("member_id", KEY, ForeignKey("members.id"), primary_key=True, autoincrement=False),
    Column("minutes", Integer),
    Index(None, "member_id"),
)
