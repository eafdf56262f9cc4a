"""What every chat platform offers to the rim, and how one is loaded by the name of its folder."""

from __future__ import annotations

import pkgutil
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from importlib import import_module
from pathlib import Path
from typing import Any, Protocol

from aiohttp import web

from bot.domain.errors import BotError, ConfigError
from bot.domain.messages import Incoming, Outgoing

Accept = Callable[[Incoming], Awaitable[None]]
"""Takes one message in: returns after the durable COMMIT, also for a message that is there already.

Raises QueueFull when the platform should send it again later.
"""


class QueueFull(BotError):
    """No room for another message just now; nothing was kept of this one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Media:
    """A voice note, picture or file with the name that the person gave it."""

    data: bytes
    media_type: str
    name: str


class Clock(Protocol):
    """The real time: callbacks that are too old are refused by it."""

    def now(self) -> datetime:
        """The present moment, aware; never blocks."""


class MediaStore(Protocol):
    """Reads the pictures and files that we send."""

    def get(self, media_ref: str) -> Media:
        """Read one. Raises KeyError for an unknown reference."""


class Channel(Protocol):
    """One chat platform, ready to receive and to send.

    `name` is the folder's name and the `platform` of every `Address` that the channel makes.
    """

    name: str

    def routes(self) -> Sequence[web.AbstractRouteDef]:
        """The HTTP routes that the platform calls; empty where it is reached another way."""

    async def start(self, accept: Accept) -> None:
        """Begin to receive: each message goes to `accept`, and only then is acknowledged to the platform."""

    async def stop(self) -> None:
        """Stop receiving and close connections; a second call does nothing."""

    async def send(self, outgoing: Outgoing) -> str:
        """Deliver a message and return the platform's reference to it. Raises PlatformError and its kin."""

    async def update(self, message_ref: str, outgoing: Outgoing) -> str:
        """Replace a message on the screen and return its reference, which may be a new one."""

    async def fetch_media(self, media_ref: str) -> Media:
        """Read what a message referred to. Raises PlatformError, permanent where it is gone for good."""


Opener = Callable[[Any, Any], Channel]
"""`open_channel(settings, ports)`: each platform says in its own folder what it needs of the two."""


def platform_names() -> tuple[str, ...]:
    """The names of all platform folders, sorted."""
    return tuple(
        sorted(found.name for found in pkgutil.iter_modules([str(Path(__file__).parent)]) if found.ispkg)
    )


def load_channel(name: str) -> Opener:
    """Return `open_channel` of the platform folder `name`. Raises ConfigError for a name without a folder."""
    if name not in platform_names():
        raise ConfigError(f"no platform {name!r}; there are: {', '.join(platform_names())}")
    opener: Opener = import_module(f"bot.platforms.{name}").open_channel
    return opener
