"""Our colleagues and the accounts by which a message is known to be theirs."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import delete, insert

from bot.domain.messages import Address
from bot.domain.people import Member, Role
from storage.ledger import Ledger, Trail
from storage.tables import accounts, members


class Members:
    """Our colleagues. An account belongs to one member only: a second one's save fails."""

    def __init__(self, trail: Trail) -> None:
        self._trail = trail
        self.ledger = Ledger(
            trail=trail,
            noun="member",
            kind=Member,
            table=members,
            named=True,
            index=self._keep_accounts,
            unindex=self._drop_accounts,
        )

    def at(self, address: Address) -> Member | None:
        """Whose account this is."""
        owns = (accounts.c.platform == address.platform) & (accounts.c.user_id == address.user_id)
        query = self.ledger.query(owns).join(accounts, accounts.c.member_id == members.c.id)
        return self.ledger.first(query)

    def get(self, member_id: int) -> Member | None:
        """The member of that id."""
        return self.ledger.get(member_id)

    def named(self, name: str) -> Member | None:
        """The oldest active member of exactly that name, else the oldest inactive one."""
        query = self.ledger.query(members.c.name == name)
        return self.ledger.first(query.order_by(members.c.active.desc(), members.c.id))

    def of_role(self, role: Role) -> Sequence[Member]:
        """The active members of a role."""
        query = self.ledger.query(members.c.role == role, members.c.active)
        return self.ledger.all(query.order_by(members.c.id))

    def all(self) -> Sequence[Member]:
        """Every member, inactive ones too."""
        return self.ledger.all(self.ledger.query().order_by(members.c.id))

    def save(self, member: Member) -> Member:
        """Store a member."""
        return self.ledger.save(member)

    def _keep_accounts(self, member: Member) -> None:
        self._drop_accounts(member.id)
        for address in member.addresses:
            row = {"platform": address.platform, "user_id": address.user_id, "member_id": member.id}
            self._trail.connection.execute(insert(accounts).values(row))

    def _drop_accounts(self, member_id: int) -> None:
        self._trail.connection.execute(delete(accounts).where(accounts.c.member_id == member_id))
