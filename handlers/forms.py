"""Forms of a check, filled in line by line or dictated at once; the need sheet is one of them."""

from __future__ import annotations

from bot.domain.errors import Stale
from bot.domain.evidence import Evidence, answer_of, prefill
from bot.domain.forms import read_form
from bot.domain.messages import Button, Card, Outgoing, Row
from bot.domain.nodes import NodeItem, NodeStatus, missing_lines, tell
from bot.domain.understanding import Signal
from bot.domain.visits import VisitRecord
from handlers.context import Context
from handlers.node_steps import (
    approver,
    await_words,
    described,
    go_on,
    is_words,
    own_item,
    rule_of,
    settle,
    show_on_item,
    step_card,
)
from handlers.openings import names_of_values
from handlers.router import Router
from prompts.nodes import answer_rows

router = Router()

SHEET_LINES = 2
"""A note that tells so many lines of the need sheet gets it at once."""


@router.waiting("node.form", fits=is_words)
def take_words(ctx: Context) -> list[Outgoing]:
    """Words after the question for a line: lines named in them, else the answer to the one that was asked."""
    item_id, _, asked = ctx.argument.partition("/")
    item = own_item(ctx, item_id)
    fields = rule_of(ctx, item).fields
    told = read_form(ctx.text.strip(), fields, links=ctx.deps.playbook.form_links)
    for key, value in (told or {asked: ctx.text.strip()}).items():
        item = tell(item, key, value)
    return show_filled(ctx, item)


@router.button("form.put")
def put_by_tap(ctx: Context) -> list[Outgoing]:
    """A tapped answer: `12/focus=价格`."""
    target, _, value = ctx.argument.partition("=")
    item_id, _, key = target.partition("/")
    item = own_item(ctx, item_id)
    if not any(field.key == key and value in field.options for field in rule_of(ctx, item).fields):
        raise Stale
    return show_filled(ctx, tell(item, key, value))


def show_filled(ctx: Context, item: NodeItem) -> list[Outgoing]:
    """Keep the answers and show the form: its next empty line, or 「提交」."""
    saved = ctx.uow.node_items.save(item)
    ctx.uow.dialogs.stop(ctx.member.id)
    if Evidence.FORM not in rule_of(ctx, item).evidence:
        return show_sheet(ctx, saved)
    return show_on_item(ctx, saved, step_card(ctx, saved, Evidence.FORM))


@router.button("form.again")
def fill_again(ctx: Context) -> list[Outgoing]:
    """「改一改」: words name the line that they change."""
    item = own_item(ctx, ctx.argument)
    await_words(ctx, "node.form", f"{item.id}/{item.form[-1]}")
    names = ctx.say("visit.and").join(
        field.name for field in rule_of(ctx, item).fields if field.key in item.form
    )
    return ctx.reply("form.again", names=names)


@router.button("form.file")
def file_form(ctx: Context) -> list[Outgoing]:
    """「提交」: done; where the customer is comparing, the supervisor may look at what was found out."""
    item = own_item(ctx, ctx.argument)
    if missing_lines(item):
        return go_on(ctx, item)
    shown = settle(ctx, item)
    closed = ctx.uow.node_items.get(item.id)
    supervisor = approver(ctx, item)
    if closed and closed.status is NodeStatus.DONE and item.trigger == Signal.COMPARE and supervisor:
        due = described(ctx, item)
        card = Card(
            title=ctx.say("form.review", rep=due.rep, node=due.title, customer=due.customer),
            rows=answer_rows(rule_of(ctx, item), item, texts=ctx.deps.texts),
            buttons=(ctx.button("team.comment_button", f"team.comment:{item.id}"),),
        )
        shown = [*shown, *ctx.write(supervisor, card, key=f"review:{item.id}")]
    return shown


@router.button("sheet.show")
def open_sheet(ctx: Context) -> list[Outgoing]:
    """「需求确认单」 on its check."""
    return show_sheet(ctx, own_item(ctx, ctx.argument))


def show_sheet(ctx: Context, item: NodeItem) -> list[Outgoing]:
    """The sheet as far as the note fills it in; the first missing piece is asked, each once."""
    return show_on_item(ctx, item, sheet_card(ctx, item))


def sheet_card(ctx: Context, item: NodeItem) -> Card:
    """《需求确认单》: what the customer said, in which scene, what was tried, how long the visit is ago."""
    node, due = rule_of(ctx, item), described(ctx, item)
    asked_already = answer_of(item.answers, "asked").split(",")
    empty = [f for f in node.fields if f.key in item.form and not answer_of(item.answers, f.key)]
    asked = next((field for field in empty if field.key not in asked_already), None)
    buttons: list[Button] = []
    note = ctx.say("sheet.ready")
    if asked:
        keys = ",".join(filter(None, (*asked_already, asked.key)))
        ctx.uow.node_items.save(tell(item, "asked", keys))
        await_words(ctx, "node.form", f"{item.id}/{asked.key}")
        note = ctx.say("form.ask" if asked.options else "form.ask_plain", field=asked.name)
        buttons = [
            Button(label=option, action=f"form.put:{item.id}/{asked.key}={option}")
            for option in asked.options
        ]
    minutes = int((ctx.now - item.opened_at).total_seconds() // 60)
    rows = (
        Row(label=ctx.deps.texts.label("field", "customer"), value=full_name(ctx, item)),
        *answer_rows(node, item, texts=ctx.deps.texts),
        Row(label=ctx.say("sheet.age"), value=ctx.say("sheet.minutes", minutes=minutes)),
    )
    done = ctx.button("node.button.done", f"node.done:{item.id}")
    title = ctx.say("sheet.title", customer=due.customer)
    return Card(title=title, rows=rows, buttons=(*buttons[:4], done), note=note, settled=True)


def full_name(ctx: Context, item: NodeItem) -> str:
    """The customer's full name."""
    customer = ctx.uow.customers.get(item.customer_id)
    return customer.name if customer else ""


def show_sheets(ctx: Context, record: VisitRecord) -> list[Outgoing]:
    """The need sheet that a note which has just been saved says enough of, while its check is open."""
    shown = []
    names = names_of_values(ctx)
    for item in ctx.uow.node_items.open_of(record.member_id):
        node = ctx.deps.playbook.node(item.node_key)
        if node is None or not item.form or Evidence.FORM in node.evidence:
            continue
        told = prefill(node.fields, record.facts, names=names)
        if item.customer_id == record.customer_id and len(told) >= SHEET_LINES:
            shown.append(ctx.show(sheet_card(ctx, item), key=f"item:node:{item.id}"))
    return shown
