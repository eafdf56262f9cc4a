"""HTTP mode: genuine callbacks are stored and answered, all else is refused."""

from __future__ import annotations

import json
import logging
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from io import BytesIO
from typing import Any

import pytest
from aiohttp import ClientSession, web
from aiohttp.test_utils import TestClient, TestServer

from bot.domain.messages import Button, Card, Kind, Outgoing
from bot.platforms.dingtalk.card_calls import CARD_PATH
from bot.platforms.dingtalk.signatures import sign, sign_card
from bot.platforms.dingtalk.webhook import MAX_BODY_BYTES, PATH
from tests.bot.platforms.dingtalk.simulated import XIAO, DingTalk, simulated
from tests.fakes import dingtalk_messages as bodies
from tests.fakes.console_ports import Inbox
from tests.fakes.dingtalk_server import SECRET, DingTalkServer, Slip

CARD = Card(title="拜访小结", buttons=(Button(label="确认", action="visit.confirm:42"),))
WORDS = "刚拜访完杭州康联"


@dataclass(slots=True, kw_only=True)
class Caller:
    """The platform as it calls back."""

    dingtalk: DingTalk
    session: ClientSession
    base: str

    async def post(
        self, body: object, *, at: datetime | None = None, secret: str = SECRET
    ) -> tuple[int, Any]:
        stamp = str(bodies.ms(at or self.dingtalk.ports.clock.now()))
        return await self.send(PATH, body, {"timestamp": stamp, "sign": sign(secret, stamp)})

    async def send(self, path: str, body: object, headers: dict[str, str]) -> tuple[int, Any]:
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        async with self.session.post(f"{self.base}{path}", data=BytesIO(raw), headers=headers) as response:
            return response.status, await response.read()

    def said(self, msg_id: str = "1") -> dict[str, Any]:
        at = self.dingtalk.ports.clock.now()
        return bodies.message(XIAO.user_id, "text", at=at, msg_id=msg_id, **bodies.text(WORDS))


@pytest.fixture
def inbox() -> Inbox:
    return Inbox()


@pytest.fixture
async def caller(inbox: Inbox) -> AsyncIterator[Caller]:
    async with simulated(
        inbox.accept, dingtalk_mode="http", public_url="https://bot.example.com/"
    ) as dingtalk:
        app = web.Application()
        app.add_routes(dingtalk.channel.routes())
        async with TestClient(TestServer(app)) as client:
            base = str(client.make_url("")).rstrip("/")
            yield Caller(dingtalk=dingtalk, session=client.session, base=base)


async def test_genuine_message_is_stored_and_answered_with_nothing(caller: Caller, inbox: Inbox) -> None:
    assert await caller.post(caller.said()) == (200, b"{}")
    [incoming] = inbox.messages.values()
    assert (incoming.kind, incoming.text, incoming.sender) == (Kind.TEXT, WORDS, XIAO)


async def test_no_connection_is_opened_in_http_mode(caller: Caller) -> None:
    await caller.post(caller.said())
    assert caller.dingtalk.server.calls["v1.0/gateway/connections/open"] == 0


async def test_stream_mode_has_no_routes(inbox: Inbox) -> None:
    async with simulated(inbox.accept) as dingtalk:
        assert list(dingtalk.channel.routes()) == []


@pytest.mark.parametrize("hours", [-1, 1])
async def test_callback_of_the_last_hour_is_taken(hours: int, caller: Caller, inbox: Inbox) -> None:
    status, _ = await caller.post(
        caller.said(), at=caller.dingtalk.ports.clock.now() + timedelta(hours=hours)
    )
    assert status == 200


async def test_forgery_is_refused_counted_and_logged_without_content(
    caller: Caller, inbox: Inbox, caplog: pytest.LogCaptureFixture
) -> None:
    now = caller.dingtalk.ports.clock.now()
    with caplog.at_level(logging.DEBUG, logger="bot"):
        assert await caller.send(PATH, caller.said(), {}) == (403, b"")
        assert await caller.post(caller.said(), secret="other") == (403, b"")
        assert await caller.post(caller.said(), at=now - timedelta(minutes=61)) == (403, b"")
        assert await caller.post(b"no json") == (403, b"")
        assert await caller.post([1]) == (403, b"")
        assert await caller.post(b"x" * (MAX_BODY_BYTES + 1)) == (413, b"")
    assert inbox.deliveries == 0
    refused = caller.dingtalk.ports.meter.tally.refused
    assert refused == {"signature": 2, "stale": 1, "content": 2, "too_large": 1}
    assert WORDS not in caplog.text
    assert SECRET not in caplog.text


async def test_replay_is_the_same_message(caller: Caller, inbox: Inbox) -> None:
    assert (await caller.post(caller.said()))[0] == 200
    assert (await caller.post(caller.said()))[0] == 200
    assert len(inbox.messages) == 1


async def test_platform_is_told_to_come_again(caller: Caller, inbox: Inbox) -> None:
    inbox.full = True
    assert (await caller.post(caller.said()))[0] == 503
    inbox.full = False
    assert (await caller.post(caller.said()))[0] == 200
    await caller.dingtalk.channel.stop()
    assert (await caller.post(caller.said("2")))[0] == 503


async def test_address_of_a_stranger_is_no_session(caller: Caller, inbox: Inbox) -> None:
    trap = caller.said() | {
        "sessionWebhook": f"{caller.dingtalk.server.base}/trap?session=1",
        "sessionWebhookExpiredTime": bodies.ms(caller.dingtalk.ports.clock.now() + timedelta(hours=1)),
    }
    assert (await caller.post(trap))[0] == 200
    ref = await caller.dingtalk.channel.send(Outgoing(to=XIAO, text="收到"))
    assert ref.startswith("msg:")
    assert caller.dingtalk.server.calls["trap"] == 0


async def test_press_is_signed_in_its_own_way(caller: Caller, inbox: Inbox) -> None:
    stamp = str(bodies.ms(caller.dingtalk.ports.clock.now()))
    body = bodies.press(XIAO.user_id, "track", {"action": "undo:42", "key": "visit:42"})
    names = ("x-ddpaas-signature-timestamp", "x-ddpaas-signature")
    wrong = dict(zip(names, (stamp, sign(SECRET, stamp)), strict=True))
    [(_, secret)] = caller.dingtalk.server.books.callbacks.values()
    right = dict(zip(names, (stamp, sign_card(secret, stamp)), strict=True))
    assert (await caller.send(CARD_PATH, body, wrong))[0] == 403
    assert await caller.send(CARD_PATH, body, right) == (200, b"{}")
    assert [incoming.action for incoming in inbox.messages.values()] == ["undo:42"]


async def test_interactive_cards_call_back_over_http_once_registered(caller: Caller) -> None:
    [(url, secret)] = caller.dingtalk.server.books.callbacks.values()
    assert url == f"https://bot.example.com{CARD_PATH}"
    assert SECRET not in secret
    ref = await caller.dingtalk.channel.send(Outgoing(to=XIAO, card=CARD, key="visit:42"))
    assert ref.startswith("card:")
    assert caller.dingtalk.server.books.violations == []


@pytest.mark.parametrize(("public_url", "slips"), [("", 0), ("https://bot.example.com", 1)])
async def test_without_a_registered_address_action_cards_do_it(
    public_url: str, slips: int, inbox: Inbox
) -> None:
    refusal = Slip(code="Forbidden.AccessDenied.AccessTokenPermissionDenied", status=403)

    def script(server: DingTalkServer) -> None:
        server.script.next("v1.0/card/callbacks/register", refusal, times=slips)

    opening = simulated(inbox.accept, dingtalk_mode="http", public_url=public_url, before=script)
    async with opening as dingtalk:
        ref = await dingtalk.channel.send(Outgoing(to=XIAO, card=CARD, key="visit:42"))
        assert ref.startswith("msg:")
