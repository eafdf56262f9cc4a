"""The platform's signatures: they cover a timestamp, never the body (contract 1.1, 6.5, 9)."""

from __future__ import annotations

import base64
import hashlib
import hmac
from datetime import datetime, timedelta
from enum import StrEnum

WINDOW = timedelta(hours=1)


class Reason(StrEnum):
    """Why a callback was refused."""

    SIGNATURE = "signature"
    STALE = "stale"
    TOO_LARGE = "too_large"
    CONTENT = "content"


class BadCallback(Exception):
    """Not genuine, too old, too large or no JSON object."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason)
        self.reason = reason


def sign(secret: str, timestamp: str) -> str:
    """The signature of robot messages, both of those to us and of those to a group's webhook (unescaped)."""
    return _digest(secret, f"{timestamp}\n{secret}")


def sign_card(secret: str, timestamp: str) -> str:
    """The signature of a card's callback over HTTP; `secret` is what the callback was registered with."""
    return _digest(secret, timestamp)


def check_signature(given: str, expected: str, timestamp: str, *, now: datetime) -> None:
    """Raise BadCallback for a wrong signature, or one that is more than an hour off; `timestamp` in ms.

    A replay within the hour is possible: the message's id judges it.
    """
    if not hmac.compare_digest(given.encode(), expected.encode()):
        raise BadCallback(Reason.SIGNATURE)
    # Signed, so it is the platform's; a timestamp that is no number cannot be.
    if not (timestamp.isascii() and timestamp.isdigit() and len(timestamp) < 16):
        raise BadCallback(Reason.STALE)
    age = abs(now.timestamp() - int(timestamp) / 1000)
    if age > WINDOW.total_seconds():
        raise BadCallback(Reason.STALE)


def _digest(secret: str, message: str) -> str:
    return base64.b64encode(hmac.new(secret.encode(), message.encode(), hashlib.sha256).digest()).decode()
