"""Deals by chat: listed, opened, proved; 「商机 康联 新增 化学发光仪」 with one confirming tap."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal, InvalidOperation

from bot.domain.customers import Customer
from bot.domain.errors import Refusal, Stale
from bot.domain.messages import Button, Card, Outgoing, Row
from bot.domain.nodes import NodeStatus
from bot.domain.opportunities import Opportunity, prove
from bot.domain.playbook import finished
from bot.domain.understanding import Field
from handlers.context import Context
from handlers.finding import find_one_customer, visible_customer, visible_deal, visible_deals
from handlers.items import short_name
from handlers.node_steps import await_words
from handlers.openings import known_items, open_stage_nodes, prove_by_visit
from handlers.router import Router, read_id
from prompts.deals import deal_buttons, deal_list_card, deal_rows, money_text

router = Router()

TITLE_CHARACTERS = 40
_BLANKS = re.compile(r"\s+")


@router.command(
    "商机", "我的商机", help="我的商机；「商机 康联 新增 化学发光仪」建一个", usage="客户 新增 名称"
)
def show_deals(ctx: Context) -> list[Outgoing]:
    """「商机」, 「商机 康联」 or 「商机 康联 新增 化学发光仪」."""
    words = _BLANKS.split(ctx.argument, maxsplit=2) if ctx.argument else []
    if not words:
        return list_mine(ctx)
    if len(words) == 3 and words[1] in ctx.say("deal.new_words").split():
        return ask_new(ctx, words[0], words[2])
    customer = find_one_customer(ctx, ctx.argument, action="deal.of")
    return customer if isinstance(customer, list) else deals_of_customer(ctx, customer)


def list_mine(ctx: Context) -> list[Outgoing]:
    """The member's own open deals, the longest in its stage first."""
    deals = ctx.uow.opportunities.owned_by(ctx.member.id)
    if not deals:
        return ctx.reply("deal.none")
    names = [short_name(ctx.uow, deal.customer_id) for deal in deals]
    return [show_list(ctx, deals, names, title=ctx.say("deal.mine", count=len(deals)), action="deal.open:")]


def show_list(
    ctx: Context, deals: Sequence[Opportunity], names: Sequence[str], *, title: str, action: str
) -> Outgoing:
    """Deals of which one can be picked."""
    card = deal_list_card(
        deals,
        names=names,
        title=title,
        action=action,
        playbook=ctx.deps.playbook,
        texts=ctx.deps.texts,
        now=ctx.now,
    )
    return ctx.show(card, key=deal_key(ctx))


def deal_key(ctx: Context) -> str:
    """The message on the screen: the deal's card that was pressed, else a new one."""
    pressed = ctx.incoming.card_key or ""
    return pressed if pressed.startswith("deal:") else f"deal:{ctx.incoming.id}"


@router.button("deal.of")
def show_by_customer(ctx: Context) -> list[Outgoing]:
    """The one of several customers of that name."""
    return deals_of_customer(ctx, visible_customer(ctx, ctx.argument))


def deals_of_customer(ctx: Context, customer: Customer) -> list[Outgoing]:
    """The customer's one deal, which of several, or how to make the first."""
    deals = visible_deals(ctx, customer.id)
    if not deals:
        return ctx.reply("deal.none_of", customer=customer.short_name)
    if len(deals) == 1:
        return [show_deal(ctx, deals[0])]
    title = ctx.say("deal.which", customer=customer.short_name)
    return [show_list(ctx, deals, [customer.short_name] * len(deals), title=title, action="deal.open:")]


@router.button("deal.open")
def open_deal(ctx: Context) -> list[Outgoing]:
    """One deal."""
    return [show_deal(ctx, visible_deal(ctx, ctx.argument.lstrip("=")))]


def show_deal(ctx: Context, deal: Opportunity, *, title: str = "", extra: Sequence[Row] = ()) -> Outgoing:
    """The deal's card."""
    done = finished(known_items(ctx, deal.customer_id, deal))
    playbook, texts = ctx.deps.playbook, ctx.deps.texts
    customer = Row(label=texts.label("field", "customer"), value=short_name(ctx.uow, deal.customer_id))
    rows = deal_rows(deal, playbook=playbook, done=done, texts=texts, now=ctx.now)
    card = Card(
        title=title or ctx.say("deal.title", title=deal.title),
        rows=(customer, *rows, *extra),
        buttons=deal_buttons(deal, playbook=playbook, texts=texts),
        settled=True,
    )
    return ctx.show(card, key=deal_key(ctx))


def ask_new(ctx: Context, name: str, title: str) -> list[Outgoing]:
    """What would be made, and one tap to make it; the amount comes off the title's words."""
    found = ctx.uow.customers.named(name)
    if not found:
        raise Refusal("people.no_such_customer", name=name)
    money = ctx.understanding.visit.first(Field.AMOUNT)
    if money:
        title = title.replace(money.said, "").strip()
    title = title[:TITLE_CHARACTERS] or found[0].short_name
    amount = money.value if money else ""
    first = ctx.deps.playbook.stages[0]
    rows = [Row(label=ctx.say("deal.stage"), value=first.name)]
    if money:
        value = money_text(Decimal(money.value), ctx.deps.texts)
        rows.append(Row(label=ctx.deps.texts.label("field", "amount"), value=value))
    buttons = [
        Button(
            label=ctx.say("deal.button.create") if len(found) == 1 else customer.name,
            action=f"deal.create:{customer.id}/{first.key}/{amount}={title}",
            primary=len(found) == 1,
        )
        for customer in found[:5]
    ]
    leave = ctx.button("deal.button.leave", "deal.leave")
    card = Card(
        title=ctx.say("deal.new", customer=found[0].short_name, title=title),
        rows=tuple(rows),
        buttons=(*buttons, leave),
        note=None if len(found) == 1 else ctx.say("ask.customer_which", said=name),
    )
    return [ctx.show(card, key=deal_key(ctx))]


@router.button("deal.leave")
def leave(ctx: Context) -> list[Outgoing]:
    """「先不」: nothing changes."""
    return [ctx.show(Card(title=ctx.say("deal.left")), key=deal_key(ctx))]


@router.button("deal.create")
def create(ctx: Context) -> list[Outgoing]:
    """The confirming tap: `3/lead/480000=化学发光仪`; a second one makes no second deal."""
    target, _, title = ctx.argument.partition("=")
    customer_id, stage_key, amount = (*target.split("/"), "", "")[:3]
    deal = make_deal(ctx, read_id(customer_id), stage_key=stage_key, title=title, amount=read_yuan(amount))
    return [show_deal(ctx, deal, title=ctx.say("deal.created", title=deal.title))]


def make_deal(
    ctx: Context, customer_id: int, *, stage_key: str, title: str, amount: Decimal | None = None
) -> Opportunity:
    """A new deal of the member, with the checks and the visit that it begins with."""
    customer = ctx.uow.customers.get(customer_id)
    stage = ctx.deps.playbook.stage(stage_key)
    if customer is None or stage is None or not title:
        raise Stale
    if any(deal.title == title for deal in ctx.uow.opportunities.open_of(customer_id)):
        raise Stale
    is_first = not ctx.uow.opportunities.of(customer_id)
    deal = ctx.uow.opportunities.save(
        Opportunity(
            id=0,
            customer_id=customer_id,
            owner_id=ctx.member.id,
            title=title,
            stage_key=stage.key,
            stage_entered_at=ctx.now,
            amount=amount,
        )
    )
    adopt(ctx, deal, closed_too=is_first)
    if ctx.uow.visits.of_customer(customer_id, limit=1):
        prove_by_visit(ctx, deal)
    open_stage_nodes(ctx, deal)
    return deal


def adopt(ctx: Context, deal: Opportunity, *, closed_too: bool) -> None:
    """Checks of the owner that belong to no deal go to this one, finished ones only to a first deal."""
    for item in ctx.uow.node_items.of_customer(deal.customer_id):
        counts = item.status is NodeStatus.OPEN or (closed_too and item.status is not NodeStatus.CANCELLED)
        if counts and item.opportunity_id is None and item.member_id == deal.owner_id:
            ctx.uow.node_items.save(replace(item, opportunity_id=deal.id))


def read_yuan(amount: str) -> Decimal | None:
    """The amount in a button; None where it holds none."""
    try:
        return Decimal(amount) if amount else None
    except InvalidOperation:
        return None


@router.button("deal.prove")
def ask_proof(ctx: Context) -> list[Outgoing]:
    """「补证据」: which evidence action of the present stage?"""
    deal = visible_deal(ctx, ctx.argument)
    stage = ctx.deps.playbook.stage(deal.stage_key)
    done = finished(known_items(ctx, deal.customer_id, deal))
    still = [
        proof
        for proof in (stage.proofs if stage else ())
        if not deal.has_proof(deal.stage_key, proof.key) and proof.by_node not in done
    ]
    if not still:
        return ctx.reply("deal.all_proved")
    await_words(ctx, "deal.proof", f"{deal.id}/{still[0].key}")
    buttons = tuple(
        Button(
            label=ctx.say("deal.button.word", name=proof.name), action=f"deal.proved:{deal.id}={proof.key}"
        )
        for proof in still
    )
    card = Card(title=ctx.say("deal.prove_how", name=still[0].name), buttons=buttons, settled=True)
    return [ctx.show(card, key=deal_key(ctx))]


@router.button("deal.proved")
def prove_by_word(ctx: Context) -> list[Outgoing]:
    """An evidence action on the rep's word."""
    deal_id, _, key = ctx.argument.partition("=")
    deal = visible_deal(ctx, deal_id)
    stage = ctx.deps.playbook.stage(deal.stage_key)
    if stage is None or all(proof.key != key for proof in stage.proofs):
        raise Stale
    ctx.uow.dialogs.stop(ctx.member.id)
    return [show_deal(ctx, ctx.uow.opportunities.save(prove(deal, key, at=ctx.now)))]
