"""A lead comes in: it is kept once, allotted, and its rep has the card with the timer in the same commit."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from bot.domain.leads import Lead, LeadStatus, allot, hand_over, plan_lead_nudges, response_time
from bot.domain.messages import Card, Outgoing, Priority
from bot.domain.nudges import Subject
from bot.domain.people import Member, Role
from handlers.context import Deps
from handlers.ports import UnitOfWork
from handlers.rules import with_overrides
from handlers.scope import deputies_at, receiver_of
from handlers.screens import remember_card
from prompts.leads import LeadLine, lead_card, to_allot_card

FIELDS: Mapping[str, int] = {
    "company": 100,
    "contact": 50,
    "phone": 40,
    "region": 50,
    "product": 100,
    "note": 500,
}
"""What is known of a lead, and how many characters of it."""


def clean(words: str) -> str:
    """One line without control characters."""
    return " ".join("".join(each if each.isprintable() else " " for each in words).split())


def new_lead(fields: Mapping[str, str], *, source_id: str, now: datetime) -> Lead:
    """A lead as it was told, not allotted yet."""
    known = {name: clean(fields.get(name, "")) for name in FIELDS}
    return Lead(
        id=0,
        source_id=source_id,
        received_at=now,
        due_at=now,
        company=known["company"],
        contact=known["contact"],
        phone=known["phone"],
        region=known["region"],
        product=known["product"],
        note=known["note"],
    )


def take_in(uow: UnitOfWork, deps: Deps, lead: Lead, *, now: datetime) -> tuple[Lead, bool]:
    """Keep, allot and announce it; one that is known already comes back as it is, with False."""
    known = uow.leads.sent_as(lead.source_id)
    if known:
        return known, False
    deps = with_overrides(uow, deps)
    member = choose(uow, deps, lead, now=now)
    given = hand_over(
        lead,
        member.id if member else None,
        now=now,
        rules=deps.playbook.leads,
        manners=deps.playbook.manners,
        calendar=deps.calendar,
    )
    saved = uow.leads.save(given)
    announce(uow, deps, saved, now=now)
    return saved, True


def choose(uow: UnitOfWork, deps: Deps, lead: Lead, *, now: datetime) -> Member | None:
    """The owner of a customer of that name, else by region and product whoever has the least to do."""
    known = uow.customers.named(lead.company)
    if len(known) == 1 and known[0].owner_id is not None:
        owner = uow.members.get(known[0].owner_id)
        if owner and owner.active and owner.address:
            return owner
    away = deputies_at(uow, now)
    people = [each for each in uow.members.all() if each.id not in away]
    return allot(lead, deps.playbook.leads, people, load=uow.leads.load(), latest=uow.leads.latest())


def announce(uow: UnitOfWork, deps: Deps, lead: Lead, *, now: datetime, passed_by: str = "") -> None:
    """The card to its rep or the deputy, or to the admins where nobody has it; and its timers."""
    plan_for_lead(uow, deps, lead)
    if lead.member_id is None:
        people = takers(uow.members.all())
        for admin in uow.members.of_role(Role.ADMIN):
            if admin.active:
                write(uow, admin, to_allot_card(lead, people, texts=deps.texts), lead, now=now)
        return
    receiver = receiver_of(uow, lead.member_id, now=now)
    if receiver:
        card = lead_card(lead, texts=deps.texts, now=now, passed_by=passed_by)
        write(uow, receiver, card, lead, now=now)


def takers(members: Sequence[Member]) -> list[Member]:
    """Reps who can be given a lead."""
    return [each for each in members if each.active and each.role is Role.REP and each.address]


def write(uow: UnitOfWork, member: Member, card: Card, lead: Lead, *, now: datetime) -> None:
    """The card on that person's screen; in quiet hours it waits for the morning, as all that is unasked."""
    if member.address is None:
        return
    key = lead_key(lead, member.id)
    outgoing = Outgoing(to=member.address, card=card, key=key, priority=Priority.NUDGE)
    uow.outbox.push(outgoing, idempotency_key=f"{key}:{now.isoformat()}", now=now)
    remember_card(uow, outgoing, now=now)


def lead_key(lead: Lead, member_id: int) -> str:
    """The lead's card on somebody's screen; having got it again, it is another one."""
    return f"lead:{lead.id}:{lead.passes}:{member_id}"


def plan_for_lead(uow: UnitOfWork, deps: Deps, lead: Lead) -> None:
    """Plan its ladder anew; a closed one has none."""
    uow.nudges.cancel(Subject.LEAD, lead.id)
    if lead.status is not LeadStatus.OPEN:
        return
    nudges = plan_lead_nudges(
        lead,
        leader_id=leader_of(uow, lead),
        rules=deps.playbook.leads,
        manners=deps.playbook.manners,
        calendar=deps.calendar,
    )
    for nudge in nudges:
        uow.nudges.plan(nudge)


def leader_of(uow: UnitOfWork, lead: Lead) -> int | None:
    """Who hears of it when it waits: the rep's supervisor, else an admin, for leads must not get lost."""
    rep = uow.members.get(lead.member_id) if lead.member_id is not None else None
    leader = uow.members.get(rep.supervisor_id) if rep and rep.supervisor_id is not None else None
    if leader and leader.active:
        return leader.id
    admins = (each for each in uow.members.of_role(Role.ADMIN) if each.active and each.address)
    return next((each.id for each in admins), None)


def describe_leads(uow: UnitOfWork, deps: Deps, leads: Iterable[Lead], *, now: datetime) -> list[LeadLine]:
    """Leads with their reps, and how long they have waited."""
    wanted = list(leads)
    reps = uow.open_items.members({each.member_id for each in wanted if each.member_id is not None})
    manners, calendar = deps.playbook.manners, deps.calendar
    return [
        LeadLine(
            lead=each,
            rep=reps[each.member_id].name if each.member_id is not None else "",
            waited=response_time(each, now=now, manners=manners, calendar=calendar),
        )
        for each in wanted
    ]
