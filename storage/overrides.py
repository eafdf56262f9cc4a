"""Rules changed by chat, each with who and when; the audit keeps what was before."""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain.overrides import Override
from storage.ledger import Ledger, Trail
from storage.rule_tables import overrides


class Overrides:
    """One value a key."""

    def __init__(self, trail: Trail) -> None:
        self.ledger = Ledger(trail=trail, noun="override", kind=Override, table=overrides)

    def all(self) -> Sequence[Override]:
        """Every override, oldest first; those that were taken back have no value."""
        return self.ledger.all(self.ledger.query().order_by(overrides.c.id))

    def of(self, key: str) -> Override | None:
        """What was set under that key, taken back or not."""
        return self.ledger.first(self.ledger.query(overrides.c.key == key))

    def save(self, override: Override) -> Override:
        """Store an override."""
        return self.ledger.save(override)
