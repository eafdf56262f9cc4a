"""The library of talk-tracks: whole entries, search, packs, triggers, offers and files."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "track_library"
down_revision = "rates"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
JSON = sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql")
MOMENT = sa.DateTime(timezone=True)


def entry_columns() -> tuple[sa.Column[Any], ...]:
    """What an entry has more than before."""
    return (
        sa.Column("kind", sa.Text(), nullable=False, server_default="saying"),
        sa.Column("aliases", JSON, nullable=False, server_default="[]"),
        sa.Column("long_text", sa.Text(), nullable=False, server_default=""),
        sa.Column("attachment_ref", sa.Text(), nullable=False, server_default=""),
        sa.Column("attachment_name", sa.Text(), nullable=False, server_default=""),
        sa.Column("tags", JSON, nullable=False, server_default="[]"),
        sa.Column("stage_key", sa.Text(), nullable=False, server_default=""),
        sa.Column("industries", JSON, nullable=False, server_default="[]"),
        sa.Column("team", sa.Text(), nullable=False, server_default=""),
        sa.Column("owner_id", KEY),
        sa.Column("expires_on", sa.Date()),
        sa.Column("version", sa.Integer(), nullable=False, server_default="1"),
        sa.Column("review", sa.Text(), nullable=False, server_default="approved"),
        sa.Column("revises", KEY, nullable=False, server_default="0"),
        sa.Column("author_id", KEY),
        sa.Column("published_at", MOMENT),
    )


def upgrade() -> None:
    """Entries that were there are approved and are searched by their words as soon as somebody searches."""
    for column in entry_columns():
        op.add_column("talk_tracks", column)
    op.create_index("ix_talk_tracks_scene_title", "talk_tracks", ["scene", "title"])
    _create_bindings()
    _create_packs_and_triggers()
    _create_pushes_and_imports()
    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            "CREATE VIRTUAL TABLE track_search USING fts5(names, scene, body, sounds, "
            'tokenize = "unicode61 remove_diacritics 0")'
        )
    else:
        op.execute("CREATE TABLE track_search (track_id bigint PRIMARY KEY, document tsvector NOT NULL)")
        op.execute("CREATE INDEX ix_track_search_document ON track_search USING gin (document)")


def _create_bindings() -> None:
    op.create_table(
        "track_bindings",
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("track_id", KEY, nullable=False, autoincrement=False),
        sa.ForeignKeyConstraint(
            ["track_id"], ["talk_tracks.id"], name="fk_track_bindings_track_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("source", "track_id", name="pk_track_bindings"),
    )
    op.create_index("ix_track_bindings_track_id", "track_bindings", ["track_id"])
    op.create_table(
        "unindexed_tracks",
        sa.Column("track_id", KEY, nullable=False, autoincrement=False),
        sa.PrimaryKeyConstraint("track_id", name="pk_unindexed_tracks"),
    )
    op.execute("INSERT INTO unindexed_tracks (track_id) SELECT id FROM talk_tracks")
    each = "json_each({})" if op.get_bind().dialect.name == "sqlite" else "jsonb_array_elements_text({})"
    for column, kind in (("signals", "signal"), ("node_keys", "node")):
        values = each.format(f"talk_tracks.{column}")
        op.execute(
            "INSERT INTO track_bindings (source, track_id) "
            f"SELECT '{kind}:' || found.value, talk_tracks.id FROM talk_tracks, {values} AS found"
            + ("" if op.get_bind().dialect.name == "sqlite" else "(value)")
        )


def _create_packs_and_triggers() -> None:
    op.create_table(
        "talk_track_packs",
        sa.Column("id", KEY, sa.Identity(start=1), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("track_ids", JSON, nullable=False),
        sa.Column("about", sa.Text(), nullable=False, server_default=""),
        sa.Column("active", sa.Boolean(), nullable=False, server_default=sa.true()),
        sa.PrimaryKeyConstraint("id", name="pk_talk_track_packs"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "triggers",
        sa.Column("id", KEY, sa.Identity(start=1), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("said", sa.Text(), nullable=False),
        sa.Column("track_ids", JSON, nullable=False),
        sa.Column("pack_id", KEY),
        sa.Column("team", sa.Text(), nullable=False, server_default=""),
        sa.Column("active", sa.Boolean(), nullable=False, server_default=sa.true()),
        sa.ForeignKeyConstraint(["pack_id"], ["talk_track_packs.id"], name="fk_triggers_pack_id"),
        sa.PrimaryKeyConstraint("id", name="pk_triggers"),
        sqlite_autoincrement=True,
    )


def _create_pushes_and_imports() -> None:
    op.create_table(
        "track_pushes",
        sa.Column("id", KEY, sa.Identity(start=1), nullable=False),
        sa.Column("track_id", KEY, nullable=False),
        sa.Column("member_id", KEY, nullable=False),
        sa.Column("occasion", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("pushed_at", MOMENT, nullable=False),
        sa.Column("customer_id", KEY),
        sa.Column("visit_id", KEY),
        sa.Column("opened_at", MOMENT),
        sa.Column("helpful", sa.Boolean()),
        sa.ForeignKeyConstraint(["track_id"], ["talk_tracks.id"], name="fk_track_pushes_track_id"),
        sa.ForeignKeyConstraint(["member_id"], ["members.id"], name="fk_track_pushes_member_id"),
        sa.PrimaryKeyConstraint("id", name="pk_track_pushes"),
        sa.UniqueConstraint(
            "member_id", "occasion", "track_id", name="uq_track_pushes_member_id_occasion_track_id"
        ),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ix_track_pushes_member_id_customer_id_pushed_at",
        "track_pushes",
        ["member_id", "customer_id", "pushed_at"],
    )
    op.create_index("ix_track_pushes_track_id", "track_pushes", ["track_id"])
    op.create_table(
        "track_imports",
        sa.Column("id", KEY, sa.Identity(start=1), nullable=False),
        sa.Column("member_id", KEY, nullable=False),
        sa.Column("media_ref", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("sent_at", MOMENT, nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("added", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("changed", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("applied_at", MOMENT),
        sa.ForeignKeyConstraint(["member_id"], ["members.id"], name="fk_track_imports_member_id"),
        sa.PrimaryKeyConstraint("id", name="pk_track_imports"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_track_imports_status", "track_imports", ["status"])


def downgrade() -> None:
    """Scene, title, text and what calls for them stay; all else of the library goes."""
    op.execute("DROP TABLE track_search")
    for table in ("track_imports", "track_pushes", "triggers", "talk_track_packs"):
        op.drop_table(table)
    op.drop_table("unindexed_tracks")
    op.drop_table("track_bindings")
    # What reps never saw would else become visible.
    op.execute("DELETE FROM talk_tracks WHERE review <> 'approved' OR owner_id IS NOT NULL")
    op.drop_index("ix_talk_tracks_scene_title", "talk_tracks")
    for column in reversed(entry_columns()):
        op.drop_column("talk_tracks", column.name)
