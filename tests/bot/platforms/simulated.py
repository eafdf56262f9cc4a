"""What the contract test asks of each platform's own `tests/bot/platforms/<name>/simulated.py`.

That module has `simulated(accept)`, an async context manager: it opens the channel through its
`open_channel`, serves its routes, starts it with `accept`, and yields a client that behaves as the platform
and one of its users.
"""

from __future__ import annotations

from contextlib import AbstractAsyncContextManager
from importlib import import_module
from typing import Protocol

from bot.domain.messages import Address
from bot.platforms.base import Accept, Channel


class Simulated(Protocol):
    """One platform and `person`, one of its users. A delivery returns whether it was acknowledged."""

    channel: Channel
    person: Address

    async def say(self, message_id: str, text: str) -> bool: ...

    async def speak(self, message_id: str, sound: bytes) -> bool: ...

    async def press(self, message_id: str, *, message_ref: str, action: str) -> bool: ...

    async def shown(self) -> list[str]:
        """The text of all messages on the person's screen, oldest first, cards with their buttons' labels."""


def open_simulated(name: str, accept: Accept) -> AbstractAsyncContextManager[Simulated]:
    """The simulated client of one platform."""
    found: AbstractAsyncContextManager[Simulated] = import_module(
        f"tests.bot.platforms.{name}.simulated"
    ).simulated(accept)
    return found
