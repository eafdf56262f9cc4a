"""The people that the bot talks to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from bot.domain.messages import Address


class Role(StrEnum):
    """What a member may do; an admin may do all that a supervisor may, of every team."""

    REP = "rep"
    SUPERVISOR = "supervisor"
    ADMIN = "admin"


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """One of our colleagues; `addresses` are their accounts on the platforms, the first one is written to."""

    id: int
    name: str
    role: Role
    team: str = ""
    supervisor_id: int | None = None
    addresses: tuple[Address, ...] = ()
    active: bool = True

    @property
    def address(self) -> Address | None:
        """Where messages to this member go."""
        return self.addresses[0] if self.addresses else None

    def may_see(self, other: Member) -> bool:
        """Whether this member may read the other's records: own, own team as supervisor, all as admin."""
        if self.id == other.id or self.role is Role.ADMIN:
            return True
        return self.role is Role.SUPERVISOR and (
            other.supervisor_id == self.id or other.team == self.team != ""
        )


def find_loop(members: Mapping[int, Member], member_id: int, leader_id: int) -> tuple[Member, ...]:
    """The people from the leader up to the member, where the member stands above the leader already; else
    none.
    """
    way: dict[int, Member] = {}
    at: int | None = leader_id
    while at is not None and at in members and at not in way:
        way[at] = members[at]
        if at == member_id:
            return tuple(way.values())
        at = members[at].supervisor_id
    return ()
