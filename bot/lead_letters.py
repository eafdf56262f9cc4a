"""The letter in which a company's form or campaign tells of a lead: its signature, its age, its fields."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from handlers.lead_intake import FIELDS, clean

WINDOW = timedelta(minutes=10)
"""How far a letter's timestamp may be from our clock, either way."""
MOST_BYTES = 16 * 1024
ID_CHARACTERS = 100


class Reason(StrEnum):
    """Why a letter is not taken, as its sender is told."""

    SIGNATURE = "signature"
    TIMESTAMP = "timestamp"
    REPLAYED = "replayed"
    TOO_LARGE = "too_large"
    JSON = "json"
    FIELD = "field"


class BadLetter(Exception):
    """A letter that is not taken; `field` names the wrong one, never what it says."""

    def __init__(self, reason: Reason, field: str = "") -> None:
        super().__init__(reason)
        self.reason = reason
        self.field = field


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """A genuine letter: the sender's own id of the lead, and what is known of it."""

    source_id: str
    fields: Mapping[str, str]
    seal: str


def sign(secret: str, timestamp: str, body: bytes) -> str:
    """HMAC-SHA256 in hex over the timestamp in whole seconds, a full stop, and the body's bytes."""
    return hmac.new(secret.encode(), timestamp.encode() + b"." + body, hashlib.sha256).hexdigest()


def open_letter(secret: str, *, timestamp: str, signature: str, body: bytes, now: datetime) -> Letter:
    """The letter, once its signature and age are right; raises BadLetter. Nothing is read before that."""
    seal = sign(secret, timestamp, body)
    if not hmac.compare_digest(signature.removeprefix("sha256=").lower().encode(), seal.encode()):
        raise BadLetter(Reason.SIGNATURE)
    if not (timestamp.isascii() and timestamp.isdigit() and len(timestamp) <= 11):
        raise BadLetter(Reason.TIMESTAMP)
    if abs(now.timestamp() - int(timestamp)) > WINDOW.total_seconds():
        raise BadLetter(Reason.TIMESTAMP)
    told = _read(body)
    return Letter(
        source_id=_field(told, "id", limit=ID_CHARACTERS, needed=True),
        fields={
            name: _field(told, name, limit=limit, needed=name == "company") for name, limit in FIELDS.items()
        },
        seal=seal,
    )


def _read(body: bytes) -> Mapping[str, object]:
    try:
        told = json.loads(body)
    except (ValueError, RecursionError):
        raise BadLetter(Reason.JSON) from None
    if not isinstance(told, dict):
        raise BadLetter(Reason.JSON)
    return told


def _field(told: Mapping[str, object], name: str, *, limit: int, needed: bool) -> str:
    value = told.get(name)
    if value is None and not needed:
        return ""
    words = str(value) if name == "id" and type(value) is int else value
    if not isinstance(words, str):
        raise BadLetter(Reason.FIELD, name)
    try:
        # Half a character pair is no text: no database keeps it.
        words.encode()
    except UnicodeEncodeError:
        raise BadLetter(Reason.FIELD, name) from None
    plain = clean(words)
    if len(plain) > limit or (needed and not plain):
        raise BadLetter(Reason.FIELD, name)
    return plain
