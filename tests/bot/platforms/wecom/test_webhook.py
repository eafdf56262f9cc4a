"""The callback URL over real HTTP: genuine messages are stored and acknowledged, all else is refused."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from bot.domain.messages import Kind
from bot.platforms.wecom.webhook import MAX_BODY_BYTES, PATH
from tests.bot.platforms.wecom.simulated import LINA, WeCom
from tests.fakes.console_ports import Inbox
from tests.fakes.wecom_callbacks import Sealed, event, message, seal

SECRET_WORDS = "刚拜访完杭州康联"


def inner(wecom: WeCom, text: str = SECRET_WORDS) -> str:
    return message("lina", "text", at=wecom.ports.clock.now(), msg_id="1", Content=text)


async def test_console_reads_the_bare_words_of_its_check(wecom: WeCom) -> None:
    assert await wecom.callbacks.check_url("7421180399175502231") == (200, b"7421180399175502231")


async def test_check_of_the_url_needs_a_signature(wecom: WeCom, inbox: Inbox) -> None:
    sealed = seal("1", at=wecom.ports.clock.now())
    async with wecom.callbacks.session.get(
        f"{wecom.callbacks.base}{PATH}", params={**sealed.query, "echostr": "AAAA"}
    ) as response:
        assert response.status == 403
    assert wecom.ports.meter.refused == {"signature": 1}


async def test_genuine_message_is_stored_before_the_empty_answer(wecom: WeCom, inbox: Inbox) -> None:
    status, body = await wecom.callbacks.post(seal(inner(wecom), at=wecom.ports.clock.now()))
    assert (status, body) == (200, b"")
    [incoming] = inbox.messages.values()
    assert (incoming.kind, incoming.text, incoming.sender) == (Kind.TEXT, SECRET_WORDS, LINA)


def forged(wecom: WeCom) -> dict[str, tuple[Sealed, int, str]]:
    """Everything that must not come in, with the answer and the reason that is counted."""
    now = wecom.ports.clock.now()
    right = seal(inner(wecom), at=now)
    unsigned = Sealed(query={}, body=right.body)
    flipped = {**right.query, "msg_signature": right.query["msg_signature"][::-1]}
    company = seal(inner(wecom), at=now, corp_id="ww9999999999999999")
    key = seal(inner(wecom), at=now, aes_key="jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C")
    old = seal(inner(wecom), at=now - timedelta(minutes=11))
    bomb = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">]><xml><Encrypt>&a;</Encrypt></xml>'
    return {
        "unsigned": (unsigned, 403, "signature"),
        "flipped": (Sealed(query=flipped, body=right.body), 403, "signature"),
        "company": (company, 403, "recipient"),
        "key": (key, 403, "padding"),
        "old": (old, 403, "stale"),
        "empty": (Sealed(query=right.query, body=b""), 403, "envelope"),
        "json": (Sealed(query=right.query, body=b'{"encrypt":"x"}'), 403, "envelope"),
        "bomb": (Sealed(query=right.query, body=bomb), 403, "envelope"),
        "inner bomb": (seal(bomb.decode(), at=now), 403, "content"),
        "large": (Sealed(query=right.query, body=b"x" * (MAX_BODY_BYTES + 1)), 413, "too_large"),
    }


NAMES = ("unsigned", "flipped", "company", "key", "old", "empty", "json", "bomb", "inner bomb", "large")


@pytest.mark.parametrize("name", NAMES)
async def test_forgery_is_refused_counted_and_logged_without_content(
    name: str, wecom: WeCom, inbox: Inbox, caplog: pytest.LogCaptureFixture
) -> None:
    sealed, status, reason = forged(wecom)[name]
    with caplog.at_level(logging.DEBUG, logger="bot"):
        assert await wecom.callbacks.post(sealed) == (status, b"")
    assert inbox.deliveries == 0
    assert wecom.ports.meter.refused == {reason: 1}
    [line] = [record.getMessage() for record in caplog.records if record.name.startswith("bot")]
    assert line == f"callback refused: {reason}"
    assert await wecom.say("2", "还在")


def test_every_forgery_is_tried(wecom: WeCom) -> None:
    assert set(forged(wecom)) == set(NAMES)


async def test_endless_body_is_cut_off(wecom: WeCom, inbox: Inbox) -> None:
    async def stream() -> AsyncIterator[bytes]:
        for _ in range(MAX_BODY_BYTES // 65536 + 1):
            yield bytes(65536)

    query = seal("x", at=wecom.ports.clock.now()).query
    async with wecom.callbacks.session.post(
        f"{wecom.callbacks.base}{PATH}", params=query, data=stream()
    ) as response:
        assert response.status == 413
    assert inbox.deliveries == 0


async def test_largest_body_is_read(wecom: WeCom, inbox: Inbox) -> None:
    assert await wecom.say("1", "好" * 150_000)
    assert len(inbox.messages) == 1


async def test_platform_insists_until_there_is_room(wecom: WeCom, inbox: Inbox) -> None:
    inbox.full = True
    assert (await wecom.callbacks.post(seal(inner(wecom), at=wecom.ports.clock.now())))[0] == 503
    assert await wecom.callbacks.insist(inner(wecom)) == 4
    inbox.full = False
    assert await wecom.callbacks.insist(inner(wecom)) == 1
    assert len(inbox.messages) == 1


async def test_stopped_channel_asks_for_another_delivery(wecom: WeCom, inbox: Inbox) -> None:
    await wecom.channel.stop()
    assert not await wecom.say("1", "在吗")
    await wecom.channel.start(inbox.accept)
    assert await wecom.say("1", "在吗")


async def test_events_of_nobody_are_acknowledged_and_counted(wecom: WeCom, inbox: Inbox) -> None:
    approval = event("sys", "open_approval_change", at=wecom.ports.clock.now(), ApprovalInfo={"ThirdNo": "1"})
    assert await wecom.callbacks.deliver(approval)
    assert inbox.deliveries == 0
    assert wecom.ports.meter.ignored == {"open_approval_change": 1}


async def test_press_leaves_its_code_for_the_answer(wecom: WeCom, inbox: Inbox) -> None:
    now = wecom.ports.clock.now()
    press = event(
        "lina",
        "template_card_event",
        at=now,
        EventKey="undo:42|visit%3A42|2",
        TaskId="t@1",
        ResponseCode="RcX",
    )
    assert await wecom.callbacks.deliver(press)
    assert wecom.ports.codes.codes == {(LINA, "visit:42"): ("RcX", now)}
    assert [incoming.action for incoming in inbox.messages.values()] == ["undo:42"]
