"""What was said between one person and the bot, as a chat window shows it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import select

from bot.domain.messages import Address, Incoming, Kind, Outgoing
from storage.queue_tables import QueueStatus, inbox, outbox
from storage.transactions import Transactions


@dataclass(frozen=True, slots=True, kw_only=True)
class ConversationLine:
    """One line of the chat: `incoming` or `outgoing` is set.

    `ref` is the platform's name of the message; `transcript` is what was heard in a voice note.
    """

    ref: str
    at: datetime
    incoming: Incoming | None = None
    outgoing: Outgoing | None = None
    transcript: str | None = None


def conversation(database: Transactions, address: Address, *, limit: int) -> list[ConversationLine]:
    """The last `limit` lines with that person, oldest first.

    An outgoing message that replaced another on the screen stands at the first one's place with the last
    one's content. Events such as opening the chat are left out.
    """
    with database.read() as connection:
        said = select(inbox.c.dedupe_key, inbox.c.received_at, inbox.c.incoming, inbox.c.transcript).where(
            inbox.c.platform == address.platform,
            inbox.c.user_id == address.user_id,
            inbox.c.kind != Kind.EVENT,
        )
        heard = connection.execute(said.order_by(inbox.c.id.desc()).limit(limit)).all()
        answered = select(
            outbox.c.id, outbox.c.message_ref, outbox.c.created_at, outbox.c.sent_at, outbox.c.outgoing
        ).where(
            outbox.c.platform == address.platform,
            outbox.c.user_id == address.user_id,
            # A claimed one may be on its way to a window that opened a moment too late to get it.
            outbox.c.status.in_((QueueStatus.DONE, QueueStatus.CLAIMED)),
        )
        # A message on the screen is replaced a few times at most.
        shown = connection.execute(answered.order_by(outbox.c.id.desc()).limit(4 * limit)).all()
    lines: dict[str, ConversationLine] = {}
    for row in reversed(shown):
        ref = row.message_ref or row.outgoing.key or f"outbox-{row.id}"
        line = ConversationLine(ref=ref, at=row.sent_at or row.created_at, outgoing=row.outgoing)
        lines[ref] = replace(lines[ref], outgoing=row.outgoing) if ref in lines else line
    spoken = [
        ConversationLine(
            ref=row.dedupe_key, at=row.received_at, incoming=row.incoming, transcript=row.transcript
        )
        for row in reversed(heard)
    ]
    # Sorting keeps the order of equals: what was said stands before the answer of the same instant.
    return sorted([*spoken, *lines.values()], key=lambda line: line.at)[-limit:]
