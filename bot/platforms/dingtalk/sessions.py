"""The session webhooks: for some ninety minutes after a person wrote, answers can go there (contract 5.1)."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.domain.messages import Address, Outgoing, require_aware

EARLY = timedelta(minutes=5)
MOST = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """Where answers to a message go: into the chat in which it was said. The address is a secret."""

    url: str = field(repr=False)
    good_until: datetime

    def __post_init__(self) -> None:
        require_aware(self.good_until, "good_until")


Place = tuple[Address, str | None]
"""Who wrote, and in which group; None for the single chat. What one has opened is not used for another."""


def place_of(outgoing: Outgoing) -> Place:
    """Where a message belongs."""
    return outgoing.to, outgoing.room


class Sessions:
    """The newest session of each place, in this process only: without one, answers go through the API."""

    def __init__(self) -> None:
        self._sessions: OrderedDict[Place, Session] = OrderedDict()

    def remember(self, place: Place, session: Session) -> None:
        """Keep it until a newer one comes."""
        self._sessions[place] = session
        self._sessions.move_to_end(place)
        while len(self._sessions) > MOST:
            self._sessions.popitem(last=False)

    def find(self, place: Place, *, now: datetime) -> str | None:
        """The address to post to, while it is surely open."""
        session = self._sessions.get(place)
        if session is None:
            return None
        if is_over(session, now):
            del self._sessions[place]
            return None
        return session.url

    def forget(self, place: Place) -> None:
        """It was refused."""
        self._sessions.pop(place, None)


def is_over(session: Session, now: datetime) -> bool:
    """Whether it may be closed by now."""
    return session.good_until - EARLY <= now
