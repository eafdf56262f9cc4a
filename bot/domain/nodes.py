"""The six-node process checks: which note or stage opens which node, and how an item of it closes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from bot.domain.calendar import QuietHours, WorkCalendar
from bot.domain.clocks import Clock, Lapse, run_clock
from bot.domain.errors import Stale
from bot.domain.evidence import Answer, Evidence, FormField, Risk, answer_of, pick_form, put_answer
from bot.domain.messages import require_aware
from bot.domain.understanding import Action, ActionKind, Field, Signal, VisitFacts


class NodeStatus(StrEnum):
    """An item's life: open, then one of the others; undo and re-open lead back."""

    OPEN = "open"
    DONE = "done"
    WAIVED = "waived"
    CANCELLED = "cancelled"


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
    evidence: tuple[Evidence, ...]
    """Every part of the proof, in the order of asking."""
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
    repeats: bool = False
    """Each new competitor or signal opens it again; else it is done once for a deal."""
    approval: bool = False
    """The supervisor's yes closes it."""
    fields: tuple[FormField, ...] = ()
    risks: tuple[Risk, ...] = ()
    enabled: bool = True
    teams: frozenset[str] = frozenset()
    """Only these teams; empty means all."""

    def applies_to(self, team: str) -> bool:
        """Whether the node is switched on for that team."""
        return self.enabled and (not self.teams or team in self.teams)


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
    trigger: str = ""
    """What opened it: a signal, a competitor's name, a kind of act, or a stage."""
    form: tuple[str, ...] = ()
    """The keys of the lines that it asks for, as the rule was when it began."""
    answers: tuple[Answer, ...] = ()
    asked_at: datetime | None = None
    """Since when it waits for the supervisor's yes."""

    def __post_init__(self) -> None:
        require_aware(self.opened_at, "opened_at")
        require_aware(self.due_at, "due_at")
        require_aware(self.alert_at, "alert_at")


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """A node that is to open: with what was said, what triggered it, and the act that it stands before."""

    node: Node
    said: str
    trigger: str
    act: Action | None = None


def match_nodes(
    nodes: Iterable[Node], facts: VisitFacts, *, known: Iterable[NodeItem] = (), team: str
) -> tuple[Opening, ...]:
    """The nodes that a note opens for a deal whose items are `known`.

    An open one is not opened twice, and one that was done or waived not again, unless it repeats and
    something new triggers it.
    """
    known = tuple(known)
    found = (
        next((each for each in find_openings(node, facts) if not _is_settled(each, known)), None)
        for node in nodes
        if node.applies_to(team)
    )
    return tuple(opening for opening in found if opening)


def match_stage(
    nodes: Iterable[Node], stage_key: str, *, stage_name: str, known: Iterable[NodeItem] = (), team: str
) -> tuple[Opening, ...]:
    """The nodes that open when a deal enters that stage."""
    known = tuple(known)
    openings = (
        Opening(node=node, said=stage_name, trigger=stage_key)
        for node in nodes
        if node.on_stage == stage_key and node.applies_to(team)
    )
    return tuple(opening for opening in openings if not _is_settled(opening, known))


def _is_settled(opening: Opening, known: Iterable[NodeItem]) -> bool:
    for item in known:
        if item.node_key != opening.node.key or item.status is NodeStatus.CANCELLED:
            continue
        if item.status is NodeStatus.OPEN or not opening.node.repeats or item.trigger == opening.trigger:
            return True
    return False


def find_openings(node: Node, facts: VisitFacts) -> Iterator[Opening]:
    """Everything in a note that would open the node, in the order in which it counts."""
    if node.on_competitor:
        for competitor in facts.of(Field.COMPETITOR):
            yield Opening(node=node, said=competitor.said, trigger=competitor.value)
    for fact in facts.of(Field.SIGNAL):
        if _opens_on(node, Signal(fact.value), fact.said):
            yield Opening(node=node, said=fact.said, trigger=fact.value)
    for action in facts.actions:
        if action.kind in node.on_actions:
            yield Opening(node=node, said=action.text, trigger=action.kind, act=action)


def _opens_on(node: Node, signal: Signal, said: str) -> bool:
    words = next((words for narrowed, words in node.only_words if narrowed is signal), ())
    return signal in node.signals and (not words or any(word in said for word in words))


def open_item(
    opening: Opening,
    *,
    member_id: int,
    customer_id: int,
    visit_id: int | None,
    at: datetime,
    calendar: WorkCalendar,
    quiet_hours: QuietHours,
    opportunity_id: int | None = None,
) -> NodeItem:
    """A new open item with its clock started at `at`; its id is 0 until it is stored."""
    node, act = opening.node, opening.act
    due_at, alert_at = run_clock(
        node.clock,
        due=node.due,
        alert=node.alert,
        at=at,
        act_at=act.due.moment(at) if act and act.due else None,
        calendar=calendar,
        quiet_hours=quiet_hours,
    )
    signals = frozenset({Signal(opening.trigger)}) if opening.trigger in set(Signal) else frozenset()
    return NodeItem(
        id=0,
        node_key=node.key,
        member_id=member_id,
        customer_id=customer_id,
        opportunity_id=opportunity_id,
        visit_id=visit_id,
        opened_at=at,
        due_at=due_at,
        alert_at=alert_at,
        said=opening.said,
        trigger=opening.trigger,
        form=pick_form(node.fields, signals),
    )


def missing_parts(node: Node, item: NodeItem, *, roles_known: bool = False) -> tuple[Evidence, ...]:
    """The parts of the proof that are not there yet, in the order of asking."""
    return tuple(part for part in node.evidence if not _is_proved(part, item, roles_known=roles_known))


def _is_proved(part: Evidence, item: NodeItem, *, roles_known: bool) -> bool:
    if part is Evidence.ROLES and roles_known:
        return True
    if part is Evidence.FORM:
        return not missing_lines(item)
    # Whatever else is wanted, the rep's word may stand in its place; that it does is kept.
    return bool(answer_of(item.answers, part) or answer_of(item.answers, Evidence.ATTESTED))


def missing_lines(item: NodeItem) -> tuple[str, ...]:
    """The lines of the item's form that are still empty."""
    if answer_of(item.answers, Evidence.ATTESTED):
        return ()
    return tuple(key for key in item.form if not answer_of(item.answers, key))


def tell(item: NodeItem, key: str, value: str) -> NodeItem:
    """The item with one more answer."""
    return replace(item, answers=put_answer(item.answers, key, value))


def close_item(item: NodeItem, status: NodeStatus, *, at: datetime, reason: str = "") -> NodeItem:
    """The item done, waived or cancelled; Stale if it is closed already."""
    if item.status is not NodeStatus.OPEN:
        raise Stale
    return replace(item, status=status, closed_at=at, reason=reason, asked_at=None)


def reopen_item(
    item: NodeItem, node: Node, *, at: datetime, calendar: WorkCalendar, quiet_hours: QuietHours
) -> NodeItem:
    """The item open again, its proof kept; a due time that has passed runs anew. Stale if it is open."""
    if item.status is NodeStatus.OPEN:
        raise Stale
    opened = replace(item, status=NodeStatus.OPEN, closed_at=None, reason="")
    if item.due_at > at:
        return opened
    due_at, alert_at = run_clock(
        Clock.AFTER_EVENT,
        due=node.due,
        alert=node.alert,
        at=at,
        act_at=None,
        calendar=calendar,
        quiet_hours=quiet_hours,
    )
    return replace(opened, due_at=due_at, alert_at=alert_at, snoozes=item.snoozes + 1)


def attach_evidence(item: NodeItem, media_ref: str, part: Evidence = Evidence.FILE) -> NodeItem:
    """The item with one more picture, file or voice note as its proof."""
    told = tell(item, part, media_ref)
    return replace(told, evidence_refs=(*item.evidence_refs, media_ref))
