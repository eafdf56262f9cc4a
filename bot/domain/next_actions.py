"""What a rep promised: the next actions of saved visits, each open until it is done or dropped."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.domain.messages import require_aware
from bot.domain.understanding import ActionKind


class NextActionStatus(StrEnum):
    """An action is open until the rep does or drops it."""

    OPEN = "open"
    DONE = "done"
    DROPPED = "dropped"


@dataclass(frozen=True, slots=True, kw_only=True)
class NextAction:
    """One promised deed; `due_at` is the instant from which it is late, None where no date was said."""

    id: int
    visit_id: int
    member_id: int
    customer_id: int
    kind: ActionKind
    text: str
    due_at: datetime | None
    status: NextActionStatus = NextActionStatus.OPEN
    closed_at: datetime | None = None
    snoozes: int = 0

    def __post_init__(self) -> None:
        if self.due_at:
            require_aware(self.due_at, "due_at")
