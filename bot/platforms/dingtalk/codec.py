"""Turns the platform's message or press into the house's `Incoming`; the body is the same in both modes.

Shapes are those of the contract 1.3, 3 and 6.5. A message of an unknown kind becomes a text without words and
the action `message.<kind>`, so that its sender is told what to do instead.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.domain.messages import Address, Attachment, Incoming, Kind, Voice
from bot.platforms.dingtalk.cards import decode_press
from bot.platforms.dingtalk.sessions import Session

PLATFORM = "dingtalk"
GROUP = "2"
CODES = "|"
"""Between two download codes of one picture: the second is tried where the first fails."""
_NEWEST = datetime(2200, 1, 1, tzinfo=UTC).timestamp()
_ENDING = re.compile(r"[0-9a-z]{1,8}")
_OPAQUE_NAME = re.compile(r"\s+")

Body = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Decoded:
    """What a body means; without `incoming`, nobody waits for an answer.

    `quoted` is the reference of our message that the person answers. `is_outsider`: a person outside the
    company, or a robot that is not published yet.
    """

    kind: str
    incoming: tuple[Incoming, ...] = ()
    session: Session | None = None
    quoted: str = ""
    is_outsider: bool = False
    is_quota_used_up: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class _Part:
    """One thing inside a message."""

    kind: Kind
    text: str = ""
    voice: Voice | None = None
    attachment: Attachment | None = None
    action: str | None = None


def decode_message(body: Body, *, now: datetime) -> Decoded:
    """Read the body of a robot message; every JSON object can be read."""
    kind = _read(body, "msgtype") or "unknown"
    if _is_quota_message(body):
        return Decoded(kind="quota", is_quota_used_up=True)
    user_id = _read(body, "senderStaffId")
    session = _read_session(body)
    if not user_id:
        return Decoded(kind=kind, session=session, is_outsider=True)
    sender = Address(platform=PLATFORM, user_id=user_id)
    sent_at = _read_time(body.get("createAt"), now)
    parts = _PARTS.get(kind, _decode_unknown)(_Content.of(body, kind=kind, sent_at=sent_at))
    message_id = _read(body, "msgId") or _digest(body)
    is_group = _read(body, "conversationType") == GROUP
    if is_group and (quoted := _decode_quoted_file(body, sent_at)):
        parts = [*(part for part in parts if part.text), quoted]
    incoming = tuple(
        Incoming(
            # The first part bears the message's own id.
            id=f"{number}:{message_id}" if number else message_id,
            sender=sender,
            sent_at=sent_at,
            kind=part.kind,
            text=part.text,
            voice=part.voice,
            attachment=part.attachment,
            action=part.action,
            in_group=is_group,
        )
        for number, part in enumerate(parts)
    )
    return Decoded(
        kind=kind,
        incoming=incoming,
        # An answer to one person does not go into a group.
        session=None if is_group else session,
        quoted=_read(body, "originalProcessQueryKey"),
    )


def decode_card_callback(body: Body, *, now: datetime) -> Decoded:
    """Read a press on an interactive card; who pressed is who is asked for rights (contract 6.5).

    A press has no id of its own: the same button of the same state of a card, pressed again, is the same.
    """
    user_id, track_id = _read(body, "userId"), _read(body, "outTrackId")
    action, card_key = decode_press(body)
    if not user_id or not track_id:
        return Decoded(kind="card")
    pressed = {"user": user_id, "content": body.get("content") or body.get("value")}
    incoming = Incoming(
        id=f"card:{track_id}:{_digest(pressed)}",
        sender=Address(platform=PLATFORM, user_id=user_id),
        sent_at=now,
        kind=Kind.BUTTON,
        action=action,
        card_key=card_key or None,
    )
    return Decoded(kind="card", incoming=(incoming,))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Content:
    """The part of a body that differs by kind."""

    kind: str
    fields: Body
    text: str
    sent_at: datetime

    @classmethod
    def of(cls, body: Body, *, kind: str, sent_at: datetime) -> _Content:
        text = _as_object(body.get("text"))
        return cls(
            kind=kind,
            fields=_as_object(body.get("content")),
            text=_read(text, "content"),
            sent_at=sent_at,
        )

    def name(self, suffix: str) -> str:
        return f"{self.sent_at:%Y%m%d-%H%M%S}{suffix}"


def _decode_text(content: _Content) -> Sequence[_Part]:
    # One page shows the words under `content`. Where the mention was, a space stays.
    words = content.text or _read(content.fields, "content") or _read(content.fields, "text")
    return [_Part(kind=Kind.TEXT, text=words.strip())]


def _decode_rich_text(content: _Content) -> Sequence[_Part]:
    items = content.fields.get("richText")
    found = [item for item in items if isinstance(item, dict)] if isinstance(items, list) else []
    words = "".join(_read(item, "text") for item in found if item.get("type", "text") in ("text", None))
    pictures = [_picture(item, content) for item in found if _codes(item)]
    said = [_Part(kind=Kind.TEXT, text=words.strip())] if words.strip() or not pictures else []
    return [*said, *pictures]


def _decode_picture(content: _Content) -> Sequence[_Part]:
    return [_picture(content.fields, content)]


def _picture(fields: Body, content: _Content) -> _Part:
    file = Attachment(media_ref=_codes(fields), name=content.name(".jpg"), media_type="image/jpeg")
    return _Part(kind=Kind.IMAGE, attachment=file)


def _decode_audio(content: _Content) -> Sequence[_Part]:
    milliseconds = _number(content.fields.get("duration"))
    ending = _read(content.fields, "fileExtension").lower().lstrip(".")
    voice = Voice(
        media_ref=_codes(content.fields),
        # Undocumented; what community programs meet is AMR, and the recogniser looks at the bytes.
        format=ending if _ENDING.fullmatch(ending) else "amr",
        seconds=milliseconds / 1000 if milliseconds else None,
        transcript=_read(content.fields, "recognition").strip() or None,
    )
    return [_Part(kind=Kind.VOICE, voice=voice)]


def _decode_video(content: _Content) -> Sequence[_Part]:
    ending = _read(content.fields, "videoType").lower()
    ending = ending if _ENDING.fullmatch(ending) else "mp4"
    file = Attachment(
        media_ref=_codes(content.fields), name=content.name(f".{ending}"), media_type=f"video/{ending}"
    )
    return [_Part(kind=Kind.FILE, attachment=file)]


def _decode_file(content: _Content) -> Sequence[_Part]:
    name = _read(content.fields, "fileName").replace("\\", "/").rpartition("/")[2]
    file = Attachment(
        media_ref=_codes(content.fields),
        name=_OPAQUE_NAME.sub(" ", name).strip() or content.name(""),
        media_type="application/octet-stream",
        size=int(_number(content.fields.get("fileSize"))) or None,
    )
    return [_Part(kind=Kind.FILE, attachment=file)]


def _decode_forwarded(content: _Content) -> Sequence[_Part]:
    words = (_read(content.fields, "title"), _read(content.fields, "text"))
    text = "\n".join(filter(None, words)).strip()
    return [_Part(kind=Kind.TEXT, text=text)] if text else _decode_unknown(content)


def _decode_unknown(content: _Content) -> Sequence[_Part]:
    return [_Part(kind=Kind.TEXT, action=f"message.{content.kind}")]


_PARTS: dict[str, Callable[[_Content], Sequence[_Part]]] = {
    "text": _decode_text,
    "richText": _decode_rich_text,
    "picture": _decode_picture,
    "audio": _decode_audio,
    "video": _decode_video,
    "file": _decode_file,
    "markdown": _decode_forwarded,
    "actionCard": _decode_forwarded,
}
_QUOTABLE = frozenset({"picture", "audio", "video", "file"})


def _decode_quoted_file(body: Body, sent_at: datetime) -> _Part | None:
    """The file of a quoted message: in a group the only way in which one reaches us (contract 3.1)."""
    quoted = _as_object(_as_object(body.get("text")).get("repliedMsg"))
    kind = _read(quoted, "msgType")
    if kind not in _QUOTABLE or not _codes(_as_object(quoted.get("content"))):
        return None
    return _PARTS[kind](_Content.of(quoted, kind=kind, sent_at=sent_at))[0]


def _is_quota_message(body: Body) -> bool:
    """Used-up quota: the push comes without its content (contract 1.4)."""
    code = _read(body, "errorCode")
    return code not in ("", "0") and "text" not in body and "content" not in body


def _read_session(body: Body) -> Session | None:
    url, until = _read(body, "sessionWebhook"), _number(body.get("sessionWebhookExpiredTime"))
    if not url or not 0 < until / 1000 < _NEWEST:
        return None
    return Session(url=url, good_until=datetime.fromtimestamp(0, UTC) + timedelta(milliseconds=until))


def _codes(fields: Body) -> str:
    codes = (_read(fields, "downloadCode"), _read(fields, "pictureDownloadCode"))
    return CODES.join(dict.fromkeys(filter(None, codes)))


def _read(fields: Body, name: str) -> str:
    value = fields.get(name)
    if isinstance(value, bool) or not isinstance(value, str | int):
        return ""
    # A lone half of a character is no text that could be stored.
    return str(value).encode("utf-8", "replace").decode()


def _number(value: object) -> float:
    try:
        number = float(value) if isinstance(value, str | int | float) else 0.0
    except (ValueError, OverflowError):
        return 0.0
    return number if 0 < number < 1e15 else 0.0


def _read_time(value: object, now: datetime) -> datetime:
    seconds = _number(value) / 1000
    if not 0 < seconds < _NEWEST:
        return now
    return datetime.fromtimestamp(seconds, UTC).astimezone(now.tzinfo)


def _as_object(value: object) -> Body:
    """The object, or the one in a JSON text: both have been seen in the same places."""
    if isinstance(value, str):
        try:
            value = json.loads(value)
        except ValueError:
            return {}
    return value if isinstance(value, dict) else {}


def _digest(value: object) -> str:
    return hashlib.sha256(json.dumps(value, sort_keys=True, default=str).encode()).hexdigest()[:20]
