"""Leads in the chat: told by an admin, taken up with one tap, passed on, and looked up within scope."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from bot.domain.errors import NotAllowed, Refusal, Stale
from bot.domain.leads import Lead, LeadStatus, hand_over, median_response, response_time
from bot.domain.messages import Card, Outgoing
from bot.domain.nudges import Subject
from bot.domain.people import Member, Role
from handlers.context import Context
from handlers.lead_customers import customer_buttons
from handlers.lead_intake import (
    FIELDS,
    announce,
    clean,
    describe_leads,
    lead_key,
    new_lead,
    take_in,
    takers,
)
from handlers.library_words import raw_argument
from handlers.router import Router, read_id
from handlers.scope import acts_for, principals_of, team_of
from prompts.leads import contacted_card, lead_card, leads_card, median_rows, pass_card

router = Router()

MEASURED = timedelta(days=30)
OFFERED_PEOPLE = 20
_PHONE = re.compile(r"[+＋]?\d[\d -]{5,18}\d")
_ORDER = ("company", "contact", "region", "product", "note")


@router.command(
    "/线索",
    help="登记一条线索，自动分给合适的销售；单独发看全部",
    role=Role.ADMIN,
    usage="公司 / 联系人 电话 / 地区 / 产品 / 说明",
)
def tell_lead(ctx: Context) -> list[Outgoing]:
    """「/线索 杭州一院 / 张主任 13800000000 / 浙江 / 分析仪 / 想看样机」; only the company is needed."""
    words = raw_argument(ctx, words=1)
    if not words:
        return list_leads(ctx)
    fields = read_fields(words)
    too_long = [name for name, limit in FIELDS.items() if len(clean(fields.get(name, ""))) > limit]
    if not clean(fields["company"]):
        raise Refusal("people.usage", usage=ctx.say("lead.usage"))
    if too_long:
        raise Refusal("lead.too_long", limit=FIELDS[too_long[0]])
    sender = ctx.incoming.sender
    told = new_lead(fields, source_id=f"chat:{sender.platform}:{ctx.incoming.id}", now=ctx.now)
    lead, _ = take_in(ctx.uow, ctx.deps, told, now=ctx.now)
    rep = ctx.uow.members.get(lead.member_id) if lead.member_id is not None else None
    if rep is None:
        return ctx.reply("lead.kept", company=lead.company)
    due = ctx.deps.texts.moment(lead.due_at, now=ctx.now)
    return ctx.reply("lead.given", company=lead.company, rep=rep.name, due=due)


def read_fields(words: str) -> Mapping[str, str]:
    """What stands between the strokes, in their order; the phone number out of the contact's part."""
    parts = [part.strip() for part in words.replace("／", "/").split("/", len(_ORDER) - 1)]
    fields = dict(zip(_ORDER, parts, strict=False))
    found = _PHONE.search(fields.get("contact", ""))
    if found:
        fields["phone"] = found[0]
        fields["contact"] = fields["contact"].replace(found[0], " ")
    return fields


@router.command("线索", help="还没联系上的线索")
def list_leads(ctx: Context) -> list[Outgoing]:
    """The member's own; a supervisor's team's with its response times; everybody's for an admin."""
    people = people_in_scope(ctx)
    is_admin = ctx.member.role is Role.ADMIN
    open_leads = ctx.uow.leads.open_of([each.id for each in people], with_nobodys=is_admin)
    head = median_rows(medians_of(ctx, people), texts=ctx.deps.texts)
    if not open_leads:
        return [ctx.show(Card(title=ctx.say("lead.none"), rows=head))]
    title = ctx.say("lead.list", count=len(open_leads))
    lines = describe_leads(ctx.uow, ctx.deps, open_leads, now=ctx.now)
    return [ctx.show(leads_card(lines, title=title, head=head, texts=ctx.deps.texts))]


def people_in_scope(ctx: Context) -> list[Member]:
    """Whose leads the member may see."""
    principals = principals_of(ctx.uow, ctx.member, now=ctx.now)
    return [*principals, *team_of(principals, ctx.uow.members.all())]


def medians_of(ctx: Context, people: Iterable[Member]) -> dict[str, timedelta]:
    """Each one's middle first-contact time over 30 days, as far as there is one."""
    by_id = {each.id: each for each in people}
    given: dict[int, list[Lead]] = {}
    for lead in ctx.uow.leads.allotted_since(ctx.now - MEASURED, by_id):
        given.setdefault(lead.member_id or 0, []).append(lead)
    manners, calendar = ctx.deps.playbook.manners, ctx.deps.calendar
    found = {
        by_id[member_id].name: median_response(leads, now=ctx.now, manners=manners, calendar=calendar)
        for member_id, leads in sorted(given.items())
    }
    return {name: took for name, took in found.items() if took is not None}


def took(ctx: Context, lead: Lead) -> timedelta:
    """The working time until the first contact, or until now."""
    manners, calendar = ctx.deps.playbook.manners, ctx.deps.calendar
    return response_time(lead, now=ctx.now, manners=manners, calendar=calendar)


def seen_lead(ctx: Context, lead_id: str) -> Lead:
    """An open lead of the member, or of somebody in scope; Stale for any other."""
    lead = ctx.uow.leads.get(read_id(lead_id.lstrip("=")))
    if lead is None or lead.status is not LeadStatus.OPEN:
        raise Stale
    if lead.member_id is None:
        if ctx.member.role is not Role.ADMIN:
            raise Stale
        return lead
    if not acts_for(ctx, lead.member_id) and lead.member_id not in {each.id for each in people_in_scope(ctx)}:
        raise Stale
    return lead


@router.button("lead.open")
def open_lead(ctx: Context) -> list[Outgoing]:
    """One of the list: the rep's card, or for whoever follows the rep the choice of another one."""
    lead = seen_lead(ctx, ctx.argument)
    if lead.member_id is not None and acts_for(ctx, lead.member_id):
        card = lead_card(lead, texts=ctx.deps.texts, now=ctx.now)
        return [ctx.show(card, key=lead_key(lead, ctx.member.id))]
    return ask_whom(ctx, lead)


@router.button("lead.contacted")
def mark_contacted(ctx: Context) -> list[Outgoing]:
    """「已联系」: the timer stops, and the lead may become a customer."""
    lead = ctx.uow.leads.get(read_id(ctx.argument))
    if lead is None or lead.status is not LeadStatus.OPEN or lead.member_id is None:
        raise Stale
    if not acts_for(ctx, lead.member_id):
        raise NotAllowed("lead.not_yours")
    done = ctx.uow.leads.save(replace(lead, status=LeadStatus.CONTACTED, contacted_at=ctx.now))
    ctx.uow.nudges.cancel(Subject.LEAD, done.id)
    card = contacted_card(
        done,
        took=took(ctx, done),
        buttons=customer_buttons(ctx, done),
        in_time=ctx.now <= done.due_at,
        texts=ctx.deps.texts,
    )
    return [ctx.show(card, key=ctx.incoming.card_key or lead_key(done, ctx.member.id))]


@router.button("lead.pass")
def pass_on(ctx: Context) -> list[Outgoing]:
    """「转给…」, by the rep or whoever follows the rep."""
    return ask_whom(ctx, seen_lead(ctx, ctx.argument))


def ask_whom(ctx: Context, lead: Lead) -> list[Outgoing]:
    """The colleagues who can take it, those of the rep's team first."""
    people = others(ctx, lead)
    if not people:
        return ctx.reply("lead.nobody_else")
    return [ctx.show(pass_card(lead, people, texts=ctx.deps.texts), key=f"lead-pass:{lead.id}:{lead.passes}")]


def others(ctx: Context, lead: Lead) -> list[Member]:
    """Reps who can take the lead instead."""
    rep = ctx.uow.members.get(lead.member_id) if lead.member_id is not None else None
    team = rep.team if rep else ""
    found = [each for each in takers(ctx.uow.members.all()) if each.id != lead.member_id]
    return sorted(found, key=lambda each: (each.team != team, each.id))[:OFFERED_PEOPLE]


@router.button("lead.give")
def give(ctx: Context) -> list[Outgoing]:
    """To that colleague, with a timer of their own; the waiting since it came in goes on."""
    lead_id, _, member_id = ctx.argument.partition("=")
    lead = seen_lead(ctx, lead_id)
    taker = next((each for each in others(ctx, lead) if each.id == read_id(member_id)), None)
    if taker is None:
        raise Stale
    rules, manners = ctx.deps.playbook.leads, ctx.deps.playbook.manners
    given = hand_over(lead, taker.id, now=ctx.now, rules=rules, manners=manners, calendar=ctx.deps.calendar)
    saved = ctx.uow.leads.save(given)
    announce(ctx.uow, ctx.deps, saved, now=ctx.now, passed_by=ctx.member.name)
    told = Card(title=ctx.say("lead.passed", company=lead.company, name=taker.name))
    shown = [ctx.show(told, key=ctx.incoming.card_key or f"lead-pass:{lead.id}:{lead.passes}")]
    if lead.member_id is not None:
        shown += close_card(ctx, lead, told)
    return shown


def close_card(ctx: Context, lead: Lead, told: Card) -> list[Outgoing]:
    """The card of who had it before says where it went."""
    before = ctx.uow.members.get(lead.member_id) if lead.member_id is not None else None
    return ctx.write(before, told, key=lead_key(lead, before.id)) if before else []


def show_undone_leads(ctx: Context, lead_ids: Iterable[int]) -> list[Outgoing]:
    """After an undo: the card of each lead as it is again."""
    shown = []
    for lead in map(ctx.uow.leads.get, dict.fromkeys(lead_ids)):
        if lead is None or lead.status is not LeadStatus.OPEN or lead.member_id is None:
            continue
        if acts_for(ctx, lead.member_id):
            card = lead_card(lead, texts=ctx.deps.texts, now=ctx.now)
            shown.append(ctx.show(card, key=f"{lead_key(lead, ctx.member.id)}:{stamp(ctx.now)}"))
    return shown


def stamp(moment: datetime) -> int:
    """A moment as the end of a key."""
    return int(moment.timestamp() * 1000)
