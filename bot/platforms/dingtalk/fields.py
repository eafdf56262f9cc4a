"""Reads fields of the platform's JSON: few are promised, and what is not there is empty, never an error."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

Body = Mapping[str, Any]
NEWEST = datetime(2200, 1, 1, tzinfo=UTC).timestamp()


def read_word(fields: Body, name: str) -> str:
    """A text, or a number as one."""
    value = fields.get(name)
    if isinstance(value, bool) or not isinstance(value, str | int):
        return ""
    # A lone half of a character is no text that could be stored.
    return str(value).encode("utf-8", "replace").decode()


def read_number(value: object) -> float:
    """A number above 0, in digits or not; 0 for anything else."""
    try:
        number = float(value) if isinstance(value, str | int | float) else 0.0
    except (ValueError, OverflowError):
        return 0.0
    return number if 0 < number < 1e15 else 0.0


def read_time(value: object, now: datetime) -> datetime:
    """A moment in milliseconds, in the zone of `now`; `now` itself where there is none."""
    seconds = read_number(value) / 1000
    if not 0 < seconds < NEWEST:
        return now
    return datetime.fromtimestamp(seconds, UTC).astimezone(now.tzinfo)


def read_object(value: object) -> Body:
    """The object, or the one in a JSON text: both have been seen in the same places."""
    if isinstance(value, str):
        try:
            value = json.loads(value)
        except (ValueError, RecursionError):
            return {}
    return value if isinstance(value, dict) else {}


def digest(value: object) -> str:
    """A short name for a value."""
    return hashlib.sha256(json.dumps(value, sort_keys=True, default=str).encode()).hexdigest()[:20]
