"""The doorbell wakes whoever waits, from any thread, also where it rang before anybody listened."""

from __future__ import annotations

import asyncio
import threading

from bot.doorbell import Doorbell

LONG = 30.0


async def test_a_ring_before_anybody_waits_is_not_lost() -> None:
    bell = Doorbell()
    bell.ring()
    async with asyncio.timeout(LONG / 2):
        await bell.wait(seconds=LONG)


async def test_a_ring_from_another_thread_wakes() -> None:
    bell = Doorbell()
    waiting = asyncio.create_task(bell.wait(seconds=LONG))
    await asyncio.sleep(0)
    thread = threading.Thread(target=bell.ring)
    thread.start()
    async with asyncio.timeout(LONG / 2):
        await waiting
    thread.join()


async def test_without_a_ring_the_wait_ends_by_itself() -> None:
    await Doorbell().wait(seconds=0.001)


async def test_one_ring_wakes_once() -> None:
    bell = Doorbell()
    bell.ring()
    bell.ring()
    await bell.wait(seconds=LONG)
    waiting = asyncio.create_task(bell.wait(seconds=LONG))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    assert not waiting.done()
    bell.ring()
    await waiting


def test_a_bell_outlives_its_loop() -> None:
    bell = Doorbell()
    asyncio.run(bell.wait(seconds=0.001))
    bell.ring()  # the loop is closed by now
