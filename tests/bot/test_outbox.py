"""The way out: by priority, with retries, as typed text where a card is refused, and never in quiet hours."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta

import pytest
from sqlalchemy import text

from bot.domain.errors import CardRefused, PlatformError, RateLimited, TokenExpired
from bot.domain.messages import Address, Button, Card, Outgoing, Priority
from bot.doorbell import Doorbell
from bot.metrics import Metrics
from bot.outbox import ATTEMPTS, Sender
from handlers.context import Deps
from storage.database import Database
from storage.outbox import OutboxQueue
from tests.fakes.channel import MemoryChannel
from tests.fakes.hand_clock import HandClock

CARD = Card(title="📝 杭州康联", buttons=(Button(label="确认", action="visit.confirm:1"),))


@dataclass(kw_only=True)
class Post:
    """A sender on a real outbox."""

    database: Database
    deps: Deps
    channel: MemoryChannel = field(default_factory=MemoryChannel)
    clock: HandClock = field(default_factory=HandClock)
    metrics: Metrics = field(default_factory=Metrics)

    def __post_init__(self) -> None:
        self.queue = OutboxQueue(self.database)
        self.sender = Sender(
            queue=self.queue,
            channels={"console": self.channel},
            clock=self.clock,
            bell=Doorbell(),
            manners=self.deps.playbook.manners,
            calendar=self.deps.calendar,
            metrics=self.metrics,
        )
        self._pushed = 0

    def push(
        self,
        words: str | None = None,
        *,
        card: Card | None = None,
        key: str | None = None,
        priority: Priority = Priority.REPLY,
        platform: str = "console",
    ) -> None:
        to = Address(platform=platform, user_id="liming")
        outgoing = Outgoing(to=to, text=words, card=card, key=key, priority=priority)
        self._pushed += 1
        self.queue.push(outgoing, idempotency_key=f"k{self._pushed}", now=self.clock.now())

    async def send(self) -> int:
        return await self.sender.send_batch()

    def statuses(self) -> dict[str, int]:
        return {name: count for name, count in self.queue.counts().items() if count}

    def error(self) -> str:
        with self.database.read() as connection:
            return str(connection.execute(text("SELECT error FROM outbox ORDER BY id DESC")).scalar())

    def count(self, name: str) -> float | None:
        return self.metrics.registry.get_sample_value(f"genjin_{name}_total")


@pytest.fixture
def post(company: Database, deps: Deps) -> Post:
    return Post(database=company, deps=deps)


async def test_what_is_ready_leaves_by_priority(post: Post) -> None:
    post.push("简报", priority=Priority.DIGEST)
    post.push("提醒", priority=Priority.NUDGE)
    post.push("回答")
    assert await post.send() == 3
    assert [outgoing.text for outgoing in post.channel.sent] == ["回答", "提醒", "简报"]
    assert post.statuses() == {"done": 3}
    assert await post.send() == 0


async def test_a_later_message_of_the_same_key_replaces_the_first_on_the_screen(post: Post) -> None:
    post.push("收到，正在听…", key="note:1")
    await post.send()
    post.push(card=CARD, key="note:1")
    await post.send()
    assert [outgoing.text for outgoing in post.channel.sent] == ["收到，正在听…"]
    ((ref, outgoing),) = post.channel.updated
    assert (ref, outgoing.card) == ("r1", CARD)


async def test_a_failure_is_tried_again_twice_as_late_each_time(post: Post) -> None:
    post.push("回答")
    waits = []
    for _ in range(ATTEMPTS - 1):
        post.channel.failures.append(RateLimited("slow down"))
        await post.send()
        at = post.queue.next_at()
        assert at is not None
        waits.append((at - post.clock.now()).total_seconds())
        post.clock.move(seconds=waits[-1])
    assert waits == [2, 4, 8, 16, 32, 64, 128]
    assert post.error() == "RateLimited"
    await post.send()
    assert [outgoing.text for outgoing in post.channel.sent] == ["回答"]
    assert post.count("send_failures") == ATTEMPTS - 1


async def test_after_the_last_attempt_it_is_given_up(post: Post) -> None:
    post.push("回答")
    for _ in range(ATTEMPTS):
        post.channel.failures.append(TokenExpired("old", code=42001))
        await post.send()
        post.clock.move(minutes=5)
    assert post.statuses() == {"dead": 1}
    assert post.error() == "TokenExpired 42001"
    assert await post.send() == 0


async def test_what_can_never_leave_is_given_up_at_once_and_blocks_nothing(post: Post) -> None:
    post.channel.failures.append(PlatformError("gone", code=60111, permanent=True))
    post.push("一", key="note:1")
    await post.send()
    assert post.statuses() == {"dead": 1}
    post.push("二", key="note:1")
    await post.send()
    assert [outgoing.text for outgoing in post.channel.sent] == ["二"]


@pytest.mark.parametrize("shown_before", [False, True])
async def test_a_refused_card_goes_out_as_its_typed_twin(post: Post, *, shown_before: bool) -> None:
    if shown_before:
        post.push("收到，正在听…", key="note:1")
        await post.send()
    post.channel.takes_cards = False
    post.push(card=CARD, key="note:1")
    await post.send()
    twin = post.channel.sent[-1]
    assert (twin.card, twin.text) == (None, "📝 杭州康联\n1 确认")
    assert set(post.statuses()) == {"done"}
    assert post.count("card_refusals") == 1


async def test_a_refused_twin_is_tried_again(post: Post) -> None:
    post.channel.failures = [CardRefused("no"), RateLimited("slow")]
    post.push(card=CARD)
    await post.send()
    assert post.statuses() == {"new": 1}
    post.clock.move(seconds=2)
    await post.send()
    assert post.statuses() == {"done": 1}


@pytest.mark.parametrize(
    ("priority", "held"), [(Priority.REPLY, False), (Priority.NUDGE, True), (Priority.DIGEST, True)]
)
async def test_at_night_only_answers_leave(post: Post, priority: Priority, *, held: bool) -> None:
    post.clock.move(hours=7)  # Thursday 22:00
    post.push("深夜", priority=priority)
    await post.send()
    assert bool(post.channel.sent) is not held
    if held:
        at = post.queue.next_at()
        assert at is not None
        assert at - post.clock.now() == timedelta(hours=10, minutes=30)  # Friday 08:30
        post.clock.move(hours=10, minutes=30)
        await post.send()
        assert [outgoing.text for outgoing in post.channel.sent] == ["深夜"]


async def test_a_platform_that_is_not_open_is_given_up(post: Post) -> None:
    post.push("回答", platform="wecom")
    await post.send()
    assert post.statuses() == {"dead": 1}
    assert post.error() == "platform not open"
