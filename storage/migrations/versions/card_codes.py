"""Codes by which cards on screens can be changed."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "card_codes"
down_revision = "first_tables"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """One code a card of a person."""
    op.create_table(
        "card_codes",
        sa.Column("platform", sa.Text(), nullable=False),
        sa.Column("user_id", sa.Text(), nullable=False),
        sa.Column("card_key", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("got_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("platform", "user_id", "card_key", name="pk_card_codes"),
    )
    op.create_index("ix_card_codes_got_at", "card_codes", ["got_at"])


def downgrade() -> None:
    """Cards on screens stay as they are."""
    op.drop_table("card_codes")
