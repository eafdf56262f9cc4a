"""What the company knows by name, as far as a member may see it; read once a version of the company."""

from __future__ import annotations

from sqlalchemy import ColumnElement, Connection, Table, Text, cast, or_, select, true

from bot.domain.people import Member, Role
from bot.domain.understanding import Lexicon, LexiconEntry
from storage.codec import from_json
from storage.queue_tables import counters
from storage.tables import competitors, contacts, customers, members, products
from storage.upserts import insert_into

COMPANY = "company"

Cache = dict[tuple[str, str], tuple[int, Lexicon]]
"""The lexicon of each scope with the company version that it was read at."""


def read_lexicon(connection: Connection, member: Member, *, cache: Cache, names_changed: bool) -> Lexicon:
    """The names that `member` may see; the same object until a name of the company changes.

    A rep sees the customers of the own team and those without an owner, a supervisor and an admin see all.
    `names_changed` tells that this very transaction wrote names: what it reads may still be rolled back, so
    it is not shared.
    """
    scope = _scope_of(member)
    if names_changed:
        return _load(connection, scope)
    version = connection.execute(select(counters.c.value).where(counters.c.name == COMPANY)).scalar() or 0
    known = cache.get(scope)
    if known and known[0] == version:
        return known[1]
    lexicon = _load(connection, scope)
    cache[scope] = (version, lexicon)
    return lexicon


def bump_company_version(connection: Connection) -> None:
    """Make every cached lexicon old, once this transaction commits."""
    new = insert_into(connection, counters).values(name=COMPANY, value=1)
    connection.execute(
        new.on_conflict_do_update(index_elements=[counters.c.name], set_={"value": counters.c.value + 1})
    )


def _scope_of(member: Member) -> tuple[str, str]:
    if member.role is not Role.REP:
        return ("all", "")
    return ("team", member.team) if member.team else ("own", str(member.id))


def _visible(scope: tuple[str, str]) -> ColumnElement[bool]:
    match scope:
        case ("team", team):
            of_team = select(members.c.id).where(members.c.team == team)
            return or_(customers.c.owner_id.is_(None), customers.c.owner_id.in_(of_team))
        case ("own", member_id):
            return or_(customers.c.owner_id.is_(None), customers.c.owner_id == int(member_id))
        case _:
            return true()


def _load(connection: Connection, scope: tuple[str, str]) -> Lexicon:
    visible = _visible(scope)
    people = connection.execute(
        select(contacts.c.id, contacts.c.name, contacts.c.department, contacts.c.customer_id)
        .join(customers, customers.c.id == contacts.c.customer_id)
        .where(contacts.c.active, visible)
        .order_by(contacts.c.id)
    )
    colleagues = connection.execute(
        select(members.c.id, members.c.name).where(members.c.active).order_by(members.c.id)
    )
    return Lexicon(
        customers=_load_names(connection, customers, visible),
        contacts=tuple(
            LexiconEntry(key=str(key), names=_spoken_names(name, department), belongs_to=str(customer_id))
            for key, name, department, customer_id in people.all()
        ),
        competitors=_load_names(connection, competitors, true()),
        products=_load_names(connection, products, true()),
        colleagues=tuple(LexiconEntry(key=str(key), names=(name,)) for key, name in colleagues),
    )


def _load_names(
    connection: Connection, table: Table, wanted: ColumnElement[bool]
) -> tuple[LexiconEntry, ...]:
    query = select(table.c.id, table.c.name, cast(table.c.aliases, Text)).where(wanted)
    rows = connection.execute(query.order_by(table.c.id)).all()
    # One reading of all aliases takes a fifth of the time of one a row, with thousands of customers.
    all_aliases = from_json(tuple[tuple[str, ...], ...], f"[{','.join(row[2] for row in rows)}]")
    return tuple(
        LexiconEntry(key=str(key), names=_distinct(name, aliases))
        for (key, name, _), aliases in zip(rows, all_aliases, strict=True)
    )


def _distinct(name: str, aliases: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys((name, *aliases))) if name in aliases else (name, *aliases)


def _spoken_names(name: str, department: str) -> tuple[str, ...]:
    """The name, and with the department in front as reps say it."""
    return (name, department + name) if department and not name.startswith(department) else (name,)
