"""The past played through rules: which checks they would have opened, and when each was closed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot.domain.calendar import WorkCalendar
from bot.domain.next_actions import NextAction
from bot.domain.nodes import NodeItem, NodeStatus, Opening, match_nodes, open_item
from bot.domain.people import Member
from bot.domain.playbook import Playbook
from bot.domain.visits import VisitRecord


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """What happened: saved records, checks and promises, each with when it was closed, and everybody."""

    records: Sequence[VisitRecord]
    items: Sequence[NodeItem]
    actions: Sequence[NextAction]
    members: Sequence[Member]


def replay_items(history: History, playbook: Playbook, *, calendar: WorkCalendar) -> tuple[NodeItem, ...]:
    """The items that these rules would have opened, with the times that they give and, where history has the
    same one, when it was closed.
    """
    teams = {each.id: each.team for each in history.members}
    known: dict[tuple[int | None, str], NodeItem] = {
        (item.visit_id, item.node_key): item for item in history.items if item.visit_id
    }
    by_customer: dict[int, list[NodeItem]] = {}
    for record in sorted(history.records, key=saved_at):
        if record.customer_id is None:
            continue
        opened = by_customer.setdefault(record.customer_id, [])
        openings = match_nodes(
            playbook.nodes,
            record.facts,
            known=_known_then(opened, record),
            team=teams.get(record.member_id, ""),
        )
        for opening in openings:
            past = known.pop((record.id, opening.node.key), None)
            opened.append(_open(opening, record, past=past, playbook=playbook, calendar=calendar))
    replayed = (item for items in by_customer.values() for item in items)
    return (*replayed, *_opened_otherwise(history, known, playbook, calendar=calendar, teams=teams))


def _known_then(opened: Iterable[NodeItem], record: VisitRecord) -> list[NodeItem]:
    """The items that counted for the record's deal when it was saved, as they stood then."""
    moment, deal_id = saved_at(record), record.opportunity_id
    then = (replace(item, status=NodeStatus.OPEN) if is_open(item, moment) else item for item in opened)
    return [
        item
        for item in then
        if item.opportunity_id == deal_id or (item.opportunity_id is None and item.status is NodeStatus.OPEN)
    ]


def _open(
    opening: Opening,
    record: VisitRecord,
    *,
    past: NodeItem | None,
    playbook: Playbook,
    calendar: WorkCalendar,
) -> NodeItem:
    assert record.customer_id is not None
    item = open_item(
        opening,
        member_id=record.member_id,
        customer_id=record.customer_id,
        visit_id=record.id,
        opportunity_id=record.opportunity_id,
        at=past.opened_at if past else saved_at(record),
        calendar=calendar,
        quiet_hours=playbook.manners.quiet_hours,
    )
    return replace(item, id=past.id, status=past.status, closed_at=past.closed_at) if past else item


def _opened_otherwise(
    history: History,
    unmatched: Mapping[tuple[int | None, str], NodeItem],
    playbook: Playbook,
    *,
    calendar: WorkCalendar,
    teams: Mapping[int, str],
) -> Iterator[NodeItem]:
    """Items that no words opened: those of a stage, or of a tap."""
    left = [*unmatched.values(), *(item for item in history.items if item.visit_id is None)]
    for item in left:
        node = playbook.node(item.node_key)
        if node is None or not node.applies_to(teams.get(item.member_id, "")):
            continue
        if item.visit_id and not node.on_stage:
            continue
        again = open_item(
            Opening(node=node, said=item.said, trigger=item.trigger),
            member_id=item.member_id,
            customer_id=item.customer_id,
            visit_id=item.visit_id,
            opportunity_id=item.opportunity_id,
            at=item.opened_at,
            calendar=calendar,
            quiet_hours=playbook.manners.quiet_hours,
        )
        yield replace(again, id=item.id, status=item.status, closed_at=item.closed_at)


def is_open(item: NodeItem, moment: datetime) -> bool:
    """Whether it was not closed yet at that moment."""
    return item.closed_at is None or moment < item.closed_at


def saved_at(record: VisitRecord) -> datetime:
    """When the record was saved."""
    return record.saved_at or record.updated_at
