"""Decodes what the browser sends and encodes what it is to show, both as JSON objects with a `type`."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import quote
from uuid import UUID

from bot.domain.messages import Address, Attachment, Card, Incoming, Kind, Outgoing, Voice
from bot.platforms.base import Media
from bot.platforms.console.media import Family, tell_type
from bot.platforms.console.ports import Person, Shown

MAX_TEXT = 10_000
MAX_SECONDS = 3600.0
MEDIA_REF = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9_.-]{0,127}")
_SENDABLE = {Kind.TEXT, Kind.VOICE, Kind.IMAGE, Kind.FILE, Kind.BUTTON}
_FAMILY_OF = {Kind.VOICE: Family.AUDIO, Kind.IMAGE: Family.IMAGE}


class BadInput(Exception):
    """The browser sent what cannot be taken; `code` names a sentence of `static/sentences.json`."""

    def __init__(self, code: str, message_id: str | None = None) -> None:
        super().__init__(code)
        self.code = code
        self.message_id = message_id


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """A message as the browser put it, checked for form; its media is still only a reference."""

    id: str
    kind: Kind
    text: str = ""
    media_ref: str | None = None
    seconds: float | None = None
    action: str | None = None
    card_key: str | None = None


def decode_request(raw: str) -> Request:
    """Read one `send` event. Raises BadInput."""
    try:
        wire = json.loads(raw)
    except (ValueError, RecursionError):
        raise BadInput("not_json") from None
    if not isinstance(wire, dict) or wire.get("type") != "send":
        raise BadInput("unknown_event")
    message_id = _decode_id(wire.get("id"))
    try:
        kind = Kind(wire.get("kind", ""))
    except ValueError:
        raise BadInput("unknown_kind", message_id) from None
    if kind not in _SENDABLE:
        raise BadInput("unknown_kind", message_id)
    read = _Fields(wire, message_id)
    if kind is Kind.TEXT:
        return Request(id=message_id, kind=kind, text=read.note())
    if kind is Kind.BUTTON:
        action, card_key = read.words("action", limit=512), read.optional_words("card_key", limit=200)
        return Request(id=message_id, kind=kind, action=action, card_key=card_key)
    return Request(id=message_id, kind=kind, media_ref=read.media_ref(), seconds=read.seconds())


def _decode_id(value: object) -> str:
    try:
        return str(UUID(value if isinstance(value, str) else ""))
    except ValueError:
        raise BadInput("bad_id") from None


class _Fields:
    """The checked fields of one event."""

    def __init__(self, wire: dict[str, Any], message_id: str) -> None:
        self._wire = wire
        self._id = message_id

    def note(self) -> str:
        value = self._wire.get("text")
        if not isinstance(value, str) or not value.strip():
            raise BadInput("empty_text", self._id)
        if len(value) > MAX_TEXT:
            raise BadInput("long_text", self._id)
        return _clean(value)

    def words(self, name: str, *, limit: int) -> str:
        value = self._wire.get(name)
        if not isinstance(value, str) or not 0 < len(value) <= limit or _clean(value) != value:
            raise BadInput("bad_field", self._id)
        return value

    def optional_words(self, name: str, *, limit: int) -> str | None:
        return None if self._wire.get(name) is None else self.words(name, limit=limit)

    def media_ref(self) -> str:
        value = self.words("media_ref", limit=128)
        if not MEDIA_REF.fullmatch(value):
            raise BadInput("unknown_media", self._id)
        return value

    def seconds(self) -> float | None:
        value = self._wire.get("seconds")
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= MAX_SECONDS:
            raise BadInput("bad_field", self._id)
        return float(value)


def _clean(text: str) -> str:
    """The text without lone surrogates, which no database takes, and without zero bytes."""
    return text.encode("utf-8", "ignore").decode("utf-8").replace("\x00", "")


def make_incoming(request: Request, *, sender: Address, sent_at: datetime, media: Media | None) -> Incoming:
    """Turn a checked request and the media it named into a message. Raises BadInput for the wrong media."""
    voice = attachment = None
    if request.media_ref is not None:
        if media is None:
            raise BadInput("unknown_media", request.id)
        found = tell_type(media.data, media.name)
        wanted = _FAMILY_OF.get(request.kind)
        if wanted is not None and found.family is not wanted:
            raise BadInput("not_audio" if wanted is Family.AUDIO else "not_image", request.id)
        if request.kind is Kind.VOICE:
            voice = Voice(media_ref=request.media_ref, format=found.format, seconds=request.seconds)
        else:
            attachment = Attachment(
                media_ref=request.media_ref,
                name=media.name,
                media_type=found.media_type,
                size=len(media.data),
            )
    return Incoming(
        id=request.id,
        sender=sender,
        kind=request.kind,
        sent_at=sent_at,
        text=request.text,
        voice=voice,
        attachment=attachment,
        action=request.action,
        card_key=request.card_key,
    )


def encode(event_type: str, **fields: object) -> str:
    """One event for the browser."""
    return json.dumps({"type": event_type, **fields}, ensure_ascii=False, separators=(",", ":"))


def encode_person(person: Person) -> dict[str, object]:
    """A person as the chooser shows it."""
    return {
        "user_id": person.user_id,
        "name": person.name,
        "role": person.role.value if person.role else "",
        "team": person.team,
    }


def encode_shown(shown: Shown) -> dict[str, object]:
    """One message of the chat, whichever side it came from."""
    head = {"ref": shown.ref, "at": shown.at.isoformat()}
    if shown.incoming is not None:
        return {**head, "from": "me", **_encode_incoming(shown.incoming), "transcript": shown.transcript}
    assert shown.outgoing is not None
    return {**head, "from": "bot", **_encode_outgoing(shown.outgoing)}


def is_visible(shown: Shown) -> bool:
    """Whether a message makes a bubble; a pressed button and an event do not."""
    return shown.incoming is None or shown.incoming.kind not in {Kind.BUTTON, Kind.EVENT}


def _encode_incoming(incoming: Incoming) -> dict[str, object]:
    wire: dict[str, object] = {"kind": incoming.kind.value, "text": incoming.text}
    if incoming.voice is not None:
        # Browsers play no AMR; the server turns it into WAV.
        suffix = "?as=wav" if incoming.voice.format == "amr" else ""
        wire["voice"] = {
            "src": _media_path(incoming.voice.media_ref) + suffix,
            "seconds": incoming.voice.seconds,
        }
    if incoming.attachment is not None:
        attachment = incoming.attachment
        wire["file"] = {
            "src": _media_path(attachment.media_ref),
            "name": attachment.name,
            "media_type": attachment.media_type,
            "size": attachment.size,
        }
    return wire


def _encode_outgoing(outgoing: Outgoing) -> dict[str, object]:
    wire: dict[str, object] = {"key": outgoing.key}
    if outgoing.card is not None:
        return {**wire, "kind": "card", "card": _encode_card(outgoing.card)}
    if outgoing.picture_ref is not None:
        picture = {"src": _media_path(outgoing.picture_ref), "name": outgoing.file_name or ""}
        return {**wire, "kind": "image", "text": outgoing.text or "", "file": picture}
    if outgoing.file_ref is not None:
        file = {"src": _media_path(outgoing.file_ref), "name": outgoing.file_name or outgoing.file_ref}
        return {**wire, "kind": "file", "text": outgoing.text or "", "file": file}
    return {**wire, "kind": "text", "text": outgoing.text or ""}


def _encode_card(card: Card) -> dict[str, object]:
    digit = len(card.buttons)
    selects = []
    for select in card.selects:
        options = []
        for option in select.options:
            digit += 1
            action = f"{select.action}={option.value}"
            chosen = option.value == select.chosen
            options.append({"digit": digit, "label": option.label, "action": action, "chosen": chosen})
        selects.append({"label": select.label, "options": options})
    return {
        "title": card.title,
        "quote": card.quote,
        "rows": [{"label": r.label, "value": r.value, "said": r.said, "was": r.was} for r in card.rows],
        "buttons": [
            {"digit": place, "label": button.label, "action": button.action, "primary": button.primary}
            for place, button in enumerate(card.buttons, 1)
        ],
        "selects": selects,
        "note": card.note,
    }


def _media_path(media_ref: str) -> str:
    return f"/console/media/{quote(media_ref, safe='')}"
