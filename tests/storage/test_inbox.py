"""Every message is kept once, worked on once, in each sender's order, by workers that may die."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy.exc import SQLAlchemyError

from bot.domain.errors import AlreadyHandled
from bot.domain.messages import Kind
from storage.database import Database, open_database
from storage.inbox import Inbox
from tests.storage.samples import DAY, NOW, found_company, make_incoming, make_visit

LEASE = timedelta(seconds=30)


def claim_id(inbox: Inbox, *, after: timedelta = timedelta(0), lane: str | None = None) -> str | None:
    """The platform's id of the message that a worker gets."""
    claimed = inbox.claim(now=NOW + after, lease=LEASE, worker="w", lane=lane)
    return claimed.incoming.id if claimed else None


def test_a_duplicate_is_kept_once(database: Database) -> None:
    inbox = Inbox(database)
    first, second = make_incoming("1"), make_incoming("2")
    assert inbox.put_many([first, second, first], now=NOW) == [True, True, False]
    assert inbox.put_many([second, make_incoming("3")], now=NOW) == [False, True]
    assert inbox.counts().by_status == {"new": 3, "claimed": 0, "done": 0, "dead": 0}
    assert inbox.put_many([], now=NOW) == []


def test_one_bad_row_does_not_fail_its_neighbours(postgresql: Database) -> None:
    # PostgreSQL's text cannot hold the character NUL (https://www.postgresql.org/docs/current/datatype-json.html).
    rows = [make_incoming("1"), make_incoming("2", text="\x00"), make_incoming("3")]
    first, bad, third = Inbox(postgresql).put_many(rows, now=NOW)
    assert (first, third) == (True, True)
    assert isinstance(bad, SQLAlchemyError)


def test_a_database_that_does_not_answer_refuses_all() -> None:
    database = open_database("postgresql://127.0.0.1:1/genjin")
    results = Inbox(database).put_many([make_incoming("1"), make_incoming("2")], now=NOW)
    assert all(isinstance(result, SQLAlchemyError) for result in results)
    assert len(results) == 2
    database.close()


def test_a_claim_carries_the_whole_message(database: Database) -> None:
    inbox = Inbox(database)
    incoming = make_incoming("1")
    inbox.put_many([incoming], now=NOW)
    claimed = inbox.claim(now=NOW, lease=LEASE, worker="w")
    assert claimed is not None
    assert claimed.incoming == incoming
    assert (claimed.attempts, claimed.received_at, claimed.transcript) == (1, NOW, None)
    assert inbox.claim(now=NOW, lease=LEASE, worker="w") is None


def test_a_sender_is_served_in_order_and_others_meanwhile(database: Database) -> None:
    inbox = Inbox(database)
    rows = [make_incoming("a1"), make_incoming("a2"), make_incoming("b1", user_id="zhouqian")]
    inbox.put_many(rows, now=NOW)
    first = inbox.claim(now=NOW, lease=LEASE, worker="w")
    assert first is not None
    assert first.incoming.id == "a1"
    assert claim_id(inbox) == "b1"
    assert claim_id(inbox) is None
    inbox.done(first.id)
    assert claim_id(inbox) == "a2"


def test_a_retry_holds_the_senders_later_messages_back_and_parking_lets_them_go(database: Database) -> None:
    inbox = Inbox(database)
    inbox.put_many([make_incoming("1"), make_incoming("2")], now=NOW)
    first = inbox.claim(now=NOW, lease=LEASE, worker="w")
    assert first is not None
    inbox.retry(first.id, at=NOW + DAY)
    assert claim_id(inbox) is None
    assert inbox.next_at() == NOW + DAY
    again = inbox.claim(now=NOW + DAY, lease=LEASE, worker="w")
    assert again is not None
    assert (again.id, again.attempts) == (first.id, 2)
    inbox.park(first.id, error="ValueError")
    assert claim_id(inbox) == "2"
    assert inbox.counts().by_status == {"new": 0, "claimed": 1, "done": 0, "dead": 1}
    assert inbox.counts().oldest_at == NOW


def test_a_dead_workers_message_comes_back_when_its_lease_ends(database: Database) -> None:
    inbox = Inbox(database)
    inbox.put_many([make_incoming("1")], now=NOW)
    first = inbox.claim(now=NOW, lease=LEASE, worker="dead")
    assert first is not None
    assert claim_id(inbox, after=LEASE - timedelta(seconds=1)) is None
    assert inbox.renew(first.id, worker="dead", now=NOW + LEASE / 2, lease=LEASE)
    assert claim_id(inbox, after=LEASE) is None
    assert claim_id(inbox, after=2 * LEASE) == "1"
    assert not inbox.renew(first.id, worker="dead", now=NOW, lease=LEASE)


def test_voice_has_a_lane_of_its_own_but_keeps_the_order(database: Database) -> None:
    inbox = Inbox(database)
    rows = [
        make_incoming("a-voice", kind=Kind.VOICE),
        make_incoming("a-text"),
        make_incoming("b-text", user_id="zhouqian"),
    ]
    inbox.put_many(rows, now=NOW)
    assert claim_id(inbox, lane="fast") == "b-text"
    assert claim_id(inbox, lane="fast") is None
    voice = inbox.claim(now=NOW, lease=LEASE, worker="w", lane="voice")
    assert voice is not None
    assert voice.incoming.id == "a-voice"
    inbox.done(voice.id)
    assert claim_id(inbox, lane="voice") is None
    assert claim_id(inbox, lane="fast") == "a-text"


def test_what_was_heard_is_not_listened_to_again(database: Database) -> None:
    inbox = Inbox(database)
    inbox.put_many([make_incoming("1", kind=Kind.VOICE)], now=NOW)
    first = inbox.claim(now=NOW, lease=LEASE, worker="w")
    assert first is not None
    inbox.note_transcript(first.id, "刚拜访完杭州康联")
    inbox.retry(first.id, at=NOW)
    again = inbox.claim(now=NOW, lease=LEASE, worker="w")
    assert again is not None
    assert again.transcript == "刚拜访完杭州康联"


def test_a_message_takes_effect_once_with_everything_it_did(database: Database) -> None:
    company = found_company(database)
    inbox = Inbox(database)
    inbox.put_many([make_incoming("1")], now=NOW)
    claimed = inbox.claim(now=NOW, lease=LEASE, worker="w")
    assert claimed is not None

    def take_turn() -> None:
        with database.unit_of_work("1", NOW) as uow:
            uow.visits.save(make_visit(company))
            uow.claim_message(claimed.id)

    take_turn()
    with pytest.raises(AlreadyHandled):
        take_turn()
    with database.unit_of_work("look", NOW) as uow:
        uow.claim_message(None)
        assert len(uow.visits.drafts(company.rep.id)) == 1
    assert inbox.counts().by_status["done"] == 1


def test_an_error_in_the_turn_leaves_the_message_to_be_worked_on(database: Database) -> None:
    inbox = Inbox(database)
    inbox.put_many([make_incoming("1")], now=NOW)
    claimed = inbox.claim(now=NOW, lease=LEASE, worker="w")
    assert claimed is not None

    def fail() -> None:
        with database.unit_of_work("1", NOW) as uow:
            uow.claim_message(claimed.id)
            raise RuntimeError("on purpose")

    with pytest.raises(RuntimeError, match="on purpose"):
        fail()
    assert claim_id(inbox, after=LEASE) == "1"


def test_workers_at_once_never_get_the_same_message_nor_two_of_one_sender(database: Database) -> None:
    inbox = Inbox(database)
    rows = [make_incoming(f"{number}", user_id=f"user-{number % 7}") for number in range(120)]
    inbox.put_many(rows, now=NOW)
    at_once = threading.Barrier(4)
    lock = threading.Lock()
    busy: set[str] = set()
    seen: list[str] = []

    def work(worker: int) -> None:
        at_once.wait()
        while True:
            claimed = inbox.claim(now=NOW, lease=LEASE, worker=f"w{worker}")
            if claimed is None:
                if inbox.next_at() is None:
                    return
                continue
            sender = claimed.incoming.sender.user_id
            with lock:
                assert sender not in busy, "two messages of one sender at once"
                busy.add(sender)
                seen.append(claimed.incoming.id)
            with lock:
                busy.remove(sender)
            with database.unit_of_work(claimed.incoming.id, NOW) as uow:
                uow.claim_message(claimed.id)

    with ThreadPoolExecutor(4) as threads:
        list(threads.map(work, range(4)))
    assert sorted(seen, key=int) == [row.id for row in rows]
    for sender in range(7):
        own = [int(key) for key in seen if int(key) % 7 == sender]
        assert own == sorted(own)


def test_a_message_is_held_from_its_acceptance_on(database: Database) -> None:
    inbox, incoming = Inbox(database), make_incoming("1")
    platform = incoming.sender.platform
    assert not inbox.holds(platform, "1")
    inbox.put_many([incoming], now=NOW)
    assert inbox.holds(platform, "1")
    assert not inbox.holds("another", "1")
