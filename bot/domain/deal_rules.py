"""Rules about deals: which silence or standstill makes a reminder, as functions with one unique key each."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from bot.domain.calendar import WorkCalendar
from bot.domain.nudges import LadderStep, Nudge, Subject, next_digest
from bot.domain.playbook import Playbook
from bot.domain.silence import TeamDeal


class DealRule(StrEnum):
    """Why a deal is spoken of, the most urgent first."""

    CASE = "case"
    """After the demonstration the customer's own case report is owed."""
    DWELL = "dwell"
    """The demonstration has been over for long, and the deal still stands there."""
    SILENCE = "silence"
    """Nothing new is heard of it."""
    STANDSTILL = "standstill"
    """It stands in one stage for long."""


SNOOZED = "+"
"""Behind the key of a reminder for each time that it was put off."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DealReminder:
    """One reminder about a deal: to `member_id`, from `due_at` on."""

    deal: TeamDeal
    rule: DealRule
    step: LadderStep
    member_id: int
    due_at: datetime
    send_at: datetime
    number: int = 1
    """The first, second, … reminder of the same silence."""
    snoozes: int = 0
    """How often it was put off."""

    @property
    def key(self) -> str:
        """Unique for the deal, the rule and the moment from which it counts: a new note begins anew."""
        since = self.deal.silent_since if self.rule is DealRule.SILENCE else self.deal.stage_entered_at
        place = f"{self.rule}:{int(since.timestamp())}:{self.number}"
        return f"deal:{self.deal.opportunity_id}:{self.step}:{place}{SNOOZED * self.snoozes}"

    @property
    def customer_id(self) -> int:
        """Whom the deal is with."""
        return self.deal.customer_id

    @property
    def id(self) -> int:
        """The deal's."""
        return self.deal.opportunity_id

    def postponed(self, until: datetime) -> DealReminder:
        """The same, later."""
        return replace(self, send_at=until)

    def as_nudge(self) -> Nudge:
        """As it is planned."""
        return Nudge(
            id=0,
            key=self.key,
            member_id=self.member_id,
            subject=Subject.DEAL,
            subject_id=self.deal.opportunity_id,
            step=self.step,
            send_at=self.send_at,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class DealRules:
    """A deal with all that its rules need."""

    deal: TeamDeal
    supervisor_id: int | None
    playbook: Playbook
    calendar: WorkCalendar

    def remind(self, rule: DealRule, after: timedelta, *, daily: bool, number: int = 1) -> DealReminder:
        """The rep's reminder: at the moment itself, or, where `daily`, with the next morning's message."""
        since = self.deal.silent_since if rule is DealRule.SILENCE else self.deal.stage_entered_at
        manners, due_at = self.playbook.manners, since + after
        if daily:
            send_at = next_digest(due_at, manners=manners, calendar=self.calendar)
        else:
            send_at = manners.quiet_hours.release(due_at, self.calendar)
        return DealReminder(
            deal=self.deal,
            rule=rule,
            step=LadderStep.REP,
            member_id=self.deal.owner_id,
            due_at=due_at,
            send_at=send_at,
            number=number,
        )

    def tell(self, heard: DealReminder) -> Iterator[DealReminder]:
        """The supervisor's digest of the morning after the rep was reminded."""
        if self.supervisor_id is None or self.supervisor_id == self.deal.owner_id:
            return
        manners = self.playbook.manners
        yield DealReminder(
            deal=self.deal,
            rule=heard.rule,
            step=LadderStep.DIGEST,
            member_id=self.supervisor_id,
            due_at=heard.due_at,
            send_at=next_digest(heard.send_at + timedelta(hours=1), manners=manners, calendar=self.calendar),
            number=heard.number,
        )


def plan_case(rules: DealRules) -> Iterator[DealReminder]:
    """STG-15: a day after the demonstration, and once more before two have passed."""
    if rules.deal.stage_key != rules.playbook.manners.demo_stage:
        return
    thresholds = rules.playbook.thresholds
    for number, after in enumerate((thresholds.case_first, thresholds.case_last), 1):
        yield rules.remind(DealRule.CASE, after, daily=False, number=number)


def plan_dwell(rules: DealRules) -> Iterator[DealReminder]:
    """STG-9: the demonstration is long over; the rep first, then the supervisor's digest."""
    if rules.deal.stage_key == rules.playbook.manners.demo_stage:
        heard = rules.remind(DealRule.DWELL, rules.playbook.thresholds.demo_dwell, daily=False)
        yield heard
        yield from rules.tell(heard)


def plan_silence(rules: DealRules) -> Iterator[DealReminder]:
    """STG-8, 11, 24: nothing new; after so many reminders without an update the supervisor may help."""
    thresholds = rules.playbook.thresholds
    first, second = sorted((thresholds.stale_status, thresholds.no_contact))
    for number in range(1, max(2, thresholds.missed_updates) + 1):
        after = first if number == 1 else second + (number - 2) * thresholds.no_contact
        heard = rules.remind(DealRule.SILENCE, after, daily=True, number=number)
        yield heard
        if number == thresholds.missed_updates:
            yield from rules.tell(heard)


def plan_standstill(rules: DealRules) -> Iterator[DealReminder]:
    """STG-7: long in one stage; the supervisor sees such deals as a number a week, and in 「停滞」."""
    if rules.deal.stage_key != rules.playbook.stages[-1].key:
        # What is won is delivered and paid for in its own time.
        yield rules.remind(DealRule.STANDSTILL, rules.playbook.thresholds.stalled, daily=True)


RULES = (plan_case, plan_dwell, plan_silence, plan_standstill)


def plan_deal(rules: DealRules) -> tuple[DealReminder, ...]:
    """Every reminder that the deal as it stands now calls for, past ones too: each has its key for ever."""
    found = (reminder for rule in RULES for reminder in rule(rules))
    return tuple(reminder for reminder in found if reminder.rule not in rules.deal.settled)
