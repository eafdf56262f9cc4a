"""What the first digest of a week adds: what was waived, and whose deals stand still or fall silent."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from bot.domain.calendar import ONE_DAY, SHANGHAI, WorkCalendar
from bot.domain.freshness import elapsed
from bot.domain.messages import Row
from bot.domain.people import Member
from bot.domain.silence import stalled_deals
from handlers.context import Deps
from handlers.items import describe_all
from handlers.ports import UnitOfWork
from prompts.weekly import silent_row, stalled_row, waived_rest, waived_row


def is_week_begin(day: date, calendar: WorkCalendar) -> bool:
    """Whether the day is the first of its week on which people work."""
    monday = day - timedelta(days=day.weekday())
    earlier = (monday + timedelta(days=number) for number in range(day.weekday()))
    return calendar.is_workday(day) and not any(calendar.is_workday(each) for each in earlier)


def last_week_begin(day: date, calendar: WorkCalendar) -> date:
    """The newest such day before this one."""
    day -= ONE_DAY
    while not is_week_begin(day, calendar):
        day -= ONE_DAY
    return day


def weekly_rows(uow: UnitOfWork, deps: Deps, team: Sequence[Member], *, now: datetime) -> list[Row]:
    """Lines of the first digest of a week; none on other days."""
    today = now.astimezone(SHANGHAI).date()
    if not is_week_begin(today, deps.calendar):
        return []
    begin = last_week_begin(today, deps.calendar)
    since = datetime.combine(begin, deps.playbook.manners.digest_at, tzinfo=SHANGHAI)
    return [
        *_waived(uow, deps, team, since=since, now=now),
        *_stalled(uow, deps, team, now=now),
        *_silent(uow, deps, team, now=now),
    ]


def _waived(
    uow: UnitOfWork, deps: Deps, team: Sequence[Member], *, since: datetime, now: datetime
) -> list[Row]:
    items = uow.open_items.waived([each.id for each in team], since=since, until=now)
    reasons = {item.id: item.reason for item in items}
    shown = describe_all(uow, deps.playbook, items)
    limit = deps.playbook.manners.digest_items
    rows = [waived_row(due, reason=reasons[due.item.id], texts=deps.texts) for due in shown[:limit]]
    return [*rows, *waived_rest(len(shown) - len(rows), texts=deps.texts)]


def _stalled(uow: UnitOfWork, deps: Deps, team: Sequence[Member], *, now: datetime) -> list[Row]:
    """STG-7: who has more deals than so many standing in one stage for too long."""
    thresholds, last = deps.playbook.thresholds, deps.playbook.stages[-1].key
    deals = [deal for deal in uow.team_deals.open_of([each.id for each in team]) if deal.stage_key != last]
    found = stalled_deals(deals, longer_than=thresholds.stalled, now=now)
    counts = {each.name: sum(deal.owner_id == each.id for deal in found) for each in team}
    return [
        stalled_row(name, count=count, days=thresholds.stalled.days, texts=deps.texts)
        for name, count in counts.items()
        if count > thresholds.stalled_deals
    ]


def _silent(uow: UnitOfWork, deps: Deps, team: Sequence[Member], *, now: datetime) -> list[Row]:
    """STG-25: customers without anything of substance for too long, as a number for each rep."""
    limit = deps.playbook.thresholds.no_substance
    rows = []
    for member in team:
        updates = uow.valid_updates.last_of_customers([member.id]).values()
        known = [at for at in updates if at is not None]
        count = sum(elapsed(at, now, calendar=deps.calendar) > limit for at in known)
        if count:
            rows.append(silent_row(member.name, count=count, days=limit.days, texts=deps.texts))
    return rows
