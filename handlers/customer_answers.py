"""Asking a question with three answers: after a saved note or by a scene button; one tap answers it."""

from __future__ import annotations

from dataclasses import replace

from bot.domain.customers import Customer
from bot.domain.dialogs import Dialog
from bot.domain.errors import Stale
from bot.domain.messages import MAX_BUTTONS, Button, Card, Outgoing, Row
from bot.domain.three_options import CustomerAnswer, Question, next_question
from bot.domain.visits import VisitRecord, VisitStatus
from handlers.context import Context
from handlers.drafts import ANSWER_WINDOW
from handlers.finding import find_one_customer, visible_customer
from handlers.known_answers import answer_rows, scene_buttons, stages_of
from handlers.node_steps import is_words
from handlers.router import Router, read_id

router = Router()

QUESTION = "three"
"""How a record remembers that such a question came with it."""


def ask_after(ctx: Context, record: VisitRecord) -> tuple[VisitRecord, list[Outgoing]]:
    """At most one question on a saved note's customer, within the questions that a note may bring."""
    limit = ctx.deps.playbook.limits.questions_per_note
    if record.status is not VisitStatus.SAVED or record.customer_id is None or len(record.questions) >= limit:
        return record, []
    customer = ctx.uow.customers.get(record.customer_id)
    questions = ctx.uow.questions.active()
    if customer is None or not questions:
        return record, []
    answers = ctx.uow.customer_answers.of([customer.id])
    question = next_question(
        questions,
        answers,
        stages=stages_of(ctx, customer.id),
        industry=customer.industry,
        signals=record.facts.signals(),
    )
    if question is None:
        return record, []
    kept = ctx.uow.visits.save(replace(record, questions=(*record.questions, QUESTION)))
    return kept, [show_question(ctx, question, customer)]


def show_question(ctx: Context, question: Question, customer: Customer) -> Outgoing:
    """The three answers as buttons; a word that is one of them answers as well."""
    subject = f"{question.id}/{customer.id}"
    ctx.uow.dialogs.wait(
        Dialog(
            member_id=ctx.member.id,
            state="three.answer",
            subject=subject,
            expires_at=ctx.now + ANSWER_WINDOW,
        )
    )
    asked = question.text or ctx.say("three.ask", name=question.name)
    title = ctx.say("three.title", customer=customer.short_name, asked=asked)
    buttons = tuple(
        Button(label=option, action=f"three.set:{subject}={number}")
        for number, option in enumerate(question.options)
    )
    return ctx.show(Card(title=title, buttons=buttons), key=question_key(question.id, customer.id))


def question_key(question_id: int, customer_id: int) -> str:
    """The question's card on the screen."""
    return f"three:{question_id}:{customer_id}"


@router.command("三选", help="客户的三选一答案，也可以现在问", usage="客户")
def show_answers(ctx: Context) -> list[Outgoing]:
    """「三选 康联」: what is known, and a scene button for each question."""
    customer = find_one_customer(ctx, ctx.argument, action="three.of")
    return customer if isinstance(customer, list) else answers_of(ctx, customer)


@router.button("three.of")
def show_by_button(ctx: Context) -> list[Outgoing]:
    """The same of one of several."""
    return answers_of(ctx, visible_customer(ctx, ctx.argument))


def answers_of(ctx: Context, customer: Customer) -> list[Outgoing]:
    """The customer's answers with day and colleague; each question can be asked now."""
    questions = ctx.uow.questions.active()
    if not questions:
        return ctx.reply("three.nothing_to_ask")
    rows = answer_rows(ctx, customer.id)
    card = Card(
        title=ctx.say("three.of", customer=customer.short_name),
        rows=rows,
        buttons=tuple(scene_buttons(questions, customer.id, room=MAX_BUTTONS)),
        settled=True,
    )
    return [ctx.show(card)]


@router.button("three.ask")
def ask_now(ctx: Context) -> list[Outgoing]:
    """A scene button."""
    question, customer = subject_of(ctx, ctx.argument)
    return [show_question(ctx, question, customer)]


def subject_of(ctx: Context, subject: str) -> tuple[Question, Customer]:
    """The question and the customer behind a button; Stale where one is gone or out of sight."""
    question_id, _, customer_id = subject.partition("/")
    question = ctx.uow.questions.get(read_id(question_id))
    if question is None or not question.active:
        raise Stale
    return question, visible_customer(ctx, customer_id)


@router.button("three.set")
def answer_by_tap(ctx: Context) -> list[Outgoing]:
    """One of the three."""
    subject, _, number = ctx.argument.partition("=")
    question, customer = subject_of(ctx, subject)
    if number not in ("0", "1", "2"):
        raise Stale
    return keep_answer(ctx, question, customer, question.options[int(number)])


def is_answer(ctx: Context, subject: str) -> bool:
    """Whether the words are one of the three and nothing else."""
    question = ctx.uow.questions.get(read_id(subject.partition("/")[0]))
    return (
        is_words(ctx, subject)
        and bool(question)
        and ctx.text.strip() in (question.options if question else ())
    )


@router.waiting("three.answer", fits=is_answer)
def answer_by_words(ctx: Context) -> list[Outgoing]:
    """「已定」, typed or spoken."""
    question, customer = subject_of(ctx, ctx.argument)
    return keep_answer(ctx, question, customer, ctx.text.strip())


def keep_answer(ctx: Context, question: Question, customer: Customer, option: str) -> list[Outgoing]:
    """On the customer from now on, with who and when; another tap changes it."""
    answers = ctx.uow.customer_answers.of([customer.id])
    old = next((each for each in answers if each.question_id == question.id), None)
    ctx.uow.dialogs.stop(ctx.member.id)
    ctx.uow.customer_answers.save(
        CustomerAnswer(
            id=old.id if old else 0,
            question_id=question.id,
            customer_id=customer.id,
            option=option,
            member_id=ctx.member.id,
            answered_at=ctx.now,
        )
    )
    was = old.option if old and old.option != option else None
    card = Card(
        title=ctx.say("three.kept", customer=customer.short_name),
        rows=(Row(label=question.name, value=option, was=was),),
        buttons=(ctx.button("three.button.change", f"three.ask:{question.id}/{customer.id}"),),
        settled=True,
    )
    return [ctx.show(card, key=question_key(question.id, customer.id))]
