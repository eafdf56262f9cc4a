"""Which nudges may be taken off the screen: those about one item, as they were sent."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from bot.domain.calendar import SHANGHAI
from bot.domain.messages import Address, Button, Card, Outgoing, Priority
from bot.domain.nudges import LadderStep, Nudge, Subject
from bot.domain.people import Member, Role
from bot.withdrawals import subject_of
from storage.database import Database, open_database
from storage.migrations import upgrade
from storage.outbox import OutboxQueue
from storage.shown_nudges import forget_shown, read_shown_nudges

NOW = datetime(2026, 11, 19, 15, 0, tzinfo=SHANGHAI)
LIMING = Address(platform="dingtalk", user_id="liming")
CARD = Card(
    title="⏰ 首次需求澄清",
    buttons=(Button(label="已完成", action="node.done:7"), Button(label="明天", action="node.tomorrow:7")),
)


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    with closing(open_database(f"sqlite:///{tmp_path / 'w.db'}")) as database:
        upgrade(database)
        with database.unit_of_work("founding", NOW) as uow:
            member = uow.members.save(Member(id=0, name="李明", role=Role.REP, addresses=(LIMING,)))
            uow.nudges.plan(
                Nudge(
                    id=0,
                    key="node:7:rep:0",
                    member_id=member.id,
                    subject=Subject.NODE,
                    subject_id=7,
                    step=LadderStep.REP,
                    send_at=NOW,
                )
            )
        yield database


def send(database: Database, *, once: str, nudge_id: int | None, ref: str) -> None:
    queue = OutboxQueue(database)
    outgoing = Outgoing(to=LIMING, card=CARD, key="nudge:1", nudge_id=nudge_id, priority=Priority.NUDGE)
    queue.push(outgoing, idempotency_key=once, now=NOW)
    [claimed] = queue.claim(now=NOW, lease=timedelta(minutes=1), limit=9)
    queue.sent(claimed.id, message_ref=ref, now=NOW)


def shown(database: Database, *, hours: float = 1) -> list[str]:
    found = read_shown_nudges(database, "dingtalk", since=NOW - timedelta(hours=hours))
    return [each.message_ref for each in found]


def test_a_sent_nudge_is_on_the_screen_until_it_is_taken_away(database: Database) -> None:
    send(database, once="a", nudge_id=1, ref="msg:k1")
    assert shown(database) == ["msg:k1"]
    [found] = read_shown_nudges(database, "dingtalk", since=NOW - timedelta(hours=1))
    forget_shown(database, found)
    assert shown(database) == []


def test_a_replaced_nudge_is_none(database: Database) -> None:
    send(database, once="a", nudge_id=1, ref="msg:k1")
    send(database, once="b", nudge_id=None, ref="msg:k2")
    assert shown(database) == []


def test_an_old_nudge_stays(database: Database) -> None:
    send(database, once="a", nudge_id=1, ref="msg:k1")
    assert shown(database, hours=0) == []
    assert list(read_shown_nudges(database, "wecom", since=NOW - timedelta(hours=1))) == []


def test_a_quoted_message_is_known_by_its_reference(database: Database) -> None:
    send(database, once="a", nudge_id=1, ref="msg:k1")
    queue = OutboxQueue(database)
    assert queue.key_of(LIMING, "k1") == "nudge:1"
    assert queue.key_of(Address(platform="dingtalk", user_id="zhouqian"), "k1") is None
    for other in ("k9", "k", "msg", "%", ""):
        assert queue.key_of(LIMING, other) is None


def test_only_a_card_about_one_item_has_a_subject() -> None:
    other = Button(label="已完成", action="action.done:8")
    assert subject_of(CARD) == "node:7"
    assert subject_of(Card(title="两项", buttons=(*CARD.buttons, other))) == ""
    assert subject_of(Card(title="列表", buttons=(Button(label="看", action="day.open:node:7"),))) == ""
    assert subject_of(None) == ""
