"""Turns the platform's message or event into the house's `Incoming`; what is unknown is kept, never lost.

Shapes of messages are those of [D90239], of events those of [D90240]. An event becomes Kind.EVENT with the
action `event.<name>` (`event.subscribe`, `event.enter_agent`, …); a message of an unknown kind
becomes a text without words and the action `message.<kind>`, so that its sender is told what to do instead.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from xml.etree.ElementTree import Element

from bot.domain.messages import Address, Attachment, Incoming, Kind, Voice
from bot.platforms.wecom.cards import decode_press

PLATFORM = "wecom"
SYSTEM = "sys"
"""The sender of events that no person caused, such as an approval's."""
_CARD_EVENTS = frozenset({"template_card_event", "template_card_menu_event"})
_EVENT_IDENTITY = (
    "Event",
    "EventKey",
    "TaskId",
    "ChangeType",
    "UserID",
    "ApprovalInfo/ThirdNo",
    "JobId",
)
_NEWEST = datetime(2200, 1, 1, tzinfo=UTC).timestamp()


@dataclass(frozen=True, slots=True, kw_only=True)
class Decoded:
    """What a callback means; without `incoming`, no person sent it and nobody waits for an answer.

    `response_code` is the fresh right to change the card that was pressed.
    """

    kind: str
    incoming: Incoming | None = None
    response_code: str = ""


def decode_callback(message: Element, *, now: datetime) -> Decoded:
    """Read one decrypted callback; every genuine one can be read."""
    kind = _read(message, "MsgType")
    if kind == "event":
        return _decode_event(message, now=now)
    user_id = _read(message, "FromUserName").lower()
    if user_id in ("", SYSTEM):
        return Decoded(kind=kind)
    decode = _MESSAGES.get(kind, _decode_unknown)
    return Decoded(kind=kind, incoming=decode(_Envelope.of(message, user_id, kind=kind, now=now)))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Envelope:
    """What all messages have, ready to be filled."""

    message: Element
    id: str
    sender: Address
    sent_at: datetime
    kind: str

    @classmethod
    def of(cls, message: Element, user_id: str, *, kind: str, now: datetime) -> _Envelope:
        return cls(
            message=message,
            id=message_key(message, user_id),
            sender=Address(platform=PLATFORM, user_id=user_id),
            sent_at=_read_time(message, now),
            kind=kind,
        )

    def read(self, tag: str) -> str:
        return _read(self.message, tag)

    def fill(
        self,
        kind: Kind,
        *,
        text: str = "",
        voice: Voice | None = None,
        attachment: Attachment | None = None,
        action: str | None = None,
        card_key: str | None = None,
    ) -> Incoming:
        return Incoming(
            id=self.id,
            sender=self.sender,
            sent_at=self.sent_at,
            kind=kind,
            text=text,
            voice=voice,
            attachment=attachment,
            action=action,
            card_key=card_key,
        )


def message_key(message: Element, user_id: str) -> str:
    """The key that judges duplicates.

    MsgId alone is said to collide across applications, and a second can hold several events of one person, so
    the application, the person and what happened are part of it. A card's response code is not: nobody knows
    whether a repeated delivery repeats it.
    """
    agent_id, number = _read(message, "AgentID"), _read(message, "MsgId")
    if number:
        return f"m:{agent_id}:{user_id}:{number}"
    identity = "\n".join(_read(message, path) for path in ("MsgType", *_EVENT_IDENTITY))
    chosen = "\n".join(node.text or "" for node in message.iterfind("SelectedItems//OptionId"))
    digest = hashlib.sha256(f"{identity}\n{chosen}".encode()).hexdigest()[:16]
    return f"e:{agent_id}:{user_id}:{_read(message, 'CreateTime')}:{digest}"


def _decode_text(wire: _Envelope) -> Incoming:
    return wire.fill(Kind.TEXT, text=wire.message.findtext("Content", ""))


def _decode_voice(wire: _Envelope) -> Incoming:
    # No recognised text is documented; where one comes all the same, it spares us the recogniser.
    voice = Voice(
        media_ref=wire.read("MediaId"),
        format=wire.read("Format").lower() or "amr",
        transcript=wire.read("Recognition") or None,
    )
    return wire.fill(Kind.VOICE, voice=voice)


def _decode_image(wire: _Envelope) -> Incoming:
    return _fill_file(wire, Kind.IMAGE, name="", suffix=".jpg", media_type="image/jpeg")


def _decode_video(wire: _Envelope) -> Incoming:
    return _fill_file(wire, Kind.FILE, name="", suffix=".mp4", media_type="video/mp4")


def _decode_file(wire: _Envelope) -> Incoming:
    # Not in the official list; some programs read it with these fields.
    name = wire.read("FileName") or wire.read("Title")
    return _fill_file(wire, Kind.FILE, name=name, suffix="", media_type="application/octet-stream")


def _fill_file(wire: _Envelope, kind: Kind, *, name: str, suffix: str, media_type: str) -> Incoming:
    size = wire.read("FileSize")
    file = Attachment(
        media_ref=wire.read("MediaId"),
        name=name or f"{wire.sent_at:%Y%m%d-%H%M%S}{suffix}",
        media_type=media_type,
        size=int(size) if size.isascii() and size.isdigit() else None,
    )
    return wire.fill(kind, attachment=file)


def _decode_location(wire: _Envelope) -> Incoming:
    label, place = wire.read("Label"), read_place(wire.read("Location_X"), wire.read("Location_Y"))
    return wire.fill(Kind.LOCATION, text=" ".join(filter(None, (label, place))))


def _decode_link(wire: _Envelope) -> Incoming:
    lines = (wire.read("Title"), wire.read("Description"), wire.read("Url"))
    return wire.fill(Kind.TEXT, text="\n".join(filter(None, lines)))


def _decode_unknown(wire: _Envelope) -> Incoming:
    return wire.fill(Kind.TEXT, action=f"message.{wire.kind or 'unknown'}")


_MESSAGES: dict[str, Callable[[_Envelope], Incoming]] = {
    "text": _decode_text,
    "voice": _decode_voice,
    "image": _decode_image,
    "video": _decode_video,
    "shortvideo": _decode_video,
    "file": _decode_file,
    "location": _decode_location,
    "link": _decode_link,
}


def _decode_event(message: Element, *, now: datetime) -> Decoded:
    name = _read(message, "Event")
    sender = _read(message, "FromUserName").lower()
    if name == "change_contact":
        # The contact helper tells of somebody, not by somebody.
        name, sender = _read(message, "ChangeType"), _read(message, "UserID").lower()
    if sender in ("", SYSTEM):
        return Decoded(kind=name)
    wire = _Envelope.of(message, sender, kind=name, now=now)
    if name in _CARD_EVENTS:
        return _decode_press_event(wire)
    if name == "click":
        # The application's own menu: the administrator gives each entry the words that it stands for.
        return Decoded(kind=name, incoming=wire.fill(Kind.TEXT, text=wire.read("EventKey")))
    return Decoded(kind=name, incoming=wire.fill(Kind.EVENT, action=f"event.{name or 'unknown'}"))


def _decode_press_event(wire: _Envelope) -> Decoded:
    action, card_key = decode_press(read_press(wire.message))
    return Decoded(
        kind=wire.kind,
        incoming=wire.fill(Kind.BUTTON, action=action, card_key=card_key or None),
        response_code=wire.read("ResponseCode"),
    )


def read_press(message: Element) -> dict[str, Any]:
    """The fields that say what was pressed; a plain button has no selected items, or an empty list."""
    items = [
        {
            "QuestionKey": _read(item, "QuestionKey"),
            "OptionIds": {"OptionId": [node.text or "" for node in item.iterfind("OptionIds/OptionId")]},
        }
        for item in message.iterfind("SelectedItems/SelectedItem")
    ]
    return {"EventKey": _read(message, "EventKey"), "SelectedItems": {"SelectedItem": items}}


def read_place(latitude: str, longitude: str) -> str:
    """`(31.230400, 121.473700)`, or nothing where the numbers are none."""
    try:
        north, east = float(latitude), float(longitude)
    except ValueError:
        return ""
    if not (math.isfinite(north) and math.isfinite(east)):
        return ""
    return f"({north:.6f}, {east:.6f})"


def _read(message: Element, path: str) -> str:
    return message.findtext(path, "").strip()


def _read_time(message: Element, now: datetime) -> datetime:
    text = _read(message, "CreateTime")
    if text.isascii() and text.isdigit() and int(text) < _NEWEST:
        return datetime.fromtimestamp(int(text), UTC).astimezone(now.tzinfo)
    return now
