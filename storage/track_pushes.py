"""Offered talk-tracks and what became of them: repetition is held back by them, use is counted from them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, case, func, select, update

from bot.domain.talk_tracks import Review
from bot.domain.track_pushes import TrackPush, TrackUse
from storage.ledger import Trail
from storage.track_tables import talk_tracks, track_pushes
from storage.upserts import insert_into

_COLUMNS = tuple(track_pushes.c[each.name] for each in fields(TrackPush))


class TrackPushes:
    """Pushes; they are counted, not audited."""

    def __init__(self, trail: Trail) -> None:
        self._connection = trail.connection

    def offer(self, push: TrackPush) -> TrackPush:
        """Remember an offer; the same track at the same occasion is one offer, however often it is shown."""
        row = {each.name: getattr(push, each.name) for each in fields(TrackPush) if each.name != "id"}
        new = insert_into(self._connection, track_pushes).values(row).on_conflict_do_nothing()
        self._connection.execute(new)
        same = (
            (track_pushes.c.member_id == push.member_id)
            & (track_pushes.c.occasion == push.occasion)
            & (track_pushes.c.track_id == push.track_id)
        )
        return _value(self._connection.execute(select(*_COLUMNS).where(same)).one())

    def get(self, push_id: int) -> TrackPush | None:
        """The offer of that id; reserved until the transaction ends."""
        query = select(*_COLUMNS).where(track_pushes.c.id == push_id).with_for_update()
        row = self._connection.execute(query).first()
        return _value(row) if row else None

    def save(self, push: TrackPush) -> None:
        """Store when it was opened and what was said of it."""
        changed = update(track_pushes).where(track_pushes.c.id == push.id)
        self._connection.execute(changed.values(opened_at=push.opened_at, helpful=push.helpful))

    def sources_since(
        self, member_id: int, customer_id: int | None, *, since: datetime, but: str
    ) -> frozenset[str]:
        """What called for something with that customer since then, on any occasion `but` that one."""
        query = select(track_pushes.c.source).where(
            track_pushes.c.member_id == member_id,
            track_pushes.c.customer_id == customer_id,
            track_pushes.c.pushed_at > since,
            track_pushes.c.occasion != but,
        )
        return frozenset(self._connection.execute(query.distinct()).scalars())

    def use(self, *, limit: int) -> Sequence[TrackUse]:
        """The most offered entries in use."""
        opened = func.count(track_pushes.c.opened_at)
        pushed = func.count(track_pushes.c.id)
        query = (
            select(
                talk_tracks.c.id.label("track_id"),
                talk_tracks.c.title,
                pushed.label("pushed"),
                opened.label("opened"),
                _answers(helpful=True).label("helpful"),
                _answers(helpful=False).label("unhelpful"),
            )
            .join(track_pushes, track_pushes.c.track_id == talk_tracks.c.id)
            .where(talk_tracks.c.active)
            .group_by(talk_tracks.c.id, talk_tracks.c.title)
            .order_by(opened.desc(), pushed.desc(), talk_tracks.c.id)
        )
        return tuple(TrackUse(**row._mapping) for row in self._connection.execute(query.limit(limit)))

    def totals(self) -> tuple[int, int, int, int]:
        """All offers, those opened, those useful and those not."""
        query = select(
            func.count(track_pushes.c.id),
            func.count(track_pushes.c.opened_at),
            _answers(helpful=True),
            _answers(helpful=False),
        )
        pushed, opened, helpful, unhelpful = self._connection.execute(query).one()
        return pushed, opened, helpful, unhelpful

    def unused(self, *, since: datetime, limit: int) -> tuple[int, Sequence[tuple[int, str]]]:
        """How many entries were published before then and not opened after it, and the oldest of them."""
        opened = select(track_pushes.c.track_id).where(track_pushes.c.opened_at > since)
        idle = (
            select(talk_tracks.c.id, talk_tracks.c.title)
            .where(
                talk_tracks.c.active,
                talk_tracks.c.review == Review.APPROVED,
                talk_tracks.c.published_at <= since,
                talk_tracks.c.id.not_in(opened),
            )
            .order_by(talk_tracks.c.id)
        )
        count = self._connection.execute(select(func.count()).select_from(idle.subquery())).scalar_one()
        rows = self._connection.execute(idle.limit(limit))
        return count, tuple((track_id, title) for track_id, title in rows)


def _answers(*, helpful: bool) -> ColumnElement[int]:
    same = track_pushes.c.helpful.is_(helpful)
    return func.coalesce(func.sum(case((same, 1), else_=0)), 0)


def _value(row: Row[Any]) -> TrackPush:
    return TrackPush(**row._mapping)
