"""Reads and checks `playbook.toml`: an error names the file, the table and the key."""

from __future__ import annotations

import re
import tomllib
from datetime import time, timedelta
from pathlib import Path
from typing import Annotated

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    model_validator,
)

from bot.domain.calendar import QuietHours
from bot.domain.errors import ConfigError
from bot.domain.nodes import Clock, Evidence, Lapse, Node
from bot.domain.nudges import Manners
from bot.domain.playbook import Limits, Playbook, Stage
from bot.domain.understanding import ActionKind, Signal

DEFAULT_PLAYBOOK = Path(__file__).parent / "playbook.toml"
_LENGTH = re.compile(r"(\d+(?:\.\d+)?)(m|h|d|wd)")
_HOURS = {"m": 1 / 60, "h": 1.0, "d": 24.0}


def read_lapse(text: object) -> Lapse:
    """`30m`, `24h`, `7d` of wall clock, or `5wd` workdays; ValueError for anything else."""
    match = _LENGTH.fullmatch(text) if isinstance(text, str) else None
    if match is None:
        raise ValueError('write a length of time as "30m", "24h", "7d" or "5wd"')
    number, unit = match.groups()
    if unit == "wd":
        if "." in number:
            raise ValueError("workdays are whole numbers")
        return Lapse(workdays=int(number))
    return Lapse(hours=float(number) * _HOURS[unit])


def read_timedelta(text: object) -> timedelta:
    """A wall-clock length of time; workdays are refused."""
    lapse = read_lapse(text)
    if lapse.workdays:
        raise ValueError("workdays cannot be used here")
    return timedelta(hours=lapse.hours)


def refuse_zone(clock: time) -> time:
    """A clock time of the company's own day; ValueError for one of another zone."""
    if clock.tzinfo:
        raise ValueError('write a clock time as "08:30", without a zone')
    return clock


ClockText = Annotated[time, AfterValidator(refuse_zone)]
LapseText = Annotated[Lapse, BeforeValidator(read_lapse)]
LengthText = Annotated[timedelta, BeforeValidator(read_timedelta)]


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class _StageTable(_Table):
    key: str = Field(pattern=r"^[a-z_]+$")
    name: str = Field(min_length=1)


class _NodeTable(_Table):
    name: str = Field(min_length=1)
    clock: Clock
    due: LapseText
    alert: LapseText
    evidence: Evidence
    ask: str
    signals: frozenset[Signal] = frozenset()
    only_words: dict[Signal, tuple[str, ...]] = Field(default_factory=dict)
    on_competitor: bool = False
    on_actions: frozenset[ActionKind] = frozenset()
    on_stage: str = ""
    enabled: bool = True
    teams: frozenset[str] = frozenset()


class _MannersTable(_Table):
    quiet_begin: ClockText
    quiet_end: ClockText
    digest_at: ClockText
    supervisor_after: LengthText
    snoozes: int = Field(ge=0, le=10)
    rep_daily: int = Field(ge=1, le=50)
    supervisor_daily: int = Field(ge=1, le=50)
    merge_within: LengthText
    digest_items: int = Field(ge=1, le=10)

    @model_validator(mode="after")
    def _digest_is_not_in_quiet_hours(self) -> _MannersTable:
        if not self.quiet_end <= self.digest_at < self.quiet_begin:
            raise ValueError("digest_at lies inside the quiet hours")
        return self


class _LimitsTable(_Table):
    questions_per_note: int = Field(ge=0, le=2)
    merge_window: LengthText
    correction_window: LengthText
    card_window: LengthText
    undo_window: LengthText
    note_characters: int = Field(ge=100, le=20000)
    file_mebibytes: int = Field(ge=1, le=100)
    voice_seconds: int = Field(ge=60, le=3600)
    admin_code_minutes: int = Field(ge=1, le=60)


class _PlaybookTable(_Table):
    stages: tuple[_StageTable, ...] = Field(min_length=1)
    nodes: dict[str, _NodeTable]
    manners: _MannersTable
    limits: _LimitsTable

    @model_validator(mode="after")
    def _stages_of_nodes_exist(self) -> _PlaybookTable:
        keys = {stage.key for stage in self.stages}
        for name, node in self.nodes.items():
            if node.on_stage and node.on_stage not in keys:
                raise ValueError(f"nodes.{name}.on_stage names no stage: {node.on_stage}")
        return self


def load_playbook(path: Path | None = None) -> Playbook:
    """The company's rules; ConfigError names the file, and the line or the table and key, that is wrong."""
    path = path or DEFAULT_PLAYBOOK
    try:
        table = _PlaybookTable.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    except FileNotFoundError as error:
        raise ConfigError(f"{path.name}: there is no such file") from error
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{path.name}: {error}") from error
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise ConfigError(f"{path.name}: {where or 'top level'}: {first['msg']}") from error
    return _to_playbook(table)


def _to_playbook(table: _PlaybookTable) -> Playbook:
    manners, limits = table.manners, table.limits
    return Playbook(
        nodes=tuple(
            Node(key=key, **{**dict(node), "only_words": tuple(node.only_words.items())})
            for key, node in table.nodes.items()
        ),
        stages=tuple(Stage(key=stage.key, name=stage.name) for stage in table.stages),
        manners=Manners(
            quiet_hours=QuietHours(begin=manners.quiet_begin, end=manners.quiet_end),
            **{k: v for k, v in manners if k not in {"quiet_begin", "quiet_end"}},
        ),
        limits=Limits(
            file_bytes=limits.file_mebibytes * 1024 * 1024,
            **{k: v for k, v in limits if k != "file_mebibytes"},
        ),
    )
