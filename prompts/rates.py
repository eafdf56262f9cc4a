"""Cards of rates: praise first, then what is still open by name, then how the number came about."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.domain.messages import Button, Card, Row
from bot.domain.nodes import Node
from bot.domain.rates import (
    Check,
    Count,
    Line,
    Period,
    PeriodKind,
    Tally,
    tally,
)
from prompts.texts import Texts

SHOWN_MISSED = 10
PAGE = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """Whose numbers, of which days; `member_id` is 0 for a team."""

    title: str
    kind: PeriodKind
    period: Period
    member_id: int = 0
    good: int = 85
    """Percent from which a compliance rate is a good one."""
    standard: int = 92
    """Percent that the action standard rate is to reach."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedCheck:
    """A check with what people call its node and customer."""

    check: Check
    node: str
    customer: str


def rate_card(checks: Sequence[NamedCheck], *, scope: Scope, own: bool, texts: Texts, now: datetime) -> Card:
    """「合规率 22/25 = 88%」: what is done, what is missed by name, and what counts on neither side."""
    total = tally((each.check for each in checks), now=now)
    missed = [each for each in checks if each.check.count(now) is Count.MISSED]
    rows = [
        Row(label="☀️", value=texts.say(praise_key(total, good=scope.good), count=total.done)),
        *_figures(total, scope, texts),
    ]
    rows += [Row(label=each.customer, value=_missed(each, texts, now=now)) for each in missed[:SHOWN_MISSED]]
    if len(missed) > SHOWN_MISSED:
        rows.append(Row(label="…", value=texts.say("rate.more", count=len(missed) - SHOWN_MISSED)))
    return Card(
        title=texts.say(
            "rate.title",
            rate=fraction(total, texts),
            name=scope.title,
            period=texts.label("rate_period", scope.kind),
        ),
        rows=tuple(rows),
        buttons=_buttons(scope, total, own=own, texts=texts),
        note=_beside(total, texts),
        settled=True,
    )


def praise_key(total: Tally, *, good: int) -> str:
    """The sentence that comes first, by how far the person is."""
    if total.due == 0:
        return "rate.nothing_due"
    if total.missed == 0:
        return "rate.all_done"
    if total.done == 0:
        return "rate.begin"
    rate = total.compliance_rate
    return "rate.good" if rate is not None and rate >= good else "rate.some"


def fraction(total: Tally, texts: Texts) -> str:
    """「22/25 = 88%」, or a dash where nothing was due."""
    rate = total.compliance_rate
    if rate is None:
        return texts.say("rate.none")
    return texts.say("rate.fraction", done=total.done, due=total.due, percent=rate)


def _figures(total: Tally, scope: Scope, texts: Texts) -> list[Row]:
    standard = total.action_standard_rate
    if standard is None:
        return []
    value = texts.say(
        "rate.on_time_value",
        on_time=total.on_time,
        timed=total.timed,
        percent=standard,
        goal=scope.standard,
    )
    return [Row(label=texts.say("rate.on_time"), value=value)]


def _missed(each: NamedCheck, texts: Texts, *, now: datetime) -> str:
    when = texts.moment(each.check.item.due_at, now=now)
    return texts.say("rate.missed", node=each.node, due=when)


def _beside(total: Tally, texts: Texts) -> str | None:
    """What counts on neither side."""
    counts = (("waived", total.waived), ("cancelled", total.cancelled), ("ahead", total.ahead))
    said = [texts.say(f"rate.{key}", count=count) for key, count in counts if count]
    return texts.say("rate.beside", what=texts.say("visit.and").join(said)) if said else None


def _buttons(scope: Scope, total: Tally, *, own: bool, texts: Texts) -> tuple[Button, ...]:
    buttons = []
    if own and total.missed:
        buttons.append(Button(label=texts.say("rate.button.work"), action="day.show", primary=True))
    if total != Tally():
        items = f"rates.items:{scope.member_id}/{scope.kind}/0"
        buttons.append(Button(label=texts.say("rate.button.items"), action=items))
    buttons += [
        Button(label=texts.label("rate_period", kind), action=f"rates.show:{scope.member_id}/{kind}/0")
        for kind in PeriodKind
        if kind is not scope.kind
    ]
    return tuple(buttons)


def counted_card(
    checks: Sequence[NamedCheck], *, scope: Scope, page: int, texts: Texts, now: datetime
) -> Card:
    """「明细」: every item with what it counts as, twenty a page."""
    total = tally((each.check for each in checks), now=now)
    order = list(Count)
    ranked = sorted(checks, key=lambda each: order.index(each.check.count(now)))
    shown = ranked[page * PAGE : (page + 1) * PAGE]
    rows = tuple(_counted(each, number, texts, now=now) for number, each in enumerate(shown, page * PAGE + 1))
    left = len(ranked) - (page + 1) * PAGE
    following = f"rates.items:{scope.member_id}/{scope.kind}/{page + 1}"
    more = Button(label=texts.say("rate.button.more", count=left), action=following)
    return Card(
        title=texts.say(
            "rate.items_title",
            rate=fraction(total, texts),
            name=scope.title,
            period=texts.label("rate_period", scope.kind),
        ),
        rows=rows,
        buttons=(more,) if left > 0 else (),
        settled=True,
    )


def _counted(each: NamedCheck, number: int, texts: Texts, *, now: datetime) -> Row:
    item, count = each.check.item, each.check.count(now)
    state = texts.label("count", count)
    if count is Count.WAIVED and item.reason:
        state = texts.say("rate.because", state=state, reason=item.reason)
    closed = item.closed_at or item.due_at
    value = texts.say("rate.item", state=state, node=each.node, day=texts.near_day(closed.date(), now=now))
    return Row(label=f"{number} {each.customer}", value=value)


def table_card(
    lines: Sequence[tuple[str, Line]], *, nodes: Sequence[Node], scope: Scope, texts: Texts
) -> Card:
    """「节点 华东」: a row a rep with done/due of every node, and the sum below."""
    rows = [Row(label=name, value=_line(line.total, line.nodes, nodes, texts)) for name, line in lines]
    total = sum((line.total for _, line in lines), Tally())
    sums = {node.key: sum((line.nodes[node.key] for _, line in lines), Tally()) for node in nodes}
    if len(lines) > 1:
        rows.append(Row(label=texts.say("rate.sum"), value=_line(total, sums, nodes, texts)))
    return Card(
        title=texts.say(
            "rate.table_title",
            rate=fraction(total, texts),
            team=scope.title,
            period=texts.label("rate_period", scope.kind),
        ),
        rows=tuple(rows),
        note=texts.say("rate.table_note"),
    )


def _line(total: Tally, by_node: dict[str, Tally], nodes: Sequence[Node], texts: Texts) -> str:
    cells = [
        texts.say("rate.cell", node=short_node(node, texts), value=_done_of_due(by_node[node.key], texts))
        for node in nodes
    ]
    return texts.say("rate.line", total=fraction(total, texts), cells=" ".join(cells))


def _done_of_due(part: Tally, texts: Texts) -> str:
    return f"{part.done}/{part.due}" if part.due else texts.say("rate.none")


def short_node(node: Node, texts: Texts) -> str:
    """Two or three characters for the head of a column; a company's own node by its whole name."""
    label = texts.label("node_short", node.key)
    return node.name if label == node.key else label
