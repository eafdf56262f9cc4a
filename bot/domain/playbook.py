"""The company's rules as values: nodes, stages, thresholds and manners; read from `config/playbook.toml`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import time, timedelta

from bot.domain.freshness import Staleness, WorkHours
from bot.domain.leads import LeadRules
from bot.domain.nodes import Node, NodeItem, NodeStatus
from bot.domain.nudges import Manners
from bot.domain.understanding import Signal, VisitFacts


@dataclass(frozen=True, slots=True, kw_only=True)
class StageProof:
    """One evidence action of a stage; a saved visit or a done node may give it, else a file or a word."""

    key: str
    name: str
    by_visit: bool = False
    by_node: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """One step of the funnel, in the order of the playbook."""

    key: str
    name: str
    words: tuple[str, ...] = ()
    """What a note says when a deal has come here, besides the name."""
    proofs: tuple[StageProof, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Hint:
    """A step that was probably left out, by what the customer says."""

    key: str
    text: str
    signals: frozenset[Signal]
    words: tuple[str, ...] = ()
    """The signal's words, or those around them, hold one of these; empty means any."""
    times: int = 1
    """In how many notes the customer has to say it."""
    unless_done: str = ""
    """No hint where this node is done for the deal."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """The thresholds of the conversation."""

    questions_per_note: int
    merge_window: timedelta
    """A second note within this time joins the same draft."""
    correction_window: timedelta
    card_window: timedelta
    """How long a typed digit acts on an open card."""
    undo_window: timedelta
    note_characters: int
    file_bytes: int
    voice_seconds: int
    admin_code_minutes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Thresholds:
    """The numbers on which the rules about deals turn."""

    stalled: timedelta
    """A deal that stands longer than this in one stage is stalled."""
    stalled_deals: int
    """So many stalled deals of one rep are worth a supervisor's look."""
    demo_dwell: timedelta
    no_update: timedelta
    no_contact: timedelta
    stale_status: timedelta
    no_substance: timedelta
    missed_updates: int
    case_first: timedelta
    """After a demonstration: the first reminder of the customer's own case report, and the last one."""
    case_last: timedelta
    need_sheet: timedelta
    voice_seconds: int
    """A spoken summary at least this long is proof."""
    match_percent: int
    required_fields: int
    gate_answer: timedelta = timedelta(hours=24)
    """A gate that waits longer than this for its yes is asked about once more."""
    valid_updates: int = 3
    """A rep with that many valid updates on a day is praised in the morning digest."""
    compliance_good: int = 85
    """Percent from which a compliance rate is a good one."""
    action_standard: int = 92
    """Percent that the action standard rate is to reach."""
    fresh_minutes: int = 192
    """Data whose median age is at most this, in minutes of work, is fresh."""
    cooling: timedelta = timedelta(hours=72)
    forgotten: timedelta = timedelta(days=30)
    work_begin: time = time(9, 0)
    work_end: time = time(18, 0)
    """Working hours are counted between these two; freshness is sampled at the end."""

    def staleness(self) -> Mapping[Staleness, timedelta]:
        """The ladder of silence, from the shortest on; each step has a threshold that somebody named."""
        return {
            Staleness.QUIET: self.no_update,
            Staleness.COOLING: self.cooling,
            Staleness.STALE: self.stale_status,
            Staleness.STALLED: self.no_contact,
            Staleness.SILENT: self.no_substance,
            Staleness.FORGOTTEN: self.forgotten,
        }

    @property
    def work(self) -> WorkHours:
        """The hours of a workday."""
        return WorkHours(begin=self.work_begin, end=self.work_end)


@dataclass(frozen=True, slots=True, kw_only=True)
class Playbook:
    """All rules of one company."""

    nodes: tuple[Node, ...]
    stages: tuple[Stage, ...]
    manners: Manners
    limits: Limits
    thresholds: Thresholds
    hints: tuple[Hint, ...] = ()
    not_yet: tuple[str, ...] = ()
    """Words before a stage's words which say that the deal is not there."""
    purchase_headings: tuple[str, ...] = ()
    """What may stand above the models in a customer's purchase list, the likeliest first."""
    form_links: tuple[str, ...] = ()
    """Words between a form's line and its value, when both are spoken."""
    leads: LeadRules = field(default_factory=LeadRules)

    def node(self, key: str) -> Node | None:
        """The node of that key; None if the playbook no longer has it."""
        return next((node for node in self.nodes if node.key == key), None)

    def stage(self, key: str) -> Stage | None:
        """The stage of that key; None if the playbook no longer has it."""
        return next((stage for stage in self.stages if stage.key == key), None)

    def stage_number(self, key: str) -> int:
        """The place of the stage in the funnel, from 0; -1 for one that the playbook no longer has."""
        return next((number for number, stage in enumerate(self.stages) if stage.key == key), -1)

    def named_stage(self, text: str) -> Stage | None:
        """The one stage that these words name, in whole or in part; None for none or several."""
        exact = [stage for stage in self.stages if text == stage.name]
        found = exact or [stage for stage in self.stages if text and text in stage.name]
        found = found or [stage for stage in self.stages if text in stage.words]
        return found[0] if len(found) == 1 else None


NOT_YET_CHARACTERS = 6
"""How far before a stage's words a word such as 还没 takes them back."""


def find_stage(playbook: Playbook, text: str) -> tuple[Stage, str] | None:
    """The furthest stage that a note says a deal has come to, with the words; None if it says of none."""
    for stage in reversed(playbook.stages):
        for words in stage.words:
            place = text.find(words)
            before = text[max(0, place - NOT_YET_CHARACTERS) : place]
            if place >= 0 and not any(word in before for word in playbook.not_yet):
                return stage, words
    return None


def find_hints(
    hints: Iterable[Hint],
    facts: VisitFacts,
    *,
    text: str,
    earlier: Sequence[VisitFacts],
    done: frozenset[str],
) -> tuple[Hint, ...]:
    """The hints that a note calls for; `earlier` are former notes of the customer, `done` finished nodes."""
    found = []
    for hint in hints:
        said = hint.signals & facts.signals()
        if not said or hint.unless_done in done:
            continue
        if hint.words and not any(word in text for word in hint.words):
            continue
        if 1 + sum(bool(hint.signals & each.signals()) for each in earlier) >= hint.times:
            found.append(hint)
    return tuple(found)


def finished(items: Iterable[NodeItem]) -> frozenset[str]:
    """The keys of the nodes that are done."""
    return frozenset(item.node_key for item in items if item.status is NodeStatus.DONE)
