"""What belongs into a group chat, where everybody reads it, and what to one person alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bot.domain.messages import Incoming, Outgoing
from prompts.texts import Texts


def place_replies(incoming: Incoming, replies: Sequence[Outgoing], *, texts: Texts) -> list[Outgoing]:
    """Send each reply where it belongs.

    Words to whoever asked in a group stay in the group. Cards, pictures and files hold customers' data, and
    what replaces a message stays where that one is: these go to the single chat, and one sentence in the
    group says so.
    """
    if incoming.room is None:
        return list(replies)
    placed = [
        replace(reply, room=incoming.room) if _is_for_all(reply, incoming) else reply for reply in replies
    ]
    if any(reply.to == incoming.sender and reply.room is None for reply in placed):
        pointer = Outgoing(to=incoming.sender, text=texts.say("group.in_single_chat"), room=incoming.room)
        placed.append(pointer)
    return placed


def _is_for_all(reply: Outgoing, incoming: Incoming) -> bool:
    is_words = reply.card is None and reply.picture_ref is None and reply.file_ref is None
    return reply.to == incoming.sender and reply.key is None and is_words
