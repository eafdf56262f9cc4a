"""What was changed, told field by field: the audit in the words of the stored values."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, and_, or_, select

from bot.domain.audit import AuditEntry, AuditQuery, FieldChange, Kind, RefusedAsk, Values
from storage.ledger import Trail
from storage.nudging_tables import refusals
from storage.queue_tables import changes

_NAMES = ("name", "title", "key", "said")
_SILENT = frozenset({"id", "updated_at", "card_key", "set_at", "version"})
"""Fields that tell nobody anything."""
_TOLD = {
    "visit": {"status", "customer_id", "opportunity_id", "happened_on", "progress", "private", "member_id"},
    "node_item": {"status", "node_key", "member_id", "customer_id", "due_at", "snoozes"},
    "next_action": {"status", "member_id", "customer_id", "due_at", "snoozes"},
}
"""Of what grows out of notes no more is told than this: what was said at a customer's stays in the record."""
_WORDS = 60


class Audit:
    """Reads the audit; writes nothing."""

    def __init__(self, trail: Trail) -> None:
        self._connection = trail.connection

    def find(self, query: AuditQuery, *, before: int | None, limit: int) -> Sequence[AuditEntry]:
        """The newest changes of that query, with ids below `before`, undone ones too; newest first."""
        wanted = select(changes).where(*_conditions(query))
        if before is not None:
            wanted = wanted.where(changes.c.id < before)
        rows = self._connection.execute(wanted.order_by(changes.c.id.desc()).limit(limit))
        return tuple(_entry(row._mapping) for row in rows)

    def refused(self, *, before: int | None, limit: int) -> Sequence[RefusedAsk]:
        """The newest refused questions with ids below `before`, newest first."""
        wanted = select(refusals.c.id, refusals.c.member_id, refusals.c.asked, refusals.c.at)
        if before is not None:
            wanted = wanted.where(refusals.c.id < before)
        rows = self._connection.execute(wanted.order_by(refusals.c.id.desc()).limit(limit))
        return tuple(RefusedAsk(**row._mapping) for row in rows)


def _conditions(query: AuditQuery) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if query.nouns:
        found.append(changes.c.noun.in_(query.nouns))
    if query.noun_id is not None:
        found.append(changes.c.noun_id == query.noun_id)
    if query.member_id is not None:
        about = and_(changes.c.noun == "member", changes.c.noun_id == query.member_id)
        found.append(or_(changes.c.member_id == query.member_id, about))
    return found


def _entry(row: Mapping[Any, Any]) -> AuditEntry:
    old: dict[str, Any] = json.loads(row["before"]) if row["before"] else {}
    new: dict[str, Any] = json.loads(row["after"]) if row["after"] else {}
    kind = Kind.CHANGED if old and new else Kind.CREATED if new else Kind.REMOVED
    noun = row["noun"]
    return AuditEntry(
        id=row["id"],
        at=row["at"],
        member_id=row["member_id"],
        noun=noun,
        noun_id=row["noun_id"],
        kind=kind,
        called="" if noun in _TOLD else _called(new or old),
        fields=tuple(
            FieldChange(name=name, old=(), new=(), hidden=True)
            if (noun in _TOLD and name not in _TOLD[noun]) or _is_private(old, new)
            else FieldChange(name=name, old=_values(old.get(name)), new=_values(new.get(name)))
            for name in dict.fromkeys((*new, *old))
            if name not in _SILENT and _values(old.get(name)) != _values(new.get(name))
        ),
        undone=row["undone_at"] is not None,
    )


def _is_private(old: Mapping[str, Any], new: Mapping[str, Any]) -> bool:
    return bool(old.get("private") or new.get("private"))


def _called(thing: Mapping[str, Any]) -> str:
    return next((str(thing[name])[:_WORDS] for name in _NAMES if thing.get(name)), "")


def _values(stored: Any) -> Values:
    """A JSON value as words; nothing for what is empty."""
    match stored:
        case None | "" | [] | {}:
            return ()
        case bool():
            return ("on" if stored else "off",)
        case list():
            return tuple(word for each in stored for word in _values(each))
        case dict():
            # An account is what people write: wecom:lina.
            return (":".join(str(each) for each in stored.values() if each is not None)[:_WORDS],)
        case _:
            return (str(stored)[:_WORDS],)
