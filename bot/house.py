"""What every part of the running program may need, put together once."""

from __future__ import annotations

from dataclasses import dataclass

from bot.clock import Clock
from bot.doorbell import Doorbell
from bot.metrics import Metrics
from config.settings import Settings
from handlers.context import Deps
from storage.database import Database
from storage.media import MediaFiles


@dataclass(frozen=True, slots=True, kw_only=True)
class Bells:
    """One doorbell a loop."""

    fast: Doorbell
    voice: Doorbell
    sender: Doorbell

    def ring_workers(self) -> None:
        """New messages are stored."""
        self.fast.ring()
        self.voice.ring()


@dataclass(frozen=True, slots=True, kw_only=True)
class House:
    """Settings, storage, time, words and rules, counters and bells."""

    settings: Settings
    database: Database
    clock: Clock
    deps: Deps
    media: MediaFiles
    metrics: Metrics
    bells: Bells
