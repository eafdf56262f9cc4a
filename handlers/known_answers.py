"""What customers answered to questions with three answers, and which of them are still to be asked."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from bot.domain.messages import Button, Row
from bot.domain.three_options import Question
from handlers.context import Context


def stages_of(ctx: Context, customer_id: int) -> Collection[str]:
    """Where the customer's open deals stand."""
    return {deal.stage_key for deal in ctx.uow.opportunities.open_of(customer_id)}


def scene_buttons(questions: Sequence[Question], customer_id: int, *, room: int) -> list[Button]:
    """「预算」: each asks its question."""
    return [Button(label=each.name, action=f"three.ask:{each.id}/{customer_id}") for each in questions[:room]]


def unanswered(ctx: Context, customer_id: int) -> list[Question]:
    """The questions in use that fit the customer and have no answer."""
    questions, customer = ctx.uow.questions.active(), ctx.uow.customers.get(customer_id)
    if not questions or customer is None:
        return []
    known = {each.question_id for each in ctx.uow.customer_answers.of([customer_id])}
    stages = stages_of(ctx, customer_id)
    return [
        each
        for each in questions
        if each.id not in known and each.fits(stages=stages, industry=customer.industry, signals=each.signals)
    ]


def answer_rows(ctx: Context, customer_id: int) -> tuple[Row, ...]:
    """「预算：未定 · 11-19 周四 李明」, a line for each answer."""
    rows = []
    for answer in ctx.uow.customer_answers.of([customer_id]):
        question = ctx.uow.questions.get(answer.question_id)
        member = ctx.uow.members.get(answer.member_id)
        if question and member:
            day = ctx.deps.texts.near_day(answer.answered_at.date(), now=ctx.now)
            value = ctx.say("three.answered", option=answer.option, day=day, name=member.name)
            rows.append(Row(label=question.name, value=value))
    return tuple(rows)


def short_answers(ctx: Context, customer_id: int) -> str:
    """「预算未定、血压已测」: for the line about last time."""
    named = []
    for answer in ctx.uow.customer_answers.of([customer_id]):
        question = ctx.uow.questions.get(answer.question_id)
        if question and question.active:
            named.append(f"{question.name}{answer.option}")
    return ctx.say("visit.and").join(named)
