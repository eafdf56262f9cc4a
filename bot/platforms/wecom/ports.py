"""What the WeCom channel needs from the rest of the house; the composition root hands it in.

Methods that are not `async` may block: the channel calls them in a thread, all but those of `Clock` and
`Meter`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from aiohttp import web

from bot.domain.messages import Address
from bot.platforms.base import Clock, MediaStore
from bot.platforms.tokens import TokenStore


class ResponseCodes(Protocol):
    """Keeps the codes that change a card on somebody's screen; each is good once, and for 72 hours [D94888].

    `card_key` is the key of our message. The platform's own TaskId would do too, but nobody knows whether a
    press on an updated card still tells it, while every button's key carries ours.
    """

    def remember(self, address: Address, card_key: str, code: str, *, now: datetime) -> None:
        """Keep the newest code of a card, from its sending or from a press on it."""

    def take(self, address: Address, card_key: str, *, now: datetime) -> str | None:
        """Hand out the code, if it is younger than 72 hours, and forget it."""


class Meter(Protocol):
    """Counts what an operator should see; never blocks."""

    def callback_refused(self, reason: str) -> None:
        """One callback was answered 403 or 413; `reason` is a `codec.Reason`."""

    def callback_ignored(self, kind: str) -> None:
        """A genuine callback that no person sent, such as an approval's; `kind` is the event's name."""

    def token_refreshed(self) -> None:
        """A new access token was fetched."""

    def send_held_back(self) -> None:
        """A message waits, since its recipient would get more than the platform delivers."""


class SentLog(Protocol):
    """Remembers what left before this start."""

    def sent_since(self, moment: datetime) -> Sequence[tuple[str, datetime]]:
        """To which user ids something was sent since `moment`, and when, oldest first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WeComPorts:
    """All that the channel is given. Without `tokens` the access token stays in this process.

    Without `sent` a restart forgets how much of their limits people have had. `routes` are further pages
    under the same roof, such as the one-time upload page.
    """

    clock: Clock
    codes: ResponseCodes
    media: MediaStore
    meter: Meter
    tokens: TokenStore | None = None
    sent: SentLog | None = None
    routes: Sequence[web.AbstractRouteDef] = ()
