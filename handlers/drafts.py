"""The card of a record: which question it asks, which buttons it has, how it comes on the screen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

from bot.domain.dialogs import Dialog
from bot.domain.messages import MAX_BUTTONS, Button, Card, Outgoing, Row
from bot.domain.understanding import ActionKind, Field
from bot.domain.visits import VisitRecord, VisitStatus, missing_fields
from handlers.context import Context
from handlers.router import read_id
from prompts.cards import visit_card, visit_rows

ANSWER_WINDOW = timedelta(minutes=10)
OFFERED_ACTIONS = (ActionKind.SEND_QUOTE, ActionKind.SEND_MATERIAL, ActionKind.VISIT, ActionKind.CALL)
OFFERED_TOPICS = ("need", "quotation", "demo", "contract", "service")


def customer_name(ctx: Context, record: VisitRecord) -> str:
    """The customer's full name, else the words said, else empty."""
    if record.customer_id is not None:
        customer = ctx.uow.customers.get(record.customer_id)
        if customer:
            return customer.name
    fact = record.facts.first(Field.CUSTOMER)
    return fact.said + ctx.say("visit.unknown") if fact else ""


def rows_of(ctx: Context, record: VisitRecord) -> tuple[Row, ...]:
    """The record's rows as the person sees them."""
    return visit_rows(record, customer=customer_name(ctx, record), texts=ctx.deps.texts)


def show_record(
    ctx: Context,
    record: VisitRecord,
    *,
    before: Sequence[Row] = (),
    extra: Sequence[Row] = (),
    note: str | None = None,
) -> list[Outgoing]:
    """The record's card, with at most one question, which the record and the dialog remember."""
    if record.status is VisitStatus.DISCARDED:
        key = "visit.undone_discarded" if note else "visit.discarded"
        return [ctx.show(Card(title=ctx.say(key)), key=record.card_key)]
    question = None if record.status is VisitStatus.SAVED else pick_question(ctx, record)
    if question:
        record = await_answer(ctx, record, question, state="visit.answer")
        note = question_text(ctx, record, question)
        buttons = question_buttons(ctx, record, question)
    elif asks_for_day(ctx, record):
        record, buttons = ask_day(ctx, record)
        note = note or ctx.say("ask.due")
    else:
        buttons = record_buttons(ctx, record)
    card = visit_card(
        record,
        customer=customer_name(ctx, record),
        texts=ctx.deps.texts,
        title=title_of(ctx, record),
        buttons=buttons,
        before=before,
        extra=extra,
        note=note or last_time(ctx, record),
        settled=record.status is VisitStatus.SAVED,
    )
    return [ctx.show(card, key=record.card_key)]


def await_answer(ctx: Context, record: VisitRecord, question: str, *, state: str) -> VisitRecord:
    """Remember in the record that it was asked, and in the dialog that words may answer it."""
    ctx.uow.dialogs.wait(
        Dialog(
            member_id=record.member_id,
            state=state,
            subject=f"{record.id}/{question}",
            expires_at=ctx.now + ANSWER_WINDOW,
        )
    )
    if question in record.questions:
        return record
    return ctx.uow.visits.save(replace(record, questions=(*record.questions, question)))


def asks_for_day(ctx: Context, record: VisitRecord) -> bool:
    """Whether a draft's next action has no day yet and a question is left for it; it can be saved without."""
    actions = record.facts.actions
    if record.status is not VisitStatus.DRAFT or not actions or actions[0].due:
        return False
    limit = ctx.deps.playbook.limits.questions_per_note
    return "due" in record.questions or len(record.questions) < limit


def ask_day(ctx: Context, record: VisitRecord) -> tuple[VisitRecord, list[Button]]:
    """Offer the likeliest days beside 「确认」, and take words that name one."""
    record = await_answer(ctx, record, "due", state="visit.due")
    confirm, edit, undo, *_ = record_buttons(ctx, record)
    days = [
        Button(label=ctx.deps.texts.day(day), action=f"visit.set:{record.id}/due={day.isoformat()}")
        for day in likely_days(ctx)[1:4]
    ]
    return record, [confirm, *days, edit, undo]


def likely_days(ctx: Context) -> list[date]:
    """Today, tomorrow, and the next Fridays and Mondays that are worked."""
    today = ctx.now.date()
    wanted = [today, today + timedelta(days=1)]
    wanted += [day for day in (today + timedelta(days=n) for n in range(2, 14)) if day.weekday() in (0, 4)]
    return sorted({day for day in wanted if ctx.deps.calendar.is_workday(day) or day == today})[:5]


def title_of(ctx: Context, record: VisitRecord) -> str:
    """「✅ 已保存 #V1001」 for a saved record, else the customer's short name."""
    if record.status is VisitStatus.SAVED:
        return ctx.say("visit.saved", number=record.number)
    customer = ctx.uow.customers.get(record.customer_id) if record.customer_id is not None else None
    return (
        ctx.say("visit.draft", customer=customer.short_name) if customer else ctx.say("visit.draft_unknown")
    )


def last_time(ctx: Context, record: VisitRecord) -> str | None:
    """「上次 11-12 周四：报价」 where the customer has an earlier saved record."""
    if record.customer_id is None:
        return None
    last = ctx.uow.visits.last_saved(record.customer_id, before_id=record.id)
    if last is None or last.member_id != record.member_id or not last.topic:
        return None
    return ctx.say("visit.last_time", day=ctx.deps.texts.day(last.happened_on), topic=last.topic)


def pick_question(ctx: Context, record: VisitRecord) -> str | None:
    """The one thing to ask now: what is asked already and still open, else the next missing field."""
    missing = missing_fields(record)
    asked = next((field for field in missing if field in record.questions), None)
    if asked or not missing:
        return asked
    limit = ctx.deps.playbook.limits.questions_per_note
    return missing[0] if len(record.questions) < limit else None


def question_text(ctx: Context, record: VisitRecord, question: str) -> str:
    """The question's sentence."""
    if question != "customer":
        return ctx.say(f"ask.{question}")
    mention = next((m for m in record.facts.mentions if m.field is Field.CUSTOMER), None)
    if mention:
        return ctx.say("ask.customer_which", said=mention.said)
    fact = record.facts.first(Field.CUSTOMER)
    return ctx.say("ask.customer_new", said=fact.said) if fact else ctx.say("ask.customer")


def question_buttons(ctx: Context, record: VisitRecord, question: str) -> list[Button]:
    """The answers that a tap can give."""
    if question == "customer":
        buttons = customer_buttons(ctx, record)
    elif question == "next_action":
        buttons = action_buttons(ctx, record)
    else:
        buttons = [
            Button(label=ctx.deps.texts.label("topic", key), action=f"visit.set:{record.id}/topic={key}")
            for key in OFFERED_TOPICS
        ]
    return [*buttons[: MAX_BUTTONS - 1], ctx.button("visit.button.discard", f"visit.discard:{record.id}")]


def customer_buttons(ctx: Context, record: VisitRecord) -> list[Button]:
    """The customers that the words fit, else 「新建」 and the recent ones."""
    mention = next((m for m in record.facts.mentions if m.field is Field.CUSTOMER), None)
    if mention:
        found = [ctx.uow.customers.get(int(key)) for key in mention.candidates]
        return [_customer_button(record, each.id, each.name) for each in found if each]
    recent = ctx.uow.customers.recent(record.member_id, limit=3)
    buttons = [_customer_button(record, each.id, each.short_name) for each in recent]
    if record.facts.first(Field.CUSTOMER):
        buttons.insert(0, ctx.button("visit.button.new_customer", f"visit.new_customer:{record.id}"))
    return buttons


def _customer_button(record: VisitRecord, customer_id: int, label: str) -> Button:
    return Button(label=label, action=f"visit.set:{record.id}/customer={customer_id}")


def action_buttons(ctx: Context, record: VisitRecord) -> list[Button]:
    """The commonest next actions, and 「暂无」."""
    buttons = [
        Button(label=ctx.deps.texts.label("action", kind), action=f"visit.set:{record.id}/next_action={kind}")
        for kind in OFFERED_ACTIONS
    ]
    return [*buttons, ctx.button("visit.button.none", f"visit.set:{record.id}/next_action=none")]


def record_buttons(ctx: Context, record: VisitRecord) -> list[Button]:
    """确认 · 修改 · 撤销 for a draft, 今日 first once it is saved; 话术 where a signal calls for it."""
    stamp = int(record.updated_at.timestamp() * 1000)
    if record.status is VisitStatus.SAVED:
        # 「1」 typed twice must do no harm: the first saves, the second shows the day.
        first = ctx.button("visit.button.today", "day.show")
    else:
        first = ctx.button("visit.button.confirm", f"visit.confirm:{record.id}", primary=True)
    buttons = [
        first,
        ctx.button("visit.button.edit", f"visit.edit:{record.id}"),
        ctx.button("visit.button.undo", f"visit.undo:{record.id}@{stamp}"),
    ]
    signals = record.facts.signals()
    if signals and ctx.uow.talk_tracks.for_signals(signals, limit=1):
        buttons.append(ctx.button("visit.button.tracks", f"tracks.visit:{record.id}"))
    return buttons


def own_record(ctx: Context, visit_id: str) -> VisitRecord | None:
    """The member's own record of that id; None for another's, an unknown or a broken id."""
    record = ctx.uow.visits.get(read_id(visit_id))
    return record if record and record.member_id == ctx.member.id else None
