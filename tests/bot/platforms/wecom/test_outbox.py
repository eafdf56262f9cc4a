"""The outbox over the real channel: a flood loses nothing, keeps its order, and lets replies go first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import pytest

from bot.domain.messages import Outgoing, Priority
from bot.doorbell import Doorbell
from bot.metrics import Metrics
from bot.outbox import Sender
from bot.platforms.limits import LimitReached
from bot.platforms.wecom import open_channel
from config.calendar import load_calendar
from config.playbook import load_playbook
from storage.database import Database
from storage.outbox import OutboxQueue
from tests.bot.platforms.wecom.simulated import LINA, WeCom
from tests.fakes.console_ports import Inbox


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


@dataclass(frozen=True, slots=True)
class Sent:
    """The outbox as the channel's log."""

    queue: OutboxQueue

    def sent_since(self, moment: datetime) -> Sequence[tuple[str, datetime]]:
        return self.queue.sent_since("wecom", moment)


async def test_restart_forgets_nobodys_limit(wecom: WeCom, sqlite: Database) -> None:
    queue = OutboxQueue(sqlite)
    push(wecom, queue, [f"before {number}" for number in range(30)], priority=Priority.REPLY)
    await sender_to(wecom, queue).send_batch()
    wecom.ports.sent = Sent(queue)
    restarted = open_channel(wecom.server.settings(), wecom.ports.as_wecom())
    await restarted.start(Inbox().accept)
    with pytest.raises(LimitReached):
        await restarted.send(Outgoing(to=LINA, text="after"))
    wecom.ports.clock.move(seconds=62)
    await restarted.send(Outgoing(to=LINA, text="after"))
    await restarted.stop()
    assert wecom.server.books.dropped() == []


async def test_line_that_breaks_brings_each_message_once(wecom: WeCom, sqlite: Database) -> None:
    queue = OutboxQueue(sqlite)
    push(wecom, queue, ["已记录", "一共三条"], priority=Priority.REPLY)
    wecom.server.script.drop_connection("message/send", after_work=True)
    await send_all(wecom, queue)
    seen = [sent.content["content"] for sent in wecom.server.books.screen("lina")]
    assert sorted(seen) == ["一共三条", "已记录"]
