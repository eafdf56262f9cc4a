"""What a visit moved: four kinds of progress or none, by a tap; none twice brings an offer of help."""

from __future__ import annotations

from dataclasses import replace

from bot.domain.errors import Stale
from bot.domain.messages import Button, Card, Outgoing
from bot.domain.visits import VisitRecord, VisitStatus
from handlers.context import Context
from handlers.drafts import own_record
from handlers.items import short_name
from handlers.router import Router
from handlers.track_offers import offer_when_stuck, title_button
from handlers.valid_updates import judge_update

router = Router()

NONE = "none"
KINDS = ("trial_agreed", "budget_range", "decision_process", "senior_meeting", NONE)


def saved_record(ctx: Context, visit_id: str) -> VisitRecord:
    """The member's own saved record; else Stale."""
    record = own_record(ctx, visit_id)
    if record is None or record.status is not VisitStatus.SAVED or record.customer_id is None:
        raise Stale
    return record


@router.button("progress.ask")
def ask_progress(ctx: Context) -> list[Outgoing]:
    """「进展」: what did it move most?"""
    record = saved_record(ctx, ctx.argument)
    buttons = tuple(
        Button(label=ctx.deps.texts.label("progress", kind), action=f"progress.set:{record.id}={kind}")
        for kind in KINDS
    )
    return [ctx.show(Card(title=ctx.say("progress.ask"), buttons=buttons), key=f"progress:{record.id}")]


@router.button("progress.set")
def set_progress(ctx: Context) -> list[Outgoing]:
    """One tap keeps it, with its moment in the audit."""
    visit_id, _, kind = ctx.argument.partition("=")
    record = saved_record(ctx, visit_id)
    if kind not in KINDS or record.progress == kind:
        raise Stale
    kept = ctx.uow.visits.save(judge_update(ctx, replace(record, progress=kind)))
    label = ctx.deps.texts.label("progress", kind)
    customer = short_name(ctx.uow, record.customer_id or 0)
    card = Card(title=ctx.say("progress.kept", customer=customer, progress=label))
    if kind == NONE:
        card = offer_help(ctx, kept, card)
    return [ctx.show(card, key=f"progress:{record.id}")]


def offer_help(ctx: Context, record: VisitRecord, card: Card) -> Card:
    """After the second visit in a row without progress, words that may help; else the card as it is."""
    before = ctx.uow.visits.last_saved(record.customer_id or 0, before_id=record.id)
    if before is None or before.member_id != record.member_id or before.progress != NONE:
        return card
    offered = offer_when_stuck(ctx, record, before)
    buttons = tuple(title_button(ctx, track, push) for track, push in offered)
    return replace(card, note=ctx.say("progress.stuck"), buttons=buttons) if buttons else card
