"""Leads with who is to get in touch, and the seals of the letters that brought them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import ColumnElement, delete, func, or_, select

from bot.domain.leads import Lead, LeadStatus
from storage.lead_tables import lead_seals, leads
from storage.ledger import Ledger, Trail
from storage.upserts import insert_into


class Leads:
    """Leads. One that was created by mistake is cancelled, never deleted: its source's id stays used."""

    def __init__(self, trail: Trail) -> None:
        self._trail = trail
        self.ledger = Ledger(
            trail=trail, noun="lead", kind=Lead, table=leads, locks=True, withdrawn=_withdraw
        )

    def get(self, lead_id: int) -> Lead | None:
        """The lead of that id, reserved until the transaction ends."""
        return self.ledger.get(lead_id)

    def sent_as(self, source_id: str) -> Lead | None:
        """The lead that its sender calls so."""
        return self.ledger.first(self.ledger.query(leads.c.source_id == source_id))

    def open_among(self, ids: Iterable[int]) -> Mapping[int, Lead]:
        """Those of the leads that nobody has been in touch with, by id; not reserved."""
        wanted = list(ids)
        if not wanted:
            return {}
        query = self.ledger.query(leads.c.id.in_(wanted), leads.c.status == LeadStatus.OPEN)
        return {lead.id: lead for lead in self.ledger.all(query)}

    def open_of(self, member_ids: Iterable[int], *, with_nobodys: bool = False) -> Sequence[Lead]:
        """The open leads of these members, and those of nobody where wanted, by their timer."""
        whose: ColumnElement[bool] = leads.c.member_id.in_(list(member_ids))
        if with_nobodys:
            whose = or_(whose, leads.c.member_id.is_(None))
        query = self.ledger.query(whose, leads.c.status == LeadStatus.OPEN)
        return self.ledger.all(query.order_by(leads.c.due_at, leads.c.id))

    def load(self) -> Mapping[int, int]:
        """How many open leads each member has."""
        query = (
            select(leads.c.member_id, func.count().label("leads"))
            .where(leads.c.status == LeadStatus.OPEN, leads.c.member_id.is_not(None))
            .group_by(leads.c.member_id)
        )
        return {row.member_id: row.leads for row in self._trail.connection.execute(query)}

    def latest(self) -> Mapping[int, datetime]:
        """When each member was last given a lead."""
        query = (
            select(leads.c.member_id, func.max(leads.c.allotted_at))
            .where(leads.c.member_id.is_not(None))
            .group_by(leads.c.member_id)
        )
        return {member_id: at for member_id, at in self._trail.connection.execute(query) if at}

    def allotted_since(self, moment: datetime, member_ids: Iterable[int]) -> Sequence[Lead]:
        """What these members were given since then, cancelled ones left out."""
        query = self.ledger.query(
            leads.c.allotted_at >= moment,
            leads.c.member_id.in_(list(member_ids)),
            leads.c.status != LeadStatus.CANCELLED,
        )
        return self.ledger.all(query.order_by(leads.c.id))

    def save(self, lead: Lead) -> Lead:
        """Store a lead."""
        return self.ledger.save(lead)

    def use_seal(self, seal: str, *, now: datetime, forget_before: datetime) -> bool:
        """Remember a letter's signature; False where it was used before. Older ones are forgotten."""
        connection = self._trail.connection
        connection.execute(delete(lead_seals).where(lead_seals.c.used_at < forget_before))
        new = insert_into(connection, lead_seals).values(seal=seal, used_at=now).on_conflict_do_nothing()
        return connection.execute(new.returning(lead_seals.c.seal)).first() is not None


def _withdraw(lead: Lead, _at: datetime) -> Lead:
    return replace(lead, status=LeadStatus.CANCELLED)
