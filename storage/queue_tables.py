"""The tables of the conversation: what came in, what goes out, what is waited for, and what was changed."""

from __future__ import annotations

from enum import StrEnum

from sqlalchemy import (
    Column,
    ColumnElement,
    ForeignKey,
    FromClause,
    Index,
    Table,
    Text,
    UniqueConstraint,
)

from bot.domain.messages import Card, Incoming, Kind, Outgoing, Priority
from storage.columns import KEY, Rank
from storage.schema import (
    NUMBERED,
    choice,
    count,
    literally,
    metadata,
    moment,
    numbered_id,
    refers,
    stored_as_json,
    words,
)


class QueueStatus(StrEnum):
    """A row of the inbox or the outbox: new and claimed ones are still to be worked on."""

    NEW = "new"
    CLAIMED = "claimed"
    DONE = "done"
    DEAD = "dead"


def unfinished(table: FromClause) -> ColumnElement[bool]:
    """The rows of a queue that are still to be worked on."""
    return literally(table.c.status, QueueStatus.NEW, QueueStatus.CLAIMED)


dialogs = Table(
    "dialogs",
    metadata,
    Column("member_id", KEY, ForeignKey("members.id"), primary_key=True, autoincrement=False),
    Column("state", Text, nullable=False),
    Column("subject", Text, nullable=False),
    moment("expires_at"),
)

open_cards = Table(
    "open_cards",
    metadata,
    Column("member_id", KEY, ForeignKey("members.id"), primary_key=True, autoincrement=False),
    Column("key", Text, primary_key=True),
    stored_as_json("card", Card),
    moment("opened_at"),
    Index(None, "member_id", "opened_at"),
)

# No foreign keys: the audit outlives whatever it tells of.
changes = Table(
    "changes",
    metadata,
    numbered_id(),
    Column("message_id", Text, nullable=False),
    Column("member_id", KEY),
    Column("noun", Text, nullable=False),
    Column("noun_id", KEY, nullable=False),
    Column("before", Text),
    Column("after", Text),
    moment("at"),
    moment("undone_at", nullable=True),
    Index(None, "member_id", "id"),
    Index(None, "message_id"),
    Index(None, "noun", "noun_id"),
    **NUMBERED,
)

admin_codes = Table(
    "admin_codes",
    metadata,
    Column("digest", Text, primary_key=True),
    moment("expires_at"),
    moment("used_at", nullable=True),
)

card_codes = Table(
    "card_codes",
    metadata,
    Column("platform", Text, primary_key=True),
    Column("user_id", Text, primary_key=True),
    Column("card_key", Text, primary_key=True),
    Column("code", Text, nullable=False),
    moment("got_at"),
    Index(None, "got_at"),
)

settings = Table(
    "settings",
    metadata,
    Column("key", Text, primary_key=True),
    Column("value", Text, nullable=False),
)

counters = Table(
    "counters",
    metadata,
    Column("name", Text, primary_key=True),
    Column("value", KEY, nullable=False),
)

media = Table(
    "media",
    metadata,
    Column("ref", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("media_type", Text, nullable=False),
    Column("size", KEY, nullable=False),
    moment("stored_at"),
)

inbox = Table(
    "inbox",
    metadata,
    numbered_id(),
    Column("platform", Text, nullable=False),
    Column("dedupe_key", Text, nullable=False),
    Column("user_id", Text, nullable=False),
    choice("kind", Kind),
    stored_as_json("incoming", Incoming),
    Column("transcript", Text),
    moment("received_at"),
    choice("status", QueueStatus),
    moment("ready_at"),
    count("attempts"),
    words("worker"),
    words("error"),
    moment("finished_at", nullable=True),
    UniqueConstraint("platform", "dedupe_key"),
    Index(None, "platform", "user_id", "id"),
    **NUMBERED,
)
Index("ix_inbox_unfinished", inbox.c.id, sqlite_where=unfinished(inbox), postgresql_where=unfinished(inbox))

outbox = Table(
    "outbox",
    metadata,
    numbered_id(),
    Column("idempotency_key", Text, nullable=False, unique=True),
    Column("platform", Text, nullable=False),
    Column("user_id", Text, nullable=False),
    Column("key", Text),
    Column("priority", Rank(Priority), nullable=False),
    stored_as_json("outgoing", Outgoing),
    refers("nudge_id", "nudges", nullable=True),
    moment("created_at"),
    choice("status", QueueStatus),
    moment("ready_at"),
    count("attempts"),
    words("error"),
    Column("message_ref", Text),
    moment("sent_at", nullable=True),
    Index(None, "platform", "user_id", "key", "id"),
    **NUMBERED,
)
Index(
    "ix_outbox_unfinished",
    outbox.c.priority,
    outbox.c.id,
    sqlite_where=unfinished(outbox),
    postgresql_where=unfinished(outbox),
)
