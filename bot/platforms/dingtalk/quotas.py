"""The monthly quotas of the whole company, as the channel counts and obeys them (contract 7.2)."""

from __future__ import annotations

from enum import IntEnum, StrEnum
from typing import Protocol


class Bucket(StrEnum):
    """What is counted each month; neither has token and contact calls, nor what throttling has refused."""

    API = "api"
    """Calls of the OpenAPI: 5,000 a month in the free edition."""
    PUSH = "push"
    """Webhook and stream: messages and presses pushed to us, session and group webhook sends; 3,000."""


class Level(IntEnum):
    """How much of a bucket is left. The channel sends by it; whoever keeps the count warns by it."""

    PLENTY = 0
    """Below 70 %."""
    SPARING = 1
    """From 70 %: answers leave by the session webhook where one is open."""
    SCARCE = 2
    """From 90 %: cards too, and what is superseded stays instead of being recalled."""
    USED_UP = 3
    """The platform refuses; only session and group webhooks are tried, or nothing."""


class Quotas(Protocol):
    """Counts calls in the present month. May block: the channel calls it in a thread."""

    def spend(self, bucket: Bucket) -> None:
        """Count one; warns the admins once when a level is reached."""

    def note_used_up(self, bucket: Bucket) -> None:
        """The platform has said that the month's quota is gone; told to the admins once a day."""

    def level(self, bucket: Bucket) -> Level:
        """How much is left now."""
