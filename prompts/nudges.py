"""Cards of nudges, node items and promised actions, and the supervisors' digest."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from bot.domain.messages import Button, Card, Option, Row, Select
from bot.domain.next_actions import NextAction
from bot.domain.nodes import Node, NodeItem
from prompts.texts import Texts


@dataclass(frozen=True, slots=True, kw_only=True)
class DueItem:
    """One line of somebody's day: a node item or a promised action with what people call it."""

    item: NodeItem | NextAction
    title: str
    customer: str
    ask: str
    rep: str = ""

    @property
    def subject(self) -> str:
        """`node:12` or `action:7`."""
        return f"{'node' if isinstance(self.item, NodeItem) else 'action'}:{self.item.id}"

    @property
    def due_at(self) -> datetime | None:
        """When it is late."""
        return self.item.due_at


def node_item(node: Node, item: NodeItem, *, customer: str, rep: str = "") -> DueItem:
    """A node item as a line."""
    return DueItem(item=item, title=node.name, customer=customer, ask=node.ask, rep=rep)


def action_item(action: NextAction, *, customer: str) -> DueItem:
    """A promised action as a line."""
    return DueItem(item=action, title=action.text, customer=customer, ask=action.text)


def item_card(due: DueItem, *, texts: Texts, now: datetime, nudging: bool = False) -> Card:
    """One item with its answers: every nudge is answerable."""
    if isinstance(due.item, NodeItem):
        title = texts.say("node.title", node=due.title, customer=due.customer)
    else:
        title = texts.say("action.title", text=due.title, customer=due.customer)
    rows = [Row(label=texts.say("node.ask"), value=due.ask)] if isinstance(due.item, NodeItem) else []
    if due.due_at:
        rows.append(Row(label=texts.say("node.due"), value=due_text(due.due_at, texts=texts, now=now)))
    if isinstance(due.item, NodeItem) and due.item.said:
        rows.append(Row(label=texts.say("node.said"), value=due.item.said))
    if nudging:
        title = texts.say("nudge.rep", subject=title.partition(" ")[2] or title)
    return Card(
        title=title,
        rows=tuple(rows),
        buttons=item_buttons(due, texts=texts),
        note=texts.say("nudge.rep_note") if nudging else None,
    )


def item_buttons(due: DueItem, *, texts: Texts) -> tuple[Button, ...]:
    """已完成 · 明天 · 不适用 · 要话术 for a node; 已完成 · 明天 · 不做了 for a promised action."""
    kind, _, item_id = due.subject.partition(":")
    done = Button(label=texts.say("node.button.done"), action=f"{kind}.done:{item_id}", primary=True)
    tomorrow = Button(label=texts.say("node.button.tomorrow"), action=f"{kind}.tomorrow:{item_id}")
    if kind == "action":
        drop = Button(label=texts.say("action.button.drop"), action=f"action.drop:{item_id}")
        return (done, tomorrow, drop)
    waive = Button(label=texts.say("node.button.waive"), action=f"node.waive:{item_id}")
    tracks = Button(label=texts.say("node.button.tracks"), action=f"tracks.node:{item_id}")
    return (done, tomorrow, waive, tracks)


def due_text(due_at: datetime | None, *, texts: Texts, now: datetime) -> str:
    """「今天 15:00」, 「已到期 昨天 15:00」, or 「没定日期」."""
    if due_at is None:
        return texts.say("day.no_date")
    when = texts.moment(due_at, now=now)
    return texts.say("day.overdue", due=when) if due_at <= now else texts.say("day.due", due=when)


def list_card(
    items: Sequence[DueItem], *, title: str, texts: Texts, now: datetime, action: str, more: int = 0
) -> Card:
    """A list in which each line has a digit and can be opened."""
    rows = tuple(
        Row(
            label=f"{number} {due.customer}",
            value=f"{due.title} · {due_text(due.due_at, texts=texts, now=now)}",
        )
        for number, due in enumerate(items, 1)
    )
    options = tuple(Option(label=f"{due.title} · {due.customer}", value=due.subject) for due in items)
    return Card(
        title=title,
        rows=rows,
        selects=(Select(label=texts.say("day.pick"), action=action, options=options),),
        note=texts.say("day.more", count=more) if more > 0 else None,
    )


def digest_card(
    items: Sequence[DueItem],
    *,
    name: str,
    day: date,
    praised: Sequence[str],
    more: int,
    texts: Texts,
    now: datetime,
) -> Card:
    """The supervisor's morning message: praise for `day` first, then the worst items, then how many more."""
    rows = tuple(
        Row(
            label=texts.say("nudge.digest_item", rep=due.rep, customer=due.customer, node=due.title),
            value=texts.say(
                "nudge.digest_item_value",
                when=texts.moment(due.due_at, now=now) if due.due_at else "",
                ask=due.ask,
            ),
        )
        for due in items
    )
    names = texts.say("visit.and").join(praised)
    when = texts.near_day(day, now=now)
    praise = (
        texts.say("nudge.digest_valid", day=when, names=names)
        if praised
        else texts.say("nudge.digest_valid_none", day=when)
    )
    buttons = []
    if more > 0:
        label = texts.say("nudge.digest_more", count=more)
        buttons.append(Button(label=label, action="team.more"))
    buttons.append(Button(label=texts.say("team.seen_button"), action="team.seen"))
    return Card(
        title=texts.say("nudge.digest_title", name=name),
        rows=(Row(label="☀️", value=praise), *rows),
        buttons=tuple(buttons),
    )


def supervisor_card(due: DueItem, *, texts: Texts, now: datetime) -> Card:
    """One item that has waited long: an offer to help, not a complaint."""
    item_id = due.subject.partition(":")[2]
    rows = (
        Row(label=due.title, value=due.customer),
        Row(label=texts.say("node.ask"), value=due.ask),
        Row(label=texts.say("node.due"), value=due_text(due.due_at, texts=texts, now=now)),
    )
    return Card(
        title=texts.say("nudge.supervisor", rep=due.rep),
        rows=rows,
        buttons=(
            Button(label=texts.say("team.comment_button"), action=f"team.comment:{item_id}", primary=True),
            Button(label=texts.say("team.seen_button"), action="team.seen"),
        ),
        note=texts.say("nudge.supervisor_note", rep=due.rep),
    )
