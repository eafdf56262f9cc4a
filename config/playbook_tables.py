"""What may stand in a playbook: every table with its keys and bounds, checked before the program starts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import time, timedelta
from typing import Annotated

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from bot.domain.clocks import Clock, Lapse
from bot.domain.evidence import Evidence
from bot.domain.overrides import read_lapse
from bot.domain.understanding import ActionKind, Signal
from bot.domain.understanding import Field as NoteField

MOST_FIELDS = 5
"""三减原则: a form of twelve fields lost nine people of ten in its first week."""


def read_lapse_text(text: object) -> Lapse:
    """A length of time; ValueError for anything else."""
    return read_lapse(text if isinstance(text, str) else "")


def read_timedelta(text: object) -> timedelta:
    """A wall-clock length of time; workdays and working hours are refused."""
    lapse = read_lapse_text(text)
    if lapse.workdays or lapse.work_hours:
        raise ValueError("workdays cannot be used here")
    return timedelta(hours=lapse.hours)


def refuse_zone(clock: time) -> time:
    """A clock time of the company's own day; ValueError for one of another zone."""
    if clock.tzinfo:
        raise ValueError('write a clock time as "08:30", without a zone')
    return clock


def as_tuple(value: object) -> object:
    """One word stands for a list of one."""
    return (value,) if isinstance(value, str) else value


ClockText = Annotated[time, AfterValidator(refuse_zone)]
LapseText = Annotated[Lapse, BeforeValidator(read_lapse_text)]
LengthText = Annotated[timedelta, BeforeValidator(read_timedelta)]
EvidenceParts = Annotated[tuple[Evidence, ...], BeforeValidator(as_tuple), Field(min_length=1)]
Key = Annotated[str, Field(pattern=r"^[a-z_]+$")]
Name = Annotated[str, Field(min_length=1)]


class Misplaced(ValueError):
    """An error between several keys that knows which of them to show."""

    def __init__(self, where: str, message: str) -> None:
        super().__init__(message)
        self.where = where


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class ProofTable(_Table):
    """One evidence action of a stage."""

    key: Key
    name: Name
    by_visit: bool = False
    by_node: str = ""


class StageTable(_Table):
    """One stage, with one or two evidence actions."""

    key: Key
    name: Name
    words: tuple[Name, ...] = ()
    proofs: tuple[ProofTable, ...] = Field(default=(), max_length=2)


class FormFieldTable(_Table):
    """One line of a form."""

    key: Key
    name: Name
    words: tuple[Name, ...] = ()
    from_fields: tuple[NoteField, ...] = ()
    from_signals: tuple[Signal, ...] = ()
    options: tuple[Name, ...] = Field(default=(), max_length=4)
    only_on: frozenset[Signal] = frozenset()


class RiskTable(_Table):
    """One type of risk."""

    key: Key
    name: Name
    signals: frozenset[Signal] = frozenset()
    strategies: tuple[Name, ...] = Field(min_length=1, max_length=3)


class NodeTable(_Table):
    """One check."""

    name: Name
    clock: Clock
    due: LapseText
    alert: LapseText
    evidence: EvidenceParts
    ask: str
    signals: frozenset[Signal] = frozenset()
    only_words: dict[Signal, tuple[str, ...]] = Field(default_factory=dict)
    on_competitor: bool = False
    on_actions: frozenset[ActionKind] = frozenset()
    on_stage: str = ""
    repeats: bool = False
    approval: bool = False
    fields: tuple[FormFieldTable, ...] = ()
    risks: tuple[RiskTable, ...] = ()
    enabled: bool = True
    teams: frozenset[str] = frozenset()


class HintTable(_Table):
    """One step that was probably left out."""

    text: Name
    signals: frozenset[Signal] = Field(min_length=1)
    words: tuple[Name, ...] = ()
    times: int = Field(default=1, ge=1, le=10)
    unless_done: str = ""


class MannersTable(_Table):
    """When and how often the bot speaks of its own accord."""

    quiet_begin: ClockText
    quiet_end: ClockText
    digest_at: ClockText
    supervisor_after: LengthText
    snoozes: int = Field(ge=0, le=10)
    rep_daily: int = Field(ge=1, le=50)
    supervisor_daily: int = Field(ge=1, le=50)
    merge_within: LengthText
    digest_items: int = Field(ge=1, le=10)
    alerts_daily: int = Field(ge=0, le=50)
    alert_stage: str = ""
    demo_stage: str = ""

    @model_validator(mode="after")
    def _digest_is_not_in_quiet_hours(self) -> MannersTable:
        if not self.quiet_end <= self.digest_at < self.quiet_begin:
            raise Misplaced("manners.digest_at", "digest_at lies inside the quiet hours")
        return self


class LimitsTable(_Table):
    """The thresholds of the conversation."""

    questions_per_note: int = Field(ge=0, le=2)
    merge_window: LengthText
    correction_window: LengthText
    card_window: LengthText
    undo_window: LengthText
    note_characters: int = Field(ge=100, le=20000)
    file_mebibytes: int = Field(ge=1, le=100)
    voice_seconds: int = Field(ge=60, le=3600)
    admin_code_minutes: int = Field(ge=1, le=60)


class ThresholdsTable(_Table):
    """The numbers on which the rules about deals turn."""

    stalled: LengthText
    stalled_deals: int = Field(ge=1, le=50)
    demo_dwell: LengthText
    no_update: LengthText
    no_contact: LengthText
    stale_status: LengthText
    no_substance: LengthText
    missed_updates: int = Field(ge=1, le=10)
    case_first: LengthText
    case_last: LengthText
    need_sheet: LengthText
    voice_seconds: int = Field(ge=5, le=300)
    match_percent: int = Field(ge=50, le=100)
    required_fields: int = Field(ge=3, le=3)
    gate_answer: LengthText
    valid_updates: int = Field(ge=1, le=20)
    compliance_good: int = Field(ge=1, le=100)
    action_standard: int = Field(ge=1, le=100)
    fresh_minutes: int = Field(ge=10, le=2700)
    cooling: LengthText
    forgotten: LengthText
    work_begin: ClockText
    work_end: ClockText

    @model_validator(mode="after")
    def _steps_rise(self) -> ThresholdsTable:
        if self.work_begin >= self.work_end:
            raise Misplaced("thresholds.work_end", "the workday ends before it begins")
        if self.case_first >= self.case_last:
            raise Misplaced("thresholds.case_last", "it comes before case_first")
        return self


class LeadRuleTable(_Table):
    """Who gets the leads of some regions and products."""

    regions: tuple[Name, ...] = ()
    products: tuple[Name, ...] = ()
    team: str = ""
    reps: tuple[Name, ...] = ()


class LeadsTable(_Table):
    """How leads are allotted, and their two timers."""

    first_contact: LengthText = Field(default=timedelta(minutes=15), ge=timedelta(minutes=1))
    untouched: LengthText = Field(default=timedelta(hours=48), ge=timedelta(hours=1))
    allot: tuple[LeadRuleTable, ...] = ()


class PlaybookTable(_Table):
    """The whole file."""

    not_yet: tuple[Name, ...] = ()
    form_links: tuple[Name, ...] = ()
    purchase_headings: tuple[Name, ...] = ()
    stages: tuple[StageTable, ...] = Field(min_length=1)
    nodes: dict[Key, NodeTable]
    hints: dict[Key, HintTable] = Field(default_factory=dict)
    manners: MannersTable
    limits: LimitsTable
    thresholds: ThresholdsTable
    leads: LeadsTable = Field(default_factory=LeadsTable)

    @model_validator(mode="after")
    def _stages_are_sound(self) -> PlaybookTable:
        _refuse_doubles("stages", [stage.key for stage in self.stages])
        for number, stage in enumerate(self.stages):
            _refuse_doubles(f"stages.{number}.proofs", [proof.key for proof in stage.proofs])
            for proof in stage.proofs:
                _require_known(f"stages.{number}.proofs", "node", proof.by_node, self.nodes)
        for key, hint in self.hints.items():
            _require_known(f"hints.{key}.unless_done", "node", hint.unless_done, self.nodes)
        return self

    @model_validator(mode="after")
    def _nodes_are_sound(self) -> PlaybookTable:
        stages = {stage.key for stage in self.stages}
        _require_known("manners.alert_stage", "stage", self.manners.alert_stage, stages)
        _require_known("manners.demo_stage", "stage", self.manners.demo_stage, stages)
        for key, node in self.nodes.items():
            where = f"nodes.{key}"
            _require_known(f"{where}.on_stage", "stage", node.on_stage, stages)
            _refuse_doubles(f"{where}.fields", [field.key for field in node.fields])
            usual = [field for field in node.fields if not field.only_on]
            if len(usual) > MOST_FIELDS:
                raise Misplaced(f"{where}.fields", f"a form asks for at most {MOST_FIELDS} fields")
            if (Evidence.FORM in node.evidence) and not usual:
                raise Misplaced(f"{where}.evidence", "a form needs fields")
            if (Evidence.RISK in node.evidence) != bool(node.risks):
                raise Misplaced(f"{where}.evidence", "evidence risk and the table of risks belong together")
        return self


def _require_known(where: str, noun: str, key: str, known: Iterable[str]) -> None:
    if key and key not in known:
        raise Misplaced(where, f"names no {noun}: {key}")


def _refuse_doubles(where: str, keys: list[str]) -> None:
    for key, times in Counter(keys).items():
        if times > 1:
            raise Misplaced(where, f"{key} stands there {times} times")
