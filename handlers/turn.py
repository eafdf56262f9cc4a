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
from bot.domain.errors import NotAllowed, Refusal, Stale
from bot.domain.messages import Button, Card, Incoming, Kind, Outgoing
from bot.domain.people import Member
from handlers import (
    admin,
    advice,
    answers,
    approvals,
    audit,
    checklists,
    colleagues,
    corrections,
    customer_answers,
    deal_moves,
    deal_reminders,
    deals,
    dry_run,
    events,
    evidence,
    forms,
    freshness,
    lead_customers,
    leads,
    leave,
    library_editing,
    library_files,
    library_packs,
    library_reviews,
    library_search,
    library_stats,
    library_triggers,
    library_versions,
    matches,
    mutes,
    my_day,
    nodes,
    progress,
    quotes,
    rates,
    risks,
    roles,
    simulate,
    talk,
    talk_tracks,
    team,
    team_lists,
    three_options,
    thresholds,
    visits,
)
from handlers.context import Context, Deps, note_key
from handlers.groups import place_replies
from handlers.guidance import build_guidance
from handlers.onboarding import greet_stranger
from handlers.ports import UnitOfWork
from handlers.quick_replies import find_quoted, press_quick_reply, press_quoted, press_words
from handlers.router import Router, first_match
from handlers.rules import with_overrides
from handlers.screens import remember_card

AUDITED = 60
"""Characters of a refused question that are kept."""

LIBRARY = (
    library_editing.router,
    library_reviews.router,
    library_versions.router,
    library_stats.router,
    library_files.router,
    library_triggers.router,
    library_packs.router,
    library_search.router,
)
"""Whoever says more precisely what is wanted comes first: 「话术」 alone takes all that is left."""

LEADS = (leads.router, lead_customers.router, three_options.router, customer_answers.router)

PROCESS = (
    deals.router,
    deal_moves.router,
    checklists.router,
    roles.router,
    forms.router,
    risks.router,
    matches.router,
    approvals.router,
    dry_run.router,
    deal_reminders.router,
)
"""Deals and their checks."""

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
    general, nearest = build_guidance(lambda: routers)
    routers = (
        events.router,
        general,
        quotes.router,
        my_day.router,
        mutes.router,
        leave.router,
        rates.router,
        freshness.router,
        team.router,
        team_lists.router,
        advice.router,
        admin.router,
        colleagues.router,
        audit.router,
        simulate.router,
        thresholds.router,
        *PROCESS,
        *LEADS,
        *LIBRARY,
        nodes.router,
        answers.router,
        corrections.router,
        talk_tracks.router,
        progress.router,
        evidence.router,
        nearest,
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
            if isinstance(error, NotAllowed):
                keep_refused(uow, incoming, now=now)
            push(uow, incoming, place_replies(incoming, [sentence], texts=deps.texts), now=now)


def keep_refused(uow: UnitOfWork, incoming: Incoming, *, now: datetime) -> None:
    """Keep who asked for what is not theirs: the button, or the command with its first argument."""
    member = uow.members.at(incoming.sender)
    if member:
        asked = incoming.action or " ".join(incoming.text.split()[:2])
        uow.refusals.note(member.id, asked[:AUDITED], now=now)


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
    deps = with_overrides(uow, deps)
    said = press_quick_reply(press_quoted(incoming, uow=uow, member=member), uow=uow, member=member)
    said = press_words(said, uow=uow, member=member, since=now - deps.playbook.limits.card_window)
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


def _ack_key(incoming: Incoming) -> str | None:
    return note_key(incoming.id) if incoming.voice or incoming.attachment else None
