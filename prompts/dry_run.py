"""The card of a dry run: how many messages, to whom, on which days, at worst, with a few samples."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bot.domain.calendar import SHANGHAI
from bot.domain.dry_run import DryRun
from bot.domain.messages import Card, Row
from bot.domain.nodes import Node
from bot.domain.posting import Message
from prompts.texts import Texts

SHOWN_MEMBERS = 5
SHOWN_SAMPLES = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    """What people call members and customers by id, and nodes by key."""

    members: Mapping[int, str]
    customers: Mapping[int, str]
    nodes: Mapping[str, str]


def dry_run_card(
    found: DryRun, *, before: DryRun | None, node: Node | None, names: Names, texts: Texts
) -> Card:
    """The result; with `before`, also what the rules of today come to."""
    rows = [Row(label=texts.say("dry_run.total"), value=_total(found, texts))]
    if before is not None:
        rows.append(Row(label=texts.say("dry_run.now"), value=_total(before, texts)))
    rows += _spread(found, names=names, texts=texts)
    rows += [
        Row(label=texts.say("dry_run.sample", number=number), value=sample_line(message, names, texts))
        for number, message in enumerate(found.samples(SHOWN_SAMPLES), 1)
    ]
    days = (found.until - found.since).days
    title = texts.say("dry_run.title", days=days)
    if node:
        title = texts.say("dry_run.title_node", days=days, node=node.name)
    return Card(title=title, rows=tuple(rows), note=texts.say("dry_run.note"))


def _total(run: DryRun, texts: Texts) -> str:
    return texts.say("dry_run.total_value", messages=len(run.messages), people=len(run.per_member()))


def _spread(found: DryRun, *, names: Names, texts: Texts) -> list[Row]:
    worst = found.worst()
    if worst is None:
        return []
    member_id, day, count = worst
    people = " · ".join(
        texts.say("dry_run.person", name=names.members[each], count=number)
        for each, number in found.per_member()[:SHOWN_MEMBERS]
    )
    days = " · ".join(
        texts.say("dry_run.day", day=f"{each:%m-%d}", count=number)
        for each, number in sorted(found.per_day().items())
    )
    at_worst = texts.say(
        "dry_run.worst_value", name=names.members[member_id], day=texts.day(day), count=count
    )
    return [
        Row(label=texts.say("dry_run.people"), value=people),
        Row(label=texts.say("dry_run.worst"), value=at_worst),
        Row(label=texts.say("dry_run.days"), value=days),
    ]


def sample_line(message: Message, names: Names, texts: Texts) -> str:
    """「11-19 周四 10:30 → 李明：竞品应对备案 · 杭州康联」, with how many more are in the same message."""
    local = message.at.astimezone(SHANGHAI)
    first, *more = message.about
    about = names.nodes.get(first.node_key, first.text)
    line = texts.say(
        "dry_run.sample_value",
        when=f"{texts.day(local.date())} {local:%H:%M}",
        name=names.members[message.member_id],
        step=texts.label("step", message.step),
        about=about,
        customer=names.customers.get(first.customer_id, ""),
    )
    return texts.say("dry_run.sample_more", line=line, count=len(more)) if more else line
