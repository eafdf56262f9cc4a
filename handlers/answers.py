"""Answers to the bot's questions about a record, typed, spoken or tapped."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

from bot.domain.customers import Customer
from bot.domain.errors import Stale
from bot.domain.messages import Card, Outgoing
from bot.domain.understanding import Action, ActionKind, Fact, Field, Intent, Understanding
from bot.domain.visits import (
    VisitRecord,
    VisitStatus,
    append_literal,
    deadline_of,
    missing_fields,
    put_fact,
    supplement,
)
from handlers.context import Context
from handlers.drafts import own_record, rows_of, show_record
from handlers.learning import learn_name
from handlers.process import follow_up, node_rows
from handlers.router import Router, read_id
from handlers.visits import find_customer

router = Router()

TOPIC_CHARACTERS = 12


def answers_question(ctx: Context, subject: str) -> bool:
    """Whether words can be the answer: not a correction, a query, a thank-you or a whole new note."""
    record = own_record(ctx, subject.partition("/")[0])
    if record is None or record.status is not VisitStatus.DRAFT or ctx.speech_problem or not ctx.text.strip():
        return False
    if ctx.understanding.intent not in (Intent.REPORT, Intent.SUPPLEMENT):
        return False
    return not is_whole_note(ctx.understanding)


def is_whole_note(meaning: Understanding) -> bool:
    """Whether words are a note of their own: several customers, or a customer with something to do."""
    facts = meaning.visit
    return len(meaning.visits) > 1 or bool(facts.first(Field.CUSTOMER) and facts.actions)


def says_none(expression: str) -> Callable[[Context, str], bool]:
    """Whether words after the question for the next action are just these."""
    wanted = re.compile(expression)

    def fits(ctx: Context, subject: str) -> bool:
        visit_id, _, question = subject.partition("/")
        record = own_record(ctx, visit_id)
        asked = record is not None and record.status is VisitStatus.DRAFT and question == "next_action"
        return asked and bool(wanted.fullmatch(ctx.text.strip()))

    return fits


@router.waiting(
    "visit.answer",
    fits=says_none(
        r"([嗯哦,，\s]|暂时|目前|现在|应该|还|都)*(没有?|暂?无|不用|不需要)(了|啥|什么|安排|计划|下一步|[吧呢的。！!\s])*"
    ),
)
def take_none(ctx: Context) -> list[Outgoing]:
    """「暂时没有」: nothing follows, and no deed of that name either."""
    record = own_record(ctx, ctx.argument.partition("/")[0])
    if record is None:
        raise Stale
    told, _ = append_literal(record, ctx.text.strip())
    return show_below(ctx, record, replace(told, no_next_action=True))


@router.waiting("visit.answer", fits=answers_question)
def answer_question(ctx: Context) -> list[Outgoing]:
    """Words after a question: what they mean is added; where they mean nothing more they are taken as they
    are.
    """
    visit_id, _, question = ctx.argument.partition("/")
    record = own_record(ctx, visit_id)
    if record is None:
        raise Stale
    answered = supplement(record, ctx.text, ctx.understanding.visit, at=ctx.now)
    if question == "customer":
        answered = replace(answered, customer_id=find_customer(ctx, answered.facts))
    if question in missing_fields(answered):
        answered = take_literally(record, ctx.text.strip(), question)
        if question == "customer":
            answered = replace(answered, customer_id=find_customer(ctx, answered.facts))
    return show_below(ctx, record, answered)


def take_literally(record: VisitRecord, words: str, question: str) -> VisitRecord:
    """The record with the words themselves as the answer."""
    record, span = append_literal(record, words)
    if question == "next_action":
        action = Action(kind=ActionKind.OTHER, text=words, span=span, rule="answer.literal")
        return replace(record, facts=replace(record.facts, actions=(*record.facts.actions, action)))
    field = Field.TOPIC if question == "topic" else Field(question)
    value = words[:TOPIC_CHARACTERS] if field is Field.TOPIC else words
    return put_fact(record, Fact(field=field, value=value, span=span, said=words, rule="answer.literal"))


def show_below(ctx: Context, record: VisitRecord, changed: VisitRecord) -> list[Outgoing]:
    """Save the changed record and show it below as a new card; the old card points to it."""
    before = rows_of(ctx, record)
    changed, learnt = keep_changed(ctx, record, replace(changed, card_key=ctx.note_key))
    old = ctx.show(Card(title=ctx.say("notes.updated")), key=record.card_key)
    return [old, *show_record(ctx, changed, before=before, extra=node_rows(ctx, changed), note=learnt)]


@router.button("visit.set")
def set_by_tap(ctx: Context) -> list[Outgoing]:
    """A tapped answer or a tapped correction: `42/due=2026-11-27`."""
    target, _, value = ctx.argument.partition("=")
    visit_id, _, field = target.partition("/")
    record = own_record(ctx, visit_id)
    if record is None or record.status is VisitStatus.DISCARDED:
        raise Stale
    changed = tapped(ctx, record, field, value)
    if changed is None:
        raise Stale
    return show_in_place(ctx, record, changed)


def show_in_place(ctx: Context, record: VisitRecord, changed: VisitRecord) -> list[Outgoing]:
    """Save the changed record and update its card where it stands."""
    before = rows_of(ctx, record)
    changed, learnt = keep_changed(ctx, record, changed)
    return show_record(ctx, changed, before=before, extra=node_rows(ctx, changed), note=learnt)


def keep_changed(ctx: Context, record: VisitRecord, changed: VisitRecord) -> tuple[VisitRecord, str | None]:
    """Save the changed record with all that follows from it; also what there was to learn, as a sentence."""
    ctx.uow.dialogs.stop(ctx.member.id)
    saved = ctx.uow.visits.save(replace(changed, updated_at=ctx.now))
    if saved.status is VisitStatus.SAVED:
        follow_up(ctx, saved)
    return saved, learn_name(ctx, record, saved)


def tapped(ctx: Context, record: VisitRecord, field: str, value: str) -> VisitRecord | None:
    """The record with the tapped value; None where the value is no longer to be had."""
    if field == "customer":
        return _tap_customer(ctx, record, value)
    if field == "next_action":
        return _tap_action(ctx, record, value)
    if field == "due":
        return _tap_due(ctx, record, value)
    words = ctx.deps.texts.label("topic", value) if field == "topic" else value
    if field not in ("topic", "decision_maker") or not words:
        return None
    record, span = append_literal(record, words)
    return put_fact(record, Fact(field=Field(field), value=words, span=span, said=words, rule="tap"))


def _tap_customer(ctx: Context, record: VisitRecord, value: str) -> VisitRecord | None:
    customer = ctx.uow.customers.get(read_id(value))
    return settle_customer(record, customer) if customer else None


def settle_customer(record: VisitRecord, customer: Customer) -> VisitRecord:
    """The record with that customer; the words that named it stay its evidence, else the tapped name is."""
    mention = next((each for each in record.facts.mentions if each.field is Field.CUSTOMER), None)
    named = mention or record.facts.first(Field.CUSTOMER)
    if named and record.customer_id is None:
        span, said = named.span, named.said
    else:
        record, span = append_literal(record, customer.name)
        said = customer.name
    fact = Fact(field=Field.CUSTOMER, value=customer.name, span=span, said=said, rule="tap")
    return replace(put_fact(record, fact), customer_id=customer.id)


def _tap_action(ctx: Context, record: VisitRecord, value: str) -> VisitRecord | None:
    if value == "none":
        return replace(record, no_next_action=True, facts=replace(record.facts, actions=()))
    if value not in set(ActionKind):
        return None
    words = ctx.deps.texts.label("action", value)
    due = record.facts.actions[0].due if record.facts.actions else None
    record, span = append_literal(record, words)
    action = Action(kind=ActionKind(value), text=words, span=span, rule="tap", due=due)
    facts = replace(record.facts, actions=(action, *record.facts.actions[1:]))
    return replace(record, facts=facts, no_next_action=False)


def _tap_due(ctx: Context, record: VisitRecord, value: str) -> VisitRecord | None:
    if not record.facts.actions:
        return None
    record, span = append_literal(record, value)
    try:
        due = deadline_of(Fact(field=Field.DUE, value=value, span=span, said=value, rule="tap"))
    except ValueError:
        return None
    first, *others = record.facts.actions
    actions = (replace(first, due=due), *others)
    return replace(record, facts=replace(record.facts, actions=actions))


@router.button("visit.new_customer")
def create_customer(ctx: Context) -> list[Outgoing]:
    """「新建」: the name as said becomes a customer of this rep."""
    record = own_record(ctx, ctx.argument)
    fact = record.facts.first(Field.CUSTOMER) if record else None
    if record is None or fact is None or record.customer_id is not None:
        raise Stale
    customer = ctx.uow.customers.save(Customer(id=0, name=fact.value, owner_id=ctx.member.id))
    return show_in_place(ctx, record, settle_customer(record, customer))
