"""Who stands in for whom, and whom somebody may see because of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from bot.domain.calendar import SHANGHAI
from bot.domain.leaves import deputies_on, find_receiver
from bot.domain.people import Member, Role
from handlers.context import Context
from handlers.ports import UnitOfWork


def deputies_at(uow: UnitOfWork, now: datetime) -> Mapping[int, int]:
    """Of everybody who is away today, who stands in."""
    day = now.astimezone(SHANGHAI).date()
    return deputies_on(day, uow.leaves.on(day))


def receiver_of(uow: UnitOfWork, member_id: int, *, now: datetime) -> Member | None:
    """Who gets today what is meant for that member: the member, or the deputy."""
    return uow.members.get(find_receiver(member_id, deputies_at(uow, now)))


def principals_of(uow: UnitOfWork, member: Member, *, now: datetime) -> tuple[Member, ...]:
    """The member, and everybody for whom the member stands in today."""
    deputies = deputies_at(uow, now)
    away = [member_id for member_id in deputies if find_receiver(member_id, deputies) == member.id]
    found = uow.open_items.members(away) if away else {}
    return (member, *(found[member_id] for member_id in away if member_id in found))


def acts_for(ctx: Context, member_id: int) -> bool:
    """Whether the sender is that member, or stands in for that member today."""
    if member_id == ctx.member.id:
        return True
    return find_receiver(member_id, deputies_at(ctx.uow, ctx.now)) == ctx.member.id


def may_see(ctx: Context, other: Member) -> bool:
    """Whether the sender may read the other's records, in person or standing in for a supervisor."""
    return any(each.may_see(other) for each in principals_of(ctx.uow, ctx.member, now=ctx.now))


def supervises(ctx: Context) -> bool:
    """Whether the sender is a supervisor or admin, or stands in for one today."""
    return any(each.role is not Role.REP for each in principals_of(ctx.uow, ctx.member, now=ctx.now))


def team_of(supervisors: Iterable[Member], members: Iterable[Member]) -> Sequence[Member]:
    """The colleagues whom these supervisors follow, without themselves; also who left, with open items."""
    leading = tuple(supervisors)
    own = {each.id for each in leading}
    return [
        member for member in members if member.id not in own and any(each.may_see(member) for each in leading)
    ]


def follows(supervisor: Member, member: Member) -> bool:
    """Whether this supervisor's digest is about that member; an admin's is about the admin's own people."""
    if supervisor.role is Role.ADMIN:
        return member.supervisor_id == supervisor.id
    return supervisor.may_see(member)
