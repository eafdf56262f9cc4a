"""The visit card: what was understood, where it came from, and what changed."""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain.messages import Button, Card, Row
from bot.domain.nodes import Node, NodeItem
from bot.domain.understanding import Action, ActionKind, Deadline, Fact, Field
from bot.domain.visits import VisitRecord
from prompts.texts import Texts

QUOTE_CHARACTERS = 120
"""More than that of a transcript makes the card hard to read on a phone."""

_SPOKEN = {ActionKind.INTERNAL, ActionKind.SERVICE, ActionKind.OTHER, ActionKind.MEETING}
"""Kinds whose label says less than the rep's own words."""


def visit_rows(record: VisitRecord, *, customer: str, texts: Texts) -> tuple[Row, ...]:
    """The rows of a record, the three required fields first; unknown ones show 「？」."""
    facts = record.facts
    action = facts.actions[0] if facts.actions else None
    customer_fact = facts.first(Field.CUSTOMER)
    topic = facts.first(Field.TOPIC)
    rows = [
        _row(texts, "customer", customer, said=customer_fact.said if customer_fact else None),
        _row(texts, "topic", record.topic, said=topic.said if topic else None),
        _row(texts, "decision_maker", *_people(facts.of(Field.DECISION_MAKER), texts)),
        _row(texts, "next_action", *_actions(record, texts)),
        _row(
            texts,
            "due",
            _deadline(action.due, texts) if action and action.due else "",
            said=_due_said(action),
        ),
    ]
    for field in (Field.CONTACT, Field.COMPETITOR, Field.AMOUNT):
        found = facts.of(field)
        if found:
            rows.append(_row(texts, field.value, *_values(found, texts)))
    signals = facts.of(Field.SIGNAL)
    if signals:
        said = texts.say("visit.and").join(fact.said for fact in signals)
        names = texts.say("visit.and").join(texts.label("signal", fact.value) for fact in signals)
        rows.append(_row(texts, "signal", names, said=said))
    rows.extend(_row(texts, "quote", f"「{quote.text}」") for quote in record.quotes)
    if record.backfilled:
        rows.append(_row(texts, "event_on", texts.say("visit.backfilled", day=texts.day(record.happened_on))))
    return tuple(rows)


def visit_card(
    record: VisitRecord,
    *,
    customer: str,
    texts: Texts,
    title: str,
    buttons: Sequence[Button],
    before: Sequence[Row] = (),
    extra: Sequence[Row] = (),
    note: str | None = None,
    settled: bool = False,
) -> Card:
    """The card of a record; rows that differ from `before` show old → new."""
    rows = mark_changes(visit_rows(record, customer=customer, texts=texts), before)
    return Card(
        title=title,
        rows=(*rows, *extra),
        quote=_shorten(record.text),
        buttons=tuple(buttons),
        note=note,
        settled=settled,
    )


def mark_changes(rows: Sequence[Row], before: Sequence[Row]) -> tuple[Row, ...]:
    """The rows with `was` set where the value differs from the row of the same label in `before`."""
    old = {row.label: row.value for row in before}
    if not old:
        return tuple(rows)
    marked = []
    for row in rows:
        was = old.get(row.label, "—")
        marked.append(
            row if was == row.value else Row(label=row.label, value=row.value, said=row.said, was=was)
        )
    return tuple(marked)


def node_row(node: Node, item: NodeItem, *, when: str, texts: Texts) -> Row:
    """One opened node: its name, when it is due and what is asked."""
    value = texts.say("visit.node_opened", due=when, ask=node.ask)
    return Row(label=texts.say("visit.node_label", node=node.name), value=value, said=item.said or None)


def action_label(action: Action, texts: Texts) -> str:
    """「发送报价（三份）」, or the rep's own words where the kind alone says too little."""
    if action.kind in _SPOKEN:
        return action.text
    label = texts.label("action", action.kind)
    if action.quantity:
        return texts.say("visit.action_counted", label=label, quantity=action.quantity)
    return label


def deadline_text(due: Deadline, texts: Texts) -> str:
    """The words said with their concrete dates: 「下周（11-23 周一 ~ 11-29 周日）」."""
    return _deadline(due, texts)


def _deadline(due: Deadline, texts: Texts) -> str:
    end = texts.day(due.end)
    if due.at:
        end = texts.say("visit.at", day=end, clock=f"{due.at:%H:%M}")
    if due.start != due.end:
        return texts.say("visit.range", said=due.said, start=texts.day(due.start), end=end)
    return texts.say("visit.single", said=due.said, end=end)


def _due_said(action: Action | None) -> str | None:
    return action.due.said if action and action.due else None


def _actions(record: VisitRecord, texts: Texts) -> tuple[str, str | None]:
    actions = record.facts.actions
    if not actions:
        return (texts.say("visit.no_next_action") if record.no_next_action else ""), None
    lines = []
    for number, action in enumerate(actions):
        line = action_label(action, texts)
        # The first action's deadline has a row of its own.
        lines.append(f"{line} {_deadline(action.due, texts)}" if number and action.due else line)
    joined = texts.say("visit.and").join(lines)
    return joined, texts.say("visit.and").join(action.text for action in actions)


def _people(facts: Sequence[Fact], texts: Texts) -> tuple[str, str | None]:
    # People are shown as said, department and all: 采购部王主任 tells more than 王主任.
    names = texts.say("visit.and").join(fact.said for fact in facts)
    return names, names or None


def _values(facts: Sequence[Fact], texts: Texts) -> tuple[str, str | None]:
    join = texts.say("visit.and").join
    return join(fact.value for fact in facts), join(fact.said for fact in facts)


def _row(texts: Texts, field: str, value: str, said: str | None = None) -> Row:
    label = texts.label("field", field)
    return Row(label=label, value=value or texts.say("visit.unknown"), said=said if said != value else None)


def _shorten(text: str) -> str:
    return text if len(text) <= QUOTE_CHARACTERS else f"{text[:QUOTE_CHARACTERS]}…"
