"""Settles, when a record is saved, what was new in it; an empty one gets a kind word on what would help."""

from __future__ import annotations

from dataclasses import replace

from bot.domain.understanding import Field
from bot.domain.valid_updates import KNOWN_FOR, find_news
from bot.domain.visits import News, VisitRecord, VisitStatus
from handlers.context import Context
from handlers.ports import UnitOfWork


def judge_update(ctx: Context, record: VisitRecord) -> VisitRecord:
    """The record as it is to be saved: with the progress that was said, and with what it brought.

    A draft is not judged. What was known is what stood in other records at the time that this one was saved,
    so that correcting it later judges it by the same measure.
    """
    if record.status is not VisitStatus.SAVED or record.customer_id is None:
        return replace(record, news=None)
    at = record.saved_at or ctx.now
    earlier = ctx.uow.valid_updates.known_before(record, since=at - KNOWN_FOR, until=at)
    listed: list[str] = []
    # A person who was new in it is on the customer's list since; that must not be held against it.
    if News.CONTACT not in (record.news or ()):
        listed = [contact.name for contact in ctx.uow.contacts.of(record.customer_id)]
    said = record.facts.first(Field.PROGRESS)
    moved = (News.STAGE,) if News.STAGE in (record.news or ()) else ()
    return replace(
        record,
        progress=record.progress or (said.value if said else ""),
        news=(*find_news(record, earlier=earlier, contacts=listed), *moved),
    )


def count_stage_move(uow: UnitOfWork, record: VisitRecord) -> VisitRecord:
    """The saved record of which a deal moved to another stage, stored: that is news whatever else it says."""
    news = record.news or ()
    return uow.visits.save(replace(record, news=news if News.STAGE in news else (*news, News.STAGE)))


def update_hint(ctx: Context, record: VisitRecord) -> str | None:
    """One kind sentence where nothing in a saved record was new; else None."""
    return ctx.say("update.hint") if record.news == () else None
