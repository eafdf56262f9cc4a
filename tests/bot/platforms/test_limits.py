"""Sliding windows under a clock of the test: nothing beyond the limit, and room for what matters more."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.domain.errors import RateLimited
from bot.domain.messages import Priority
from bot.platforms.limits import LimitReached, Limits, Window
from tests.fakes.wecom_ports import StillClock

MINUTE = Window(count=30, length=timedelta(minutes=1))
HOUR = Window(count=1000, length=timedelta(hours=1))


@pytest.fixture
def clock() -> StillClock:
    return StillClock()


@pytest.fixture
def limits(clock: StillClock) -> Limits:
    return Limits([MINUTE, HOUR], now=clock.now)


def fill(limits: Limits, priority: Priority, *, tries: int = 40) -> int:
    """How many messages go through now."""
    through = 0
    for _ in range(tries):
        try:
            limits.take("lina", priority=priority)
        except LimitReached:
            continue
        through += 1
    return through


def test_thirty_a_minute_go_through(limits: Limits, clock: StillClock) -> None:
    assert fill(limits, Priority.REPLY) == 30
    clock.move(seconds=59)
    assert fill(limits, Priority.REPLY) == 0
    clock.move(seconds=1)
    assert fill(limits, Priority.REPLY) == 30


def test_window_slides(limits: Limits, clock: StillClock) -> None:
    assert fill(limits, Priority.REPLY, tries=10) == 10
    clock.move(seconds=30)
    assert fill(limits, Priority.REPLY) == 20
    clock.move(seconds=30)
    assert fill(limits, Priority.REPLY) == 10


def test_a_refusal_is_a_rate_limit_that_tells_when_there_is_room(limits: Limits, clock: StillClock) -> None:
    began = clock.now()
    limits.take("lina", priority=Priority.REPLY)
    clock.move(seconds=20)
    limits.take("lina", priority=Priority.REPLY, count=29)
    with pytest.raises(RateLimited) as caught:
        limits.take("lina", priority=Priority.REPLY)
    assert isinstance(caught.value, LimitReached)
    assert caught.value.free_at == began + timedelta(minutes=1)
    with pytest.raises(LimitReached) as of_two:
        limits.take("lina", priority=Priority.REPLY, count=2)
    assert of_two.value.free_at == began + timedelta(seconds=80)
    clock.moment = caught.value.free_at
    limits.take("lina", priority=Priority.REPLY)


def test_thousand_an_hour_go_through(limits: Limits, clock: StillClock) -> None:
    through = 0
    for _ in range(59):
        through += fill(limits, Priority.REPLY)
        clock.move(minutes=1)
    assert through == 1000
    clock.move(minutes=1)
    assert fill(limits, Priority.REPLY) == 30


def test_replies_find_room_that_digests_and_nudges_left(limits: Limits) -> None:
    assert fill(limits, Priority.DIGEST) == 18
    assert fill(limits, Priority.NUDGE) == 6
    assert fill(limits, Priority.DIGEST) == 0
    assert fill(limits, Priority.REPLY) == 6


def test_each_recipient_has_limits_of_their_own(limits: Limits) -> None:
    assert fill(limits, Priority.REPLY) == 30
    limits.take("wangq", priority=Priority.REPLY)


def test_parts_of_one_message_go_all_or_none(limits: Limits) -> None:
    limits.take("lina", priority=Priority.REPLY, count=28)
    with pytest.raises(LimitReached):
        limits.take("lina", priority=Priority.REPLY, count=3)
    limits.take("lina", priority=Priority.REPLY, count=2)


def test_more_parts_than_a_window_holds_go_when_it_is_empty(limits: Limits, clock: StillClock) -> None:
    limits.take("lina", priority=Priority.REPLY)
    with pytest.raises(LimitReached) as caught:
        limits.take("lina", priority=Priority.REPLY, count=31)
    clock.moment = caught.value.free_at
    limits.take("lina", priority=Priority.REPLY, count=31)


def test_a_digest_waits_for_room_not_for_ever(limits: Limits, clock: StillClock) -> None:
    fill(limits, Priority.REPLY)
    with pytest.raises(LimitReached) as caught:
        limits.take("lina", priority=Priority.DIGEST)
    clock.moment = caught.value.free_at
    limits.take("lina", priority=Priority.DIGEST)


def test_who_was_sent_nothing_for_an_hour_is_forgotten(limits: Limits, clock: StillClock) -> None:
    for number in range(500):
        limits.take(f"user{number}", priority=Priority.REPLY)
    assert len(limits) == 500
    clock.move(hours=1)
    limits.take("lina", priority=Priority.REPLY)
    assert len(limits) == 1


def test_what_left_before_counts_whenever_it_is_told(limits: Limits, clock: StillClock) -> None:
    assert fill(limits, Priority.REPLY, tries=10) == 10
    for seconds in (50, 40, 30, 70):
        limits.note("lina", at=clock.now() - timedelta(seconds=seconds))
    assert fill(limits, Priority.REPLY) == 17
    with pytest.raises(LimitReached) as caught:
        limits.take("lina", priority=Priority.REPLY)
    assert caught.value.free_at == clock.now() + timedelta(seconds=10)
    clock.move(seconds=10)
    assert fill(limits, Priority.REPLY) == 1
