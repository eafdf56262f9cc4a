"""One turn: claim the message, load who and what it is about, route it, store state and replies together."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import datetime
from typing import Protocol

from bot.domain.dialogs import OpenCard
from bot.domain.errors import Refusal, Stale
from bot.domain.messages import Button, Card, Incoming, Kind, Outgoing
from bot.domain.people import Member
from handlers import (
    admin,
    answers,
    corrections,
    events,
    evidence,
    my_day,
    nodes,
    quotes,
    talk,
    talk_tracks,
    team,
    visits,
)
from handlers.context import Context, Deps, note_key
from handlers.groups import place_replies
from handlers.onboarding import greet_stranger
from handlers.ports import UnitOfWork
from handlers.quick_replies import find_quoted, press_quick_reply, press_quoted
from handlers.router import Router, commands_for, first_match

_DIGIT = re.compile(r"\d{1,2}")


class Transaction(UnitOfWork, Protocol):
    """A unit of work that can claim the message that it is for."""

    def claim_message(self, inbox_id: int | None) -> None:
        """Mark the inbox row done in this transaction; AlreadyHandled if it is done."""
        ...


OpenTransaction = Callable[[str, datetime], AbstractContextManager[Transaction]]
"""Opens a transaction for a message id at a moment."""


def build_routers() -> tuple[Router, ...]:
    """The ordered tuple: commands, then what the bot waits for, then buttons and meaning, then everything
    else.
    """
    general = Router()

    @general.command("帮助", "help", "?", help="看我能做什么")
    def show_help(ctx: Context) -> list[Outgoing]:
        return [ctx.show(talk.help_card(ctx, commands_for(routers, ctx.member.role)))]

    routers = (
        events.router,
        general,
        quotes.router,
        my_day.router,
        team.router,
        admin.router,
        nodes.router,
        answers.router,
        corrections.router,
        talk_tracks.router,
        evidence.router,
        visits.router,
        talk.router,
    )
    return routers


def take_turn(
    incoming: Incoming,
    *,
    inbox_id: int | None,
    open_transaction: OpenTransaction,
    routers: Sequence[Router],
    deps: Deps,
    now: datetime,
    speech_problem: str = "",
) -> None:
    """Work one message off, exactly once: its effects and its replies are one commit.

    A refusal or a stale button takes nothing with it: its transaction is rolled back, and only the sentence
    that explains it is stored. Raises AlreadyHandled where the message took effect before.
    """
    try:
        with open_transaction(incoming.id, now) as uow:
            uow.claim_message(inbox_id)
            replies = answer(
                incoming, uow=uow, routers=routers, deps=deps, now=now, speech_problem=speech_problem
            )
            push(uow, incoming, place_replies(incoming, replies, texts=deps.texts), now=now)
    except (Refusal, Stale) as error:
        key, values = (error.key, error.values) if isinstance(error, Refusal) else ("visit.already", {})
        sentence = Outgoing(to=incoming.sender, text=deps.texts.say(key, **values), key=_ack_key(incoming))
        with open_transaction(incoming.id, now) as uow:
            uow.claim_message(inbox_id)
            push(uow, incoming, place_replies(incoming, [sentence], texts=deps.texts), now=now)


def answer(
    incoming: Incoming,
    *,
    uow: UnitOfWork,
    routers: Sequence[Router],
    deps: Deps,
    now: datetime,
    speech_problem: str,
) -> list[Outgoing]:
    """What the bot says to this message."""
    member = uow.members.at(incoming.sender)
    if member is None or not member.active:
        if incoming.kind is Kind.EVENT:
            # Nobody has said anything, and who has just left wants no greeting.
            return []
        return [greet_stranger(incoming, uow=uow, deps=deps, now=now)]
    uow.act_as(member.id)
    said = press_quick_reply(press_quoted(incoming, uow=uow, member=member), uow=uow, member=member)
    pressed = press_digit(said, uow=uow, member=member, deps=deps, now=now)
    if isinstance(pressed, Outgoing):
        return [pressed]
    voice = incoming.voice
    ctx = Context(
        incoming=pressed,
        text=incoming.text or (voice.transcript or "" if voice else ""),
        member=member,
        uow=uow,
        now=now,
        deps=deps,
        dialog=uow.dialogs.waiting(member.id, now=now),
        speech_problem=speech_problem,
    )
    return first_match(routers, ctx)


def press_digit(
    incoming: Incoming, *, uow: UnitOfWork, member: Member, deps: Deps, now: datetime
) -> Incoming | Outgoing:
    """A typed digit becomes the button of the open card; where several cards are open, the bot asks which."""
    typed = unicodedata.normalize("NFKC", incoming.text).strip()
    if incoming.kind is not Kind.TEXT or not _DIGIT.fullmatch(typed):
        return incoming
    digit = int(typed)
    quoted = find_quoted(incoming, uow=uow, member=member)
    recent = uow.dialogs.open_cards(member.id, since=now - deps.playbook.limits.card_window)
    cards = (quoted,) if quoted else recent
    able = [card for card in cards if card.press(digit)]
    # A second 「1」 must not reach what the first one has just saved while another card waits for its answer.
    fitting = [card for card in able if not card.card.settled] or able[:1]
    if not fitting:
        return incoming
    if len(fitting) > 1:
        buttons = [_pick_button(card, digit) for card in fitting[:5]]
        card = Card(title=deps.texts.say("ask.which_card", digit=digit), buttons=tuple(buttons))
        return Outgoing(to=incoming.sender, card=card, key=f"which:{incoming.id}")
    button = fitting[0].press(digit)
    assert button is not None
    return replace(incoming, kind=Kind.BUTTON, text="", action=button.action, card_key=fitting[0].key)


def _pick_button(card: OpenCard, digit: int) -> Button:
    button = card.press(digit)
    assert button is not None
    return Button(label=f"{card.card.title} · {button.label}", action=button.action)


def push(uow: UnitOfWork, incoming: Incoming, replies: Sequence[Outgoing], *, now: datetime) -> None:
    """Put the replies into the outbox, and remember the cards that can be answered by a digit."""
    for number, reply in enumerate(replies):
        key = f"{incoming.sender.platform}:{incoming.id}:{number}"
        keyed = reply if reply.key else replace(reply, key=f"reply:{key}")
        uow.outbox.push(keyed, idempotency_key=key, now=now)
        if reply.key or reply.card:
            remember_card(uow, keyed, now=now)


def remember_card(uow: UnitOfWork, outgoing: Outgoing, *, now: datetime) -> None:
    """A card on somebody's screen, open as long as it has something to tap."""
    if outgoing.key is None:
        return
    member = uow.members.at(outgoing.to)
    if member:
        card = outgoing.card or Card(title=outgoing.text or "")
        uow.dialogs.show(OpenCard(member_id=member.id, key=outgoing.key, card=card, opened_at=now))


def _ack_key(incoming: Incoming) -> str | None:
    return note_key(incoming.id) if incoming.voice or incoming.attachment else None
