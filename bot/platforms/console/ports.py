"""What the console needs from the rest of the house; the composition root hands it in.

Methods that are not `async` may block: the console calls them in a thread, all but `Clock.now`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from bot.domain.messages import Address, Incoming, Outgoing, require_aware
from bot.domain.people import Role
from bot.platforms.base import Media


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """One message as it stands on the screen now: either what the person sent or what the bot answered.

    `ref` is the incoming message's id, or what `send` and `update` returned. `transcript` is what was heard.
    """

    ref: str
    at: datetime
    incoming: Incoming | None = None
    outgoing: Outgoing | None = None
    transcript: str | None = None

    def __post_init__(self) -> None:
        require_aware(self.at, "at")
        if (self.incoming is None) == (self.outgoing is None):
            raise ValueError("a shown message is either incoming or outgoing")


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody that the page can be used as."""

    user_id: str
    name: str
    role: Role | None
    """None for somebody whom the bot does not know."""
    team: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """A voice note that comes with the product: what is said in it, and how long it lasts."""

    id: str
    text: str
    seconds: float


class History(Protocol):
    """Reads what was said before."""

    def conversation(self, address: Address, *, limit: int) -> Sequence[Shown]:
        """The newest `limit` messages of one person, oldest first, each in its latest state."""


class MediaStore(Protocol):
    """Keeps voice notes, pictures and files."""

    def put(self, data: bytes, *, name: str, media_type: str) -> str:
        """Keep the bytes and return their reference of letters, digits, `-`, `_` and `.`."""

    def get(self, media_ref: str) -> Media:
        """Read them back. Raises KeyError for an unknown reference."""


class People(Protocol):
    """Knows who can be chosen."""

    def members(self) -> Sequence[Person]:
        """Everybody, in the order to show."""


class Clock(Protocol):
    """The program's clock; the demo's can be moved forward."""

    @property
    def movable(self) -> bool:
        """Whether `move` may be called."""

    def now(self) -> datetime:
        """The present moment, aware; never blocks."""

    async def move(self, by: timedelta) -> None:
        """Go forward and let everything that falls due on the way happen."""

    async def next_event(self) -> datetime | None:
        """The moment of the next planned nudge."""


class Samples(Protocol):
    """Reads the sample notes that come with the product."""

    def samples(self) -> Sequence[Sample]:
        """All sample notes, in the order to show."""

    def audio(self, sample_id: str) -> bytes:
        """The sound file of one. Raises KeyError for an unknown id."""


class AudioPreview(Protocol):
    """Turns sound that browsers cannot play, such as AMR, into one that they can."""

    def wav(self, data: bytes) -> bytes:
        """The same sound as a WAV file. Raises NotAudio."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsolePorts:
    """All that the console is given; without `preview`, AMR notes are shown but cannot be played back."""

    history: History
    media: MediaStore
    people: People
    clock: Clock
    samples: Samples
    preview: AudioPreview | None = None
