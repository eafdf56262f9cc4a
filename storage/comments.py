"""What supervisors advised, and what became of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields
from datetime import datetime

from sqlalchemy import insert, select, update

from bot.domain.comments import Comment, Verdict
from storage.ledger import Trail
from storage.nudging_tables import comments

COLUMNS = tuple(comments.c[field.name] for field in fields(Comment))


class Comments:
    """Advice. What has been said to somebody cannot be taken back, so that undo does not know of it."""

    def __init__(self, trail: Trail) -> None:
        self._connection = trail.connection

    def get(self, comment_id: int) -> Comment | None:
        """The comment of that id; reserved until the transaction ends."""
        query = select(*COLUMNS).where(comments.c.id == comment_id).with_for_update()
        row = self._connection.execute(query).first()
        return None if row is None else Comment(**row._mapping)

    def add(self, comment: Comment) -> int:
        """Store a new one; its id."""
        row = {field.name: getattr(comment, field.name) for field in fields(Comment)}
        del row["id"]
        new = insert(comments).values(row).returning(comments.c.id)
        comment_id: int = self._connection.execute(new).scalar_one()
        return comment_id

    def answer(self, comment_id: int, verdict: Verdict, *, now: datetime) -> None:
        """Keep what the rep said to it."""
        values = {"verdict": verdict, "answered_at": now}
        self._connection.execute(update(comments).where(comments.c.id == comment_id).values(values))

    def by(self, author_id: int, *, since: datetime) -> Sequence[Comment]:
        """What a supervisor wrote since then, the oldest first."""
        query = select(*COLUMNS).where(comments.c.author_id == author_id, comments.c.written_at >= since)
        rows = self._connection.execute(query.order_by(comments.c.written_at, comments.c.id))
        return tuple(Comment(**row._mapping) for row in rows)
