"""The chat window: what was said and answered, in order, each message on the screen once."""

from __future__ import annotations

from datetime import timedelta

from bot.domain.messages import Address, Kind, Outgoing
from storage.conversation import conversation
from storage.database import Database
from storage.inbox import Inbox
from storage.outbox import OutboxQueue
from tests.storage.samples import LIMING, NOW, make_incoming

MINUTE = timedelta(minutes=1)


def say(database: Database, text: str, *, minute: int, ref: str, key: str | None = None) -> None:
    """Send one message, as the outbox does."""
    queue = OutboxQueue(database)
    at = NOW + minute * MINUTE
    queue.push(Outgoing(to=LIMING, text=text, key=key), idempotency_key=text, now=at)
    (claimed,) = queue.claim(now=at, lease=MINUTE, limit=1)
    queue.sent(claimed.id, message_ref=ref, now=at)


def test_lines_stand_in_order_with_replaced_ones_at_their_first_place(database: Database) -> None:
    inbox = Inbox(database)
    inbox.put_many([make_incoming("in-1", kind=Kind.VOICE)], now=NOW)
    claimed = inbox.claim(now=NOW, lease=MINUTE, worker="w")
    assert claimed is not None
    inbox.note_transcript(claimed.id, "刚拜访完")
    say(database, "正在听", minute=1, ref="out-1", key="visit:1")
    inbox.put_many([make_incoming("in-2", text="撤销")], now=NOW + 2 * MINUTE)
    say(database, "初稿", minute=3, ref="out-1", key="visit:1")
    say(database, "已撤销", minute=4, ref="out-2")
    inbox.put_many([make_incoming("in-3", kind=Kind.EVENT)], now=NOW + 5 * MINUTE)
    lines = conversation(database, LIMING, limit=50)
    assert [line.ref for line in lines] == ["in-1", "out-1", "in-2", "out-2"]
    assert lines[0].transcript == "刚拜访完"
    assert lines[0].incoming == make_incoming("in-1", kind=Kind.VOICE)
    assert lines[1].outgoing is not None
    assert (lines[1].outgoing.text, lines[1].at) == ("初稿", NOW + MINUTE)


def test_only_the_last_lines_and_only_ones_own(database: Database) -> None:
    inbox = Inbox(database)
    inbox.put_many([make_incoming("other", user_id="wangjie")], now=NOW)
    for minute in range(5):
        inbox.put_many([make_incoming(f"in-{minute}")], now=NOW + minute * MINUTE)
    lines = conversation(database, LIMING, limit=2)
    assert [line.ref for line in lines] == ["in-3", "in-4"]
    assert conversation(database, Address(platform="wecom", user_id="liming"), limit=9) == []


def test_what_has_not_left_is_not_shown(database: Database) -> None:
    OutboxQueue(database).push(Outgoing(to=LIMING, text="x"), idempotency_key="x", now=NOW)
    assert conversation(database, LIMING, limit=9) == []


def test_what_is_leaving_is_shown(database: Database) -> None:
    """A window that opens between the sending and its record must not miss the message."""
    queue = OutboxQueue(database)
    queue.push(Outgoing(to=LIMING, text="x", key="note:1"), idempotency_key="x", now=NOW)
    (claimed,) = queue.claim(now=NOW, lease=MINUTE, limit=1)
    assert [line.ref for line in conversation(database, LIMING, limit=9)] == ["note:1"]
    queue.sent(claimed.id, message_ref="note:1", now=NOW)
    assert [line.ref for line in conversation(database, LIMING, limit=9)] == ["note:1"]
