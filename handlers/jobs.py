"""What the scheduler's ticks do: due nudges become messages, in the same commit that claims them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time
from itertools import groupby

from bot.domain.budgets import Pushed
from bot.domain.calendar import SHANGHAI
from bot.domain.dialogs import OpenCard
from bot.domain.leads import Lead
from bot.domain.leaves import find_receiver
from bot.domain.manners import Decision, Held, Moment, Parcel, Reader, decide
from bot.domain.messages import Outgoing, Priority
from bot.domain.mutes import PROMISES, Wishes
from bot.domain.nodes import NodeItem
from bot.domain.nudges import LadderStep, Manners, Nudge, Subject, keys_before
from bot.domain.people import Member
from handlers.context import Deps
from handlers.deal_reminders import find_due_deals, plan_deals
from handlers.items import describe_all, holds
from handlers.metric_triggers import plan_packs
from handlers.morning import plan_days
from handlers.ports import UnitOfWork
from handlers.reminding import Round, render
from handlers.rules import with_overrides
from handlers.scope import deputies_at
from handlers.turn import OpenTransaction
from prompts.nudges import DueItem

CLAIM_LIMIT = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Posted:
    """One message that is to leave, with what it counts for."""

    reader: Reader
    parcel: Parcel
    outgoing: Outgoing
    key: str


def send_due_nudges(*, open_transaction: OpenTransaction, deps: Deps, now: datetime) -> int:
    """Turn every due nudge into a message; how many nudges were claimed. In quiet hours all of them wait."""
    total = 0
    while True:
        with open_transaction(f"tick:{now.isoformat()}:{total}", now) as uow:
            claimed = _claim(uow, deps, now=now) if uow.nudges.is_due(now=now) else ()
            if claimed:
                send_claimed(uow, with_overrides(uow, deps), claimed, now=now)
        total += len(claimed)
        if len(claimed) < CLAIM_LIMIT:
            return total


def _claim(uow: UnitOfWork, deps: Deps, *, now: datetime) -> Sequence[Nudge]:
    if with_overrides(uow, deps).playbook.manners.quiet_hours.holds(now, deps.calendar):
        return ()
    return uow.nudges.claim_due(now=now, limit=CLAIM_LIMIT)


def manners_now(open_transaction: OpenTransaction, deps: Deps, *, now: datetime) -> Manners:
    """The manners with what admins have set by chat, read in a transaction of their own."""
    with open_transaction(f"manners:{now.isoformat()}", now) as uow:
        return with_overrides(uow, deps).playbook.manners


def begin_day(*, open_transaction: OpenTransaction, deps: Deps, now: datetime) -> None:
    """Plan today's morning messages and reminders of deals; as often as wanted, for each has a key."""
    with open_transaction(f"day:{now.isoformat()}", now) as uow:
        ruled = with_overrides(uow, deps)
        plan_days(uow, ruled, now=now)
        plan_deals(uow, ruled, [each for each in uow.members.all() if each.active], now=now)
        plan_packs(uow, ruled, now=now)


def send_claimed(uow: UnitOfWork, deps: Deps, claimed: Sequence[Nudge], *, now: datetime) -> None:
    """Decide for each person what may be sent now; write that down, and give the rest back."""
    moment = Moment(now=now, manners=deps.playbook.manners, calendar=deps.calendar)
    deputies = deputies_at(uow, now)
    uow.pushes.reserve({find_receiver(nudge.member_id, deputies) for nudge in claimed})
    ids = {nudge.member_id for nudge in claimed}
    more = uow.nudges.claim_more(ids, now=now, reps_until=now + moment.manners.merge_within)
    nudges = (*claimed, *more)
    receivers = {nudge.member_id: find_receiver(nudge.member_id, deputies) for nudge in nudges}
    people = uow.open_items.members({*receivers, *receivers.values()})
    items = find_open(uow, deps, nudges, now=now)
    readers = read_readers(uow, (people[each] for each in set(receivers.values())), now=now)
    heard = uow.nudges.heard_at({key for nudge in nudges for key in keys_before(nudge)})
    kinds = {nudge.id: _kind_of(nudge, items) for nudge in nudges}
    leads = uow.leads.open_among({each.subject_id for each in nudges if each.subject is Subject.LEAD})
    round_ = Round(uow=uow, deps=deps, people=people, items=items, leads=leads, now=now)
    posted, whole = [], Decision()
    for reader_id, group in _by_receiver(nudges, receivers):
        alive = [nudge for nudge in group if _is_alive(nudge, items, leads)]
        decision = decide(alive, readers[reader_id], heard=heard, kinds=kinds, moment=moment)
        cards = (post(round_, readers[reader_id], parcel) for parcel in decision.parcels)
        posted += [each for each in cards if each]
        whole += decision
    give_back(uow, whole)
    write_down(uow, posted, now=now)


def find_open(
    uow: UnitOfWork, deps: Deps, nudges: Sequence[Nudge], *, now: datetime
) -> Mapping[str, DueItem]:
    """What is open behind the nudges, by their keys; nothing for what is closed or void."""

    def ids(subject: Subject) -> set[int]:
        return {nudge.subject_id for nudge in nudges if nudge.subject is subject}

    checks = ids(Subject.NODE) | ids(Subject.GATE)
    nodes, actions = uow.open_items.nodes(checks), uow.open_items.actions(ids(Subject.ACTION))
    found = describe_all(uow, deps.playbook, (*nodes.values(), *actions.values()))
    known = {due.subject: due for due in found}
    open_now = {nudge.key: due for nudge in nudges if (due := known.get(_subject_of(nudge)))}
    return {
        **{key: due for key, due in open_now.items() if holds(key, due)},
        **find_due_deals(uow, deps, nudges, now=now),
    }


def read_readers(uow: UnitOfWork, people: Iterable[Member], *, now: datetime) -> Mapping[int, Reader]:
    """Everybody with wishes, and with what was sent to them since midnight."""
    members = {member.id: member for member in people}
    midnight = datetime.combine(now.astimezone(SHANGHAI).date(), time(0, 0), tzinfo=SHANGHAI)
    pushed = uow.pushes.since(midnight, members)
    mutes = uow.mutes.holding(members, now=now)
    return {
        member.id: Reader(
            member_id=member.id,
            role=member.role,
            wishes=Wishes.at(now, [mute for mute in mutes if mute.member_id == member.id]),
            pushed=pushed.get(member.id, Pushed()),
        )
        for member in members.values()
    }


def post(round_: Round, reader: Reader, parcel: Parcel) -> Posted | None:
    """The parcel as a message; None where the person cannot be written to, or there is nothing to say."""
    member = round_.people[reader.member_id]
    if not member.active or member.address is None:
        return None
    card = render(round_, member, parcel)
    if card is None:
        return None
    first = parcel.nudges[0]
    priority = Priority.DIGEST if parcel.step is LadderStep.DIGEST else Priority.NUDGE
    outgoing = Outgoing(
        to=member.address, card=card, key=f"nudge:{first.id}", priority=priority, nudge_id=first.id
    )
    return Posted(reader=reader, parcel=parcel, outgoing=outgoing, key=f"nudge:{first.key}")


def give_back(uow: UnitOfWork, decision: Decision) -> None:
    """What is held waits for its new moment; what is muted is done with."""

    def when(held: Held) -> tuple[datetime, str]:
        return (held.until, held.step or "")

    for (until, step), group in groupby(sorted(decision.held, key=when), key=when):
        ids = [held.nudge.id for held in group]
        uow.nudges.hold(ids, until=until, step=LadderStep(step) if step else None)
    if decision.muted:
        uow.nudges.mute([nudge.id for nudge in decision.muted])


def write_down(uow: UnitOfWork, posted: Sequence[Posted], *, now: datetime) -> None:
    """Messages, the cards that they open, and the count of what each person was sent."""
    uow.outbox.push_all([(each.key, each.outgoing) for each in posted], now=now)
    uow.pushes.note([(each.reader.member_id, each.parcel.lane) for each in posted], now=now)
    cards = [
        OpenCard(
            member_id=each.reader.member_id,
            key=each.outgoing.key or "",
            card=each.outgoing.card,
            opened_at=now,
        )
        for each in posted
        if each.outgoing.card
    ]
    uow.dialogs.show_all(cards)


def _by_receiver(nudges: Iterable[Nudge], receivers: Mapping[int, int]) -> list[tuple[int, list[Nudge]]]:
    def receiver(nudge: Nudge) -> int:
        return receivers[nudge.member_id]

    return [(key, list(group)) for key, group in groupby(sorted(nudges, key=receiver), key=receiver)]


def _is_alive(nudge: Nudge, items: Mapping[str, DueItem], leads: Mapping[int, Lead]) -> bool:
    """Whether its item is still open; the morning and a note's alert have none."""
    if nudge.subject in (Subject.DAY, Subject.VISIT, Subject.PACK):
        return True
    if nudge.subject is Subject.LEAD:
        return nudge.subject_id in leads
    return nudge.key in items


def _subject_of(nudge: Nudge) -> str:
    """The open item that a nudge is about: a gate is a check's."""
    kind = Subject.ACTION if nudge.subject is Subject.ACTION else Subject.NODE
    return f"{kind}:{nudge.subject_id}" if nudge.subject is not Subject.DEAL else ""


def _kind_of(nudge: Nudge, items: Mapping[str, DueItem]) -> str:
    """What a nudge is about, as mutes name it."""
    due = items.get(nudge.key)
    if due and isinstance(due.item, NodeItem):
        return f"{Subject.NODE}:{due.item.node_key}"
    return PROMISES if nudge.subject is Subject.ACTION else ""
