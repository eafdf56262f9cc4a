"""Taking a company's lists into the database: all or nothing, and the same again when repeated."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import TypeVar

from bot.domain.calendar import SHANGHAI
from bot.domain.customers import Contact, Customer
from bot.domain.messages import Address
from bot.domain.opportunities import Opportunity
from bot.domain.people import Member
from bot.domain.talk_tracks import TalkTrack
from storage.company import KnownName
from storage.company_lists import (
    CompanyLists,
    ContactEntry,
    CustomerEntry,
    OpportunityEntry,
    PersonEntry,
    TalkTrackEntry,
    read_company,
)
from storage.database import Database
from storage.unit_of_work import UnitOfWork

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportCounts:
    """How many entries of each list were taken in, known ones included."""

    people: int
    customers: int
    competitors: int
    products: int
    talk_tracks: int


def import_company(database: Database, source: Path, now: datetime) -> ImportCounts:
    """Take a file or folder of lists in, all or nothing; raises ConfigError naming file, line and reason."""
    lists = read_company(source)
    with database.unit_of_work(f"import:{now.isoformat()}", now) as uow:
        return apply_company(uow, lists, now=now)


def apply_company(uow: UnitOfWork, lists: CompanyLists, *, now: datetime) -> ImportCounts:
    """Store the lists in an open transaction; raises ConfigError, after which it must not be committed.

    An entry is known by its name (a contact or deal by customer and name, a talk-track by scene and title): a
    known one is changed, and nothing is stored twice. Aliases and accounts that were added in chat stay.
    """
    _save_people(uow, lists)
    for found in lists.tables["customers"]:
        _save_customer(uow, found.entry, now=now, refuse=partial(lists.refuse, found.place))
    for table, repository in (("competitors", uow.competitors), ("products", uow.products)):
        known = {one.name: one for one in repository.all()}
        for found in lists.tables[table]:
            old = known.get(found.entry.name)
            aliases = _joined(found.entry.aliases, old.aliases if old else ())
            repository.save(KnownName(name=found.entry.name, aliases=aliases))
    for found in lists.tables["talk_tracks"]:
        _save_talk_track(uow, found.entry)
    lists.raise_errors()
    return ImportCounts(**{table: len(entries) for table, entries in lists.tables.items()})


def _save_people(uow: UnitOfWork, lists: CompanyLists) -> None:
    for found in lists.tables["people"]:
        entry: PersonEntry = found.entry
        old = uow.members.named(entry.name)
        addresses = tuple(_address(account) for account in entry.addresses)
        taken = [holder for holder in map(uow.members.at, addresses) if holder and holder.name != entry.name]
        if taken:
            lists.refuse(found.place, f"addresses: one belongs to {taken[0].name}")
            continue
        new = Member(
            id=old.id if old else 0,
            name=entry.name,
            role=entry.role,
            team=entry.team,
            supervisor_id=old.supervisor_id if old else None,
            addresses=_joined(addresses, old.addresses if old else ()),
            active=entry.active,
        )
        uow.members.save(new)
    # Supervisors by name only now: they may stand further down.
    for found in lists.tables["people"]:
        entry = found.entry
        member = uow.members.named(entry.name)
        if member is None or entry.supervisor is None:
            continue
        supervisor = uow.members.named(entry.supervisor)
        if supervisor is None:
            lists.refuse(found.place, f"supervisor: nobody is called {entry.supervisor}")
        else:
            uow.members.save(replace(member, supervisor_id=supervisor.id))


def _save_customer(
    uow: UnitOfWork, entry: CustomerEntry, *, now: datetime, refuse: Callable[[str], None]
) -> None:
    old = next((known for known in uow.customers.named(entry.name) if known.name == entry.name), None)
    owner_id = old.owner_id if old else None
    if entry.owner is not None:
        owner = uow.members.named(entry.owner)
        if owner is None:
            refuse(f"owner: nobody is called {entry.owner}")
            return
        owner_id = owner.id
    customer = uow.customers.save(
        Customer(
            id=old.id if old else 0,
            name=entry.name,
            aliases=_joined(entry.aliases, old.aliases if old else ()),
            industry=entry.industry or (old.industry if old else ""),
            owner_id=owner_id,
        )
    )
    people = uow.contacts.of(customer.id)
    for contact in entry.contacts:
        _save_contact(uow, contact, customer_id=customer.id, known=people)
    deals = uow.opportunities.of(customer.id)
    for deal in entry.opportunities:
        _save_opportunity(uow, deal, customer=customer, known=deals, now=now, refuse=refuse)


def _save_contact(
    uow: UnitOfWork, entry: ContactEntry, *, customer_id: int, known: Sequence[Contact]
) -> None:
    same = [one for one in known if (one.name, one.department) == (entry.name, entry.department)]
    old = same[0] if same else None
    uow.contacts.save(
        Contact(
            id=old.id if old else 0,
            customer_id=customer_id,
            name=entry.name,
            title=entry.title or (old.title if old else ""),
            department=entry.department,
            role=entry.role or (old.role if old else None),
            active=entry.active,
        )
    )


def _save_opportunity(
    uow: UnitOfWork,
    entry: OpportunityEntry,
    *,
    customer: Customer,
    known: Sequence[Opportunity],
    now: datetime,
    refuse: Callable[[str], None],
) -> None:
    old = next((deal for deal in known if deal.title == entry.title), None)
    owner = uow.members.named(entry.owner) if entry.owner else None
    owner_id = owner.id if owner else customer.owner_id
    if owner_id is None or (entry.owner and owner is None):
        refuse(f"opportunities: {entry.title} has no owner that is known")
        return
    if entry.stage_entered_on:
        entered_at = datetime.combine(entry.stage_entered_on, datetime.min.time(), tzinfo=SHANGHAI)
    else:
        entered_at = now - timedelta(days=entry.days_in_stage)
    if old and old.stage_key == entry.stage:
        entered_at = old.stage_entered_at
    uow.opportunities.save(
        Opportunity(
            id=old.id if old else 0,
            customer_id=customer.id,
            owner_id=owner_id,
            title=entry.title,
            stage_key=entry.stage,
            stage_entered_at=entered_at,
            amount=entry.amount,
            status=entry.status,
            lost_reason=entry.lost_reason,
        )
    )


def _save_talk_track(uow: UnitOfWork, entry: TalkTrackEntry) -> None:
    old = uow.talk_tracks.titled(entry.scene, entry.title)
    uow.talk_tracks.save(
        TalkTrack(
            id=old.id if old else 0,
            scene=entry.scene,
            title=entry.title,
            text=entry.text,
            signals=entry.signals,
            node_keys=entry.node_keys,
            active=entry.active,
        )
    )


def _address(account: str) -> Address:
    platform, _, user_id = account.partition(":")
    return Address(platform=platform, user_id=user_id)


def _joined(first: Sequence[T], second: Sequence[T]) -> tuple[T, ...]:
    return tuple(dict.fromkeys((*first, *second)))
