"""Live alerts: a competitor and a price in one note, while the deal's price is being negotiated."""

from __future__ import annotations

from bot.domain.messages import Row
from bot.domain.nudges import plan_alert
from bot.domain.understanding import Field, Signal
from bot.domain.visits import VisitRecord, VisitStatus
from handlers.context import Context
from handlers.ports import UnitOfWork
from prompts.supervising import PriceWar


def raise_alert(ctx: Context, record: VisitRecord) -> None:
    """Plan the alert to the rep's supervisor where the saved record calls for one; a record has one only."""
    member = ctx.uow.members.get(record.member_id)
    if member is None or member.supervisor_id is None or not calls_for_alert(ctx, record):
        return
    manners, calendar = ctx.deps.playbook.manners, ctx.deps.calendar
    nudge = plan_alert(
        record.id, supervisor_id=member.supervisor_id, now=ctx.now, manners=manners, calendar=calendar
    )
    ctx.uow.nudges.plan(nudge)


def calls_for_alert(ctx: Context, record: VisitRecord) -> bool:
    """Whether a saved record that others may read has competitor and price, and its deal is at that stage."""
    if record.status is not VisitStatus.SAVED or record.private or record.customer_id is None:
        return False
    if Signal.PRICE not in record.facts.signals() or not record.facts.first(Field.COMPETITOR):
        return False
    stage = ctx.deps.playbook.manners.alert_stage
    return any(deal.stage_key == stage for deal in ctx.uow.opportunities.open_of(record.customer_id))


def alert_rows(ctx: Context, record: VisitRecord) -> tuple[Row, ...]:
    """What the rep reads on the own card: help is on its way. Nobody hears of a rep before the rep does."""
    member = ctx.uow.members.get(record.member_id)
    leader = ctx.uow.members.get(member.supervisor_id) if member and member.supervisor_id else None
    if leader is None or not calls_for_alert(ctx, record):
        return ()
    return (Row(label=ctx.say("alert.row"), value=ctx.say("alert.row_value", name=leader.name)),)


def price_war(uow: UnitOfWork, visit_id: int) -> PriceWar | None:
    """What the alert says; None where the record was taken back, corrected or made private."""
    record = uow.visits.get(visit_id)
    if record is None or record.status is not VisitStatus.SAVED or record.private:
        return None
    rep = uow.members.get(record.member_id)
    customer = uow.customers.get(record.customer_id) if record.customer_id is not None else None
    competitor, price = record.facts.first(Field.COMPETITOR), _price_words(record)
    if rep is None or customer is None or competitor is None or not price:
        return None
    return PriceWar(
        visit_id=record.id,
        number=record.number,
        rep=rep.name,
        customer=customer.short_name,
        competitor=competitor.value,
        said=record.quotes[-1].text if record.quotes else price,
    )


def _price_words(record: VisitRecord) -> str:
    found = (fact.said for fact in record.facts.of(Field.SIGNAL) if fact.value == Signal.PRICE)
    return next(found, "")
