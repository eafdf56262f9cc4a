"""A tap that came as words becomes the button again, if it stands on a card of whoever said them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from bot.domain.dialogs import OpenCard
from bot.domain.errors import Stale
from bot.domain.messages import Button, Incoming, Kind
from bot.domain.people import Member
from bot.domain.quick_replies import make_code, read_quick_reply
from handlers.ports import UnitOfWork

_EVER = datetime(2000, 1, 1, tzinfo=UTC)
"""A button is good as long as its card is open; only digits need to know which card is meant."""


def press_quick_reply(incoming: Incoming, *, uow: UnitOfWork, member: Member) -> Incoming:
    """The press that a quick reply stands for, and any other message as it is.

    Raises Stale where no open card of the sender has that button: it was answered, or is somebody else's.
    """
    code = read_quick_reply(incoming.text) if incoming.kind is Kind.TEXT else None
    if code is None:
        return incoming
    found = find_button(code, uow=uow, member=member)
    if found is None:
        raise Stale
    button, card_key = found
    return replace(incoming, kind=Kind.BUTTON, text="", action=button.action, card_key=card_key)


def press_quoted(incoming: Incoming, *, uow: UnitOfWork, member: Member) -> Incoming:
    """A button's own words under the quoted card are that button; any other message stays as it is."""
    card = find_quoted(incoming, uow=uow, member=member) if incoming.kind is Kind.TEXT else None
    said = incoming.text.strip().casefold()
    pressed = [each for each in card.card.choices() if each.label.casefold() == said] if card else []
    if card is None or len(pressed) != 1:
        return incoming
    return replace(incoming, kind=Kind.BUTTON, text="", action=pressed[0].action, card_key=card.key)


def find_button(code: str, *, uow: UnitOfWork, member: Member) -> tuple[Button, str] | None:
    """The button of that code among the open cards of the member, with the key of its card."""
    for card in uow.dialogs.open_cards(member.id, since=_EVER):
        for button in card.card.choices():
            if make_code(card.key, button.action) == code:
                return button, card.key
    return None


def find_quoted(incoming: Incoming, *, uow: UnitOfWork, member: Member) -> OpenCard | None:
    """The open card that the message answers by quoting it, whatever its age."""
    if incoming.card_key is None:
        return None
    cards = uow.dialogs.open_cards(member.id, since=_EVER)
    return next((card for card in cards if card.key == incoming.card_key), None)
