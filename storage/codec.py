"""Domain values to JSON text and back: the form in which the audit keeps what was before and after."""

from __future__ import annotations

from functools import cache
from typing import Any

from pydantic import TypeAdapter


def to_json(kind: Any, value: Any) -> str:
    """A value of the type `kind` as JSON text."""
    return _codec(kind).dump_json(value).decode()


def from_json(kind: Any, text: str) -> Any:
    """The value of a JSON text that `to_json` made; fields added since take their defaults."""
    return _codec(kind).validate_json(text)


def to_plain(kind: Any, value: Any) -> Any:
    """A value of the type `kind` as lists, dictionaries, strings and numbers."""
    return _codec(kind).dump_python(value, mode="json")


def from_plain(kind: Any, plain: Any) -> Any:
    """The value of what `to_plain` made."""
    return _codec(kind).validate_python(plain)


@cache
def _codec(kind: Any) -> TypeAdapter[Any]:
    # Building one takes milliseconds, so it happens at the first use of a type and once.
    return TypeAdapter(kind)
