"""Customers and deals by the words that people say for them; several are asked, none is told kindly."""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain.customers import Customer
from bot.domain.errors import NotAllowed, Refusal, Stale
from bot.domain.messages import MAX_BUTTONS, Button, Card, Outgoing
from bot.domain.opportunities import Opportunity
from bot.domain.people import Role
from handlers.context import Context
from handlers.router import read_id


def find_one_customer(ctx: Context, words: str, *, action: str) -> Customer | list[Outgoing]:
    """The customer of that name, or the question which of several, each a button `action:id`."""
    found = ctx.uow.customers.named(words.strip())
    if not found:
        raise Refusal("people.no_such_customer", name=words.strip())
    if len(found) == 1:
        return found[0]
    buttons = tuple(Button(label=each.name, action=f"{action}:{each.id}") for each in found[:MAX_BUTTONS])
    return [ctx.show(Card(title=ctx.say("ask.customer_which", said=words.strip()), buttons=buttons))]


def visible_deal(ctx: Context, deal_id: str) -> Opportunity:
    """A deal of the member or of somebody in scope; NotAllowed outside it."""
    deal = ctx.uow.opportunities.get(read_id(deal_id))
    owner = ctx.uow.members.get(deal.owner_id) if deal else None
    if deal is None or owner is None:
        raise Stale
    if not ctx.member.may_see(owner):
        raise NotAllowed("people.not_allowed", role=ctx.deps.texts.label("role", Role.SUPERVISOR))
    return deal


def visible_deals(ctx: Context, customer_id: int) -> Sequence[Opportunity]:
    """The customer's open deals that the member may see."""
    found = []
    for deal in ctx.uow.opportunities.open_of(customer_id):
        owner = ctx.uow.members.get(deal.owner_id)
        if owner and ctx.member.may_see(owner):
            found.append(deal)
    return found
