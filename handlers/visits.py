"""Notes become drafts, and drafts become records with one tap."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date

from bot.domain.errors import Refusal, Stale
from bot.domain.messages import Card, Outgoing
from bot.domain.understanding import Field, Intent, VisitFacts
from bot.domain.visits import Quote, VisitRecord, VisitStatus, supplement
from handlers.context import Context
from handlers.drafts import own_record, rows_of, show_record
from handlers.process import follow_up, node_rows
from handlers.router import Router

router = Router()

_CHINESE = re.compile(r"[\u4e00-\u9fff]")


@router.intent(Intent.REPORT)
def take_note(ctx: Context) -> list[Outgoing]:
    """A dictated or typed note: a new draft for each customer, or more of the draft that is still warm."""
    refuse_long(ctx)
    visits = ctx.understanding.visits
    if not _CHINESE.search(ctx.text) and not any(each.first(Field.CUSTOMER) for each in visits):
        return ctx.reply("notes.no_words")
    warm = ctx.uow.visits.latest(ctx.member.id, since=ctx.now - ctx.deps.playbook.limits.merge_window)
    if warm and warm.status is VisitStatus.DRAFT and len(visits) == 1 and same_visit(ctx, warm, visits[0]):
        return join(ctx, warm)
    shown: list[Outgoing] = []
    for number, facts in enumerate(visits):
        key = ctx.note_key if number == 0 else f"{ctx.note_key}:{number}"
        shown += show_record(ctx, ctx.uow.visits.save(new_draft(ctx, facts, card_key=key)))
    return shown


@router.intent(Intent.SUPPLEMENT)
def add_to_note(ctx: Context) -> list[Outgoing]:
    """「补充 …」: more of the newest record of today, else a note of its own."""
    refuse_long(ctx)
    latest = ctx.uow.visits.latest(ctx.member.id, since=ctx.now - ctx.deps.playbook.limits.undo_window)
    if latest is None or latest.status is VisitStatus.DISCARDED:
        return take_note(ctx)
    return join(ctx, latest)


def refuse_long(ctx: Context) -> None:
    """Refuse a note beyond the limit, kindly."""
    limit = ctx.deps.playbook.limits.note_characters
    if len(ctx.text) > limit:
        raise Refusal("notes.too_long", count=len(ctx.text), limit=limit)


def new_draft(ctx: Context, facts: VisitFacts, *, card_key: str) -> VisitRecord:
    """The draft of one customer's part of a note."""
    event = facts.first(Field.EVENT_ON)
    return VisitRecord(
        id=0,
        member_id=ctx.member.id,
        status=VisitStatus.DRAFT,
        text=ctx.text,
        facts=facts,
        created_at=ctx.now,
        updated_at=ctx.now,
        happened_on=date.fromisoformat(event.value) if event else ctx.now.date(),
        customer_id=find_customer(ctx, facts),
        quotes=tuple(Quote.of(fact) for fact in facts.of(Field.QUOTE)),
        media_refs=(ctx.incoming.voice.media_ref,) if ctx.incoming.voice else (),
        card_key=card_key,
    )


def find_customer(ctx: Context, facts: VisitFacts) -> int | None:
    """The known customer that the words name; None where none or several fit."""
    fact = facts.first(Field.CUSTOMER)
    found = ctx.uow.customers.named(fact.value) if fact else ()
    return found[0].id if len(found) == 1 else None


def same_visit(ctx: Context, warm: VisitRecord, facts: VisitFacts) -> bool:
    """Whether a second note can belong to the warm draft: it names no customer, or the same one."""
    if facts.mentions or not facts.first(Field.CUSTOMER):
        return not facts.mentions
    customer_id = find_customer(ctx, facts)
    return warm.customer_id is None or customer_id == warm.customer_id


def join(ctx: Context, record: VisitRecord) -> list[Outgoing]:
    """Add this message to the record and show it anew below; the old card says where it went."""
    before, old_key = rows_of(ctx, record), record.card_key
    joined = supplement(record, ctx.text, ctx.understanding.visit, at=ctx.now)
    if joined.customer_id is None:
        joined = replace(joined, customer_id=find_customer(ctx, joined.facts))
    refs = (ctx.incoming.voice.media_ref,) if ctx.incoming.voice else ()
    joined = replace(joined, card_key=ctx.note_key, media_refs=(*record.media_refs, *refs))
    joined = ctx.uow.visits.save(joined)
    if joined.status is VisitStatus.SAVED:
        follow_up(ctx, joined)
    old = ctx.show(Card(title=ctx.say("notes.joined")), key=old_key)
    return [old, *show_record(ctx, joined, before=before, extra=node_rows(ctx, joined))]


@router.button("visit.confirm")
def confirm(ctx: Context) -> list[Outgoing]:
    """「确认」: the draft becomes a record, and the process starts to run."""
    record = own_record(ctx, ctx.argument)
    if record is None or record.status is not VisitStatus.DRAFT:
        raise Stale
    if record.customer_id is None:
        return show_record(ctx, replace(record, questions=("customer",)))
    ctx.uow.dialogs.stop(ctx.member.id)
    saved = replace(record, status=VisitStatus.SAVED, saved_at=ctx.now, updated_at=ctx.now)
    saved = ctx.uow.visits.save(saved)
    follow_up(ctx, saved)
    return show_record(ctx, saved, extra=node_rows(ctx, saved))


@router.button("visit.discard")
def discard(ctx: Context) -> list[Outgoing]:
    """「取消」: the draft is put away; 「撤销」 brings it back."""
    record = own_record(ctx, ctx.argument)
    if record is None or record.status is not VisitStatus.DRAFT:
        raise Stale
    ctx.uow.dialogs.stop(ctx.member.id)
    gone = replace(record, status=VisitStatus.DISCARDED, updated_at=ctx.now)
    return show_record(ctx, ctx.uow.visits.save(gone))
