"""Reminders about deals: planned every morning, told while they still hold, answered with one tap."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, time, timedelta

from bot.domain.calendar import SHANGHAI
from bot.domain.deal_rules import SNOOZED, DealReminder, DealRule, DealRules, plan_deal
from bot.domain.errors import Stale
from bot.domain.messages import Card, Outgoing
from bot.domain.nudges import LadderStep, Nudge, Subject, next_digest, snooze_until
from bot.domain.opportunities import Opportunity, prove
from bot.domain.people import Member
from bot.domain.silence import TeamDeal
from bot.domain.triggers import sources_in
from bot.domain.understanding import VisitFacts
from handlers.context import Context, Deps
from handlers.items import stage_name
from handlers.ports import UnitOfWork
from handlers.router import Router, read_id
from handlers.scope import acts_for
from handlers.talk_tracks import show_offered
from handlers.track_offers import find_offers, offer
from prompts.deals import deal_reminder
from prompts.nudges import DueItem, item_card

router = Router()

STILL_MORNING = timedelta(hours=3)
"""After the digest's minute: what is planned later waits for the next morning."""


def plan_deals(uow: UnitOfWork, deps: Deps, members: Sequence[Member], *, now: datetime) -> int:
    """Plan what falls due today for every open deal, the newest reminder of each rule; how many are new."""
    tonight = datetime.combine(now.astimezone(SHANGHAI).date(), time.max, tzinfo=SHANGHAI)
    owners = {each.id: each for each in members}
    new = 0
    for deal in uow.team_deals.open_of(list(owners)):
        newest: dict[tuple[DealRule, LadderStep], DealReminder] = {}
        for each in reminders_of(deal, owners[deal.owner_id], deps):
            if each.send_at <= tonight and each.member_id in owners:
                newest[each.rule, each.step] = each
        new += sum(uow.nudges.plan(_in_time(each, deps, now=now)) for each in newest.values())
    return new


def _in_time(reminder: DealReminder, deps: Deps, *, now: datetime) -> Nudge:
    """As a nudge; whose moment has passed unseen waits for the next morning: nobody is flooded at noon."""
    if reminder.send_at >= now:
        return reminder.as_nudge()
    # A program that starts within the morning's first hours says good morning still.
    early = next_digest(now - STILL_MORNING, manners=deps.playbook.manners, calendar=deps.calendar)
    return reminder.postponed(max(now, early)).as_nudge()


def reminders_of(deal: TeamDeal, owner: Member | None, deps: Deps) -> tuple[DealReminder, ...]:
    """All reminders that the deal calls for as it stands now."""
    supervisor_id = owner.supervisor_id if owner else None
    return plan_deal(
        DealRules(deal=deal, supervisor_id=supervisor_id, playbook=deps.playbook, calendar=deps.calendar)
    )


def find_due_deals(
    uow: UnitOfWork, deps: Deps, nudges: Iterable[Nudge], *, now: datetime
) -> Mapping[str, DueItem]:
    """What is still true of these reminders, by their keys: a note, a move or an answer makes them void."""
    keys = {nudge.key for nudge in nudges if nudge.subject is Subject.DEAL}
    found = {}
    for deal_id in {int(key.split(":")[1]) for key in keys}:
        deal = uow.team_deals.get(deal_id)
        owner = uow.members.get(deal.owner_id) if deal else None
        held = {each.key: each for each in (reminders_of(deal, owner, deps) if deal else ())}
        for key in keys:
            if reminder := held.get(key.partition(SNOOZED)[0]):
                again = replace(reminder, snoozes=key.count(SNOOZED))
                found[key] = describe(again, owner, deps, now=now)
    return found


def describe(reminder: DealReminder, owner: Member | None, deps: Deps, *, now: datetime) -> DueItem:
    """The reminder as a line."""
    stage = stage_name(deps.playbook, reminder.deal.stage_key)
    return deal_reminder(reminder, stage=stage, rep=owner.name if owner else "", now=now, texts=deps.texts)


def told_deals(
    uow: UnitOfWork, deps: Deps, team: Sequence[Member], *, but: Collection[str], now: datetime
) -> list[DueItem]:
    """What digests have told of the team's deals and still holds; `but` are the subjects told anyway."""
    owners = {each.id: each for each in team}
    told = [
        (each, owners[deal.owner_id])
        for deal in uow.team_deals.open_of(list(owners))
        for each in reminders_of(deal, owners[deal.owner_id], deps)
        if each.step is LadderStep.DIGEST and each.send_at <= now
    ]
    heard = uow.nudges.heard_at([each.key for each, _ in told])
    found: dict[str, DueItem] = {}
    for each, owner in told:
        due = describe(each, owner, deps, now=now)
        if each.key in heard and due.subject not in but:
            found.setdefault(due.subject, due)
    return list(found.values())


def find_reminder(ctx: Context, key: str) -> tuple[DealReminder, Opportunity]:
    """The reminder of that key and its deal, which the sender has to answer for; Stale where it is void."""
    subject, _, rest = key.partition(":")
    deal = ctx.uow.opportunities.get(read_id(rest.partition(":")[0])) if subject == Subject.DEAL else None
    seen = ctx.uow.team_deals.get(deal.id) if deal else None
    if deal is None or seen is None or not acts_for(ctx, deal.owner_id):
        raise Stale
    owner = ctx.uow.members.get(deal.owner_id)
    plain = key.partition(SNOOZED)[0]
    found = next((each for each in reminders_of(seen, owner, ctx.deps) if each.key == plain), None)
    if found is None:
        raise Stale
    return found, deal


def open_newest(ctx: Context, subject: str) -> list[Outgoing]:
    """The newest reminder of the deal `deal:5`, with its answers; Stale where none holds."""
    deal = ctx.uow.team_deals.get(read_id(subject.partition(":")[2]))
    owner = ctx.uow.members.get(deal.owner_id) if deal else None
    if deal is None or owner is None or not acts_for(ctx, owner.id):
        raise Stale
    due = [
        each
        for each in reminders_of(deal, owner, ctx.deps)
        if each.step is LadderStep.REP and each.send_at <= ctx.now
    ]
    if not due:
        raise Stale
    newest = describe(max(due, key=lambda each: each.due_at), owner, ctx.deps, now=ctx.now)
    return [ctx.show(item_card(newest, texts=ctx.deps.texts, now=ctx.now), key=f"item:{newest.subject}")]


@router.button("remind.done")
def finish_reminder(ctx: Context) -> list[Outgoing]:
    """「已完成」: a sent case and a follow-up after the demonstration are kept; news want to be told."""
    reminder, deal = find_reminder(ctx, ctx.argument)
    if reminder.rule in (DealRule.CASE, DealRule.DWELL):
        return settle(ctx, reminder, deal, key="remind.done")
    return ctx.reply("remind.tell", customer=reminder.deal.customer)


@router.button("remind.drop")
def drop_reminder(ctx: Context) -> list[Outgoing]:
    """「不适用」: as long as the deal is in this stage, nothing more of this kind."""
    return settle(ctx, *find_reminder(ctx, ctx.argument), key="remind.dropped")


def settle(ctx: Context, reminder: DealReminder, deal: Opportunity, *, key: str) -> list[Outgoing]:
    """Keep with the deal that this is settled."""
    ctx.uow.opportunities.save(prove(deal, reminder.rule, at=ctx.now))
    card = Card(title=ctx.say(key, customer=reminder.deal.customer))
    return [ctx.show(card, key=ctx.incoming.card_key or f"item:{Subject.DEAL}:{deal.id}")]


@router.button("remind.tomorrow")
def put_off_reminder(ctx: Context) -> list[Outgoing]:
    """「明天」: as often as a check may be put off freely; after that a word of news serves better."""
    reminder, deal = find_reminder(ctx, ctx.argument)
    manners = ctx.deps.playbook.manners
    until = snooze_until(ctx.now, manners=manners, calendar=ctx.deps.calendar)
    later = (
        replace(reminder.postponed(until), snoozes=count)
        for count in range(ctx.argument.count(SNOOZED) + 1, manners.snoozes + 1)
    )
    if not any(ctx.uow.nudges.plan(each.as_nudge()) for each in later):
        return ctx.reply("remind.tell", customer=reminder.deal.customer)
    title = ctx.say("node.snoozed", when=ctx.deps.texts.moment(until, now=ctx.now))
    return [ctx.show(Card(title=title), key=ctx.incoming.card_key or f"item:{Subject.DEAL}:{deal.id}")]


@router.button("remind.tracks")
def offer_on_reminder(ctx: Context) -> list[Outgoing]:
    """「要话术」: what the library has for the deal's stage."""
    reminder, deal = find_reminder(ctx, ctx.argument)
    offers = find_offers(ctx, sources_in(VisitFacts(), stage_key=deal.stage_key))
    occasion = f"deal:{deal.id}:{reminder.rule}"
    return show_offered(ctx, offer(ctx, offers, occasion=occasion, customer_id=deal.customer_id))
