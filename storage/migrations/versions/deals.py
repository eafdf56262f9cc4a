"""Deals that end and are proved, checks that keep their answers, rules changed by chat, purchase lists."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "deals"
down_revision = "card_codes"
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(JSONB(), "postgresql")
KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)
LINK = "fk_visits_opportunity_id"


def upgrade() -> None:
    """Columns for deals, records and checks; two tables."""
    op.add_column("opportunities", sa.Column("closed_at", MOMENT, nullable=True))
    op.add_column("opportunities", _list("proofs"))
    op.create_index("ix_opportunities_owner_id_status", "opportunities", ["owner_id", "status"])
    # In one statement: SQLite adds a column with its reference, but no constraint afterwards.
    kind = "BIGINT" if op.get_bind().dialect.name == "postgresql" else "INTEGER"
    op.execute(
        f"ALTER TABLE visits ADD COLUMN opportunity_id {kind} CONSTRAINT {LINK} REFERENCES opportunities (id)"
    )
    op.add_column("visits", sa.Column("voice_seconds", sa.Integer(), server_default="0", nullable=False))
    op.add_column("node_items", sa.Column("trigger", sa.Text(), server_default="", nullable=False))
    op.add_column("node_items", _list("form"))
    op.add_column("node_items", _list("answers"))
    op.add_column("node_items", sa.Column("asked_at", MOMENT, nullable=True))
    op.create_index("ix_node_items_opportunity_id", "node_items", ["opportunity_id"])
    op.create_table(
        "overrides",
        sa.Column("id", KEY, sa.Identity(start=1), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), server_default="", nullable=False),
        sa.Column("member_id", KEY, nullable=False),
        sa.Column("set_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["member_id"], ["members.id"], name="fk_overrides_member_id"),
        sa.PrimaryKeyConstraint("id", name="pk_overrides"),
        sa.UniqueConstraint("key", name="uq_overrides_key"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "purchases",
        sa.Column("id", KEY, sa.Identity(start=1), nullable=False),
        sa.Column("customer_id", KEY, nullable=False),
        sa.Column("models", JSON, nullable=False),
        sa.Column("media_ref", sa.Text(), server_default="", nullable=False),
        sa.Column("taken_in_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["customer_id"], ["customers.id"], name="fk_purchases_customer_id"),
        sa.PrimaryKeyConstraint("id", name="pk_purchases"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_purchases_customer_id", "purchases", ["customer_id"])


def _list(name: str) -> sa.Column[object]:
    return sa.Column(name, JSON, server_default=sa.text("'[]'"), nullable=False)


def downgrade() -> None:
    """Deals keep their stage and status, checks their media."""
    op.drop_table("purchases")
    op.drop_table("overrides")
    op.drop_index("ix_node_items_opportunity_id", "node_items")
    for name in ("asked_at", "answers", "form", "trigger"):
        op.drop_column("node_items", name)
    op.drop_column("visits", "voice_seconds")
    op.drop_column("visits", "opportunity_id")
    op.drop_index("ix_opportunities_owner_id_status", "opportunities")
    op.drop_column("opportunities", "proofs")
    op.drop_column("opportunities", "closed_at")
