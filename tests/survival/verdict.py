"""What the database says after the storm: one effect and one answer for each acknowledged message, or not."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from bot.domain.visits import VisitStatus
from storage.database import Database
from storage.queue_tables import QueueStatus, changes, inbox, outbox
from storage.tables import visits


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """Lists of message ids or texts; all but `records` must be empty."""

    records: int
    not_stored: tuple[str, ...]
    """Acknowledged, but not in the inbox."""
    not_done: tuple[str, ...]
    lost: tuple[str, ...]
    """Notes and presses without their effect."""
    doubled: tuple[str, ...]
    """Notes and presses whose effect took place more than once."""
    unanswered: tuple[str, ...]
    """Without a reply that went out."""
    not_sent: tuple[str, ...]
    """Idempotency keys of the outbox that never left."""

    @property
    def is_clean(self) -> bool:
        """Whether nothing was lost and nothing doubled."""
        return not any(
            (self.not_stored, self.not_done, self.lost, self.doubled, self.unanswered, self.not_sent)
        )


def judge(database: Database, *, notes: Mapping[str, str], presses: Collection[str]) -> Verdict:
    """Judge by the rows; `notes` are texts by id, `presses` ids of confirmations; all acknowledged."""
    with database.read() as connection:
        stored = {row.dedupe_key: row.status for row in connection.execute(select(inbox))}
        records = [(row.text, row.status) for row in connection.execute(select(visits))]
        on_visits = select(changes.c.message_id).where(changes.c.noun == "visit")
        effects = Counter(connection.execute(on_visits).scalars())
        replies = {row.idempotency_key: row.status for row in connection.execute(select(outbox))}
    texts = Counter(text for text, _ in records)
    saved = sum(status is VisitStatus.SAVED for _, status in records)
    messages = [*notes, *presses]
    count = {each: effects[each] for each in messages}
    # The text is unique: a record made twice shows even where the audit was lost with its message id.
    count |= {each: max(count[each], texts[text]) if texts[text] else 0 for each, text in notes.items()}
    stray = [text for text in texts if text not in set(notes.values())]
    doubled = [each for each in messages if count[each] > 1] + stray
    if saved > len(presses):
        doubled.append(f"{saved - len(presses)} more records saved than confirmed")
    answered = {
        key.split(":")[1] for key, status in replies.items() if status is QueueStatus.DONE and ":" in key
    }
    return Verdict(
        records=len(records),
        not_stored=tuple(each for each in messages if each not in stored),
        not_done=tuple(key for key, status in stored.items() if status is not QueueStatus.DONE),
        lost=tuple(each for each in messages if count[each] == 0),
        doubled=tuple(doubled),
        unanswered=tuple(each for each in messages if each not in answered),
        not_sent=tuple(key for key, status in replies.items() if status is not QueueStatus.DONE),
    )


def waiting(database: Database) -> int:
    """How many messages and replies are still to be worked on."""
    with database.read() as connection:
        return sum(
            len(connection.execute(select(table.c.id).where(table.c.status.in_(("new", "claimed")))).all())
            for table in (inbox, outbox)
        )


def answered_at(database: Database) -> dict[str, datetime]:
    """When the last reply to each message left, by the program's clock."""
    with database.read() as connection:
        rows = connection.execute(
            select(outbox.c.idempotency_key, outbox.c.sent_at)
            .where(outbox.c.sent_at.is_not(None))
            .order_by(outbox.c.sent_at)
        )
        return {row.idempotency_key.split(":")[1]: row.sent_at for row in rows}
