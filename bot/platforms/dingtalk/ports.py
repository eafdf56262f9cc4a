"""What the DingTalk channel needs from the rest of the house; the composition root hands it in.

Methods that are not `async` may block: the channel calls them in a thread, all but those of `Clock` and
`Meter`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.domain.messages import Address
from bot.platforms.base import Clock, MediaStore
from bot.platforms.dingtalk.quotas import Quotas
from bot.platforms.tokens import TokenStore


class Meter(Protocol):
    """Counts what an operator should see; never blocks."""

    def callback_refused(self, reason: str) -> None:
        """One HTTP callback was answered 403 or 413; `reason` is a `codec.Reason`."""

    def callback_ignored(self, kind: str) -> None:
        """Genuine, but no message for us; `kind` is the platform's word and may be anything."""

    def token_refreshed(self) -> None:
        """A new access token was fetched."""

    def send_held_back(self) -> None:
        """A message waits, since its recipient would get more than the platform delivers."""

    def stream_opened(self) -> None:
        """A stream connection stands."""

    def frame_received(self) -> None:
        """The platform has said something over the stream, if only a ping."""


class SentLog(Protocol):
    """Remembers what left before."""

    def sent_since(self, moment: datetime) -> Sequence[tuple[str, datetime]]:
        """To which user ids something was sent since `moment`, and when, oldest first."""

    def key_of(self, address: Address, name: str) -> str | None:
        """The key of the message that the platform calls so, such as one that somebody quotes."""

    def key_of_answer(self, address: Address, message_id: str) -> str | None:
        """The key of the message that answers this note of theirs; None where nothing was sent under it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DingTalkPorts:
    """All that the channel is given. Without `tokens` the access token stays in this process.

    Without `sent` a restart forgets how much of their limits people have had, and quotes lead nowhere. People
    of other companies are told `outsider_words`, or nothing where that is empty.
    """

    clock: Clock
    media: MediaStore
    meter: Meter
    quotas: Quotas
    tokens: TokenStore | None = None
    sent: SentLog | None = None
    outsider_words: str = ""
