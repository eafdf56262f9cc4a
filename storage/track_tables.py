"""The tables of the talk-track library: entries, packs, triggers, what became of offers, files sent in."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Date, ForeignKey, Index, Table, Text, UniqueConstraint

from bot.domain.talk_tracks import Review, TrackKind
from bot.domain.track_imports import ImportStatus, ImportSubject
from bot.domain.triggers import TriggerKind
from bot.domain.understanding import Signal
from storage.columns import KEY
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
Ids = tuple[int, ...]

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
    choice("kind", TrackKind),
    stored_as_json("aliases", Words),
    words("long_text"),
    words("attachment_ref"),
    words("attachment_name"),
    stored_as_json("tags", Words),
    words("stage_key"),
    stored_as_json("industries", Words),
    words("team"),
    # Whose it is and who wrote it are told even after that member is gone.
    Column("owner_id", KEY),
    Column("expires_on", Date),
    count("version"),
    choice("review", Review),
    Column("revises", KEY, nullable=False, server_default="0"),
    Column("author_id", KEY),
    moment("published_at", nullable=True),
    Index(None, "scene", "title"),
    **NUMBERED,
)

track_bindings = Table(
    "track_bindings",
    metadata,
    Column("source", Text, primary_key=True),
    Column(
        "track_id",
        KEY,
        ForeignKey("talk_tracks.id", ondelete="CASCADE"),
        primary_key=True,
        autoincrement=False,
    ),
    Index(None, "track_id"),
)
"""What an entry by itself answers: `signal:price`, `node:decision_chain`, `alias:太贵`."""

unindexed_tracks = Table(
    "unindexed_tracks",
    metadata,
    Column("track_id", KEY, primary_key=True, autoincrement=False),
)
"""Entries whose words the search does not know yet."""

talk_track_packs = Table(
    "talk_track_packs",
    metadata,
    numbered_id(),
    Column("name", Text, nullable=False),
    stored_as_json("track_ids", Ids),
    words("about"),
    flag("active", default=True),
    **NUMBERED,
)

triggers = Table(
    "triggers",
    metadata,
    numbered_id(),
    choice("kind", TriggerKind),
    Column("value", Text, nullable=False),
    Column("said", Text, nullable=False),
    stored_as_json("track_ids", Ids),
    refers("pack_id", "talk_track_packs", nullable=True),
    words("team"),
    flag("active", default=True),
    **NUMBERED,
)

track_pushes = Table(
    "track_pushes",
    metadata,
    numbered_id(),
    refers("track_id", "talk_tracks"),
    refers("member_id", "members"),
    Column("occasion", Text, nullable=False),
    Column("source", Text, nullable=False),
    moment("pushed_at"),
    # No foreign keys: what was offered is told even after a record or customer is gone.
    Column("customer_id", KEY),
    Column("visit_id", KEY),
    moment("opened_at", nullable=True),
    Column("helpful", Boolean),
    UniqueConstraint("member_id", "occasion", "track_id"),
    Index(None, "member_id", "customer_id", "pushed_at"),
    Index(None, "track_id"),
    **NUMBERED,
)

track_imports = Table(
    "track_imports",
    metadata,
    numbered_id(),
    refers("member_id", "members"),
    Column("media_ref", Text, nullable=False),
    Column("name", Text, nullable=False),
    moment("sent_at"),
    choice("status", ImportStatus),
    count("added"),
    count("changed"),
    moment("applied_at", nullable=True),
    choice("subject", ImportSubject),
    count("doubtful"),
    flag("with_doubtful", default=False),
    Index(None, "status"),
    **NUMBERED,
)
