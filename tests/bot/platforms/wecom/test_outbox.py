"""The outbox over the real channel: a flood loses nothing, keeps its order, and lets replies go first."""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain.messages import Outgoing, Priority
from bot.doorbell import Doorbell
from bot.metrics import Metrics
from bot.outbox import Sender
from config.calendar import load_calendar
from config.playbook import load_playbook
from storage.database import Database
from storage.outbox import OutboxQueue
from tests.bot.platforms.wecom.simulated import LINA, WeCom


def sender_to(wecom: WeCom, queue: OutboxQueue) -> Sender:
    return Sender(
        queue=queue,
        channels={"wecom": wecom.channel},
        clock=wecom.ports.clock,
        bell=Doorbell(),
        manners=load_playbook(None).manners,
        calendar=load_calendar(2026, 2026),
        metrics=Metrics(),
    )


def push(wecom: WeCom, queue: OutboxQueue, words: Sequence[str], *, priority: Priority) -> None:
    for text in words:
        outgoing = Outgoing(to=LINA, text=text, priority=priority)
        queue.push(outgoing, idempotency_key=text, now=wecom.ports.clock.now())


async def send_all(wecom: WeCom, queue: OutboxQueue, *, minutes: int = 60) -> None:
    """Send until nothing waits, moving the clock to whatever is ready next."""
    sender = sender_to(wecom, queue)
    while ready_at := queue.next_at():
        wecom.ports.clock.moment = max(wecom.ports.clock.moment, ready_at)
        await sender.send_batch()
        minutes -= 1
        assert minutes, "the outbox never empties"


async def test_flood_is_held_back_and_nothing_is_dropped(wecom: WeCom, sqlite: Database) -> None:
    queue = OutboxQueue(sqlite)
    digests = [f"digest {number}" for number in range(40)]
    replies = [f"reply {number}" for number in range(70)]
    push(wecom, queue, digests, priority=Priority.DIGEST)
    push(wecom, queue, replies, priority=Priority.REPLY)
    await send_all(wecom, queue)
    books = wecom.server.books
    seen = [sent.content["content"] for sent in books.screen("lina")]
    assert books.dropped() == []
    assert sorted(seen) == sorted(digests + replies)
    assert [text for text in seen if text.startswith("reply")] == replies
    assert seen.index("digest 0") > seen.index("reply 29")
    assert queue.counts()["dead"] == 0


async def test_line_that_breaks_brings_each_message_once(wecom: WeCom, sqlite: Database) -> None:
    queue = OutboxQueue(sqlite)
    push(wecom, queue, ["已记录", "一共三条"], priority=Priority.REPLY)
    wecom.server.script.drop_connection("message/send", after_work=True)
    await send_all(wecom, queue)
    seen = [sent.content["content"] for sent in wecom.server.books.screen("lina")]
    assert sorted(seen) == ["一共三条", "已记录"]
