"""What the scheduler's ticks do: due nudges become messages, in the same commit that claims them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from itertools import groupby

from bot.domain.calendar import SHANGHAI, WorkCalendar
from bot.domain.messages import Card, Outgoing, Priority
from bot.domain.nudges import LadderStep, Nudge
from bot.domain.people import Member
from handlers.context import Deps
from handlers.items import by_due, find_item
from handlers.ports import UnitOfWork
from handlers.turn import OpenTransaction, remember_card
from prompts.nudges import DueItem, digest_card, item_card, list_card, supervisor_card

CLAIM_LIMIT = 200
VALID_UPDATES = 3
"""A rep with that many valid updates on a day is praised in the morning digest."""


def send_due_nudges(*, open_transaction: OpenTransaction, deps: Deps, now: datetime) -> int:
    """Turn every due nudge into a message; how many nudges were claimed. In quiet hours all of them wait."""
    if deps.playbook.manners.quiet_hours.holds(now, deps.calendar):
        return 0
    total = 0
    while True:
        with open_transaction(f"tick:{now.isoformat()}:{total}", now) as uow:
            claimed = uow.nudges.claim_due(now=now, limit=CLAIM_LIMIT)
            for member_id, step, nudges in _by_member(claimed):
                member = uow.members.get(member_id)
                if member and member.active and member.address:
                    _send(uow, deps, member, step, nudges, now=now)
        total += len(claimed)
        if len(claimed) < CLAIM_LIMIT:
            return total


def _by_member(nudges: Iterable[Nudge]) -> list[tuple[int, LadderStep, list[Nudge]]]:
    def address(nudge: Nudge) -> tuple[int, LadderStep]:
        return (nudge.member_id, nudge.step)

    return [(*key, list(group)) for key, group in groupby(sorted(nudges, key=address), key=address)]


def _send(
    uow: UnitOfWork, deps: Deps, member: Member, step: LadderStep, nudges: Sequence[Nudge], *, now: datetime
) -> None:
    found = [
        (nudge, find_item(uow, deps.playbook, f"{nudge.subject}:{nudge.subject_id}")) for nudge in nudges
    ]
    alive = [(nudge, due) for nudge, due in found if due]
    if not alive or member.address is None:
        return
    card = nudge_card(uow, deps, member, step, [due for _, due in alive], now=now)
    first = alive[0][0]
    priority = Priority.DIGEST if step is LadderStep.DIGEST else Priority.NUDGE
    outgoing = Outgoing(
        to=member.address, card=card, key=f"nudge:{first.id}", priority=priority, nudge_id=first.id
    )
    uow.outbox.push(outgoing, idempotency_key=f"nudge:{first.key}", now=now)
    remember_card(uow, outgoing, now=now)


def nudge_card(
    uow: UnitOfWork, deps: Deps, member: Member, step: LadderStep, items: Sequence[DueItem], *, now: datetime
) -> Card:
    """One message for all that is due at once: a drip of single messages is what makes people mute a bot."""
    if step is LadderStep.DIGEST:
        shown = by_due(items)[: deps.playbook.manners.digest_items]
        day = last_workday(deps.calendar, now)
        return digest_card(
            shown,
            name=member.name,
            day=day,
            praised=busy_reps(uow, member, day=day),
            more=len(items) - len(shown),
            texts=deps.texts,
            now=now,
        )
    if len(items) > 1:
        action = "day.open:" if step is LadderStep.REP else "team.open:"
        title = deps.texts.say("nudge.several", count=len(items))
        return list_card(items[:10], title=title, texts=deps.texts, now=now, action=action)
    if step is LadderStep.REP:
        return item_card(items[0], texts=deps.texts, now=now, nudging=True)
    return supervisor_card(items[0], texts=deps.texts, now=now)


def last_workday(calendar: WorkCalendar, now: datetime) -> date:
    """The last day before today on which people worked: on a Monday that is mostly Friday."""
    day = now.astimezone(SHANGHAI).date() - timedelta(days=1)
    while not calendar.is_workday(day):
        day -= timedelta(days=1)
    return day


def busy_reps(uow: UnitOfWork, supervisor: Member, *, day: date) -> list[str]:
    """Who of the supervisor's people had enough saved records of that day, by name."""
    counts: dict[int, int] = {}
    for record in uow.visits_between(day, day):
        counts[record.member_id] = counts.get(record.member_id, 0) + 1
    members = [uow.members.get(member_id) for member_id, count in counts.items() if count >= VALID_UPDATES]
    return sorted(each.name for each in members if each and supervisor.may_see(each))
