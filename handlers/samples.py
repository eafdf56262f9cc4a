"""The sample of data freshness, taken once at the end of every workday."""

from __future__ import annotations

from datetime import datetime

from bot.domain.freshness import sampling_moment, take_sample
from bot.domain.people import Role
from bot.domain.valid_updates import KNOWN_FOR
from handlers.context import Deps
from handlers.rules import with_overrides
from handlers.turn import OpenTransaction


def sample_freshness(*, open_transaction: OpenTransaction, deps: Deps, now: datetime) -> int:
    """Take the samples of the latest end of a workday, once; how many. A program that slept through it takes
    them when it wakes: they are reckoned from the records, as of that moment.
    """
    with open_transaction(f"freshness:{now.isoformat()}", now) as uow:
        work = with_overrides(uow, deps).playbook.thresholds.work
        moment = sampling_moment(now, deps.calendar, work)
        if uow.rates.sampled(moment.date()):
            return 0
        updates = uow.valid_updates.last_of_members(since=moment - KNOWN_FOR, until=moment)
        if not updates:
            # A company that has just begun has nothing to measure yet.
            return 0
        reps = [each for each in uow.members.of_role(Role.REP) if each.active]
        return uow.rates.keep(
            take_sample(
                each.id, updated_at=updates.get(each.id), at=moment, calendar=deps.calendar, work=work
            )
            for each in reps
        )
