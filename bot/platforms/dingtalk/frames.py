"""The frames of a stream connection, one JSON object each, and what is answered to them (contract 2.2)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

MESSAGES = "/v1.0/im/bot/messages/get"
CARDS = "/v1.0/card/instances/callback"
SUBSCRIPTIONS = (MESSAGES, CARDS)
OK, BAD_REQUEST, NOT_FOUND = 200, 400, 404


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """One frame of the platform; `data` as it came, a JSON text."""

    kind: str
    topic: str
    message_id: str
    event_kind: str
    data: str

    def body(self) -> Mapping[str, Any] | None:
        """What the data says; None where it is no JSON object."""
        try:
            body = json.loads(self.data)
        except ValueError:
            return None
        return body if isinstance(body, dict) else None


def decode_frame(text: str) -> Frame | None:
    """Read a frame; None for what is none: it must not cost the connection."""
    try:
        fields = json.loads(text)
    except (ValueError, RecursionError):
        return None
    if not isinstance(fields, dict):
        return None
    headers = fields.get("headers")
    headers = headers if isinstance(headers, dict) else {}
    data = fields.get("data")
    return Frame(
        kind=str(fields.get("type") or ""),
        topic=str(headers.get("topic") or ""),
        message_id=str(headers.get("messageId") or ""),
        event_kind=str(headers.get("eventType") or ""),
        data=data if isinstance(data, str) else json.dumps(data),
    )


def encode_ack(frame: Frame, *, code: int = OK, data: str) -> str:
    """The answer that keeps the platform from sending the frame again."""
    headers = {"messageId": frame.message_id, "contentType": "application/json"}
    message = "OK" if code == OK else "refused"
    return json.dumps({"code": code, "headers": headers, "message": message, "data": data})


def message_answer() -> str:
    """To a message."""
    return json.dumps({"response": None})


def press_answer() -> str:
    """To a press on a card; the card itself changes by a call of its own, never during the callback."""
    return json.dumps({"response": {}})


def event_answer(*, is_stored: bool) -> str:
    """To an event; `LATER` asks for it again."""
    return json.dumps({"status": "SUCCESS", "message": "ok"} if is_stored else {"status": "LATER"})
