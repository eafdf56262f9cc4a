"""Every message leaves once per key, urgent ones first, and a later card never overtakes an earlier one."""

from __future__ import annotations

import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from bot.domain.messages import Address, Button, Card, Outgoing, Priority
from storage.database import Database
from storage.outbox import OutboxQueue
from tests.storage.samples import DAY, LIMING, NOW

LEASE = timedelta(seconds=30)
OTHER = Address(platform="console", user_id="wangjie")


def put(queue: OutboxQueue, text: str, *, to: Address = LIMING, key: str | None = None) -> None:
    """Push one reply under an idempotency key that is its text."""
    queue.push(Outgoing(to=to, text=text, key=key), idempotency_key=text, now=NOW)


def texts(queue: OutboxQueue, *, limit: int = 9, after: timedelta = timedelta(0)) -> list[str]:
    """The texts of what is claimed."""
    return [one.outgoing.as_text() for one in queue.claim(now=NOW + after, lease=LEASE, limit=limit)]


def test_the_same_idempotency_key_leaves_once(database: Database) -> None:
    queue = OutboxQueue(database)
    put(queue, "收到")
    put(queue, "收到")
    with database.unit_of_work("m", NOW) as uow:
        uow.outbox.push(Outgoing(to=LIMING, text="again"), idempotency_key="收到", now=NOW)
    assert texts(queue) == ["收到"]
    assert texts(queue) == []


def test_a_message_of_a_failed_turn_never_leaves(database: Database) -> None:
    queue = OutboxQueue(database)
    try:
        with database.unit_of_work("m", NOW) as uow:
            uow.outbox.push(Outgoing(to=LIMING, text="x"), idempotency_key="x", now=NOW)
            raise RuntimeError
    except RuntimeError:
        pass
    assert texts(queue) == []


def test_replies_leave_before_nudges_and_digests(database: Database) -> None:
    queue = OutboxQueue(database)
    for priority in (Priority.DIGEST, Priority.NUDGE, Priority.REPLY):
        outgoing = Outgoing(to=LIMING, text=priority.name, priority=priority)
        queue.push(outgoing, idempotency_key=priority.name, now=NOW)
    assert texts(queue, limit=2) == ["REPLY", "NUDGE"]
    assert texts(queue) == ["DIGEST"]


def test_a_card_with_everything_comes_out_whole(database: Database) -> None:
    queue = OutboxQueue(database)
    card = Card(title="康联", buttons=(Button(label="确认", action="visit.confirm:1", primary=True),))
    outgoing = Outgoing(to=LIMING, card=card, key="visit:1", priority=Priority.NUDGE)
    queue.push(outgoing, idempotency_key="1", now=NOW)
    (claimed,) = queue.claim(now=NOW, lease=LEASE, limit=1)
    assert claimed.outgoing == outgoing
    assert (claimed.attempts, claimed.created_at, claimed.message_ref) == (1, NOW, None)


def test_later_content_waits_for_earlier_of_the_same_key_and_replaces_it(database: Database) -> None:
    queue = OutboxQueue(database)
    put(queue, "正在听", key="visit:1")
    put(queue, "初稿", key="visit:1")
    put(queue, "别的", key="visit:2")
    put(queue, "别人", to=OTHER, key="visit:1")
    first, *others = queue.claim(now=NOW, lease=LEASE, limit=9)
    assert [one.outgoing.text for one in (first, *others)] == ["正在听", "别的", "别人"]
    queue.retry(first.id, at=NOW + DAY, error="RateLimited")
    assert texts(queue) == []
    (first,) = queue.claim(now=NOW + DAY, lease=LEASE, limit=1)
    assert first.attempts == 2
    queue.sent(first.id, message_ref="m-1", now=NOW)
    (second,) = queue.claim(now=NOW, lease=LEASE, limit=9)
    assert (second.outgoing.text, second.message_ref) == ("初稿", "m-1")
    queue.sent(second.id, message_ref="m-2", now=NOW)
    put(queue, "已保存", key="visit:1")
    (third,) = queue.claim(now=NOW, lease=LEASE, limit=9)
    assert third.message_ref == "m-2"


def test_giving_up_lets_later_ones_go(database: Database) -> None:
    queue = OutboxQueue(database)
    put(queue, "first", key="k")
    put(queue, "second", key="k")
    (first,) = queue.claim(now=NOW, lease=LEASE, limit=9)
    queue.give_up(first.id, "PlatformError")
    assert texts(queue) == ["second"]
    assert queue.counts() == {"new": 0, "claimed": 1, "done": 0, "dead": 1}


def test_a_dead_senders_message_comes_back_when_its_lease_ends(database: Database) -> None:
    queue = OutboxQueue(database)
    put(queue, "x")
    assert texts(queue) == ["x"]
    assert queue.next_at() == NOW + LEASE
    assert texts(queue, after=LEASE - timedelta(seconds=1)) == []
    assert texts(queue, after=LEASE) == ["x"]


def test_what_was_sent_stays_sent(database: Database) -> None:
    queue = OutboxQueue(database)
    put(queue, "x")
    (claimed,) = queue.claim(now=NOW, lease=LEASE, limit=1)
    queue.sent(claimed.id, message_ref=None, now=NOW)
    queue.retry(claimed.id, at=NOW, error="late answer")
    assert texts(queue) == []
    assert queue.next_at() is None


def test_senders_at_once_never_get_the_same_message(database: Database) -> None:
    queue = OutboxQueue(database)
    for number in range(120):
        put(queue, str(number), key=f"card:{number % 40}")
    at_once = threading.Barrier(3)
    lock = threading.Lock()
    seen: list[int] = []

    def send(_: int) -> None:
        at_once.wait()
        while queue.next_at() is not None:
            for claimed in queue.claim(now=NOW, lease=LEASE, limit=7):
                with lock:
                    seen.append(int(claimed.outgoing.as_text()))
                queue.sent(claimed.id, message_ref="m", now=NOW)

    with ThreadPoolExecutor(3) as threads:
        list(threads.map(send, range(3)))
    assert Counter(seen) == Counter(range(120))
    for card in range(40):
        own = [number for number in seen if number % 40 == card]
        assert own == sorted(own)


def test_what_is_held_back_waits_without_a_failure(database: Database) -> None:
    queue = OutboxQueue(database)
    put(queue, "later")
    [claimed] = queue.claim(now=NOW, lease=LEASE, limit=1)
    queue.hold_back(claimed.id, until=NOW + timedelta(hours=1), reason="limit")
    assert texts(queue, after=timedelta(minutes=59)) == []
    [again] = queue.claim(now=NOW + timedelta(hours=1), lease=LEASE, limit=1)
    assert (again.attempts, claimed.attempts) == (1, 1)


def test_what_left_is_told_by_platform_and_time(database: Database) -> None:
    queue = OutboxQueue(database)
    put(queue, "a")
    put(queue, "b", to=OTHER)
    put(queue, "still waiting")
    for minutes, one in enumerate(queue.claim(now=NOW, lease=LEASE, limit=2)):
        queue.sent(one.id, message_ref="m", now=NOW + timedelta(minutes=minutes))
    assert queue.sent_since("console", NOW - timedelta(minutes=1)) == [
        (LIMING.user_id, NOW),
        (OTHER.user_id, NOW + timedelta(minutes=1)),
    ]
    assert queue.sent_since("console", NOW) == [(OTHER.user_id, NOW + timedelta(minutes=1))]
    assert queue.sent_since("pigeon", NOW - timedelta(minutes=1)) == []


def test_states_of_a_card_that_waited_become_the_last_one(database: Database) -> None:
    queue = OutboxQueue(database)
    put(queue, "草稿", key="visit:1")
    [first] = queue.claim(now=NOW, lease=LEASE, limit=9)
    assert not first.replaced
    queue.hold_back(first.id, until=NOW, reason="limit")
    put(queue, "已改", key="visit:1")
    put(queue, "已保存", key="visit:1")
    put(queue, "别的", key="visit:2")
    left = []
    while claimed := queue.claim(now=NOW, lease=LEASE, limit=9):
        for each in claimed:
            if each.replaced:
                queue.skip(each.id)
            else:
                left.append(each.outgoing.as_text())
                queue.sent(each.id, message_ref="r", now=NOW)
    assert sorted(left) == ["别的", "已保存"]
