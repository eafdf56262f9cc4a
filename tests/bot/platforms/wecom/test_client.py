"""The API client against a platform that runs over real HTTP and misbehaves when told to."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

import pytest

from bot.domain.errors import CardRefused, PlatformError, RateLimited, TokenExpired
from bot.domain.messages import Priority
from bot.platforms.limits import LimitReached
from bot.platforms.tokens import MemoryTokens
from bot.platforms.wecom.account import read_account
from bot.platforms.wecom.client import WeComClient
from tests.fakes.wecom_books import Books
from tests.fakes.wecom_ports import FakeWeComPorts
from tests.fakes.wecom_server import SECRET, WeComServer, serving

SEND = "message/send"
HELLO: dict[str, Any] = {"msgtype": "text", "text": {"content": "已记录"}}
CARD: dict[str, Any] = {
    "msgtype": "template_card",
    "template_card": {
        "card_type": "button_interaction",
        "task_id": "visit_42@v1",
        "main_title": {"title": "确认拜访记录"},
        "button_list": [{"text": "保存", "style": 1, "key": "confirm"}],
    },
}


@dataclass(slots=True, kw_only=True)
class Line:
    """A client, the platform that it calls, and how long it would have waited."""

    client: WeComClient
    server: WeComServer
    ports: FakeWeComPorts
    waits: list[float] = field(default_factory=list)

    async def say(self, body: dict[str, Any] = HELLO, *, to: str = "lina") -> object:
        return await self.client.send_message(to, body, priority=Priority.REPLY)


@pytest.fixture
async def line() -> AsyncIterator[Line]:
    ports = FakeWeComPorts()
    async with serving(WeComServer(books=Books(now=ports.clock.now))) as server:
        waits: list[float] = []

        async def wait(seconds: float) -> None:
            waits.append(seconds)

        client = WeComClient(read_account(server.settings()), ports.as_wecom(), sleep=wait)
        yield Line(client=client, server=server, ports=ports, waits=waits)
        await client.close()


async def test_message_arrives_as_plain_utf_8(line: Line) -> None:
    answer = await line.client.send_message("lina", HELLO, priority=Priority.REPLY)
    [sent] = line.server.books.screen("lina")
    assert (sent.msgid, sent.content) == (answer["msgid"], {"content": "已记录"})


async def test_fifty_callers_at_once_fetch_one_token(line: Line) -> None:
    gate = line.server.script.hold("gettoken")
    calls = [asyncio.create_task(line.client.read_user("lina")) for _ in range(50)]
    await gate.reached.wait()
    gate.opened.set()
    assert {user["name"] for user in await asyncio.gather(*calls)} == {"李娜"}
    assert line.server.calls["gettoken"] == 1
    assert line.ports.meter.refreshed == 1


@pytest.mark.parametrize("known", [True, False], ids=["42001", "40014"])
async def test_dead_token_is_renewed_once_for_everybody(line: Line, known: bool) -> None:
    await line.client.read_user("lina")
    line.server.expire_token(known=known)
    users = await asyncio.gather(*(line.client.read_user("lina") for _ in range(50)))
    assert len(users) == 50
    assert line.server.calls["gettoken"] == 2


async def test_token_that_stays_dead_is_an_error_after_one_renewal(line: Line) -> None:
    line.server.script.always_dead_token = True
    with pytest.raises(TokenExpired):
        await line.say()
    assert line.server.calls["gettoken"] == 2
    assert line.server.calls[SEND] == 2
    assert line.server.books.sent == []


async def test_token_is_renewed_before_its_end(line: Line) -> None:
    await line.say()
    line.ports.clock.move(seconds=7200 - 301)
    await line.say()
    assert line.server.calls["gettoken"] == 1
    line.ports.clock.move(seconds=2)
    await line.say()
    assert line.server.calls["gettoken"] == 2


async def test_token_of_a_minute_is_used_all_the_same(line: Line) -> None:
    line.server.token_seconds = 60
    for _ in range(5):
        await line.say()
    assert line.server.calls["gettoken"] == 1


async def test_two_processes_share_a_token(line: Line) -> None:
    store = MemoryTokens()
    ports = FakeWeComPorts(clock=line.ports.clock, tokens=store)
    account = read_account(line.server.settings())
    clients = [WeComClient(account, ports.as_wecom()) for _ in range(2)]
    for client in clients:
        await client.read_user("lina")
    line.server.expire_token()
    for client in clients:
        await client.read_user("lina")
        await client.close()
    assert line.server.calls["gettoken"] == 2


async def test_wrong_secret_is_no_dead_token(line: Line) -> None:
    line.server.script.next_error("gettoken", 40001)
    with pytest.raises(PlatformError) as caught:
        await line.say()
    assert caught.value.code == 40001
    assert not isinstance(caught.value, TokenExpired)
    assert line.server.calls["gettoken"] == 1


@pytest.mark.parametrize("user_id", ["hidden", "disabled", "left", "nobody"])
async def test_who_cannot_be_reached_is_a_failure_for_good(line: Line, user_id: str) -> None:
    with pytest.raises(PlatformError) as caught:
        await line.say(to=user_id)
    assert (caught.value.code, caught.value.permanent) == (81013, True)


async def test_partial_failure_under_a_zero_is_a_failure(line: Line) -> None:
    line.server.books.members["lina"].licensed = False
    with pytest.raises(PlatformError) as caught:
        await line.say()
    assert (caught.value.code, caught.value.permanent) == ("unlicenseduser", True)
    with pytest.raises(PlatformError) as half:
        await line.client.send_message("zhaolei|hidden", HELLO, priority=Priority.REPLY)
    assert half.value.code == "invaliduser"


async def test_card_brings_a_code_that_changes_it_once(line: Line) -> None:
    answer = await line.client.send_message("lina", CARD, priority=Priority.REPLY)
    change = {"button": {"replace_name": "已保存"}}
    await line.client.update_card("lina", answer["response_code"], change)
    [sent] = line.server.books.screen("lina")
    assert sent.greyed == "已保存"
    with pytest.raises(PlatformError) as caught:
        await line.client.update_card("lina", answer["response_code"], change)
    assert (caught.value.code, caught.value.permanent) == (60140, True)


@pytest.mark.parametrize("code", [42014, 42019, 42045, 43012, 40058, 45002])
async def test_refused_card_is_a_card_refused(line: Line, code: int) -> None:
    line.server.script.next_error(SEND, code)
    with pytest.raises(CardRefused):
        await line.say(CARD)


async def test_same_code_for_a_text_is_no_card_refused(line: Line) -> None:
    line.server.script.next_error(SEND, 40058)
    with pytest.raises(PlatformError) as caught:
        await line.say()
    assert not isinstance(caught.value, CardRefused)
    assert caught.value.permanent


async def test_busy_platform_is_asked_three_times(line: Line) -> None:
    line.server.script.next_error(SEND, -1, times=2)
    await line.say()
    assert line.server.calls[SEND] == 3
    assert 0 < line.waits[0] < line.waits[1] * 3
    line.server.script.next_error(SEND, -1, times=3)
    with pytest.raises(PlatformError) as caught:
        await line.say()
    assert (caught.value.code, caught.value.permanent) == (-1, False)


@pytest.mark.parametrize("code", [45009, 45033])
async def test_rate_limit_is_told_and_not_hammered(line: Line, code: int) -> None:
    line.server.script.next_error(SEND, code)
    with pytest.raises(RateLimited):
        await line.say()
    assert line.server.calls[SEND] == 1


@pytest.mark.parametrize("status", [500, 502, 404, 302])
async def test_http_error_is_a_platform_error_to_try_again(line: Line, status: int) -> None:
    line.server.script.next_status(SEND, status)
    with pytest.raises(PlatformError) as caught:
        await line.say()
    assert (caught.value.code, caught.value.permanent) == (status, False)


async def test_unreachable_platform_is_a_platform_error(line: Line) -> None:
    line.server.script.drop_connection(SEND)
    with pytest.raises(PlatformError) as caught:
        await line.say()
    assert (caught.value.code, caught.value.permanent) == ("network", False)


@pytest.mark.parametrize("body", [HELLO, CARD], ids=["text", "card"])
async def test_message_sent_again_after_a_broken_line_is_seen_once(line: Line, body: dict[str, Any]) -> None:
    line.server.script.drop_connection(SEND, after_work=True)
    with pytest.raises(PlatformError):
        await line.say(body)
    again = body
    if body is CARD:
        again = {**CARD, "template_card": {**CARD["template_card"], "task_id": "visit_42@v2"}}
    await line.say(again)
    assert len(line.server.books.screen("lina")) == 1
    assert line.server.books.duplicates == 1


async def test_same_words_said_twice_are_seen_twice(line: Line) -> None:
    await line.say()
    await line.say()
    assert len(line.server.books.screen("lina")) == 2


async def test_refused_ip_names_the_address_to_enter(line: Line) -> None:
    await line.say()
    line.server.script.refused_ip = "203.0.113.9"
    with pytest.raises(PlatformError, match=r"60020 \(from ip: 203\.0\.113\.9, hint: 17600") as caught:
        await line.say()
    assert caught.value.code == 60020


async def test_secrets_are_in_no_error_and_no_log(line: Line, caplog: pytest.LogCaptureFixture) -> None:
    errors = []
    with caplog.at_level(logging.DEBUG, logger="bot"):
        for path in ("gettoken", SEND):
            # A question that changes nothing is put once more by the library itself.
            line.server.script.drop_connection(path, times=2 if path == "gettoken" else 1)
            with pytest.raises(PlatformError) as dropped:
                await line.say()
            line.server.script.next_status(path, 500)
            with pytest.raises(PlatformError) as failed:
                await line.say()
            errors += [dropped.value, failed.value]
    words = caplog.text + "".join(f"{error!r}{error.__cause__!r}" for error in errors)
    # The library's own errors tell the URL.
    assert all(error.__cause__ is None for error in errors)
    assert all(error.__suppress_context__ or error.__context__ is None for error in errors)
    for secret in (SECRET, "token1", "access_token", "已记录", "lina"):
        assert secret not in words


async def test_thirty_a_minute_and_nothing_dropped(line: Line) -> None:
    through = 0
    for _ in range(45):
        try:
            await line.say()
        except LimitReached:
            continue
        through += 1
    assert (through, line.ports.meter.held_back) == (30, 15)
    await line.say(to="zhaolei")
    line.ports.clock.move(seconds=62)
    await line.say()
    assert line.server.books.dropped() == []


async def test_thousand_an_hour_and_nothing_dropped(line: Line) -> None:
    through = 0
    for _ in range(58):
        for _ in range(20):
            try:
                await line.say()
            except LimitReached:
                continue
            through += 1
        line.ports.clock.move(seconds=62)
    assert through == 1000
    assert line.server.books.dropped() == []


async def test_fake_drops_without_a_word_where_nobody_keeps_the_limit(line: Line) -> None:
    body = {"touser": "lina", "agentid": 1000017, **HELLO}
    for _ in range(31):
        await line.client.call("POST", "/cgi-bin/message/send", json=body)
    assert len(line.server.books.dropped()) == 1


async def test_digests_leave_room_for_replies(line: Line) -> None:
    for _ in range(18):
        await line.client.send_message("lina", HELLO, priority=Priority.DIGEST)
    with pytest.raises(LimitReached):
        await line.client.send_message("lina", HELLO, priority=Priority.DIGEST)
    await line.say()
    assert line.server.books.dropped() == []


async def test_media_comes_with_its_name_and_kind(line: Line) -> None:
    amr = line.server.books.store_media(b"#!AMR\n1234", content_type="voice/amr", name="note.amr")
    png = line.server.books.store_media(b"\x89PNG\r\n", content_type="image/png", name="../白板.png")
    note, picture = await line.client.fetch_media(amr), await line.client.fetch_media(png)
    assert (note.data, note.media_type, note.name) == (b"#!AMR\n1234", "audio/amr", "note.amr")
    assert (picture.media_type, picture.name) == ("image/png", "白板.png")


async def test_json_file_is_a_file_and_not_an_error(line: Line) -> None:
    media_id = line.server.books.store_media(b'{"a": 1}', content_type="application/json", name="a.json")
    assert (await line.client.fetch_media(media_id)).data == b'{"a": 1}'


async def test_media_that_expired_is_gone_for_good(line: Line) -> None:
    media_id = line.server.books.store_media(b"#!AMR\n1234", content_type="voice/amr", name="note.amr")
    line.ports.clock.move(days=3)
    with pytest.raises(PlatformError) as caught:
        await line.client.fetch_media(media_id)
    assert (caught.value.code, caught.value.permanent) == (40007, True)


async def test_media_beyond_the_cap_is_refused(line: Line) -> None:
    media_id = line.server.books.store_media(bytes(20 * 1024 * 1024 + 1), content_type="video/mp4", name="a")
    with pytest.raises(PlatformError) as caught:
        await line.client.fetch_media(media_id)
    assert (caught.value.code, caught.value.permanent) == ("too_large", True)


async def test_upload_survives_a_dead_token(line: Line) -> None:
    await line.say()
    line.server.expire_token()
    data = b"%PDF-" + bytes(2 * 1024 * 1024)
    media_id = await line.client.upload_media("file", data, "报价单.pdf")
    stored = line.server.books.media[media_id]
    assert (stored.data, stored.name) == (data, "报价单.pdf")


async def test_directory_tells_members_and_departments(line: Line) -> None:
    assert (await line.client.read_user("lina"))["direct_leader"] == ["wangq"]
    assert (await line.client.read_department(12))["department_leader"] == ["wangq"]
    assert {one["id"] for one in await line.client.list_departments()} == {1, 12, 13}
    assert {one["userid"] for one in await line.client.list_members(13)} == {"sunyan"}
    assert (await line.client.read_agent())["close"] == 0
    assert await line.client.list_callback_addresses()
    with pytest.raises(PlatformError) as caught:
        await line.client.read_user("hidden")
    assert (caught.value.code, caught.value.permanent) == (60111, True)


async def test_message_is_taken_back_within_a_day(line: Line) -> None:
    answer = await line.client.send_message("lina", HELLO, priority=Priority.REPLY)
    await line.client.recall(answer["msgid"])
    assert line.server.books.screen("lina") == []
