"""The company's rules as values: nodes, stages and manners; read from `config/playbook.toml`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from bot.domain.nodes import Node
from bot.domain.nudges import Manners


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """One step of the funnel, in the order of the playbook."""

    key: str
    name: str


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
class Playbook:
    """All rules of one company."""

    nodes: tuple[Node, ...]
    stages: tuple[Stage, ...]
    manners: Manners
    limits: Limits

    def node(self, key: str) -> Node | None:
        """The node of that key; None if the playbook no longer has it."""
        return next((node for node in self.nodes if node.key == key), None)
