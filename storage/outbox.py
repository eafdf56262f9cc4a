"""What is to be sent: stored with the state that it tells of, claimed by priority, sent at least once."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, func, select, update

from bot.domain.messages import Address, Outgoing
from storage.ledger import Trail
from storage.queue_tables import QueueStatus, outbox, unfinished
from storage.transactions import Transactions
from storage.upserts import insert_into

_NAMES = re.compile(r"[:,|]")


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimedOutgoing:
    """A message to send now; `message_ref` is the platform's name of the one on screen that it replaces.

    `replaced`: a later one of the same key waits already, so that this one would be seen for a moment only.
    """

    id: int
    outgoing: Outgoing
    attempts: int
    message_ref: str | None
    created_at: datetime
    replaced: bool = False


class Outbox:
    """The handlers' side: messages that leave after the commit."""

    def __init__(self, trail: Trail) -> None:
        self._connection = trail.connection

    def push(self, outgoing: Outgoing, *, idempotency_key: str, now: datetime) -> None:
        """Store it; a second one with the same idempotency key is dropped."""
        push(self._connection, outgoing, idempotency_key=idempotency_key, now=now)


class OutboxQueue:
    """The senders' side: each call is a transaction of its own."""

    def __init__(self, database: Transactions) -> None:
        self._database = database

    def push(self, outgoing: Outgoing, *, idempotency_key: str, now: datetime) -> None:
        """Store one message by itself, such as an early 收到; a second one with the same key is dropped."""
        with self._database.begin() as connection:
            push(connection, outgoing, idempotency_key=idempotency_key, now=now)

    def claim(self, *, now: datetime, lease: timedelta, limit: int) -> Sequence[ClaimedOutgoing]:
        """Take up to `limit` messages that are ready, by priority and age, and reserve them for `lease`.

        A message waits while an earlier one with the same recipient and screen key has not left.
        """
        earlier = outbox.alias()
        blocked = select(earlier.c.id).where(
            earlier.c.platform == outbox.c.platform,
            earlier.c.user_id == outbox.c.user_id,
            earlier.c.key == outbox.c.key,
            earlier.c.id < outbox.c.id,
            unfinished(earlier),
        )
        ready = (
            select(outbox.c.id)
            .where(unfinished(outbox), outbox.c.ready_at <= now, ~blocked.exists())
            .order_by(outbox.c.priority, outbox.c.id)
            .limit(limit)
            .with_for_update(skip_locked=True, of=outbox)
            .cte("ready")
        )
        claimed = (
            update(outbox)
            .where(outbox.c.id.in_(select(ready.c.id)))
            .values(status=QueueStatus.CLAIMED, ready_at=now + lease, attempts=outbox.c.attempts + 1)
            .returning(outbox.c.id, outbox.c.outgoing, outbox.c.attempts, outbox.c.created_at)
        )
        with self._database.begin() as connection:
            rows = connection.execute(claimed).all()
            found = [
                ClaimedOutgoing(
                    **row._mapping,
                    message_ref=_on_screen(connection, row.outgoing),
                    replaced=_is_replaced(connection, row.id, row.outgoing),
                )
                for row in rows
            ]
        return tuple(sorted(found, key=lambda one: (one.outgoing.priority, one.id)))

    def release_all(self, *, now: datetime) -> int:
        """Give back every reservation; only where no other process works on this database. How many."""
        claimed = outbox.c.status == QueueStatus.CLAIMED
        freed = update(outbox).where(unfinished(outbox), claimed).values(status=QueueStatus.NEW, ready_at=now)
        with self._database.begin() as connection:
            return connection.execute(freed).rowcount

    def sent(self, outbox_id: int, *, message_ref: str | None, now: datetime) -> None:
        """It left; the platform calls it `message_ref`."""
        self._mark(outbox_id, {"status": QueueStatus.DONE, "message_ref": message_ref, "sent_at": now})

    def skip(self, outbox_id: int) -> None:
        """It need not leave: its successor says all of it."""
        self._mark(outbox_id, {"status": QueueStatus.DONE, "error": "replaced"})

    def retry(self, outbox_id: int, *, at: datetime, error: str) -> None:
        """Try again at `at`; `error` holds no text of the message."""
        self._mark(outbox_id, {"status": QueueStatus.NEW, "ready_at": at, "error": error})

    def hold_back(self, outbox_id: int, *, until: datetime, reason: str) -> None:
        """It was not tried: it waits its turn, and the claim does not count as a failure."""
        values = {"status": QueueStatus.NEW, "ready_at": until, "error": reason}
        self._mark(outbox_id, {**values, "attempts": outbox.c.attempts - 1})

    def give_up(self, outbox_id: int, error: str) -> None:
        """It will never leave, and blocks no later one any more."""
        self._mark(outbox_id, {"status": QueueStatus.DEAD, "error": error})

    def next_at(self) -> datetime | None:
        """When the next message is ready, or a lease ends; None if nothing waits."""
        query = select(func.min(outbox.c.ready_at)).where(unfinished(outbox))
        with self._database.read() as connection:
            moment: datetime | None = connection.execute(query).scalar()
        return moment

    def sent_since(self, platform: str, moment: datetime) -> Sequence[tuple[str, datetime]]:
        """To which users of a platform something was sent since `moment`, and when, oldest first."""
        query = (
            select(outbox.c.user_id, outbox.c.sent_at)
            .where(outbox.c.platform == platform, outbox.c.sent_at > moment)
            .order_by(outbox.c.sent_at)
        )
        with self._database.read() as connection:
            return [(row.user_id, row.sent_at) for row in connection.execute(query)]

    def key_of(self, address: Address, name: str) -> str | None:
        """The key of the message that somebody got, one part of which the platform calls so.

        A reference is a kind and names, such as `msg:a,b`. None for an unknown name.
        """
        query = select(outbox.c.key, outbox.c.message_ref).where(
            outbox.c.platform == address.platform,
            outbox.c.user_id == address.user_id,
            outbox.c.message_ref.contains(name, autoescape=True),
        )
        with self._database.read() as connection:
            rows = connection.execute(query.order_by(outbox.c.id.desc())).all()
        return next((row.key for row in rows if name in _NAMES.split(row.message_ref)[1:]), None)

    def has_sent(self, address: Address, key: str) -> bool:
        """Whether somebody got a message of this key."""
        query = select(outbox.c.id).where(
            outbox.c.platform == address.platform,
            outbox.c.user_id == address.user_id,
            outbox.c.key == key,
        )
        with self._database.read() as connection:
            return connection.execute(query.limit(1)).first() is not None

    def counts(self) -> Mapping[str, int]:
        """How many rows stand in each status: new, claimed, done, dead."""
        query = select(outbox.c.status, func.count()).group_by(outbox.c.status)
        with self._database.read() as connection:
            found = {str(status): count for status, count in connection.execute(query)}
        return {str(status): found.get(status, 0) for status in QueueStatus}

    def _mark(self, outbox_id: int, values: dict[str, Any]) -> None:
        with self._database.begin() as connection:
            connection.execute(
                update(outbox).where(outbox.c.id == outbox_id, unfinished(outbox)).values(values)
            )


def push(connection: Connection, outgoing: Outgoing, *, idempotency_key: str, now: datetime) -> None:
    """Store a message to send; a second one with the same idempotency key is dropped."""
    row = {
        "idempotency_key": idempotency_key,
        "platform": outgoing.to.platform,
        "user_id": outgoing.to.user_id,
        "key": outgoing.key,
        "priority": outgoing.priority,
        "outgoing": outgoing,
        "nudge_id": outgoing.nudge_id,
        "created_at": now,
        "status": QueueStatus.NEW,
        "ready_at": now,
    }
    connection.execute(insert_into(connection, outbox).values(row).on_conflict_do_nothing())


def _is_replaced(connection: Connection, outbox_id: int, outgoing: Outgoing) -> bool:
    if outgoing.key is None:
        return False
    later = select(outbox.c.id).where(
        outbox.c.platform == outgoing.to.platform,
        outbox.c.user_id == outgoing.to.user_id,
        outbox.c.key == outgoing.key,
        outbox.c.id > outbox_id,
        unfinished(outbox),
    )
    return connection.execute(later.limit(1)).first() is not None


def _on_screen(connection: Connection, outgoing: Outgoing) -> str | None:
    if outgoing.key is None:
        return None
    shown = (
        select(outbox.c.message_ref)
        .where(
            outbox.c.platform == outgoing.to.platform,
            outbox.c.user_id == outgoing.to.user_id,
            outbox.c.key == outgoing.key,
            outbox.c.message_ref.is_not(None),
        )
        .order_by(outbox.c.id.desc())
        .limit(1)
    )
    ref: str | None = connection.execute(shown).scalar()
    return ref
