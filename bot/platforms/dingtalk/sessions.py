"""The session webhooks: for some ninety minutes after a person wrote, answers can go there (contract 5.1)."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.domain.messages import Address, require_aware

EARLY = timedelta(minutes=5)
MOST = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """Where answers to one person's single chat go; the address is a secret by itself."""

    url: str = field(repr=False)
    good_until: datetime

    def __post_init__(self) -> None:
        require_aware(self.good_until, "good_until")


class Sessions:
    """The newest session of each person, in this process only: without one, answers go through the API."""

    def __init__(self) -> None:
        self._sessions: OrderedDict[Address, Session] = OrderedDict()

    def remember(self, address: Address, session: Session) -> None:
        """Keep it until a newer one comes."""
        self._sessions[address] = session
        self._sessions.move_to_end(address)
        while len(self._sessions) > MOST:
            self._sessions.popitem(last=False)

    def find(self, address: Address, *, now: datetime) -> str | None:
        """The address to post to, while it is surely open."""
        session = self._sessions.get(address)
        if session is None:
            return None
        if session.good_until - EARLY <= now:
            del self._sessions[address]
            return None
        return session.url

    def forget(self, address: Address) -> None:
        """It was refused."""
        self._sessions.pop(address, None)
