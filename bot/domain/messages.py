"""What comes in from a chat and what goes out to one, without any platform's details."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum, StrEnum

MAX_BUTTONS = 6
"""WeCom's limit of a template card; every card stays inside it."""


def require_aware(moment: datetime, name: str) -> None:
    """Raise ValueError for a datetime without a zone."""
    if moment.tzinfo is None:
        raise ValueError(f"{name} must carry a time zone")


class Kind(StrEnum):
    """What a person sent."""

    TEXT = "text"
    VOICE = "voice"
    IMAGE = "image"
    FILE = "file"
    LOCATION = "location"
    BUTTON = "button"
    EVENT = "event"


class Priority(IntEnum):
    """Sending order: a smaller number leaves first."""

    REPLY = 0
    NUDGE = 10
    DIGEST = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """One person on one platform."""

    platform: str
    user_id: str

    def __str__(self) -> str:
        return f"{self.platform}:{self.user_id}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Voice:
    """A voice message; `transcript` is the platform's own recognition when it sends one."""

    media_ref: str
    format: str
    seconds: float | None = None
    transcript: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """A picture or a file; `size` in bytes where the platform tells."""

    media_ref: str
    name: str
    media_type: str
    size: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Incoming:
    """One message of a person. `id` is unique in its platform: the key that judges duplicates."""

    id: str
    sender: Address
    kind: Kind
    sent_at: datetime
    text: str = ""
    voice: Voice | None = None
    attachment: Attachment | None = None
    action: str | None = None
    """A pressed button's action such as `visit.confirm:42`, or `visit.choose:42=7` from a drop-down."""
    card_key: str | None = None
    """The key of the card that the button stood on."""
    in_group: bool = False
    """Said where others read along; the answer goes to the sender alone."""

    def __post_init__(self) -> None:
        require_aware(self.sent_at, "sent_at")


@dataclass(frozen=True, slots=True, kw_only=True)
class Button:
    """One quick reply; `action` is `topic.verb:argument`."""

    label: str
    action: str
    primary: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """One line of a drop-down."""

    label: str
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Select:
    """A drop-down; the chosen value is put behind `action` as `=value`."""

    label: str
    action: str
    options: tuple[Option, ...]
    chosen: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A label and its value; `said` are the person's own words that it came from, `was` the value before."""

    label: str
    value: str
    said: str | None = None
    was: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """A card in the chat; each button and option has a digit in the typed twin."""

    title: str
    rows: tuple[Row, ...] = ()
    quote: str | None = None
    buttons: tuple[Button, ...] = ()
    selects: tuple[Select, ...] = ()
    note: str | None = None
    settled: bool = False
    """Nothing is waited for: the buttons are offers, and a typed digit goes to a waiting card first."""

    def __post_init__(self) -> None:
        if len(self.buttons) > MAX_BUTTONS:
            raise ValueError(f"a card holds at most {MAX_BUTTONS} buttons")

    def as_text(self) -> str:
        """The typed twin: the same content in lines, buttons with digits."""
        lines = [self.title]
        if self.quote:
            lines.append(f"「{self.quote}」")
        for row in self.rows:
            change = f"{row.was} → " if row.was else ""
            lines.append(f"{row.label}：{change}{row.value}")
        if self.note:
            lines.append(self.note)
        choices = self.choices()
        if choices:
            lines.append("  ".join(f"{digit} {button.label}" for digit, button in enumerate(choices, 1)))
        return "\n".join(lines)

    def choices(self) -> tuple[Button, ...]:
        """Everything that can be tapped, in the order of its digits: buttons, then options of drop-downs."""
        options = tuple(
            Button(label=option.label, action=f"{select.action}={option.value}")
            for select in self.selects
            for option in select.options
        )
        return self.buttons + options


@dataclass(frozen=True, slots=True, kw_only=True)
class Outgoing:
    """One message to one person: a text or a card, or a picture or file of the media store.

    `key` names one message on the screen: a later one with the same key replaces it where the platform can,
    else it follows as a new message. `nudge_id` ties it to the nudge that it carries.
    """

    to: Address
    text: str | None = None
    card: Card | None = None
    picture_ref: str | None = None
    file_ref: str | None = None
    file_name: str | None = None
    priority: Priority = Priority.REPLY
    key: str | None = None
    nudge_id: int | None = None

    def as_text(self) -> str:
        """What a platform without cards shows."""
        return self.text if self.text is not None else self.card.as_text() if self.card else ""
