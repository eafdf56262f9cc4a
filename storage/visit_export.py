"""Visit records as rows of a list, for people who work with tables."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, Row, select

from bot.domain.understanding import Field, VisitFacts
from bot.domain.visits import Quote, VisitStatus
from storage.tables import customers, members, visits
from storage.transactions import Transactions

PAGE = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportRow:
    """One saved record in words: names instead of ids, and whatever may be said more than once as a tuple.

    A deadline stands at the same place of `due` as its action in `actions`; empty if none was said.
    """

    number: str
    happened_on: date
    saved_at: datetime | None
    backfilled: bool
    rep: str
    team: str
    customer: str
    topic: str
    progress: str
    contacts: tuple[str, ...]
    decision_makers: tuple[str, ...]
    competitors: tuple[str, ...]
    products: tuple[str, ...]
    amounts: tuple[str, ...]
    signals: tuple[str, ...]
    actions: tuple[str, ...]
    due: tuple[str, ...]
    quotes: tuple[str, ...]
    text: str


def export_rows(
    database: Transactions,
    *,
    since: date,
    until: date | None = None,
    member_ids: Sequence[int] | None = None,
) -> Iterator[ExportRow]:
    """Saved records visited from `since` to `until`, oldest first; only those of `member_ids` where given.

    Private records are never among them. Rows come page by page, so that a long history needs little memory.
    """
    wanted = [
        visits.c.status == VisitStatus.SAVED,
        visits.c.private.is_(False),
        visits.c.happened_on >= since,
    ]
    if until is not None:
        wanted.append(visits.c.happened_on <= until)
    if member_ids is not None:
        wanted.append(visits.c.member_id.in_(member_ids))
    last: Row[tuple[object, ...]] | None = None
    while True:
        page = _page(database, wanted, after=last)
        yield from (_row(row) for row in page)
        if len(page) < PAGE:
            return
        last = page[-1]


def _page(
    database: Transactions, wanted: Sequence[ColumnElement[bool]], *, after: Row[tuple[object, ...]] | None
) -> Sequence[Row[tuple[object, ...]]]:
    query = (
        select(visits, members.c.name.label("rep"), members.c.team, customers.c.name.label("customer"))
        .join(members, members.c.id == visits.c.member_id)
        .outerjoin(customers, customers.c.id == visits.c.customer_id)
        .where(*wanted)
    )
    if after is not None:
        day, number = after._mapping["happened_on"], after._mapping["id"]
        same_day = (visits.c.happened_on == day) & (visits.c.id > number)
        query = query.where((visits.c.happened_on > day) | same_day)
    with database.read() as connection:
        return connection.execute(query.order_by(visits.c.happened_on, visits.c.id).limit(PAGE)).all()


def _row(row: Row[tuple[object, ...]]) -> ExportRow:
    record = row._mapping
    facts: VisitFacts = record["facts"]
    topic = facts.first(Field.TOPIC)
    quotes: tuple[Quote, ...] = record["quotes"]
    return ExportRow(
        number=f"V{record['id']}",
        happened_on=record["happened_on"],
        saved_at=record["saved_at"],
        backfilled=record["happened_on"] < record["created_at"].date(),
        rep=record["rep"],
        team=record["team"],
        customer=record["customer"] or "",
        topic=topic.value if topic else "",
        progress=record["progress"],
        contacts=_values(facts, Field.CONTACT),
        decision_makers=_values(facts, Field.DECISION_MAKER),
        competitors=_values(facts, Field.COMPETITOR),
        products=_values(facts, Field.PRODUCT),
        amounts=_values(facts, Field.AMOUNT),
        signals=_values(facts, Field.SIGNAL),
        actions=tuple(action.text for action in facts.actions),
        due=tuple(action.due.iso() if action.due else "" for action in facts.actions),
        quotes=tuple(quote.text for quote in quotes),
        text=record["text"],
    )


def _values(facts: VisitFacts, field: Field) -> tuple[str, ...]:
    return tuple(dict.fromkeys(fact.value for fact in facts.of(field)))
