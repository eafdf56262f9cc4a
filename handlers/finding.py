"""Customers and deals by the words that people say for them; several are asked, none is told kindly."""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain.customers import Customer
from bot.domain.errors import Refusal, Stale
from bot.domain.messages import MAX_BUTTONS, Button, Card, Outgoing
from bot.domain.opportunities import Opportunity
from handlers.context import Context
from handlers.router import read_id


def find_one_customer(ctx: Context, words: str, *, action: str) -> Customer | list[Outgoing]:
    """The customer of that name, or the question which of several, each a button `action:id`."""
    found = [each for each in ctx.uow.customers.named(words.strip()) if may_see_customer(ctx, each)]
    if not found:
        raise Refusal("people.no_such_customer", name=words.strip())
    if len(found) == 1:
        return found[0]
    buttons = tuple(Button(label=each.name, action=f"{action}:{each.id}") for each in found[:MAX_BUTTONS])
    return [ctx.show(Card(title=ctx.say("ask.customer_which", said=words.strip()), buttons=buttons))]


def may_see_customer(ctx: Context, customer: Customer) -> bool:
    """Whether the customer is nobody's, in the member's scope, or one that the member works with."""
    owner = ctx.uow.members.get(customer.owner_id) if customer.owner_id is not None else None
    if owner is None or ctx.member.may_see(owner):
        return True
    items = ctx.uow.node_items.of_customer(customer.id)
    return any(item.member_id == ctx.member.id for item in items) or bool(visible_deals(ctx, customer.id))


def visible_customer(ctx: Context, customer_id: str) -> Customer:
    """The customer behind a button; Stale where it is none of the member's."""
    customer = ctx.uow.customers.get(read_id(customer_id))
    if customer is None or not may_see_customer(ctx, customer):
        raise Stale
    return customer


def visible_deal(ctx: Context, deal_id: str) -> Opportunity:
    """The deal behind a button: the member's own, or of somebody in scope; Stale outside it."""
    deal = ctx.uow.opportunities.get(read_id(deal_id))
    owner = ctx.uow.members.get(deal.owner_id) if deal else None
    if deal is None or owner is None or not ctx.member.may_see(owner):
        raise Stale
    return deal


def visible_deals(ctx: Context, customer_id: int) -> Sequence[Opportunity]:
    """The customer's open deals that the member may see."""
    found = []
    for deal in ctx.uow.opportunities.open_of(customer_id):
        owner = ctx.uow.members.get(deal.owner_id)
        if owner and ctx.member.may_see(owner):
            found.append(deal)
    return found
