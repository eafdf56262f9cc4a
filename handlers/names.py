"""The names that a recogniser is primed with, likeliest first: a model has room for a few dozen only."""

from __future__ import annotations

from bot.domain.people import Member
from bot.domain.understanding import LexiconEntry
from handlers.ports import UnitOfWork

RECENT_CUSTOMERS = 8


def names_to_expect(uow: UnitOfWork, member: Member) -> tuple[str, ...]:
    """Names as they are said: the latest customers and their people, competitors, other customers,
    products.
    """
    lexicon = uow.lexicon(member)
    recent = [str(customer.id) for customer in uow.customers.recent(member.id, limit=RECENT_CUSTOMERS)]
    near = [entry for key in recent for entry in lexicon.customers if entry.key == key]
    people = [entry for key in recent for entry in lexicon.contacts if entry.belongs_to == key]
    far = [entry for entry in lexicon.customers if entry.key not in recent]
    strangers = [entry for entry in lexicon.contacts if entry.belongs_to not in recent]
    names = [
        *map(clearest_name, near),
        *map(shortest_name, (*people, *lexicon.competitors)),
        *map(clearest_name, far),
        *map(shortest_name, (*lexicon.products, *strangers)),
    ]
    return tuple(dict.fromkeys(names))


def clearest_name(entry: LexiconEntry) -> str:
    """The longest alias, for 杭州康联 tells more than 康联; else the full name."""
    return max(entry.names[1:], key=len, default=entry.name)


def shortest_name(entry: LexiconEntry) -> str:
    """What is mostly said: 李经理 for 采购部李经理, 西门子 for 西门子工业."""
    return min(entry.names, key=len)
