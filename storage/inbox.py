"""What came in: stored before it is acknowledged, worked on once and in each sender's order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Connection, func, select, update
from sqlalchemy.exc import DBAPIError, OperationalError

from bot.domain.errors import AlreadyHandled
from bot.domain.messages import Incoming, Kind
from storage.queue_tables import QueueStatus, inbox, unfinished
from storage.transactions import Transactions
from storage.upserts import insert_into


class Lane(StrEnum):
    """Voice is worked on apart, for recognising it takes seconds."""

    FAST = "fast"
    VOICE = "voice"


@dataclass(frozen=True, slots=True, kw_only=True)
class Claimed:
    """A message to work on now; `transcript` is what an earlier attempt heard in it."""

    id: int
    incoming: Incoming
    attempts: int
    received_at: datetime
    transcript: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class InboxCounts:
    """How many rows stand in each status, and since when the oldest unfinished one waits."""

    by_status: Mapping[str, int]
    oldest_at: datetime | None


class Inbox:
    """The queue of incoming messages; each call is a transaction of its own."""

    def __init__(self, database: Transactions) -> None:
        self._database = database

    def put_many(self, rows: Sequence[Incoming], *, now: datetime) -> list[bool | Exception]:
        """Store messages in one transaction: True if it is new, False for a duplicate.

        Where the database refuses one of them, each is stored by itself, and the refused one's error stands
        in its place. A database that does not answer at all refuses all of them.
        """
        try:
            with self._database.begin() as connection:
                new = _insert(connection, rows, now=now)
        except (DBAPIError, UnicodeError) as error:  # half a character has no bytes that a driver could send
            if len(rows) == 1 or isinstance(error, OperationalError):
                return [error] * len(rows)
            return [self.put_many([row], now=now)[0] for row in rows]
        results: list[bool | Exception] = []
        for row in rows:
            key = (row.sender.platform, row.id)
            results.append(key in new)
            new.discard(key)
        return results

    def claim(
        self,
        *,
        now: datetime,
        lease: timedelta,
        worker: str,
        lane: str | None = None,
        except_ids: Sequence[int] = (),
    ) -> Claimed | None:
        """Take the oldest message that is ready and reserve it for `worker`; None if there is none.

        A sender's message waits until all earlier ones of the same sender are finished. `lane` "voice" takes
        voice notes only, "fast" all others; `except_ids` is what the worker has under its hands.
        """
        ready = (
            select(inbox.c.id)
            .where(unfinished(inbox), inbox.c.ready_at <= now, ~_earlier_waits(), *_of_lane(lane))
            .where(inbox.c.id.not_in(except_ids))
            .order_by(inbox.c.id)
            .limit(1)
            .with_for_update(skip_locked=True, of=inbox)
            .cte("ready")
        )
        claimed = (
            update(inbox)
            .where(inbox.c.id.in_(select(ready.c.id)))
            .values(
                status=QueueStatus.CLAIMED, ready_at=now + lease, worker=worker, attempts=inbox.c.attempts + 1
            )
            .returning(
                inbox.c.id, inbox.c.incoming, inbox.c.attempts, inbox.c.received_at, inbox.c.transcript
            )
        )
        with self._database.begin() as connection:
            row = connection.execute(claimed).first()
        return None if row is None else Claimed(**row._mapping)

    def renew(self, inbox_id: int, *, worker: str, now: datetime, lease: timedelta) -> bool:
        """Reserve it for longer; False if it is finished or another worker's by now."""
        still_ours = (inbox.c.status == QueueStatus.CLAIMED) & (inbox.c.worker == worker)
        return self._mark(inbox_id, {"ready_at": now + lease}, still_ours) == 1

    def release_all(self, *, now: datetime) -> int:
        """Give back every reservation; only where no other process works on this database. How many."""
        claimed = inbox.c.status == QueueStatus.CLAIMED
        freed = update(inbox).where(unfinished(inbox), claimed).values(status=QueueStatus.NEW, ready_at=now)
        with self._database.begin() as connection:
            return connection.execute(freed).rowcount

    def done(self, inbox_id: int, *, now: datetime | None = None) -> None:
        """It is finished."""
        self._mark(inbox_id, {"status": QueueStatus.DONE, "finished_at": now})

    def retry(self, inbox_id: int, *, at: datetime, error: str = "") -> None:
        """Try again at `at`; until then the sender's later messages wait too."""
        self._mark(inbox_id, {"status": QueueStatus.NEW, "ready_at": at, "error": error})

    def park(self, inbox_id: int, *, error: str) -> None:
        """Give it up; the sender's later messages go on. `error` holds no text of the message."""
        self._mark(inbox_id, {"status": QueueStatus.DEAD, "error": error})

    def note_transcript(self, inbox_id: int, text: str) -> None:
        """Keep what was heard, so that another attempt need not listen again."""
        with self._database.begin() as connection:
            connection.execute(update(inbox).where(inbox.c.id == inbox_id).values(transcript=text))

    def next_at(self, *, lane: str | None = None) -> datetime | None:
        """When the next message is ready, or a lease ends; None if nothing waits."""
        query = select(func.min(inbox.c.ready_at)).where(
            unfinished(inbox), ~_earlier_waits(), *_of_lane(lane)
        )
        with self._database.read() as connection:
            moment: datetime | None = connection.execute(query).scalar()
        return moment

    def holds(self, platform: str, dedupe_key: str) -> bool:
        """Whether this message was ever taken in."""
        query = select(inbox.c.id).where(inbox.c.platform == platform, inbox.c.dedupe_key == dedupe_key)
        with self._database.read() as connection:
            return connection.execute(query).first() is not None

    def counts(self) -> InboxCounts:
        """How the queue stands."""
        by_status = select(inbox.c.status, func.count()).group_by(inbox.c.status)
        oldest = select(func.min(inbox.c.received_at)).where(unfinished(inbox))
        with self._database.read() as connection:
            found = {str(status): count for status, count in connection.execute(by_status)}
            oldest_at = connection.execute(oldest).scalar()
        return InboxCounts(
            by_status={str(status): found.get(status, 0) for status in QueueStatus}, oldest_at=oldest_at
        )

    def _mark(self, inbox_id: int, values: dict[str, Any], *conditions: ColumnElement[bool]) -> int:
        marked = update(inbox).where(inbox.c.id == inbox_id, unfinished(inbox), *conditions).values(values)
        with self._database.begin() as connection:
            return connection.execute(marked).rowcount


def claim_message(connection: Connection, inbox_id: int, *, now: datetime) -> None:
    """Finish the message in this transaction; raises AlreadyHandled if another one finished it before."""
    finished = (
        update(inbox)
        .where(inbox.c.id == inbox_id, unfinished(inbox))
        .values(status=QueueStatus.DONE, finished_at=now)
    )
    if connection.execute(finished).rowcount == 0:
        raise AlreadyHandled


def _insert(connection: Connection, rows: Sequence[Incoming], *, now: datetime) -> set[tuple[str, str]]:
    """Insert the rows; the keys of those that were new."""
    new = (
        insert_into(connection, inbox)
        .on_conflict_do_nothing()
        .returning(inbox.c.platform, inbox.c.dedupe_key)
    )
    values = [
        {
            "platform": row.sender.platform,
            "dedupe_key": row.id,
            "user_id": row.sender.user_id,
            "kind": row.kind,
            "incoming": row,
            "received_at": now,
            "status": QueueStatus.NEW,
            "ready_at": now,
        }
        for row in rows
    ]
    if not values:
        return set()
    return {(platform, key) for platform, key in connection.execute(new, values)}


def _earlier_waits() -> ColumnElement[bool]:
    earlier = inbox.alias()
    return (
        select(earlier.c.id)
        .where(
            earlier.c.platform == inbox.c.platform,
            earlier.c.user_id == inbox.c.user_id,
            earlier.c.id < inbox.c.id,
            unfinished(earlier),
        )
        .exists()
    )


def _of_lane(lane: str | None) -> tuple[ColumnElement[bool], ...]:
    if lane is None:
        return ()
    return (inbox.c.kind == Kind.VOICE,) if lane == Lane.VOICE else (inbox.c.kind != Kind.VOICE,)
