"""What may be said to one person now: wishes, the ladder, budgets and pauses make one decision."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot.domain.budgets import Lane, Pushed, following_digest, next_opening
from bot.domain.calendar import SHANGHAI, WorkCalendar
from bot.domain.mutes import Wishes
from bot.domain.nudges import LadderStep, Manners, Nudge, Subject, keys_before
from bot.domain.people import Role

ORDER = (LadderStep.DIGEST, LadderStep.ALERT, LadderStep.REP, LadderStep.SUPERVISOR)
"""Who gets several messages at once gets them so: the digest first, for it may say the others."""

APART = (Subject.LEAD, Subject.PACK)
"""Subjects whose messages hold nothing else."""


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What becomes of one person's due nudges: each stands in exactly one of the three."""

    parcels: tuple[Parcel, ...] = ()
    held: tuple[Held, ...] = ()
    muted: tuple[Nudge, ...] = ()

    def __add__(self, other: Decision) -> Decision:
        """Both together."""
        return Decision(
            parcels=self.parcels + other.parcels,
            held=self.held + other.held,
            muted=self.muted + other.muted,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """A moment with the rules that hold in it."""

    now: datetime
    manners: Manners
    calendar: WorkCalendar

    @property
    def digest_at(self) -> datetime:
        """The first digest that is still to come."""
        return following_digest(self.now, manners=self.manners, calendar=self.calendar)


def decide(
    nudges: Sequence[Nudge],
    reader: Reader,
    *,
    heard: Mapping[str, datetime],
    kinds: Mapping[int, str],
    moment: Moment,
) -> Decision:
    """Sort one person's due nudges.

    `heard` has the moments at which earlier steps left, by key; `kinds` what each nudge is about, as mutes
    name it. Nothing is lost: what may not be sent is held, and what is not wanted is muted by name.
    """
    early = [nudge for nudge in nudges if not _is_next(nudge, heard, moment.now)]
    muted = [nudge for nudge in nudges if _is_unwanted(nudge, reader.wishes, kinds)]
    aside = {nudge.id for nudge in (*early, *muted)}
    sorted_out = Decision(
        held=tuple(Held(nudge=nudge, until=moment.digest_at) for nudge in early), muted=tuple(muted)
    )
    ready, put_off = _respect([nudge for nudge in nudges if nudge.id not in aside], reader.wishes, moment)
    return sorted_out + put_off + _spend(ready, reader, moment)


def _spend(nudges: Sequence[Nudge], reader: Reader, moment: Moment) -> Decision:
    """Messages as far as budgets and pauses allow, in the order of the steps."""
    spent, pushed = Decision(), reader.pushed
    before: dict[LadderStep, datetime | None] = {}
    for parcel in _parcels(nudges):
        step = parcel.step
        # What leaves at one moment for one step needs no pause in between.
        last_at = before.setdefault(step, pushed.last_at)
        opening = next_opening(
            replace(pushed, last_at=last_at),
            lane=parcel.lane,
            role=reader.role,
            is_digest=step is LadderStep.DIGEST,
            manners=moment.manners,
            calendar=moment.calendar,
            now=moment.now,
        )
        if opening.at > moment.now:
            later = _folded(step) if opening.with_digest else None
            waiting = [Held(nudge=nudge, until=opening.at, step=later) for nudge in parcel.nudges]
            spent += Decision(held=tuple(waiting))
        else:
            spent += Decision(parcels=(parcel,))
            pushed = _count(pushed, parcel, moment.now)
    return spent


def _parcels(nudges: Sequence[Nudge]) -> list[Parcel]:
    """Each step as one message, but leads and talk-tracks as messages of their own; a digest tells all."""
    found = []
    for step in ORDER:
        of_step = [nudge for nudge in nudges if nudge.step is step]
        if step is LadderStep.DIGEST:
            found.append(of_step)
            continue
        found.append([nudge for nudge in of_step if nudge.subject not in APART])
        found += [[nudge for nudge in of_step if nudge.subject is subject] for subject in APART]
    return [Parcel(step=group[0].step, nudges=tuple(group)) for group in found if group]


def _is_next(nudge: Nudge, heard: Mapping[str, datetime], now: datetime) -> bool:
    """Whether the steps before this one have left, in an earlier tick: the rep is never skipped."""
    return all(key in heard and heard[key] < now for key in keys_before(nudge))


def _is_unwanted(nudge: Nudge, wishes: Wishes, kinds: Mapping[int, str]) -> bool:
    """Whether it is a reminder of a kind that the person has muted."""
    return nudge.step is LadderStep.REP and wishes.without(kinds.get(nudge.id, ""))


def _respect(nudges: Sequence[Nudge], wishes: Wishes, moment: Moment) -> tuple[list[Nudge], Decision]:
    """Those that the person wants now, and the others, which wait until they are wanted."""
    if quiet := wishes.quiet_until:
        return [], _keep_quiet(nudges, quiet, moment)
    has_list = any(nudge.subject is Subject.DAY for nudge in nudges)
    if not wishes.wants_list_only or has_list:
        return list(nudges), Decision()
    wanted = [nudge for nudge in nudges if _waited_for_list(nudge, moment.manners)]
    held = [
        Held(nudge=nudge, until=moment.digest_at, step=_folded(nudge.step))
        for nudge in nudges
        if nudge not in wanted
    ]
    return wanted, Decision(held=tuple(held))


def _keep_quiet(nudges: Sequence[Nudge], quiet: datetime, moment: Moment) -> Decision:
    """Nothing leaves until `quiet`; a morning's own message is let go, for the next morning has its own."""
    opening = moment.manners.quiet_hours.release(quiet, moment.calendar)
    digest_at = following_digest(quiet, manners=moment.manners, calendar=moment.calendar)
    return Decision(
        muted=tuple(nudge for nudge in nudges if nudge.subject is Subject.DAY),
        held=tuple(
            Held(
                nudge=nudge,
                until=opening if nudge.step is LadderStep.REP else digest_at,
                step=_folded(nudge.step),
            )
            for nudge in nudges
            if nudge.subject is not Subject.DAY
        ),
    )


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
