"""The people that the bot talks to."""

from __future__ import annotations

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
