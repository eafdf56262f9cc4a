"""What was new in a record, and samples of freshness."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "rates"
down_revision = "nudge_manners"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Records that are there already keep no judgement: they go on counting as updates."""
    json = sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql")
    op.add_column("visits", sa.Column("news", json, nullable=True))
    op.create_index("ix_visits_saved_at", "visits", ["saved_at"])
    op.create_table(
        "freshness_samples",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("member_id", _key(), autoincrement=False, nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["member_id"], ["members.id"], name="fk_freshness_samples_member_id"),
        sa.PrimaryKeyConstraint("day", "member_id", name="pk_freshness_samples"),
    )
    op.create_index("ix_freshness_samples_member_id", "freshness_samples", ["member_id"])


def downgrade() -> None:
    """What was new and what was sampled is forgotten; the records stay."""
    op.drop_table("freshness_samples")
    op.drop_index("ix_visits_saved_at", "visits")
    # SQLite keeps everything that refers to the table where it stands: no rebuilding, a plain ALTER.
    op.drop_column("visits", "news")


def _key() -> sa.types.TypeEngine[int]:
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")
