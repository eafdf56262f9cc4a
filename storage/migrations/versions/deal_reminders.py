"""Reminders of deals and of gates without an answer: new subjects of nudges, in the same columns."""

from __future__ import annotations

from alembic import op

revision = "deal_reminders"
down_revision = "track_library"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Subjects are words: nothing has to change."""


def downgrade() -> None:
    """An older program knows none of them; messages that left stay, and name no nudge any more."""
    op.execute(f"UPDATE outbox SET nudge_id = NULL WHERE nudge_id IN (SELECT id FROM nudges WHERE {NEW})")
    op.execute(f"DELETE FROM nudges WHERE {NEW}")


NEW = "subject IN ('deal', 'gate')"
