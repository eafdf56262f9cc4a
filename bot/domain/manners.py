"""What may be said to one person now: wishes, the ladder, budgets and pauses make one decision."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from bot.domain.budgets import Lane, Pushed, following_digest, next_opening
from bot.domain.calendar import SHANGHAI, WorkCalendar
from bot.domain.mutes import Wishes
from bot.domain.nudges import LadderStep, Manners, Nudge, Subject, heard_key
from bot.domain.people import Role

ORDER = (LadderStep.DIGEST, LadderStep.ALERT, LadderStep.REP, LadderStep.SUPERVISOR)
"""Who gets several messages at once gets them so: the digest first, for it may say the others."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """Somebody for whom nudges are due, and all that decides whether they may be sent now."""

    member_id: int
    role: Role
    wishes: Wishes
    pushed: Pushed


@dataclass(frozen=True, slots=True, kw_only=True)
class Parcel:
    """Nudges of one step that become one message."""

    step: LadderStep
    nudges: tuple[Nudge, ...]

    @property
    def lane(self) -> Lane:
        """From which budget the message is taken."""
        return Lane.ALERT if self.step is LadderStep.ALERT else Lane.NUDGE


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """A nudge that waits until `until`, and is then another step where `step` says so."""

    nudge: Nudge
    until: datetime
    step: LadderStep | None = None


@dataclass(slots=True, kw_only=True)
class Decision:
    """What becomes of one person's due nudges: each stands in exactly one of the three."""

    parcels: list[Parcel] = field(default_factory=list)
    held: list[Held] = field(default_factory=list)
    muted: list[Nudge] = field(default_factory=list)


def decide(
    nudges: Sequence[Nudge],
    reader: Reader,
    *,
    heard: Mapping[str, datetime],
    kinds: Mapping[int, str],
    manners: Manners,
    calendar: WorkCalendar,
    now: datetime,
) -> Decision:
    """Sort one person's due nudges.

    `heard` has the moments at which earlier steps left, by key; `kinds` what each nudge is about, as mutes
    name it. Nothing is lost: what may not be sent is held, and what is not wanted is muted by name.
    """
    digest_at = following_digest(now, manners=manners, calendar=calendar)
    decision, ready = Decision(), []
    for nudge in nudges:
        if not _is_next(nudge, heard, now):
            decision.held.append(Held(nudge=nudge, until=digest_at))
        elif nudge.step is LadderStep.REP and reader.wishes.without(kinds.get(nudge.id, "")):
            decision.muted.append(nudge)
        else:
            ready.append(nudge)
    wanted = _respect(ready, reader.wishes, decision, digest_at=digest_at, manners=manners, calendar=calendar)
    pushed = reader.pushed
    for step in ORDER:
        parcel = Parcel(step=step, nudges=tuple(nudge for nudge in wanted if nudge.step is step))
        if not parcel.nudges:
            continue
        opening = next_opening(
            pushed,
            lane=parcel.lane,
            role=reader.role,
            is_digest=step is LadderStep.DIGEST,
            manners=manners,
            calendar=calendar,
            now=now,
        )
        if opening.at > now:
            later = _folded(step) if opening.with_digest else None
            decision.held += [Held(nudge=nudge, until=opening.at, step=later) for nudge in parcel.nudges]
            continue
        decision.parcels.append(parcel)
        pushed = _count(pushed, parcel, now)
    return decision


def _is_next(nudge: Nudge, heard: Mapping[str, datetime], now: datetime) -> bool:
    """Whether the steps before this one have left, in an earlier tick: the rep is never skipped."""
    if nudge.subject is not Subject.NODE or nudge.step is LadderStep.REP:
        return True
    before = [heard_key(nudge)]
    if nudge.step is LadderStep.SUPERVISOR:
        before.append(before[0].replace(f":{LadderStep.REP}:", f":{LadderStep.DIGEST}:"))
    return all(key in heard and heard[key] < now for key in before)


def _respect(
    nudges: Sequence[Nudge],
    wishes: Wishes,
    decision: Decision,
    *,
    digest_at: datetime,
    manners: Manners,
    calendar: WorkCalendar,
) -> list[Nudge]:
    """Those that the person wants now; the others are held until they are wanted."""
    wanted = []
    quiet = wishes.quiet_until
    has_list = any(nudge.subject is Subject.DAY for nudge in nudges)
    for nudge in nudges:
        if quiet and nudge.subject is Subject.DAY:
            # Tomorrow has a morning of its own.
            decision.muted.append(nudge)
        elif quiet:
            until = manners.quiet_hours.release(quiet, calendar)
            if nudge.step is not LadderStep.REP:
                until = max(digest_at, following_digest(quiet, manners=manners, calendar=calendar))
            decision.held.append(Held(nudge=nudge, until=until, step=_folded(nudge.step)))
        elif wishes.wants_list_only and not (has_list or _waited_for_list(nudge, manners)):
            decision.held.append(Held(nudge=nudge, until=digest_at, step=_folded(nudge.step)))
        else:
            wanted.append(nudge)
    return wanted


def _waited_for_list(nudge: Nudge, manners: Manners) -> bool:
    is_list = nudge.step in (LadderStep.REP, LadderStep.DIGEST)
    return is_list and nudge.send_at.astimezone(SHANGHAI).time() == manners.digest_at


def _folded(step: LadderStep) -> LadderStep | None:
    """What a held step becomes: a supervisor's is told by the digest that it waits for."""
    return LadderStep.DIGEST if step in (LadderStep.SUPERVISOR, LadderStep.ALERT) else None


def _count(pushed: Pushed, parcel: Parcel, now: datetime) -> Pushed:
    if parcel.lane is Lane.ALERT:
        return replace(pushed, alerts=pushed.alerts + 1)
    return replace(pushed, nudges=pushed.nudges + 1, last_at=now)
