"""A lead that somebody got in touch with becomes a customer, or joins one that is there, with one tap."""

from __future__ import annotations

from dataclasses import replace

from bot.domain.customers import Contact, Customer
from bot.domain.errors import Stale
from bot.domain.leads import Lead, LeadStatus
from bot.domain.messages import Button, Card, Outgoing
from bot.domain.understanding import Field
from handlers.context import Context
from handlers.finding import may_see_customer, visible_customer
from handlers.router import Router, read_id
from handlers.scope import acts_for

router = Router()

OFFERED_CUSTOMERS = 3


def customer_buttons(ctx: Context, lead: Lead) -> list[Button]:
    """The customers that the company's name fits, else or besides a new one."""
    exact = [each for each in ctx.uow.customers.named(lead.company) if may_see_customer(ctx, each)]
    found = exact or meant_customers(ctx, lead.company)
    buttons = [
        Button(
            label=ctx.say("lead.button.attach", customer=each.short_name),
            action=f"lead.attach:{lead.id}={each.id}",
            primary=True,
        )
        for each in found[:OFFERED_CUSTOMERS]
    ]
    if not ctx.uow.customers.named(lead.company):
        label = ctx.say("lead.button.create")
        buttons.append(Button(label=label, action=f"lead.create:{lead.id}", primary=not buttons))
    return buttons


def meant_customers(ctx: Context, company: str) -> list[Customer]:
    """Customers of whom the name speaks, as it would in a note."""
    meaning = ctx.deps.understand(company, now=ctx.now, lexicon=ctx.uow.lexicon(ctx.member)).visit
    fact = meaning.first(Field.CUSTOMER)
    if fact and (named := ctx.uow.customers.named(fact.value)):
        return [each for each in named if may_see_customer(ctx, each)]
    keys = [key for each in meaning.mentions if each.field is Field.CUSTOMER for key in each.candidates]
    found = (ctx.uow.customers.get(read_id(key)) for key in keys)
    return [each for each in found if each and may_see_customer(ctx, each)]


def contacted_lead(ctx: Context, lead_id: str) -> Lead:
    """The member's own lead that waits for its customer; else Stale."""
    lead = ctx.uow.leads.get(read_id(lead_id))
    if lead is None or lead.status is not LeadStatus.CONTACTED or lead.customer_id is not None:
        raise Stale
    if lead.member_id is None or not acts_for(ctx, lead.member_id):
        raise Stale
    return lead


@router.button("lead.attach")
def attach(ctx: Context) -> list[Outgoing]:
    """「归到康联」."""
    lead_id, _, customer_id = ctx.argument.partition("=")
    lead = contacted_lead(ctx, lead_id)
    return settle(ctx, lead, visible_customer(ctx, customer_id))


@router.button("lead.create")
def create(ctx: Context) -> list[Outgoing]:
    """「建为客户」: the rep's own from now on."""
    lead = contacted_lead(ctx, ctx.argument)
    if ctx.uow.customers.named(lead.company):
        raise Stale
    customer = Customer(id=0, name=lead.company, owner_id=lead.member_id)
    return settle(ctx, lead, ctx.uow.customers.save(customer))


def settle(ctx: Context, lead: Lead, customer: Customer) -> list[Outgoing]:
    """The lead belongs to the customer, and its contact is known there."""
    ctx.uow.leads.save(replace(lead, customer_id=customer.id))
    known = {each.name for each in ctx.uow.contacts.of(customer.id)}
    if lead.contact and lead.contact not in known:
        ctx.uow.contacts.save(Contact(id=0, customer_id=customer.id, name=lead.contact))
    card = Card(title=ctx.say("lead.settled", customer=customer.name), note=ctx.say("lead.settled_note"))
    return [ctx.show(card, key=ctx.incoming.card_key)]
