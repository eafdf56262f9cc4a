"""The tables of leads, of letters that brought them, and of questions with three answers."""

from __future__ import annotations

from sqlalchemy import Column, Index, Table, Text, UniqueConstraint

from bot.domain.leads import LeadStatus
from bot.domain.understanding import Signal
from storage.schema import (
    NUMBERED,
    choice,
    count,
    flag,
    metadata,
    moment,
    numbered_id,
    refers,
    stored_as_json,
    words,
)

Words = tuple[str, ...]

leads = Table(
    "leads",
    metadata,
    numbered_id(),
    Column("source_id", Text, nullable=False, unique=True),
    Column("company", Text, nullable=False),
    moment("received_at"),
    moment("due_at"),
    words("contact"),
    words("phone"),
    words("region"),
    words("product"),
    words("note"),
    refers("member_id", "members", nullable=True),
    moment("allotted_at", nullable=True),
    count("passes"),
    choice("status", LeadStatus),
    moment("contacted_at", nullable=True),
    refers("customer_id", "customers", nullable=True),
    Index(None, "member_id", "status"),
    Index(None, "customer_id"),
    **NUMBERED,
)

lead_seals = Table(
    "lead_seals",
    metadata,
    Column("seal", Text, primary_key=True),
    moment("used_at"),
    Index(None, "used_at"),
)
"""Signatures that were used: no letter is taken twice."""

three_options = Table(
    "three_options",
    metadata,
    numbered_id(),
    Column("name", Text, nullable=False),
    stored_as_json("options", Words),
    words("text"),
    words("stage_key"),
    stored_as_json("industries", Words),
    stored_as_json("signals", frozenset[Signal]),
    flag("active", default=True),
    **NUMBERED,
)

customer_answers = Table(
    "customer_answers",
    metadata,
    numbered_id(),
    refers("question_id", "three_options"),
    refers("customer_id", "customers"),
    Column("option", Text, nullable=False),
    refers("member_id", "members"),
    moment("answered_at"),
    UniqueConstraint("question_id", "customer_id"),
    Index(None, "customer_id"),
    **NUMBERED,
)
