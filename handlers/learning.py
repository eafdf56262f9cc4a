"""What a correction teaches: a name that the rep has put right is known from the next note on."""

from __future__ import annotations

from dataclasses import replace

from bot.domain.understanding import Field
from bot.domain.visits import VisitRecord
from handlers.context import Context

SHORTEST, LONGEST = 2, 16
"""Characters of a name that people say."""


def learn_name(ctx: Context, before: VisitRecord, after: VisitRecord) -> str | None:
    """Keep what was said as an alias of the customer that was meant; the sentence that tells the rep so.

    None where nothing is learnt: it is a name of some customer already, or nothing like this one's.
    """
    said = _named_with(before)
    if after.customer_id in (None, before.customer_id) or not SHORTEST <= len(said) <= LONGEST:
        return None
    customer = ctx.uow.customers.get(after.customer_id) if after.customer_id is not None else None
    if customer is None or ctx.uow.customers.named(said):
        return None
    if not any(ctx.deps.may_name(said, name) for name in (customer.name, *customer.aliases)):
        return None
    ctx.uow.customers.save(replace(customer, aliases=(*customer.aliases, said)))
    return ctx.say("visit.name_learnt", said=said, customer=customer.short_name)


def _named_with(record: VisitRecord) -> str:
    """The words by which the note named its customer."""
    mention = next((each for each in record.facts.mentions if each.field is Field.CUSTOMER), None)
    fact = mention or record.facts.first(Field.CUSTOMER)
    return fact.said.strip() if fact else ""
