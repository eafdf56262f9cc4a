"""Budgets, mutes, leaves, comments and refused questions."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "nudge_manners"
down_revision = "deals"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Messages are counted in a table of their own, and no more by what they carried."""
    op.drop_index("ix_nudges_member_id_step_sent_at", "nudges")
    op.add_column("next_actions", sa.Column("reason", sa.Text(), server_default="", nullable=False))
    _create("pushes", _member("member_id"), _words("lane"), _moment("pushed_at"), refers=["member_id"])
    op.create_index("ix_pushes_member_id_pushed_at", "pushes", ["member_id", "pushed_at"])
    _create(
        "mutes",
        _member("member_id"),
        _words("kind"),
        _moment("since"),
        _moment("until", nullable=True),
        refers=["member_id"],
    )
    op.create_index("ix_mutes_member_id", "mutes", ["member_id"])
    _create(
        "leaves",
        _member("member_id"),
        _member("deputy_id"),
        sa.Column("first_on", sa.Date(), nullable=False),
        sa.Column("last_on", sa.Date(), nullable=False),
        refers=["member_id", "deputy_id"],
    )
    op.create_index("ix_leaves_last_on", "leaves", ["last_on"])
    op.create_index("ix_leaves_member_id", "leaves", ["member_id"])
    _create(
        "comments",
        _words("subject"),
        _member("author_id"),
        _member("rep_id"),
        _words("text"),
        _moment("written_at"),
        _moment("told_at", nullable=True),
        _words("verdict", nullable=True),
        _moment("answered_at", nullable=True),
        refers=["author_id", "rep_id"],
    )
    op.create_index("ix_comments_author_id_written_at", "comments", ["author_id", "written_at"])
    op.create_index("ix_comments_subject", "comments", ["subject"])
    _create("refusals", _member("member_id"), _words("asked"), _moment("at"), refers=[])
    op.create_index("ix_refusals_member_id_at", "refusals", ["member_id", "at"])


def downgrade() -> None:
    """What was kept in them is gone; planned nudges of the new kinds too, which no older program knows."""
    op.execute(f"UPDATE outbox SET nudge_id = NULL WHERE nudge_id IN (SELECT id FROM nudges WHERE {NEW})")
    op.execute(f"DELETE FROM nudges WHERE {NEW}")
    op.execute("DELETE FROM changes WHERE noun IN ('mute', 'leave')")
    with op.batch_alter_table("next_actions") as next_actions:
        next_actions.drop_column("reason")
    op.create_index("ix_nudges_member_id_step_sent_at", "nudges", ["member_id", "step", "sent_at"])
    for table in ("refusals", "comments", "leaves", "mutes", "pushes"):
        op.drop_table(table)


NEW = "subject IN ('visit', 'day') OR status = 'muted' OR step = 'alert'"


def _create(name: str, *columns: sa.Column[Any], refers: list[str]) -> None:
    keys = [sa.ForeignKeyConstraint([one], ["members.id"], name=f"fk_{name}_{one}") for one in refers]
    op.create_table(
        name,
        sa.Column("id", KEY, sa.Identity(start=1), nullable=False),
        *columns,
        *keys,
        sa.PrimaryKeyConstraint("id", name=f"pk_{name}"),
        sqlite_autoincrement=True,
    )


def _member(name: str) -> sa.Column[int]:
    return sa.Column(name, KEY, nullable=False)


def _words(name: str, *, nullable: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), nullable=nullable)


def _moment(name: str, *, nullable: bool = False) -> sa.Column[Any]:
    return sa.Column(name, MOMENT, nullable=nullable)
