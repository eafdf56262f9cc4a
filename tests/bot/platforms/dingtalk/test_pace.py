"""Calls keep below the platform's rate by waiting."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

import pytest

from bot.platforms.dingtalk.pace import CARD_RATE, SEND_RATE, Pace, rate_of

SEND, CARD = "/v1.0/robot/oToMessages/batchSend", "/v1.0/card/instances"


@dataclass
class Time:
    """Passes only while somebody sleeps."""

    now: float = 100.0
    slept: list[float] = field(default_factory=list)

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds


@pytest.mark.parametrize(("path", "rate"), [(SEND, SEND_RATE), (CARD, CARD_RATE)])
async def test_no_second_holds_more_than_its_rate(path: str, rate: int) -> None:
    time, went = Time(), list[float]()
    pace = Pace(sleep=time.sleep, clock=lambda: time.now)

    async def call() -> None:
        await pace.take(path)
        went.append(time.now)

    await asyncio.gather(*(call() for _ in range(5 * rate)))
    assert rate_of(path) == rate < 20
    assert all(later - earlier > 1 for earlier, later in zip(went, went[rate:], strict=False))
    assert len(time.slept) == 4


async def test_one_api_does_not_wait_for_another() -> None:
    time = Time()
    pace = Pace(sleep=time.sleep, clock=lambda: time.now)
    for _ in range(CARD_RATE):
        await pace.take(CARD)
        await pace.take(SEND)
    assert time.slept == []
