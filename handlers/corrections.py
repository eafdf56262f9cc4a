"""Fixing and undoing: by one sentence, or in two taps."""

from __future__ import annotations

from dataclasses import replace

from bot.domain.dialogs import Dialog
from bot.domain.errors import Refusal, Stale
from bot.domain.messages import MAX_BUTTONS, Button, Card, Kind, Outgoing
from bot.domain.understanding import Field, Intent, VisitFacts
from bot.domain.visits import VisitRecord, VisitStatus, correct
from handlers.answers import is_whole_note, show_below, take_literally
from handlers.context import Context
from handlers.drafts import (
    ANSWER_WINDOW,
    action_buttons,
    customer_name,
    likely_days,
    own_record,
    rows_of,
    show_record,
    title_of,
)
from handlers.process import node_rows, replan_after
from handlers.router import Router
from handlers.visits import find_customer
from prompts.cards import visit_card

router = Router()

EDITABLE = ("customer", "topic", "decision_maker", "next_action", "due")


@router.pattern(r"(客户)?原话.{0,4}(改|换)|(改|换).{0,3}原话")
def refuse_quote_edit(ctx: Context) -> list[Outgoing]:
    """The customer's own words are evidence."""
    return ctx.reply("visit.quote_locked")


@router.intent(Intent.CORRECTION)
def correct_by_words(ctx: Context) -> list[Outgoing]:
    """「不对，是这周五」: only the fields that are named change, old → new."""
    window = ctx.deps.playbook.limits.correction_window
    record = ctx.uow.visits.latest(ctx.member.id, since=ctx.now - window)
    if record is None or record.status is VisitStatus.DISCARDED:
        return ctx.reply("notes.nothing_to_correct")
    return apply_correction(ctx, record, ctx.understanding.visit, text=ctx.text)


def apply_correction(ctx: Context, record: VisitRecord, facts: VisitFacts, *, text: str) -> list[Outgoing]:
    """Put the corrected fields in place and show the record below."""
    if not facts.facts and not facts.actions:
        return ctx.reply("notes.correction_unclear")
    corrected = correct(record, text, facts, at=ctx.now)
    if corrected.facts == record.facts:
        return ctx.reply("notes.correction_unclear")
    if corrected.facts.first(Field.CUSTOMER) != record.facts.first(Field.CUSTOMER):
        corrected = replace(corrected, customer_id=find_customer(ctx, corrected.facts))
        if record.status is VisitStatus.SAVED and corrected.customer_id is None:
            corrected = replace(corrected, status=VisitStatus.DRAFT, saved_at=None)
    return show_below(ctx, record, corrected)


@router.command("撤销", "撤回", "取消上一步", help="撤销上一步，24 小时内有效")
def undo_by_words(ctx: Context) -> list[Outgoing]:
    """Take back the last change; a second one goes one step further."""
    return undo(ctx)


@router.intent(Intent.UNDO)
def undo_by_sentence(ctx: Context) -> list[Outgoing]:
    """The same in other words."""
    return undo(ctx)


@router.button("visit.undo")
def undo_by_button(ctx: Context) -> list[Outgoing]:
    """The card's own undo: only while the card shows the newest state."""
    visit_id, _, stamp = ctx.argument.partition("@")
    record = own_record(ctx, visit_id)
    if record is None or str(int(record.updated_at.timestamp() * 1000)) != stamp:
        raise Stale
    return undo(ctx)


def undo(ctx: Context) -> list[Outgoing]:
    """Restore what the member's newest message changed, reminders included, and show what it is now."""
    since = ctx.now - ctx.deps.playbook.limits.undo_window
    ahead = ctx.uow.changes.newest(ctx.member.id, since=since)
    touched = dict.fromkeys(change.noun_id for change in ahead if change.noun == "visit")
    on_screen = [record for record in map(ctx.uow.visits.get, touched) if record]
    changes = list(ctx.uow.changes.undo_last(ctx.member.id, since=since, now=ctx.now))
    if not changes:
        return ctx.reply("visit.nothing_to_undo")
    ctx.uow.dialogs.stop(ctx.member.id)
    replan_after(ctx, changes)
    shown = [message for old in on_screen for message in show_undone(ctx, old)]
    return shown or ctx.reply("visit.undone_other")


def show_undone(ctx: Context, old: VisitRecord) -> list[Outgoing]:
    """The record as it is again; after typed words below the old card, after a button in its place."""
    key = old.card_key
    closing: list[Outgoing] = []
    if ctx.incoming.kind is not Kind.BUTTON:
        closing = [ctx.show(Card(title=ctx.say("notes.updated")), key=key)]
        key = f"{ctx.note_key}:{old.id}"
    ctx.uow.visits.show_at(old.id, key)
    record = ctx.uow.visits.get(old.id)
    if record is None:
        return closing
    note = ctx.say("visit.undone")
    return [
        *closing,
        *show_record(ctx, record, before=rows_of(ctx, old), extra=node_rows(ctx, record), note=note),
    ]


@router.button("visit.edit")
def choose_field(ctx: Context) -> list[Outgoing]:
    """「修改」: which field?"""
    record = editable_record(ctx, ctx.argument)
    buttons = [
        Button(label=ctx.deps.texts.label("field", field), action=f"visit.field:{record.id}/{field}")
        for field in EDITABLE
    ]
    return ask_on_card(ctx, record, buttons, note=ctx.say("ask.field"))


@router.button("visit.show")
def show_again(ctx: Context) -> list[Outgoing]:
    """「返回」: the card as it was."""
    record = editable_record(ctx, ctx.argument)
    ctx.uow.dialogs.stop(ctx.member.id)
    return show_record(ctx, record, extra=node_rows(ctx, record))


@router.button("visit.field")
def choose_value(ctx: Context) -> list[Outgoing]:
    """Candidates for one field; words do as well."""
    visit_id, _, field = ctx.argument.partition("/")
    record = editable_record(ctx, visit_id)
    if field == "quote":
        raise Refusal("visit.quote_locked")
    if field not in EDITABLE:
        raise Stale
    ctx.uow.dialogs.wait(
        Dialog(
            member_id=ctx.member.id,
            state="visit.value",
            subject=f"{record.id}/{field}",
            expires_at=ctx.now + ANSWER_WINDOW,
        )
    )
    note = ctx.say("ask.value", field=ctx.deps.texts.label("field", field))
    return ask_on_card(ctx, record, value_buttons(ctx, record, field), note=note)


def editable_record(ctx: Context, visit_id: str) -> VisitRecord:
    """The member's own record, draft or saved; else Stale."""
    record = own_record(ctx, visit_id)
    if record is None or record.status is VisitStatus.DISCARDED:
        raise Stale
    return record


def ask_on_card(ctx: Context, record: VisitRecord, buttons: list[Button], *, note: str) -> list[Outgoing]:
    """The record's card with other buttons and 「返回」."""
    back = ctx.button("visit.button.back", f"visit.show:{record.id}")
    card = visit_card(
        record,
        customer=customer_name(ctx, record),
        texts=ctx.deps.texts,
        title=title_of(ctx, record),
        buttons=[*buttons[: MAX_BUTTONS - 1], back],
        note=note,
    )
    return [ctx.show(card, key=record.card_key)]


def value_buttons(ctx: Context, record: VisitRecord, field: str) -> list[Button]:
    """The likeliest values of a field."""
    target = f"visit.set:{record.id}/{field}"
    if field == "customer":
        recent = ctx.uow.customers.recent(ctx.member.id, limit=5)
        return [Button(label=each.short_name, action=f"{target}={each.id}") for each in recent]
    if field == "next_action":
        return action_buttons(ctx, record)
    if field == "due":
        return [
            Button(label=ctx.deps.texts.day(day), action=f"{target}={day.isoformat()}")
            for day in likely_days(ctx)
        ]
    if field == "topic":
        keys = ("need", "quotation", "demo", "contract", "service")
        return [Button(label=ctx.deps.texts.label("topic", key), action=f"{target}={key}") for key in keys]
    contacts = ctx.uow.contacts.of(record.customer_id) if record.customer_id is not None else ()
    return [Button(label=each.name, action=f"{target}={each.name}") for each in contacts]


def gives_value(ctx: Context, subject: str) -> bool:
    """Whether words can be the new value: not a whole new note."""
    return (
        bool(ctx.text.strip())
        and not ctx.speech_problem
        and own_record(ctx, subject.partition("/")[0]) is not None
        and not is_whole_note(ctx.understanding)
    )


def names_day(ctx: Context, subject: str) -> bool:
    """Whether words name a day and nothing else that a note is made of."""
    return gives_value(ctx, subject) and bool(meant_for(ctx, "due").facts)


@router.waiting("visit.due", fits=names_day)
def take_day(ctx: Context) -> list[Outgoing]:
    """A day in words after 「什么时候之前」."""
    return take_value(ctx)


@router.waiting("visit.value", fits=gives_value)
def take_value(ctx: Context) -> list[Outgoing]:
    """The new value in words: read as a correction of that field, else taken as it is."""
    visit_id, _, field = ctx.argument.partition("/")
    record = editable_record(ctx, visit_id)
    if ctx.understanding.intent is Intent.CORRECTION:
        return correct_by_words(ctx)
    meant = meant_for(ctx, field)
    if meant.facts or meant.actions:
        return apply_correction(ctx, record, meant, text=ctx.text)
    if field == "due":
        return ctx.reply("ask.day")
    return show_below(ctx, record, take_literally(without(record, field), ctx.text.strip(), field))


def meant_for(ctx: Context, field: str) -> VisitFacts:
    """What the words mean as a new value of that field: they are read as the correction that they are."""
    prefix = ctx.say(f"answer.prefix_{field}")
    lexicon = ctx.uow.lexicon(ctx.member)
    meant = ctx.deps.understand(prefix + ctx.text, now=ctx.now, lexicon=lexicon).visit
    return behind(meant, len(prefix), field).shifted(-len(prefix))


def without(record: VisitRecord, field: str) -> VisitRecord:
    """The record without its first next action, where that is the field to be replaced."""
    if field != "next_action":
        return record
    return replace(record, facts=replace(record.facts, actions=record.facts.actions[1:]))


def behind(facts: VisitFacts, start: int, field: str) -> VisitFacts:
    """Only the facts of that field whose words begin at `start` or later."""
    actions = facts.actions if field == "next_action" else ()
    kept = facts.facts if field != "next_action" else ()
    return VisitFacts(
        facts=tuple(each for each in kept if each.span.start >= start and each.field == field),
        actions=tuple(each for each in actions if each.span.start >= start),
    )
