"""Turns the platform's message or press into the house's `Incoming`; the body is the same in both modes.

Shapes are those of the contract 1.3, 3 and 6.5. A message of an unknown kind becomes a text without words and
the action `message.<kind>`, so that its sender is told what to do instead.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from bot.domain.messages import Address, Attachment, Incoming, Kind, Voice
from bot.platforms.dingtalk.cards import decode_press
from bot.platforms.dingtalk.fields import NEWEST, Body, digest, read_number, read_object, read_time, read_word
from bot.platforms.dingtalk.sessions import Session

PLATFORM = "dingtalk"
GROUP = "2"
CODES = "|"
"""Between two download codes of one picture: the second is tried where the first fails."""
_ENDING = re.compile(r"[0-9a-z]{1,8}")
_MENTION = re.compile(r"\A@\S+[\s\u2005]+")
"""The robot's own name, which one kind of phone leaves at the beginning (contract 3.1)."""
_OPAQUE_NAME = re.compile(r"\s+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Decoded:
    """What a body means; without `incoming`, nobody waits for an answer.

    `quoted` is the reference of our message that the person answers, `quoted_id` the platform's id of the
    message, which may be their own. `is_outsider`: a person of another company, or a robot that is not
    published yet; `sender` is then the only name that there is, good for nothing but telling them apart.
    """

    kind: str
    incoming: tuple[Incoming, ...] = ()
    session: Session | None = None
    quoted: str = ""
    quoted_id: str = ""
    corp_id: str = ""
    """The company whose robot this is."""
    is_outsider: bool = False
    sender: str = ""
    is_quota_used_up: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class _Part:
    """One thing inside a message."""

    kind: Kind
    text: str = ""
    voice: Voice | None = None
    attachment: Attachment | None = None
    action: str | None = None


def decode_message(body: Body, *, now: datetime, corp_id: str = "") -> Decoded:
    """Read the body of a robot message; every JSON object can be read.

    A staff id is unique in one company only, so that one of another company than `corp_id`, or than the
    robot's where that is empty, is nobody's here.
    """
    kind = read_word(body, "msgtype") or "unknown"
    if _is_quota_message(body):
        return Decoded(kind="quota", is_quota_used_up=True)
    user_id = read_word(body, "senderStaffId")
    session = _read_session(body)
    home = read_word(body, "chatbotCorpId")
    if not user_id or _is_foreign(read_word(body, "senderCorpId"), corp_id or home):
        return Decoded(kind=kind, session=session, is_outsider=True, sender=read_word(body, "senderId"))
    sender = Address(platform=PLATFORM, user_id=user_id)
    sent_at = read_time(body.get("createAt"), now)
    message_id = read_word(body, "msgId") or digest(body)
    is_group = read_word(body, "conversationType") == GROUP
    room = read_word(body, "conversationId") if is_group else ""
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
            room=room or None,
        )
        for number, part in enumerate(_decode_parts(body, kind=kind, sent_at=sent_at, is_group=is_group))
    )
    replied = read_object(read_object(body.get("text")).get("repliedMsg"))
    return Decoded(
        kind=kind,
        incoming=incoming,
        session=session,
        quoted=read_word(body, "originalProcessQueryKey"),
        quoted_id=read_word(body, "originalMsgId") or read_word(replied, "msgId"),
        corp_id=home,
    )


def decode_card_callback(body: Body, *, now: datetime, corp_id: str = "") -> Decoded:
    """Read a press on an interactive card; who pressed is who is asked for rights (contract 6.5).

    A press has no id of its own: the same button of the same state of a card, pressed again, is the same.
    """
    user_id, track_id = read_word(body, "userId"), read_word(body, "outTrackId")
    action, card_key = decode_press(body)
    if not user_id or not track_id:
        return Decoded(kind="card")
    if _is_foreign(read_word(body, "corpId"), corp_id):
        return Decoded(kind="card", is_outsider=True)
    pressed = {"user": user_id, "content": body.get("content") or body.get("value")}
    incoming = Incoming(
        id=f"card:{track_id}:{digest(pressed)}",
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
        text = read_object(body.get("text"))
        return cls(
            kind=kind,
            fields=read_object(body.get("content")),
            text=read_word(text, "content"),
            sent_at=sent_at,
        )

    def name(self, suffix: str) -> str:
        return f"{self.sent_at:%Y%m%d-%H%M%S}{suffix}"


def _decode_text(content: _Content) -> Sequence[_Part]:
    # One page shows the words under `content`. Where the mention was, a space stays.
    words = content.text or read_word(content.fields, "content") or read_word(content.fields, "text")
    return [_Part(kind=Kind.TEXT, text=words.strip())]


def _decode_rich_text(content: _Content) -> Sequence[_Part]:
    items = content.fields.get("richText")
    found = [item for item in items if isinstance(item, dict)] if isinstance(items, list) else []
    words = "".join(read_word(item, "text") for item in found if item.get("type", "text") in ("text", None))
    pictures = [_picture(item, content) for item in found if _codes(item)]
    said = [_Part(kind=Kind.TEXT, text=words.strip())] if words.strip() or not pictures else []
    return [*said, *pictures]


def _decode_picture(content: _Content) -> Sequence[_Part]:
    return [_picture(content.fields, content)]


def _picture(fields: Body, content: _Content) -> _Part:
    file = Attachment(media_ref=_codes(fields), name=content.name(".jpg"), media_type="image/jpeg")
    return _Part(kind=Kind.IMAGE, attachment=file)


def _decode_audio(content: _Content) -> Sequence[_Part]:
    milliseconds = read_number(content.fields.get("duration"))
    ending = read_word(content.fields, "fileExtension").lower().lstrip(".")
    voice = Voice(
        media_ref=_codes(content.fields),
        # Undocumented; what community programs meet is AMR, and the recogniser looks at the bytes.
        format=ending if _ENDING.fullmatch(ending) else "amr",
        seconds=milliseconds / 1000 if milliseconds else None,
        transcript=read_word(content.fields, "recognition").strip() or None,
    )
    return [_Part(kind=Kind.VOICE, voice=voice)]


def _decode_video(content: _Content) -> Sequence[_Part]:
    ending = read_word(content.fields, "videoType").lower()
    ending = ending if _ENDING.fullmatch(ending) else "mp4"
    file = Attachment(
        media_ref=_codes(content.fields), name=content.name(f".{ending}"), media_type=f"video/{ending}"
    )
    return [_Part(kind=Kind.FILE, attachment=file)]


def _decode_file(content: _Content) -> Sequence[_Part]:
    name = read_word(content.fields, "fileName").replace("\\", "/").rpartition("/")[2]
    file = Attachment(
        media_ref=_codes(content.fields),
        name=_OPAQUE_NAME.sub(" ", name).strip() or content.name(""),
        media_type="application/octet-stream",
        size=int(read_number(content.fields.get("fileSize"))) or None,
    )
    return [_Part(kind=Kind.FILE, attachment=file)]


def _decode_forwarded(content: _Content) -> Sequence[_Part]:
    words = (read_word(content.fields, "title"), read_word(content.fields, "text"))
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
    quoted = read_object(read_object(body.get("text")).get("repliedMsg"))
    kind = read_word(quoted, "msgType")
    if kind not in _QUOTABLE or not _codes(read_object(quoted.get("content"))):
        return None
    return _PARTS[kind](_Content.of(quoted, kind=kind, sent_at=sent_at))[0]


def _decode_parts(body: Body, *, kind: str, sent_at: datetime, is_group: bool) -> Sequence[_Part]:
    parts = _PARTS.get(kind, _decode_unknown)(_Content.of(body, kind=kind, sent_at=sent_at))
    if not is_group:
        return parts
    if kind == "richText":
        parts = [replace(part, text=_MENTION.sub("", part.text, count=1)) for part in parts]
    quoted = _decode_quoted_file(body, sent_at)
    return [*(part for part in parts if part.text), quoted] if quoted else parts


def _is_foreign(corp_id: str, home: str) -> bool:
    # Not every message names its company; then there is only one.
    return bool(corp_id and home) and corp_id != home


def _is_quota_message(body: Body) -> bool:
    """Used-up quota: the push comes without its content (contract 1.4), and perhaps without its code too.

    Whoever only mentions the bot sends an empty text, so that one with no text at all is nobody's words.
    """
    if "text" in body or "content" in body:
        return False
    code = read_word(body, "errorCode") or read_word(body, "errorMessage")
    return code not in ("", "0") or read_word(body, "msgtype") == "text"


def _read_session(body: Body) -> Session | None:
    url, until = read_word(body, "sessionWebhook"), read_number(body.get("sessionWebhookExpiredTime"))
    if not url or not 0 < until / 1000 < NEWEST:
        return None
    return Session(url=url, good_until=datetime.fromtimestamp(0, UTC) + timedelta(milliseconds=until))


def _codes(fields: Body) -> str:
    codes = (read_word(fields, "downloadCode"), read_word(fields, "pictureDownloadCode"))
    return CODES.join(dict.fromkeys(filter(None, codes)))
