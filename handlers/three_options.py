"""「/三选」: admins define, change, list and retire the questions with three answers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bot.domain.errors import Refusal
from bot.domain.messages import Card, Outgoing, Row
from bot.domain.people import Role
from bot.domain.three_options import NAME_CHARACTERS, OPTION_CHARACTERS, Question, Written, read_question
from bot.domain.understanding import Signal
from handlers.context import Context
from handlers.library_words import author_name, raw_argument
from handlers.router import Router, read_id

router = Router()

MOST_QUESTIONS = 20
SHOWN_VERSIONS = 8


@router.command("/三选 停用", help="不再问这个三选一问题，答案都留着", role=Role.ADMIN, usage="名称或编号")
def retire_question(ctx: Context) -> list[Outgoing]:
    """「/三选 停用 预算」; defining it once more brings it back."""
    question = find_question(ctx, raw_argument(ctx))
    if not question.active:
        raise Refusal("three.retired_already", name=question.name)
    ctx.uow.questions.save(replace(question, active=False))
    return ctx.reply("three.retired", name=question.name)


@router.command("/三选 历史", help="一个三选一问题改过什么", role=Role.ADMIN, usage="名称或编号")
def show_versions(ctx: Context) -> list[Outgoing]:
    """Who set it to what and when, the newest first; what was undone is marked."""
    question = find_question(ctx, raw_argument(ctx))
    changes = [each for each in ctx.uow.changes.of("three_option", question.id) if not each.undone_at]
    rows = tuple(
        Row(
            label=f"v{number} {ctx.deps.texts.moment(each.at, now=ctx.now)}",
            value=author_name(ctx, each.member_id),
        )
        for number, each in enumerate(changes, 1)
    )[-SHOWN_VERSIONS:]
    title = ctx.say("three.history", name=question.name)
    return [ctx.show(Card(title=title, rows=(*question_rows(ctx, question), *reversed(rows))))]


@router.command(
    "/三选",
    help="定一个三选一问题，记在客户上；单独发看全部",
    role=Role.ADMIN,
    usage="预算：已定/未定/不愿说 @阶段|行业|信号",
)
def define_question(ctx: Context) -> list[Outgoing]:
    """「/三选 预算：已定/未定/不愿说 @报价谈判」; the same name changes it, alone it is the list."""
    words = raw_argument(ctx, words=1)
    if not words:
        return list_questions(ctx)
    written = read_question(words)
    if written is None:
        raise Refusal("three.usage", name=NAME_CHARACTERS, option=OPTION_CHARACTERS)
    old = ctx.uow.questions.named(written.name)
    if old is None and len(ctx.uow.questions.active()) >= MOST_QUESTIONS:
        raise Refusal("three.too_many", limit=MOST_QUESTIONS)
    base = old or Question(id=0, name=written.name, options=written.options)
    question = ctx.uow.questions.save(
        scoped(ctx, replace(base, options=written.options, active=True), written)
    )
    key = "three.changed" if old and old.active else "three.defined"
    rows = question_rows(ctx, question, before=old if old and old.active else None)
    return [ctx.show(Card(title=ctx.say(key, number=question.id, name=question.name), rows=rows))]


def scoped(ctx: Context, question: Question, written: Written) -> Question:
    """The question with what stands behind @: a stage, a signal, or an industry of our customers."""
    stage_key, industries, signals = "", [], set()
    by_label = {ctx.deps.texts.label("signal", each): each for each in Signal}
    known = set(ctx.uow.customers.industries())
    for scope in written.scopes:
        stage = ctx.deps.playbook.named_stage(scope)
        if stage and not stage_key:
            stage_key = stage.key
        elif scope in by_label:
            signals.add(by_label[scope])
        elif scope in known:
            industries.append(scope)
        else:
            raise Refusal("three.no_scope", scope=scope[:20])
    return replace(question, stage_key=stage_key, industries=tuple(industries), signals=frozenset(signals))


def find_question(ctx: Context, words: str) -> Question:
    """By name or number; raises Refusal."""
    found = ctx.uow.questions.get(read_id(words.lstrip("#＃"))) or ctx.uow.questions.named(words.strip())
    if found is None:
        raise Refusal("three.no_such", name=words[:20])
    return found


def list_questions(ctx: Context) -> list[Outgoing]:
    """All in use."""
    questions = ctx.uow.questions.active()
    if not questions:
        return ctx.reply("three.none")
    rows = tuple(row for each in questions for row in _line(ctx, each))
    title = ctx.say("three.list", count=len(questions))
    return [ctx.show(Card(title=title, rows=rows, note=ctx.say("three.list_note")))]


def _line(ctx: Context, question: Question) -> Sequence[Row]:
    value = " · ".join(filter(None, ("/".join(question.options), scope_text(ctx, question))))
    return [Row(label=f"#{question.id} {question.name}", value=value)]


def question_rows(ctx: Context, question: Question, *, before: Question | None = None) -> tuple[Row, ...]:
    """Answers and when it is asked; with `before` also what it was."""
    everywhere = ctx.say("three.everywhere")

    def options(one: Question) -> str:
        return "/".join(one.options)

    def scope(one: Question) -> str:
        return scope_text(ctx, one) or everywhere

    def was(new: str, old: str | None) -> str | None:
        return old if old != new else None

    answers, when = options(question), scope(question)
    return (
        Row(
            label=ctx.say("three.options"),
            value=answers,
            was=was(answers, options(before) if before else None),
        ),
        Row(label=ctx.say("three.when"), value=when, was=was(when, scope(before) if before else None)),
    )


def scope_text(ctx: Context, question: Question) -> str:
    """「报价谈判、医疗器械」; empty where it always fits."""
    stage = ctx.deps.playbook.stage(question.stage_key)
    signals = sorted(ctx.deps.texts.label("signal", each) for each in question.signals)
    return ctx.say("visit.and").join(
        filter(None, (stage.name if stage else "", *question.industries, *signals))
    )
