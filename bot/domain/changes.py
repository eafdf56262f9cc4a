"""Changes: what was before and after, who and when. They make undo and the audit, and are never deleted."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One stored thing before and after one message; `before` None means created, `after` None means removed.

    `before` and `after` are the things' stored forms (JSON text): only storage reads and restores them.
    """

    id: int
    message_id: str
    """All changes of one message are undone together."""
    member_id: int | None
    noun: str
    noun_id: int
    before: str | None
    after: str | None
    at: datetime
    undone_at: datetime | None = None
