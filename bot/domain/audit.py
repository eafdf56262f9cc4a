"""The audit as people read it: who changed which field of what, old and new, and when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

Values = tuple[str, ...]
"""What a field held, as words; a list has several, and nothing has none."""


class Kind(StrEnum):
    """What happened to the thing."""

    CREATED = "created"
    CHANGED = "changed"
    REMOVED = "removed"


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldChange:
    """One field, old and new; `hidden` where what it holds is nobody's to read here."""

    name: str
    old: Values
    new: Values
    hidden: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditEntry:
    """One change of one thing; `member_id` None is the program itself."""

    id: int
    at: datetime
    member_id: int | None
    noun: str
    noun_id: int
    kind: Kind
    called: str
    """What people call the thing: its name, title or key; empty where it has none."""
    fields: tuple[FieldChange, ...]
    undone: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditQuery:
    """Which changes are wanted: of these nouns, of one thing, or all that somebody did or that was done to
    that one.
    """

    nouns: tuple[str, ...] = ()
    noun_id: int | None = None
    member_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RefusedAsk:
    """Somebody asked for what is not theirs: a button's action or a command's first words."""

    id: int
    member_id: int
    asked: str
    at: datetime
