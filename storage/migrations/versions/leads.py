"""Leads, the seals of letters that brought them, questions with three answers and the customers' answers."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "leads"
down_revision = "customer_files"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
JSON = sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql")
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Nothing that is there already changes."""
    _create_leads()
    op.create_table(
        "three_options",
        sa.Column("id", KEY, sa.Identity(start=1), nullable=False),
        _words("name"),
        sa.Column("options", JSON, nullable=False),
        _optional("text"),
        _optional("stage_key"),
        sa.Column("industries", JSON, nullable=False),
        sa.Column("signals", JSON, nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False, server_default=sa.true()),
        sa.PrimaryKeyConstraint("id", name="pk_three_options"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "customer_answers",
        sa.Column("id", KEY, sa.Identity(start=1), nullable=False),
        sa.Column("question_id", KEY, nullable=False),
        sa.Column("customer_id", KEY, nullable=False),
        _words("option"),
        sa.Column("member_id", KEY, nullable=False),
        sa.Column("answered_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["question_id"], ["three_options.id"], name="fk_customer_answers_question_id"
        ),
        sa.ForeignKeyConstraint(["customer_id"], ["customers.id"], name="fk_customer_answers_customer_id"),
        sa.ForeignKeyConstraint(["member_id"], ["members.id"], name="fk_customer_answers_member_id"),
        sa.PrimaryKeyConstraint("id", name="pk_customer_answers"),
        sa.UniqueConstraint("question_id", "customer_id", name="uq_customer_answers_question_id_customer_id"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_customer_answers_customer_id", "customer_answers", ["customer_id"])


def downgrade() -> None:
    """All of it goes, with what no older program knows: its reminders, its triggers and its audit."""
    new = "subject IN ('lead', 'pack')"
    op.execute(f"UPDATE outbox SET nudge_id = NULL WHERE nudge_id IN (SELECT id FROM nudges WHERE {new})")
    op.execute(f"DELETE FROM nudges WHERE {new}")
    metric = "SELECT id FROM triggers WHERE kind = 'metric'"
    op.execute(f"DELETE FROM changes WHERE noun = 'trigger' AND noun_id IN ({metric})")
    op.execute("DELETE FROM triggers WHERE kind = 'metric'")
    op.execute("DELETE FROM changes WHERE noun IN ('lead', 'three_option', 'customer_answer')")
    for table in ("customer_answers", "three_options", "lead_seals", "leads"):
        op.drop_table(table)


def _create_leads() -> None:
    op.create_table(
        "leads",
        sa.Column("id", KEY, sa.Identity(start=1), nullable=False),
        _words("source_id"),
        _words("company"),
        sa.Column("received_at", MOMENT, nullable=False),
        sa.Column("due_at", MOMENT, nullable=False),
        *(_optional(name) for name in ("contact", "phone", "region", "product", "note")),
        sa.Column("member_id", KEY),
        sa.Column("allotted_at", MOMENT),
        sa.Column("passes", sa.Integer(), nullable=False, server_default="0"),
        _words("status"),
        sa.Column("contacted_at", MOMENT),
        sa.Column("customer_id", KEY),
        sa.ForeignKeyConstraint(["member_id"], ["members.id"], name="fk_leads_member_id"),
        sa.ForeignKeyConstraint(["customer_id"], ["customers.id"], name="fk_leads_customer_id"),
        sa.PrimaryKeyConstraint("id", name="pk_leads"),
        sa.UniqueConstraint("source_id", name="uq_leads_source_id"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_leads_member_id_status", "leads", ["member_id", "status"])
    op.create_index("ix_leads_customer_id", "leads", ["customer_id"])
    op.create_table(
        "lead_seals",
        _words("seal"),
        sa.Column("used_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("seal", name="pk_lead_seals"),
    )
    op.create_index("ix_lead_seals_used_at", "lead_seals", ["used_at"])


def _words(name: str) -> sa.Column[Any]:
    return sa.Column(name, sa.Text(), nullable=False)


def _optional(name: str) -> sa.Column[Any]:
    return sa.Column(name, sa.Text(), nullable=False, server_default="")
