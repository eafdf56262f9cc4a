"""What a handler gets: one message, who sent it, one transaction, and what the program knows."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from bot.domain.calendar import WorkCalendar
from bot.domain.dialogs import Dialog
from bot.domain.messages import Address, Button, Card, Incoming, Outgoing, Priority
from bot.domain.people import Member
from bot.domain.playbook import Playbook
from bot.domain.understanding import Lexicon, Understanding
from handlers.ports import UnitOfWork
from prompts.texts import Texts


class Understand(Protocol):
    """Text to meaning."""

    def __call__(self, text: str, *, now: datetime, lexicon: Lexicon) -> Understanding: ...


class OfferUpload(Protocol):
    """Makes the address of a page on which one file can be sent as the proof of an item."""

    def __call__(
        self, address: Address, *, member_id: int, item_id: int, message_id: str, now: datetime
    ) -> str:
        """The page's address; empty where the person's chat takes files itself, or no page can be reached."""
        ...


class MayName(Protocol):
    """Whether words can be a way to say a name."""

    def __call__(self, said: str, name: str) -> bool: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckResult:
    """One line of 「/检查」: what was tried, whether it works, and how to mend it."""

    name: str
    passed: bool
    fix: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One line of 「/状态」."""

    name: str
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Deps:
    """What every turn needs and no turn changes."""

    understand: Understand
    may_name: MayName
    playbook: Playbook
    calendar: WorkCalendar
    texts: Texts
    check: Callable[[UnitOfWork], Sequence[CheckResult]]
    measure: Callable[[], Sequence[Figure]] = tuple
    offer_upload: OfferUpload | None = None
    admin_in_groups: bool = False
    """Whether admins' commands work in group chats too."""


@dataclass(slots=True, kw_only=True)
class Context:
    """One turn of the conversation."""

    incoming: Incoming
    text: str
    """What was typed, or heard in a voice note."""
    member: Member
    uow: UnitOfWork
    now: datetime
    deps: Deps
    dialog: Dialog | None = None
    speech_problem: str = ""
    """The text key of why a voice note gave no words."""
    argument: str = ""
    """What stands behind the command or button that matched."""
    _understanding: Understanding | None = field(default=None, repr=False)

    @property
    def understanding(self) -> Understanding:
        """The meaning of the text, worked out once."""
        if self._understanding is None:
            lexicon = self.uow.lexicon(self.member)
            self._understanding = self.deps.understand(self.text, now=self.now, lexicon=lexicon)
        return self._understanding

    @property
    def note_key(self) -> str:
        """The on-screen message that the early acknowledgement of this message opened."""
        return note_key(self.incoming.id)

    def say(self, key: str, **values: object) -> str:
        """A sentence of ours."""
        return self.deps.texts.say(key, **values)

    def reply(self, key: str, **values: object) -> list[Outgoing]:
        """One plain sentence back to the sender; it takes the place of 「收到，正在听…」."""
        return [self.tell(self.say(key, **values))]

    def tell(self, text: str) -> Outgoing:
        """A plain text back to the sender."""
        return Outgoing(to=self.incoming.sender, text=text, key=self._ack_key())

    def show(self, card: Card, *, key: str | None = None) -> Outgoing:
        """A card back to the sender; `key` names the message on the screen that it replaces."""
        return Outgoing(to=self.incoming.sender, card=card, key=key or self._ack_key())

    def write(
        self, member: Member, card: Card, *, key: str, priority: Priority = Priority.NUDGE
    ) -> list[Outgoing]:
        """A card to somebody else; nothing where that member has no account."""
        if member.address is None:
            return []
        return [Outgoing(to=member.address, card=card, key=key, priority=priority)]

    def button(self, key: str, action: str, *, primary: bool = False) -> Button:
        """A button with a label of ours."""
        return Button(label=self.say(key), action=action, primary=primary)

    def _ack_key(self) -> str | None:
        return self.note_key if self.incoming.voice or self.incoming.attachment else None


def note_key(message_id: str) -> str:
    """The key of the on-screen message that answers a note."""
    return f"note:{message_id}"
