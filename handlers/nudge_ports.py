"""What reminding with manners needs of storage: one small protocol a noun, inside the same transaction."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Protocol

from bot.domain.budgets import Lane, Pushed
from bot.domain.comments import Comment, Verdict
from bot.domain.leaves import Leave
from bot.domain.mutes import Mute
from bot.domain.next_actions import NextAction
from bot.domain.nodes import NodeItem
from bot.domain.nudges import LadderStep, Nudge, Subject
from bot.domain.people import Member
from bot.domain.silence import TeamDeal
from bot.domain.visits import VisitRecord


class Nudges(Protocol):
    """Planned reminders."""

    def plan(self, nudge: Nudge) -> bool:
        """Store a planned nudge; False where one with that key was ever planned, unless it was cancelled."""
        ...

    def cancel(self, subject: Subject, subject_id: int) -> int:
        """Cancel every planned nudge of the subject; how many."""
        ...

    def is_due(self, *, now: datetime) -> bool: ...
    def claim_due(self, *, now: datetime, limit: int) -> Sequence[Nudge]:
        """Take due planned nudges and mark them sent in this transaction; no two transactions get the same
        one.
        """
        ...

    def claim_more(
        self, member_ids: Iterable[int], *, now: datetime, reps_until: datetime
    ) -> Sequence[Nudge]:
        """Take what else is due for these members, and what is theirs to do until `reps_until`."""
        ...

    def hold(self, nudge_ids: Iterable[int], *, until: datetime, step: LadderStep | None = None) -> None: ...
    def mute(self, nudge_ids: Iterable[int]) -> None: ...
    def heard_at(self, keys: Iterable[str]) -> Mapping[str, datetime]:
        """Of these keys, those of nudges that left or were muted, and when."""
        ...

    def told_at(self, subject: Subject, subject_id: int, member_id: int) -> datetime | None:
        """When the member was first sent something about it."""
        ...

    def planned_since(self, subject: Subject, subject_id: int, member_id: int, *, since: datetime) -> bool:
        """Whether the member has been sent something about it since then, or is about to be."""
        ...

    def next_at(self) -> datetime | None:
        """When the next planned nudge is due."""
        ...


class Pushes(Protocol):
    """What left of our own accord."""

    def reserve(self, member_ids: Iterable[int]) -> None: ...
    def since(self, moment: datetime, member_ids: Iterable[int]) -> Mapping[int, Pushed]: ...
    def note(self, sent: Sequence[tuple[int, Lane]], *, now: datetime) -> None: ...


class Mutes(Protocol):
    """Wishes to be left alone."""

    def holding(self, member_ids: Iterable[int], *, now: datetime) -> Sequence[Mute]: ...
    def list_only(self, *, now: datetime) -> Sequence[Mute]: ...
    def save(self, mute: Mute) -> Mute: ...


class Leaves(Protocol):
    """Days off with a deputy."""

    def on(self, day: date) -> Sequence[Leave]: ...
    def of(self, member_id: int, *, since: date) -> Sequence[Leave]: ...
    def save(self, leave: Leave) -> Leave: ...


class Comments(Protocol):
    """Supervisors' advice."""

    def get(self, comment_id: int) -> Comment | None: ...
    def add(self, comment: Comment) -> int: ...
    def answer(self, comment_id: int, verdict: Verdict, *, now: datetime) -> None: ...
    def by(self, author_id: int, *, since: datetime) -> Sequence[Comment]: ...


class Refusals(Protocol):
    """Refused questions, for the audit."""

    def note(self, member_id: int, asked: str, *, now: datetime) -> None: ...


class OpenItems(Protocol):
    """Open work of many people, read at once and not reserved."""

    def nodes(self, ids: Iterable[int]) -> Mapping[int, NodeItem]: ...
    def actions(self, ids: Iterable[int]) -> Mapping[int, NextAction]: ...
    def nodes_of(self, member_ids: Iterable[int]) -> Sequence[NodeItem]: ...
    def waived(
        self, member_ids: Iterable[int], *, since: datetime, until: datetime
    ) -> Sequence[NodeItem]: ...
    def members(self, ids: Iterable[int]) -> Mapping[int, Member]: ...
    def customer_names(self, ids: Iterable[int]) -> Mapping[int, str]: ...


class TeamDeals(Protocol):
    """A team's deals and records, without a private word."""

    def open_of(self, owner_ids: Iterable[int]) -> Sequence[TeamDeal]: ...
    def get(self, opportunity_id: int) -> TeamDeal | None: ...
    def records(self, member_ids: Iterable[int], first: date, last: date) -> Sequence[VisitRecord]: ...
