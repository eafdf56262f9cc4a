"""The models of an offer against what the customer has bought: lists by file, models by words."""

from __future__ import annotations

from bot.domain.customers import PurchaseList
from bot.domain.errors import Stale
from bot.domain.evidence import Evidence, match_models
from bot.domain.messages import Button, Card, Outgoing
from bot.domain.nodes import tell
from handlers.context import Context
from handlers.node_steps import await_words, described, go_on, is_words, own_item, show_on_item
from handlers.router import Router, read_id
from prompts.nodes import match_card

router = Router()

OFFERED_CUSTOMERS = 5
TABLES = (".xlsx", ".csv")


@router.waiting("node.match", fits=is_words)
def take_models(ctx: Context) -> list[Outgoing]:
    """The models of the offer: done from the wanted share on, else what is unknown is shown."""
    item = own_item(ctx, ctx.argument)
    known = ctx.uow.purchases.newest(item.customer_id)
    if known is None:
        return go_on(ctx, item)
    match = match_models(ctx.text, known.models)
    percent = ctx.deps.playbook.thresholds.match_percent
    if match.models and match.percent >= percent:
        return go_on(ctx, ctx.uow.node_items.save(tell(item, Evidence.MATCH, f"{match.percent}%")))
    await_words(ctx, "node.match", str(item.id))
    card = match_card(
        described(ctx, item),
        item,
        known_models=len(known.models),
        match=match,
        percent=percent,
        texts=ctx.deps.texts,
    )
    return show_on_item(ctx, item, card)


def is_table(name: str) -> bool:
    """Whether a file may be a purchase list."""
    return name.lower().endswith(TABLES)


@router.button("purchase.ask")
def ask_customer(ctx: Context) -> list[Outgoing]:
    """「作为采购清单」: of which customer?"""
    media_ref = ctx.argument
    buttons = tuple(
        Button(label=customer.short_name, action=f"purchase.of:{customer.id}={media_ref}")
        for customer in ctx.uow.customers.recent(ctx.member.id, limit=OFFERED_CUSTOMERS)
    )
    return [ctx.show(Card(title=ctx.say("purchase.whose"), buttons=buttons), key=ctx.incoming.card_key)]


@router.button("purchase.of")
def take_list(ctx: Context) -> list[Outgoing]:
    """The file becomes the customer's purchase list."""
    customer_id, _, media_ref = ctx.argument.partition("=")
    customer = ctx.uow.customers.get(read_id(customer_id))
    if customer is None or ctx.deps.read_models is None:
        raise Stale
    models = ctx.deps.read_models(media_ref)
    if not models:
        return ctx.reply("purchase.unreadable")
    ctx.uow.purchases.save(
        PurchaseList(
            id=0, customer_id=customer.id, models=tuple(models), media_ref=media_ref, taken_in_at=ctx.now
        )
    )
    told = Card(title=ctx.say("purchase.taken", customer=customer.short_name, count=len(models)))
    return [ctx.show(told, key=ctx.incoming.card_key)]
