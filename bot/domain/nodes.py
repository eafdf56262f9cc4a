"""The six-node process checks: which note opens which node, when it is due, and how it closes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from bot.domain.calendar import QuietHours, WorkCalendar
from bot.domain.errors import Stale
from bot.domain.messages import require_aware
from bot.domain.understanding import ActionKind, Field, Signal, VisitFacts


class Clock(StrEnum):
    """What starts a node's time."""

    AFTER_EVENT = "after_event"
    STAGE_ENTRY = "stage_entry"
    GATE = "gate"
    """Due before a declared next act, such as sending a proposal."""
    INSTANT = "instant"


class Evidence(StrEnum):
    """What proves that a node is done."""

    ATTESTED = "attested"
    VOICE = "voice"
    FILE = "file"
    FORM = "form"
    ROLES = "roles"


class NodeStatus(StrEnum):
    """An item's life: open, then one of the others; undo and re-open lead back."""

    OPEN = "open"
    DONE = "done"
    WAIVED = "waived"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True, kw_only=True)
class Lapse:
    """A length of time: wall-clock `hours`, or whole `workdays` of the company's calendar."""

    hours: float = 0
    workdays: int = 0

    def after(self, moment: datetime, calendar: WorkCalendar) -> datetime:
        """The moment this long after `moment`."""
        return calendar.add_workdays(moment, self.workdays) + timedelta(hours=self.hours)


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """One process check of the playbook.

    `due` is when the rep hears of it, `alert` when the supervisor does. It opens on any of `signals`, on a
    named competitor where `on_competitor`, on a declared next act in `on_actions`, or on entering `on_stage`.
    """

    key: str
    name: str
    clock: Clock
    due: Lapse
    alert: Lapse
    evidence: Evidence
    ask: str
    """What the rep is asked to do, as a short Chinese phrase."""
    signals: frozenset[Signal] = frozenset()
    only_words: tuple[tuple[Signal, tuple[str, ...]], ...] = ()
    """For a signal listed here, its words in the note must hold one of these (预算 alone is no risk,
    预算不足 is).
    """
    on_competitor: bool = False
    on_actions: frozenset[ActionKind] = frozenset()
    on_stage: str = ""
    enabled: bool = True
    teams: frozenset[str] = frozenset()
    """Only these teams; empty means all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NodeItem:
    """One check to be done for one customer; keeps the due and alert times of the rule that it began with."""

    id: int
    node_key: str
    member_id: int
    customer_id: int
    visit_id: int | None
    opened_at: datetime
    due_at: datetime
    alert_at: datetime
    status: NodeStatus = NodeStatus.OPEN
    opportunity_id: int | None = None
    closed_at: datetime | None = None
    reason: str = ""
    evidence_refs: tuple[str, ...] = ()
    snoozes: int = 0
    said: str = ""
    """The words of the note that opened it."""

    def __post_init__(self) -> None:
        require_aware(self.opened_at, "opened_at")
        require_aware(self.due_at, "due_at")
        require_aware(self.alert_at, "alert_at")


def match_nodes(
    nodes: Iterable[Node], facts: VisitFacts, *, already_open: frozenset[str], team: str
) -> tuple[tuple[Node, str], ...]:
    """The nodes that a note opens, each with the words that opened it; an open one is not opened twice."""
    opened = []
    for node in nodes:
        if not node.enabled or node.key in already_open or (node.teams and team not in node.teams):
            continue
        said = _trigger_words(node, facts)
        if said:
            opened.append((node, said))
    return tuple(opened)


def _trigger_words(node: Node, facts: VisitFacts) -> str:
    for fact in facts.of(Field.SIGNAL):
        if _opens_on(node, Signal(fact.value), fact.said):
            return fact.said
    if node.on_competitor:
        competitor = facts.first(Field.COMPETITOR)
        if competitor:
            return competitor.said
    for action in facts.actions:
        if action.kind in node.on_actions:
            return action.text
    return ""


def _opens_on(node: Node, signal: Signal, said: str) -> bool:
    words = next((words for narrowed, words in node.only_words if narrowed is signal), ())
    return signal in node.signals and (not words or any(word in said for word in words))


def open_item(
    node: Node,
    *,
    member_id: int,
    customer_id: int,
    visit_id: int | None,
    said: str,
    at: datetime,
    calendar: WorkCalendar,
    quiet_hours: QuietHours,
) -> NodeItem:
    """A new open item with its clock started at `at`; its id is 0 until it is stored.

    A due time at night or on a day off moves to the next working morning, when something can be done about
    it.
    """
    due_at = quiet_hours.release(node.due.after(at, calendar), calendar)
    return NodeItem(
        id=0,
        node_key=node.key,
        member_id=member_id,
        customer_id=customer_id,
        visit_id=visit_id,
        opened_at=at,
        due_at=due_at,
        alert_at=max(due_at, node.alert.after(at, calendar)),
        said=said,
    )


def close_item(item: NodeItem, status: NodeStatus, *, at: datetime, reason: str = "") -> NodeItem:
    """The item done, waived or cancelled; Stale if it is closed already."""
    if item.status is not NodeStatus.OPEN:
        raise Stale
    return replace(item, status=status, closed_at=at, reason=reason)


def attach_evidence(item: NodeItem, media_ref: str) -> NodeItem:
    """The item with one more picture, file or voice note as its proof."""
    return replace(item, evidence_refs=(*item.evidence_refs, media_ref))
