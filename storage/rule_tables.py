"""The tables of what a company has set or handed in for its own process: changed rules, purchase lists."""

from __future__ import annotations

from sqlalchemy import Column, Index, Table, Text

from storage.schema import NUMBERED, metadata, moment, numbered_id, refers, stored_as_json, words

overrides = Table(
    "overrides",
    metadata,
    numbered_id(),
    Column("key", Text, nullable=False, unique=True),
    words("value"),
    refers("member_id", "members"),
    moment("set_at"),
    **NUMBERED,
)

purchases = Table(
    "purchases",
    metadata,
    numbered_id(),
    refers("customer_id", "customers"),
    stored_as_json("models", tuple[str, ...]),
    words("media_ref"),
    moment("taken_in_at"),
    Index(None, "customer_id"),
    **NUMBERED,
)
