"""The names that a recogniser is primed with, likeliest first: a model has room for a few dozen only."""

from __future__ import annotations

from bot.domain.people import Member
from bot.domain.understanding import LexiconEntry
from handlers.ports import UnitOfWork

RECENT_CUSTOMERS = 8


def names_to_expect(uow: UnitOfWork, member: Member) -> tuple[str, ...]:
    """Spoken names of the member's latest customers and their people, then competitors, products and the rest."""
    lexicon = uow.lexicon(member)
    recent = [str(customer.id) for customer in uow.customers.recent(member.id, limit=RECENT_CUSTOMERS)]
    near = [entry for key in recent for entry in lexicon.customers if entry.key == key]
    people = [entry for key in recent for entry in lexicon.contacts if entry.belongs_to == key]
    entries = (*near, *people, *lexicon.competitors, *lexicon.products, *lexicon.customers, *lexicon.contacts)
    return tuple(dict.fromkeys(spoken_name(entry) for entry in entries))


def spoken_name(entry: LexiconEntry) -> str:
    """The name that people say: the longest alias (杭州康联 tells more than 康联), else the full name."""
    return max(entry.names[1:], key=len, default=entry.name)
