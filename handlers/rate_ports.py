"""What measuring needs of storage: counts of updates, due checks, samples, and history."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Protocol

from bot.domain.freshness import Sample
from bot.domain.rates import Check, Period
from bot.domain.replay import History
from bot.domain.visits import VisitRecord


class ValidUpdates(Protocol):
    """Valid updates in figures."""

    def count(self, first: date, last: date) -> Mapping[int, int]:
        """How many each member had by the day of the visit; members without one are not in it."""
        ...

    def last_of_members(self, *, since: datetime, until: datetime) -> Mapping[int, datetime]:
        """When each member last saved one between the two moments."""
        ...

    def last_of_customers(self, owner_ids: Collection[int]) -> Mapping[int, datetime | None]:
        """When each customer of these owners last had one; None for never."""
        ...

    def known_before(self, record: VisitRecord, *, since: datetime, until: datetime) -> Sequence[VisitRecord]:
        """The customer's other records saved between the two moments, as far as the rep may know of them."""
        ...


class Rates(Protocol):
    """What rates are made of."""

    def checks(self, member_ids: Collection[int], period: Period) -> Sequence[Check]:
        """Every check of these members whose due time lies in the period, by due time."""
        ...

    def sampled(self, day: date) -> bool:
        """Whether that day's samples were taken."""
        ...

    def keep(self, samples: Iterable[Sample]) -> int:
        """Store samples, one a member and day; how many were new."""
        ...

    def samples(self, member_ids: Collection[int], first: date, last: date) -> Sequence[Sample]:
        """The samples of these members, by day."""
        ...


class Histories(Protocol):
    """The past, for a dry run."""

    def between(self, since: datetime, until: datetime) -> History: ...
