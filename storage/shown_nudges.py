"""Nudges that stand on people's screens as they were sent, and can still be taken away."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update

from bot.domain.messages import Outgoing
from storage.queue_tables import outbox
from storage.transactions import Transactions


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownNudge:
    """A sent nudge; `message_ref` is the platform's name of it."""

    id: int
    outgoing: Outgoing
    message_ref: str


def read_shown_nudges(database: Transactions, platform: str, *, since: datetime) -> Sequence[ShownNudge]:
    """Those sent after `since` and not replaced by a later message of the same key, oldest first."""
    later = outbox.alias()
    replaced = select(later.c.id).where(
        later.c.platform == outbox.c.platform,
        later.c.user_id == outbox.c.user_id,
        later.c.key == outbox.c.key,
        later.c.id > outbox.c.id,
    )
    shown = (
        select(outbox.c.id, outbox.c.outgoing, outbox.c.message_ref)
        .where(
            outbox.c.platform == platform,
            outbox.c.nudge_id.is_not(None),
            outbox.c.message_ref.is_not(None),
            outbox.c.sent_at > since,
            ~replaced.exists(),
        )
        .order_by(outbox.c.id)
    )
    with database.read() as connection:
        return tuple(ShownNudge(**row._mapping) for row in connection.execute(shown))


def forget_shown(database: Transactions, shown: ShownNudge) -> None:
    """It stands on no screen any more."""
    with database.begin() as connection:
        connection.execute(update(outbox).where(outbox.c.id == shown.id).values(message_ref=None))
