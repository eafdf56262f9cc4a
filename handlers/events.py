"""What happens without words: people come and go, and messages come of kinds that nobody here reads."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from bot.domain.directory import Colleague
from bot.domain.messages import Address, Card, Kind, Outgoing
from bot.domain.people import Member, Role
from handlers.context import Context
from handlers.items import open_items
from handlers.ports import UnitOfWork
from handlers.router import Router
from prompts.nudges import list_card
from prompts.texts import Texts

router = Router()

GONE = "event.gone"
"""Our own: the directory does not know the account any more."""
LEFT = frozenset({"event.unsubscribe", "event.delete_user", GONE})
"""Events after which nobody can be reached under the account any more."""
SHOWN_ITEMS = 10


@router.when(lambda ctx: ctx.incoming.kind is Kind.EVENT and ctx.incoming.action in LEFT)
def let_go(ctx: Context) -> list[Outgoing]:
    """Somebody left: no reminders to them any more; what they had open is the supervisor's to hand on.

    Planned reminders stay: those to inactive members are never sent, those to the supervisor still are, and
    whoever comes back finds everything as it was.
    """
    items = open_items(ctx.uow, ctx.deps.playbook, ctx.member)
    ctx.uow.dialogs.stop(ctx.member.id)
    ctx.uow.members.save(replace(ctx.member, active=False))
    title = ctx.say("people.left", name=ctx.member.name, count=len(items))
    card = Card(title=title)
    if items:
        card = list_card(
            items[:SHOWN_ITEMS],
            title=title,
            texts=ctx.deps.texts,
            now=ctx.now,
            action="team.open:",
            more=len(items) - SHOWN_ITEMS,
        )
    key = f"left:{ctx.member.id}:{ctx.incoming.id}"
    told = [ctx.write(each, card, key=key) for each in _responsible(ctx.uow, ctx.member)]
    return [outgoing for outgoings in told for outgoing in outgoings]


@router.when(lambda ctx: (ctx.incoming.action or "").startswith("message."))
def explain_kinds(ctx: Context) -> list[Outgoing]:
    """A message of a kind that cannot be read: what to send instead."""
    return ctx.reply("notes.unknown_kind")


def take_in(colleague: Colleague, *, uow: UnitOfWork, texts: Texts, now: datetime) -> None:
    """Make somebody of the platform's directory a member, with the leader, and say hello; once."""
    member = uow.members.at(colleague.address)
    if member and member.active:
        return
    leader = _lead(colleague.leader, uow=uow) if colleague.leader else None
    base = member or Member(id=0, name=colleague.name, role=Role.REP, addresses=(colleague.address,))
    kept = replace(
        base,
        team=base.team or colleague.team,
        supervisor_id=leader.id if leader else base.supervisor_id,
        active=True,
    )
    kept = uow.members.save(kept)
    hello = texts.say("people.welcome", name=kept.name)
    if leader:
        line = texts.say("people.welcome_leader", leader=leader.name)
    else:
        line = texts.say("people.welcome_no_leader")
        _ask_admins(uow, texts, kept, now=now)
    once = f"welcome:{kept.id}:{now.isoformat()}"
    uow.outbox.push(Outgoing(to=colleague.address, text=f"{hello}\n{line}"), idempotency_key=once, now=now)


def _lead(leader: Colleague, *, uow: UnitOfWork) -> Member:
    """The leader as a member who may see the team."""
    known = uow.members.at(leader.address)
    if known is None:
        known = Member(id=0, name=leader.name, role=Role.SUPERVISOR, addresses=(leader.address,))
    elif known.active and known.role is not Role.REP:
        return known
    role = Role.SUPERVISOR if known.role is Role.REP else known.role
    return uow.members.save(replace(known, role=role, team=known.team or leader.team, active=True))


def _ask_admins(uow: UnitOfWork, texts: Texts, member: Member, *, now: datetime) -> None:
    """Nobody hears of what this member leaves undone, until an admin says who should."""
    text = texts.say("people.no_leader", name=member.name)
    for address in _addresses(uow.members.of_role(Role.ADMIN)):
        once = f"no-leader:{member.id}:{address}"
        uow.outbox.push(Outgoing(to=address, text=text), idempotency_key=once, now=now)


def _responsible(uow: UnitOfWork, member: Member) -> Sequence[Member]:
    """The member's supervisor, else the admins."""
    supervisor = uow.members.get(member.supervisor_id) if member.supervisor_id else None
    if supervisor and supervisor.active and supervisor.address:
        return (supervisor,)
    return [each for each in uow.members.of_role(Role.ADMIN) if each.id != member.id]


def _addresses(members: Sequence[Member]) -> list[Address]:
    return [member.address for member in members if member.address]
