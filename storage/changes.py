"""Undo and audit: what every message changed, and how that is taken back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Select, select, update

from bot.domain.changes import Change
from bot.domain.next_actions import NextAction, NextActionStatus
from bot.domain.nodes import NodeItem, NodeStatus
from bot.domain.nudges import Subject
from storage.codec import from_json
from storage.ledger import Ledger, Trail
from storage.nudges import Nudges
from storage.queue_tables import changes


class Changes:
    """The audit, and undo step by step. Nothing in it is ever deleted."""

    def __init__(self, trail: Trail, *, ledgers: Sequence[Ledger[Any]], nudges: Nudges) -> None:
        self._trail = trail
        self._ledgers: Mapping[str, Ledger[Any]] = {ledger.noun: ledger for ledger in ledgers}
        self._nudges = nudges

    def undo_last(self, member_id: int, *, since: datetime, now: datetime) -> Sequence[Change]:
        """Restore everything that the member's newest not yet undone message changed; empty if there is none.

        Each field that the message changed gets its former value; what others changed since in other fields
        stays. Created things are withdrawn: by their own status where they have one, else deleted unless
        others refer to them. Undoing is no change itself: a second undo takes back the message before.
        """
        undone = self.newest(member_id, since=since)
        for change in undone:
            self._take_back(change)
        ids = [change.id for change in undone]
        self._trail.connection.execute(update(changes).where(changes.c.id.in_(ids)).values(undone_at=now))
        return tuple(replace(change, undone_at=now) for change in undone)

    def newest(self, member_id: int, *, since: datetime) -> Sequence[Change]:
        """What `undo_last` would take back, newest first; reserved until the transaction ends."""
        mine = (changes.c.member_id == member_id) & changes.c.undone_at.is_(None)
        newest = select(changes.c.message_id).where(mine, changes.c.at >= since)
        message_id = self._trail.connection.execute(newest.order_by(changes.c.id.desc()).limit(1)).scalar()
        if message_id is None:
            return ()
        of_message = _query().where(mine, changes.c.message_id == message_id)
        return self._found(of_message.order_by(changes.c.id.desc()).with_for_update())

    def of(self, noun: str, noun_id: int) -> Sequence[Change]:
        """Every change of one thing, oldest first, undone ones too."""
        same = _query().where(changes.c.noun == noun, changes.c.noun_id == noun_id)
        return self._found(same.order_by(changes.c.id))

    def _found(self, query: Select[Any]) -> Sequence[Change]:
        return tuple(Change(**row._mapping) for row in self._trail.connection.execute(query))

    def _take_back(self, change: Change) -> None:
        ledger = self._ledgers[change.noun]
        if change.before is None:
            left = ledger.withdraw(change.noun_id)
        else:
            left = ledger.write(_former(ledger, change, before=change.before))
        match left:
            case NodeItem(status=status) if status is not NodeStatus.OPEN:
                self._nudges.cancel(Subject.NODE, change.noun_id)
            case NextAction(status=status) if status is not NextActionStatus.OPEN:
                self._nudges.cancel(Subject.ACTION, change.noun_id)


def _query() -> Select[Any]:
    return select(*(changes.c[field.name] for field in fields(Change)))


def _former(ledger: Ledger[Any], change: Change, *, before: str) -> Any:
    """The thing as it is now, with the fields that `change` touched as they were before it."""
    old = from_json(ledger.kind, before)
    now = ledger.get(change.noun_id)
    if now is None or change.after is None:
        return old
    new = from_json(ledger.kind, change.after)
    touched = {
        field.name: getattr(old, field.name)
        for field in fields(ledger.kind)
        if getattr(old, field.name) != getattr(new, field.name)
    }
    return replace(now, **touched)
