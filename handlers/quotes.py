"""Words under a quoted message of the bot: they are about the record or the item that it shows."""

from __future__ import annotations

import re
from collections.abc import Callable

from bot.domain.messages import Kind, Outgoing
from bot.domain.understanding import Field, Intent
from bot.domain.visits import VisitRecord, VisitStatus
from handlers.answers import is_whole_note, settle_customer
from handlers.context import Context
from handlers.corrections import apply_correction
from handlers.drafts import own_record, show_record
from handlers.items import find_item
from handlers.my_day import finish_action
from handlers.nodes import finish
from handlers.quick_replies import find_quoted
from handlers.router import Router
from handlers.visits import join, new_draft, refuse_long
from prompts.nudges import DueItem

router = Router()

_RECORD = re.compile(r"visit\.\w+:(\d+)")
_ITEM = re.compile(r"((?:node|action)\.done):(\d+)")


def quoted_targets(ctx: Context, pattern: re.Pattern[str]) -> set[tuple[str, ...]]:
    """What the buttons of the quoted card act on; empty where nothing of ours is quoted by words."""
    is_words = ctx.incoming.kind in (Kind.TEXT, Kind.VOICE) and not ctx.speech_problem and ctx.text.strip()
    card = find_quoted(ctx.incoming, uow=ctx.uow, member=ctx.member) if is_words else None
    choices = card.card.choices() if card else ()
    return {found.groups() for choice in choices if (found := pattern.match(choice.action))}


def quoted_record(ctx: Context) -> VisitRecord | None:
    """The member's own record that is quoted."""
    targets = quoted_targets(ctx, _RECORD)
    record = own_record(ctx, targets.pop()[0]) if len(targets) == 1 else None
    return record if record and record.status is not VisitStatus.DISCARDED else None


def quoted_item(ctx: Context) -> DueItem | None:
    """The member's own open item that is quoted, such as a reminder's."""
    targets = quoted_targets(ctx, _ITEM)
    if len(targets) != 1:
        return None
    action, number = targets.pop()
    due = find_item(ctx.uow, ctx.deps.playbook, f"{action.partition('.')[0]}:{number}")
    return due if due and due.item.member_id == ctx.member.id else None


def says(expression: str) -> Callable[[Context], bool]:
    """Whether words under one quoted item are just these."""
    wanted = re.compile(expression)
    return lambda ctx: bool(wanted.fullmatch(ctx.text.strip())) and len(quoted_targets(ctx, _ITEM)) == 1


@router.when(
    says(
        r"(好的?|嗯|都|刚刚?|[，,\s])*"
        r"(已经?[做办发弄搞送交谈处理联系完成提交]{1,2}(好|完|定|过|到|出去)?了?|[做办发弄搞送交谈处理联系完成提交]{1,2}(好|完|定|过|到|出去)?了)"
        r"[。.！!～~\s]*"
    )
)
def finish_quoted(ctx: Context) -> list[Outgoing]:
    """「已经发了」 under a reminder is its 「已完成」; of one that is closed, 已处理."""
    action, ctx.argument = quoted_targets(ctx, _ITEM).pop()
    return finish(ctx) if action == "node.done" else finish_action(ctx)


def adds_to_record(ctx: Context) -> bool:
    """Whether words change or complete the quoted record: no question, no undo, no note of its own."""
    if quoted_record(ctx) is None:
        return False
    meaning = ctx.understanding
    if meaning.intent is Intent.CORRECTION:
        return True
    return meaning.intent in (Intent.REPORT, Intent.SUPPLEMENT) and not is_whole_note(meaning)


@router.when(adds_to_record)
def change_quoted(ctx: Context) -> list[Outgoing]:
    """The quoted record is meant, not the newest one."""
    refuse_long(ctx)
    record = quoted_record(ctx)
    assert record is not None
    if ctx.understanding.intent is Intent.CORRECTION:
        return apply_correction(ctx, record, ctx.understanding.visit, text=ctx.text)
    return join(ctx, record)


def tells_of_item(ctx: Context) -> bool:
    """Whether words are a note without a customer, under an item that has one."""
    meaning = ctx.understanding
    return (
        meaning.intent in (Intent.REPORT, Intent.SUPPLEMENT)
        and len(meaning.visits) <= 1
        and meaning.visit.first(Field.CUSTOMER) is None
        and quoted_item(ctx) is not None
    )


@router.when(tells_of_item)
def take_note_about(ctx: Context) -> list[Outgoing]:
    """What was said under a reminder becomes a note on its customer."""
    refuse_long(ctx)
    due = quoted_item(ctx)
    assert due is not None
    draft = new_draft(ctx, ctx.understanding.visit, card_key=ctx.note_key)
    customer = ctx.uow.customers.get(due.item.customer_id)
    return show_record(ctx, ctx.uow.visits.save(settle_customer(draft, customer) if customer else draft))
