"""The stream over a real websocket: stored before answered, nothing lost, back after every kind of end."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.messages import Incoming, Kind
from bot.platforms.base import QueueFull
from bot.platforms.dingtalk.frames import SUBSCRIPTIONS, decode_frame
from bot.platforms.dingtalk.link import Pulse, Timing
from bot.platforms.dingtalk.quotas import Bucket
from tests.bot.platforms.dingtalk.conftest import QUICK
from tests.bot.platforms.dingtalk.simulated import XIAO, DingTalk, simulated
from tests.fakes import dingtalk_messages as bodies
from tests.fakes.console_ports import START, Inbox
from tests.fakes.dingtalk_server import Slip

OPEN = "v1.0/gateway/connections/open"


def said(number: int, text: str = "在吗") -> dict[str, Any]:
    return bodies.message(XIAO.user_id, "text", at=START, msg_id=f"msg{number}", **bodies.text(text))


class SlowInbox:
    """A database that commits when the test says so."""

    def __init__(self) -> None:
        self.begun = asyncio.Event()
        self.commit = asyncio.Event()
        self.messages: dict[str, Incoming] = {}
        self.deliveries = 0

    async def accept(self, incoming: Incoming) -> None:
        self.begun.set()
        await self.commit.wait()
        self.deliveries += 1
        self.messages.setdefault(incoming.id, incoming)


async def test_opening_asks_for_messages_and_presses_in_json(dingtalk: DingTalk) -> None:
    await dingtalk.server.gateway.connection()
    [topics] = dingtalk.server.gateway.subscriptions
    assert [each["topic"] for each in topics] == list(SUBSCRIPTIONS)
    assert dingtalk.server.gateway.accepts == ["application/json"]


async def test_message_is_stored_before_it_is_answered() -> None:
    inbox = SlowInbox()
    async with simulated(inbox.accept, timing=QUICK) as dingtalk:
        connection = await dingtalk.server.gateway.connection()
        ack = await connection.send(dingtalk.server.gateway.frame(said(1)))
        await inbox.begun.wait()
        ping = dingtalk.server.gateway.frame({"opaque": "0d2f"}, topic="ping", kind="SYSTEM")
        pong = await (await connection.send(ping))
        assert (pong["code"], pong["data"]) == (200, ping["data"])
        assert not ack.done()
        inbox.commit.set()
        answer = await ack
        assert (answer["code"], answer["data"]) == (200, '{"response": null}')
        assert list(inbox.messages) == ["msg1"]


async def test_same_message_three_times_is_one(dingtalk: DingTalk, inbox: Inbox) -> None:
    for _ in range(3):
        assert await dingtalk.push(said(1))
    assert inbox.deliveries == 3
    assert list(inbox.messages) == ["msg1"]


async def test_messages_keep_their_order(dingtalk: DingTalk, inbox: Inbox) -> None:
    connection = await dingtalk.server.gateway.connection()
    acks = [await connection.send(dingtalk.server.gateway.frame(said(n))) for n in range(100)]
    await asyncio.gather(*acks)
    assert list(inbox.messages) == [f"msg{n}" for n in range(100)]


async def test_socket_cut_during_the_answer_loses_and_doubles_nothing() -> None:
    inbox = SlowInbox()
    async with simulated(inbox.accept, timing=QUICK) as dingtalk:
        first = await dingtalk.server.gateway.connection()
        ack = await first.send(dingtalk.server.gateway.frame(said(1)))
        await inbox.begun.wait()
        first.drop()
        inbox.commit.set()
        second = await dingtalk.server.gateway.connection(2)
        # Never answered, so the platform pushes it again.
        again = await second.send(dingtalk.server.gateway.frame(said(1)))
        assert (await again)["code"] == 200
        assert ack.cancelled()
        assert list(inbox.messages) == ["msg1"]
        assert inbox.deliveries == 2


async def test_next_connection_stands_before_the_old_one_ends(dingtalk: DingTalk, inbox: Inbox) -> None:
    gateway = dingtalk.server.gateway
    first = await gateway.connection()
    await gateway.ask_to_leave(first)
    second = await gateway.connection(2)
    assert not first.ended.is_set()
    on_its_way = await first.send(gateway.frame(said(1)))
    assert (await on_its_way)["code"] == 200
    await first.socket.close()
    assert (await (await second.send(gateway.frame(said(2)))))["code"] == 200
    assert set(inbox.messages) == {"msg1", "msg2"}
    assert len(gateway.connections) == 2


async def test_lost_connection_comes_back(dingtalk: DingTalk, inbox: Inbox) -> None:
    for number in range(1, 4):
        (await dingtalk.server.gateway.connection(number)).drop()
    await dingtalk.server.gateway.connection(4)
    assert await dingtalk.say("1", "还在")
    assert dingtalk.ports.meter.opened == 4


@pytest.mark.parametrize(
    "slip", [Slip(status=500, is_html=True), Slip(code="system.error", status=500), Slip(drops=True)]
)
async def test_gateway_that_fails_is_asked_again(slip: Slip, dingtalk: DingTalk, inbox: Inbox) -> None:
    first = await dingtalk.server.gateway.connection()
    dingtalk.server.script.next(OPEN, slip, times=2)
    dingtalk.server.gateway.without_endpoint = 1
    first.drop()
    await dingtalk.server.gateway.connection(2)
    assert dingtalk.server.calls[OPEN] == 5
    assert await dingtalk.say("1", "还在")


async def test_wrong_secret_is_said_without_telling_it(
    dingtalk: DingTalk, inbox: Inbox, caplog: pytest.LogCaptureFixture
) -> None:
    first = await dingtalk.server.gateway.connection()
    dingtalk.server.script.next(OPEN, Slip(code="authFailed", status=401))
    first.drop()
    await dingtalk.server.gateway.connection(2)
    [line] = [each.getMessage() for each in caplog.records if "refused" in each.getMessage()]
    assert "authFailed" in line
    assert "demo-app-secret" not in caplog.text


async def test_silent_connection_is_replaced(inbox: Inbox) -> None:
    timing = Timing(first_wait=0.01, longest_wait=0.05, longest_silence=0.05, leaving=0.05)
    async with simulated(inbox.accept, timing=timing) as dingtalk:
        await dingtalk.server.gateway.connection(3)
        await dingtalk.server.gateway.connections[0].ended.wait()


def test_pulse_learns_how_often_the_platform_pings() -> None:
    pulse = Pulse(Timing())
    assert pulse.patience() == 1800
    pulse.note_ping(100.0)
    assert pulse.patience() == 1800
    pulse.note_ping(120.0)
    assert pulse.patience() == 120
    pulse.note_ping(240.0)
    assert pulse.patience() == 280


@pytest.mark.parametrize("text", ["no json", "[]", "null", '{"type": 1}', '{"headers": []}', "{" * 10_000])
async def test_what_is_no_frame_costs_nothing(text: str, dingtalk: DingTalk, inbox: Inbox) -> None:
    connection = await dingtalk.server.gateway.connection()
    await connection.send_raw(text)
    assert await dingtalk.say("1", "还在")
    assert len(dingtalk.server.gateway.connections) == 1


async def test_used_up_quota_is_answered_and_told(dingtalk: DingTalk, inbox: Inbox) -> None:
    body = bodies.message(XIAO.user_id, "text", at=START, msg_id="1")
    assert await dingtalk.push({**body, "errorCode": 20001, "errorMessage": "调用量超量"})
    assert dingtalk.ports.quotas.used_up == [Bucket.PUSH]
    assert inbox.deliveries == 0


async def test_message_without_text_is_answered_and_told(dingtalk: DingTalk, inbox: Inbox) -> None:
    assert await dingtalk.push(bodies.message(XIAO.user_id, "text", at=START, msg_id="1"))
    assert dingtalk.ports.quotas.used_up == [Bucket.PUSH]
    assert inbox.deliveries == 0


async def test_pushes_are_counted(dingtalk: DingTalk, inbox: Inbox) -> None:
    await dingtalk.say("1", "一")
    await dingtalk.say("2", "二")
    assert dingtalk.ports.quotas.spent == {Bucket.PUSH: 2}


@pytest.mark.parametrize("own", [False, True])
async def test_company_may_prefer_its_own_recogniser(own: bool, inbox: Inbox) -> None:
    async with simulated(inbox.accept, timing=QUICK, dingtalk_own_recogniser=own) as dingtalk:
        assert await dingtalk.deliver("audio", "1", **bodies.audio("A", recognition="今天去了宏达"))
    [incoming] = inbox.messages.values()
    assert incoming.voice is not None
    assert incoming.voice.transcript == (None if own else "今天去了宏达")
    assert incoming.voice.media_ref == "A"


async def test_outsider_is_answered_but_not_heard(dingtalk: DingTalk, inbox: Inbox) -> None:
    body = bodies.message("", "text", at=START, msg_id="1", **bodies.text("你好"))
    assert await dingtalk.push(body)
    assert inbox.deliveries == 0
    assert dingtalk.ports.meter.tally.ignored == {"outsider": 1}


async def test_event_and_strange_topic_are_answered(dingtalk: DingTalk, inbox: Inbox) -> None:
    await dingtalk.server.gateway.connection()
    event = await (await dingtalk.server.gateway.push({"userId": ["1"]}, topic="*", kind="EVENT"))
    assert "SUCCESS" in event["data"]
    strange = await (await dingtalk.server.gateway.push({}, topic="/v1.0/graph/api/invoke"))
    assert strange["code"] == 404
    broken = await (await dingtalk.server.gateway.push("no object"))
    assert broken["code"] == 400


async def test_failing_store_leaves_the_message_to_come_again(caplog: pytest.LogCaptureFixture) -> None:
    tries: list[str] = []

    async def accept(incoming: Incoming) -> None:
        tries.append(incoming.text)
        if len(tries) == 1:
            raise OSError("disk")
        if len(tries) == 2:
            raise QueueFull

    async with simulated(accept, timing=QUICK) as dingtalk:
        connection = await dingtalk.server.gateway.connection()
        for _ in range(3):
            last = await connection.send(dingtalk.server.gateway.frame(said(1, "康联的秘密")))
        assert (await last)["code"] == 200
        assert len(connection.acks) == 1
    assert "康联" not in "".join(record.getMessage() for record in caplog.records)


async def test_stop_finishes_what_is_in_work() -> None:
    inbox = SlowInbox()
    async with simulated(inbox.accept, timing=QUICK) as dingtalk:
        connection = await dingtalk.server.gateway.connection()
        ack = await connection.send(dingtalk.server.gateway.frame(said(1)))
        await inbox.begun.wait()
        stopping = asyncio.create_task(dingtalk.channel.stop())
        await asyncio.sleep(0)
        inbox.commit.set()
        assert (await ack)["code"] == 200
        await stopping
        await connection.ended.wait()
        assert list(inbox.messages) == ["msg1"]
        assert len(dingtalk.server.gateway.connections) == 1


async def test_stopped_channel_starts_again(dingtalk: DingTalk, inbox: Inbox) -> None:
    await dingtalk.server.gateway.connection()
    await dingtalk.channel.stop()
    await dingtalk.channel.start(dingtalk.refusals.take)
    await dingtalk.channel.start(dingtalk.refusals.take)
    await dingtalk.server.gateway.connection(2)
    assert await dingtalk.say("1", "还在")
    assert len(dingtalk.server.gateway.connections) == 2


async def test_stop_before_the_first_connection(inbox: Inbox) -> None:
    async with simulated(inbox.accept, timing=QUICK) as dingtalk:
        dingtalk.server.script.hold(OPEN)
        await dingtalk.channel.stop()
        assert dingtalk.server.gateway.connections == []


async def test_press_is_answered_with_an_empty_response(with_cards: DingTalk, inbox: Inbox) -> None:
    await with_cards.server.gateway.connection()
    body = bodies.press(XIAO.user_id, "track", {"action": "visit.confirm:42", "key": "visit:42"})
    answer = await (await with_cards.server.gateway.push(body, topic="/v1.0/card/instances/callback"))
    assert (answer["code"], answer["data"]) == (200, '{"response": {}}')
    [incoming] = inbox.messages.values()
    assert (incoming.kind, incoming.action) == (Kind.BUTTON, "visit.confirm:42")


@settings(max_examples=100, deadline=None)
@given(
    st.text()
    | st.recursive(
        st.none() | st.integers() | st.text(max_size=9),
        lambda inner: st.dictionaries(st.sampled_from(["type", "headers", "data", "topic"]), inner),
        max_leaves=6,
    ).map(json.dumps)
)
def test_any_text_can_be_read_as_a_frame(text: str) -> None:
    frame = decode_frame(text)
    if frame is not None:
        frame.body()
