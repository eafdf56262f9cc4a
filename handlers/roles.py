"""Who decides at a customer: roles by tap for each named person, and the map of the decision chain."""

from __future__ import annotations

from dataclasses import replace

from bot.domain.customers import BuyingRole, Contact
from bot.domain.errors import Stale
from bot.domain.evidence import WANTED_ROLES, Evidence, missing_roles
from bot.domain.messages import Card, Outgoing, Row
from bot.domain.nodes import NodeItem, NodeStatus, tell
from bot.domain.understanding import Field
from handlers.context import Context
from handlers.finding import find_one_customer, visible_customer
from handlers.node_steps import SKIPPED, go_on, is_words, own_item, rule_of
from handlers.router import Router
from prompts.nodes import called

router = Router()

NAME_CHARACTERS = 20
NOTES_READ = 30


@router.button("role.set")
def set_role(ctx: Context) -> list[Outgoing]:
    """发起人, 影响者, 否决者 or 跳过 for one person: `12/5=vetoer`."""
    target, _, role = ctx.argument.partition("=")
    item_id, _, contact_id = target.partition("/")
    item = own_item(ctx, item_id)
    person = next(
        (each for each in ctx.uow.contacts.of(item.customer_id) if str(each.id) == contact_id), None
    )
    if person is None:
        raise Stale
    if role == "skip":
        return go_on(ctx, ctx.uow.node_items.save(tell(item, f"{SKIPPED}.{person.id}", str(person.id))))
    if role not in set(BuyingRole):
        raise Stale
    ctx.uow.contacts.save(replace(person, role=BuyingRole(role)))
    return go_on(ctx, item)


@router.waiting("node.role", fits=is_words)
def name_missing(ctx: Context) -> list[Outgoing]:
    """A name for the role that nobody has: a known person gets it, an unknown one becomes known with it."""
    item = own_item(ctx, ctx.argument)
    contacts = ctx.uow.contacts.of(item.customer_id)
    missing = missing_roles(contacts)
    if not missing:
        return go_on(ctx, item)
    named = ctx.understanding.visit.first(Field.CONTACT) or ctx.understanding.visit.first(
        Field.DECISION_MAKER
    )
    name = (named.said if named else ctx.text.strip())[:NAME_CHARACTERS]
    known = next((each for each in contacts if name in (each.name, called(each))), None)
    person = known or Contact(id=0, customer_id=item.customer_id, name=name)
    ctx.uow.contacts.save(replace(person, role=missing[0], active=True))
    ctx.uow.dialogs.stop(ctx.member.id)
    return go_on(ctx, item)


@router.command("决策链", help="客户的发起人、影响者、否决者，缺谁问谁", usage="客户")
def show_chain(ctx: Context) -> list[Outgoing]:
    """「决策链 康联」: who has which role and when somebody last spoke with them."""
    customer = find_one_customer(ctx, ctx.argument, action="chain.of")
    return (
        customer if isinstance(customer, list) else [chain_card(ctx, customer.id, name=customer.short_name)]
    )


@router.button("chain.of")
def show_chain_by_tap(ctx: Context) -> list[Outgoing]:
    """The one of several customers of that name."""
    customer = visible_customer(ctx, ctx.argument)
    return [chain_card(ctx, customer.id, name=customer.short_name)]


def chain_card(ctx: Context, customer_id: int, *, name: str) -> Outgoing:
    """The map; where a check for it is open, its button asks for whoever is missing."""
    contacts = [each for each in ctx.uow.contacts.of(customer_id) if each.active]
    rows = []
    for role in (*WANTED_ROLES, BuyingRole.DECIDER):
        people = [described_person(ctx, each) for each in contacts if each.role is role]
        value = ctx.say("visit.and").join(people) or ctx.say("visit.unknown")
        rows.append(Row(label=ctx.deps.texts.label("buying_role", role), value=value))
    others = [described_person(ctx, each) for each in contacts if each.role is None]
    if others:
        rows.append(Row(label=ctx.say("roles.others"), value=ctx.say("visit.and").join(others)))
    item = open_check(ctx, customer_id)
    buttons = (ctx.button("roles.button.fill", f"node.open:{item.id}", primary=True),) if item else ()
    note = ctx.say("roles.complete") if not missing_roles(contacts) else None
    title = ctx.say("roles.title", customer=name)
    return ctx.show(Card(title=title, rows=tuple(rows), buttons=buttons, note=note))


def open_check(ctx: Context, customer_id: int) -> NodeItem | None:
    """The member's open check that wants roles for this customer."""
    for item in ctx.uow.node_items.of_customer(customer_id):
        mine = item.status is NodeStatus.OPEN and item.member_id == ctx.member.id
        if mine and Evidence.ROLES in rule_of(ctx, item).evidence:
            return item
    return None


def described_person(ctx: Context, person: Contact) -> str:
    """「采购部王主任 主任（11-12 周四）」: name, title, and the day on which a note last named the person."""
    title = person.title if person.title and person.title not in person.name else ""
    words = " ".join(filter(None, (called(person), title)))
    for record in ctx.uow.visits.of_customer(person.customer_id, limit=NOTES_READ):
        named = {
            fact.value for fact in (*record.facts.of(Field.CONTACT), *record.facts.of(Field.DECISION_MAKER))
        }
        if named & {person.name, called(person)}:
            return ctx.say("roles.last_met", person=words, day=ctx.deps.texts.day(record.happened_on))
    return words
