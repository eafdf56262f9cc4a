"""Files of customers among the files that admins send."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "customer_files"
down_revision = "deal_reminders"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Files that came before were talk-tracks."""
    op.add_column("track_imports", sa.Column("subject", sa.Text(), nullable=False, server_default="tracks"))
    op.add_column("track_imports", sa.Column("doubtful", sa.Integer(), nullable=False, server_default="0"))
    op.add_column(
        "track_imports", sa.Column("with_doubtful", sa.Boolean(), nullable=False, server_default=sa.false())
    )


def downgrade() -> None:
    """What files of customers changed stays; that they came is forgotten."""
    op.execute("DELETE FROM track_imports WHERE subject <> 'tracks'")
    for column in ("with_doubtful", "doubtful", "subject"):
        op.drop_column("track_imports", column)
