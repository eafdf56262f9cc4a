"""The client against a platform that misbehaves: tokens, retries, partial failures, files, the directory."""

from __future__ import annotations

import asyncio
import zipfile
from collections.abc import AsyncIterator
from datetime import timedelta
from io import BytesIO

import pytest

from bot.domain.errors import CardRefused, PlatformError, RateLimited, TokenExpired
from bot.domain.messages import Priority
from bot.platforms.dingtalk.account import read_account
from bot.platforms.dingtalk.cards import Template, encode_text
from bot.platforms.dingtalk.client import DingTalkClient
from bot.platforms.dingtalk.quotas import Bucket
from bot.platforms.dingtalk.transport import Transport
from bot.platforms.limits import LimitReached
from bot.platforms.tokens import MemoryTokens
from tests.fakes.dingtalk_books import Books, Department, Person
from tests.fakes.dingtalk_ports import FakeDingTalkPorts, MemorySent
from tests.fakes.dingtalk_server import TEMPLATE_ID, DingTalkServer, Slip, serving

XIAO = "016825374419"
SEND = "v1.0/robot/oToMessages/batchSend"
TOKEN = "v1.0/oauth2/accessToken"
FETCH = "v1.0/robot/messageFiles/download"
CARD = "v1.0/card/instances/createAndDeliver"
HELLO = encode_text("在吗")
QPS = Slip(code="Forbidden.AccessDenied.QpsLimitForAppkeyAndApi", status=403)
QUOTA = Slip(code="Forbidden.AccessDenied.ApiCountLimitForOrg", status=403)


class Waits:
    """Sleeps that take no time."""

    def __init__(self) -> None:
        self.seconds: list[float] = []

    async def sleep(self, seconds: float) -> None:
        self.seconds.append(seconds)


@pytest.fixture
def ports() -> FakeDingTalkPorts:
    return FakeDingTalkPorts()


@pytest.fixture
def waits() -> Waits:
    return Waits()


@pytest.fixture
async def server(ports: FakeDingTalkPorts) -> AsyncIterator[DingTalkServer]:
    people = {XIAO: Person(user_id=XIAO, name="李晓", manager="wang", departments=(50112,))}
    people |= {f"u{number}": Person(user_id=f"u{number}", name="某人") for number in range(45)}
    async with serving(DingTalkServer(books=Books(now=ports.clock.now, people=people))) as running:
        yield running


@pytest.fixture
async def client(
    server: DingTalkServer, ports: FakeDingTalkPorts, waits: Waits
) -> AsyncIterator[DingTalkClient]:
    account = read_account(server.settings(dingtalk_card_template_id=TEMPLATE_ID))
    made = DingTalkClient(account, ports.as_dingtalk(), sleep=waits.sleep)
    yield made
    await made.close()


async def say(client: DingTalkClient, *, priority: Priority = Priority.REPLY) -> str:
    return await client.send_person(XIAO, HELLO, priority=priority)


async def test_fifty_callers_share_one_token(client: DingTalkClient, server: DingTalkServer) -> None:
    gate = server.script.hold(TOKEN)
    calls = [asyncio.create_task(client.read_user(XIAO)) for _ in range(50)]
    await gate.reached.wait()
    gate.opened.set()
    assert len(await asyncio.gather(*calls)) == 50
    assert server.calls[TOKEN] == 1


async def test_token_is_renewed_five_minutes_before_its_end(
    client: DingTalkClient, server: DingTalkServer, ports: FakeDingTalkPorts
) -> None:
    await say(client)
    ports.clock.move(seconds=7200 - 301)
    await say(client)
    assert server.calls[TOKEN] == 1
    ports.clock.move(seconds=2)
    await say(client)
    assert server.calls[TOKEN] == 2


async def test_dead_token_is_renewed_once(client: DingTalkClient, server: DingTalkServer) -> None:
    await say(client)
    server.expire_tokens()
    assert await say(client)
    assert (server.calls[TOKEN], len(server.books.sent)) == (2, 2)
    server.script.next(SEND, Slip(code="InvalidAuthentication"), times=2)
    with pytest.raises(TokenExpired):
        await say(client)


async def test_two_clients_share_their_token(
    server: DingTalkServer, ports: FakeDingTalkPorts, waits: Waits
) -> None:
    ports.tokens = MemoryTokens()
    for _ in range(2):
        client = DingTalkClient(read_account(server.settings()), ports.as_dingtalk(), sleep=waits.sleep)
        await say(client)
        await client.close()
    assert server.calls[TOKEN] == 1


async def test_wrong_secret_is_permanent_and_no_dead_token(
    client: DingTalkClient, server: DingTalkServer
) -> None:
    server.script.next(TOKEN, Slip(code="invalidClientIdOrSecret"))
    with pytest.raises(PlatformError, match="invalidClientIdOrSecret") as caught:
        await say(client)
    assert caught.value.permanent
    assert not isinstance(caught.value, TokenExpired)


async def test_old_api_gets_its_own_token_where_it_refuses_the_new_one(
    client: DingTalkClient, server: DingTalkServer
) -> None:
    server.refuses_new_token_in_old_api = True
    for _ in range(3):
        assert (await client.read_user(XIAO))["name"] == "李晓"
    assert (server.calls["gettoken"], server.calls[TOKEN]) == (1, 1)
    assert server.calls["topapi/v2/user/get"] == 4


async def test_people_are_written_to_twenty_at_a_time(client: DingTalkClient, server: DingTalkServer) -> None:
    server.books.people["u3"].visible = False
    server.books.throttled.add("u44")
    delivery = await client.send_people([f"u{number}" for number in range(45)], HELLO)
    assert server.calls[SEND] == 3
    assert len(set(delivery.keys)) == 3
    assert delivery.failed == {"u3": "invalidStaffIdList", "u44": "flowControlledStaffIdList"}
    assert len(server.books.sent) == 43


async def test_failure_for_one_person_is_a_failure(client: DingTalkClient, server: DingTalkServer) -> None:
    server.books.throttled.add(XIAO)
    with pytest.raises(RateLimited):
        await say(client)
    server.books.throttled.clear()
    server.books.people[XIAO].visible = False
    with pytest.raises(PlatformError) as caught:
        await say(client)
    assert caught.value.permanent


async def test_too_fast_waits_a_second_and_is_not_counted(
    client: DingTalkClient, server: DingTalkServer, ports: FakeDingTalkPorts, waits: Waits
) -> None:
    server.script.next(SEND, QPS, times=4)
    assert await say(client)
    assert len(waits.seconds) == 4
    assert all(1 <= seconds <= 2 for seconds in waits.seconds)
    assert ports.quotas.spent == {Bucket.API: 1}
    server.script.next(SEND, QPS, times=5)
    with pytest.raises(RateLimited):
        await say(client)


async def test_busy_platform_is_asked_three_times_but_not_to_send_again(
    client: DingTalkClient, server: DingTalkServer
) -> None:
    code = server.books.store_file(b"#!AMR\nx")
    server.script.next(FETCH, Slip(code="system.error", status=500), times=2)
    assert (await client.fetch_media(code)).data == b"#!AMR\nx"
    server.script.next(SEND, Slip(code="system.error", status=500))
    with pytest.raises(PlatformError):
        await say(client)
    assert server.calls[SEND] == 1


@pytest.mark.parametrize(
    "slip",
    [Slip(drops=True, after_work=True), Slip(code="unknown.send.result"), Slip(status=504, code="504")],
)
async def test_send_of_unknown_end_is_tried_twice_for_a_reply_and_once_for_a_nudge(
    slip: Slip, client: DingTalkClient, server: DingTalkServer
) -> None:
    server.script.next(SEND, slip)
    assert await say(client, priority=Priority.NUDGE) == ""
    for _ in range(2):
        server.script.next(SEND, slip, times=2)
        with pytest.raises(PlatformError) as caught:
            await say(client)
        assert not caught.value.permanent
        assert await say(client) == ""
    assert server.calls[SEND] == 5


async def test_quota_is_told_and_counted(
    client: DingTalkClient, server: DingTalkServer, ports: FakeDingTalkPorts
) -> None:
    server.script.next(SEND, QUOTA)
    with pytest.raises(RateLimited):
        await say(client)
    assert ports.quotas.used_up == [Bucket.API]


async def test_what_is_counted_is_what_the_platform_counts(
    client: DingTalkClient, server: DingTalkServer, ports: FakeDingTalkPorts
) -> None:
    await say(client)
    await client.fetch_media(server.books.store_file(b"x"))
    await client.upload_media("file", b"x", "a.pdf")
    await client.read_user(XIAO)
    await client.send_session(server.session_url(XIAO), {"msgtype": "text", "text": {"content": "好"}})
    assert ports.quotas.spent == {Bucket.API: 3, Bucket.PUSH: 1}
    assert server.books.counted == {"api": 3, "push": 1}


async def test_missing_permission_names_what_to_apply_for(
    client: DingTalkClient, server: DingTalkServer
) -> None:
    more = {"accessdenieddetail": {"requiredScopes": ["Card.Instance.Write", "<b>"]}}
    code = "Forbidden.AccessDenied.AccessTokenPermissionDenied"
    server.script.next(CARD, Slip(code=code, status=403, more=more))
    with pytest.raises(PlatformError, match=r"\(apply for the permission Card\.Instance\.Write\)") as caught:
        await client.cards.create(XIAO, "t", {"title": "x"}, title="x")
    assert caught.value.permanent


async def test_page_of_a_blocking_gateway_is_a_platform_error(
    client: DingTalkClient, server: DingTalkServer
) -> None:
    server.script.next(SEND, Slip(status=200, is_html=True))
    with pytest.raises(PlatformError):
        await say(client)


async def test_card_that_reached_nobody_is_a_failure(client: DingTalkClient, server: DingTalkServer) -> None:
    server.books.people[XIAO].visible = False
    with pytest.raises(PlatformError, match="not delivered"):
        await client.cards.create(XIAO, "t", {"title": "x"}, title="x")
    server.books.people[XIAO].visible = True
    await client.cards.create(XIAO, "t", {"title": "x"}, title="x")
    await client.cards.create(XIAO, "t", {"title": "x"}, title="x")
    assert len(server.books.screen(XIAO)) == 1


async def test_update_keeps_what_it_does_not_name(client: DingTalkClient, server: DingTalkServer) -> None:
    await client.cards.create(XIAO, "t", {"title": "x", "body": "y"}, title="x")
    await client.cards.update("t", {"title": "z"})
    assert server.books.screen(XIAO)[0].fields == {"title": "z", "body": "y"}
    with pytest.raises(CardRefused):
        await client.cards.update("other", {"title": "z"})


async def test_message_is_taken_back(
    client: DingTalkClient, server: DingTalkServer, ports: FakeDingTalkPorts
) -> None:
    first, second = await say(client), await say(client)
    assert await client.recall([first])
    assert [sent.key for sent in server.books.screen(XIAO)] == [second]
    ports.clock.move(hours=25)
    assert not await client.recall([second])


async def test_group_gets_a_message(client: DingTalkClient, server: DingTalkServer) -> None:
    server.books.groups.add("cid7==")
    assert await client.send_group("cid7==", HELLO)
    with pytest.raises(PlatformError, match=r"invalid\.openConversationId") as caught:
        await client.send_group("cid8==", HELLO)
    assert caught.value.permanent


async def test_session_that_is_over_says_so(
    client: DingTalkClient, server: DingTalkServer, ports: FakeDingTalkPorts
) -> None:
    url, body = server.session_url(XIAO), {"msgtype": "text", "text": {"content": "好"}}
    assert await client.send_session(url, body)
    ports.clock.move(minutes=91)
    assert not await client.send_session(url, body)


async def test_picture_is_got_by_its_second_code(client: DingTalkClient, server: DingTalkServer) -> None:
    code = server.books.store_file(b"\x89PNG\r\n")
    media = await client.fetch_media(f"expired|{code}")
    assert (media.data, media.media_type) == (b"\x89PNG\r\n", "image/png")
    assert media.name.endswith(".png")
    assert server.books.violations == []
    with pytest.raises(PlatformError) as caught:
        await client.fetch_media("expired|gone")
    assert caught.value.permanent


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:9/x",
        "http://169.254.169.254/meta",
        "http://[::1]/x",
        "http://10.0.0.8/",
        "file:///x",
        "",
    ],
)
async def test_nothing_is_fetched_from_our_own_network(url: str) -> None:
    transport = Transport(trusted_host="api.example.com")
    with pytest.raises(PlatformError) as caught:
        await transport.download(url)
    assert caught.value.permanent
    await transport.close()


async def test_kind_that_chats_do_not_take_travels_in_a_zip(
    client: DingTalkClient, server: DingTalkServer
) -> None:
    sheet = await client.upload_file(b"PK-sheet", "本周.xlsx")
    assert sheet.fields["fileName"] == "本周.xlsx"
    assert sheet.fields["mediaId"].startswith("@")
    packed = await client.upload_file(b"a,b", "拜访.csv")
    assert (packed.fields["fileName"], packed.fields["fileType"]) == ("拜访.csv.zip", "zip")
    name, data = server.books.uploads[packed.fields["mediaId"]]
    assert name == "拜访.csv.zip"
    with zipfile.ZipFile(BytesIO(data)) as archive:
        assert archive.read("拜访.csv") == b"a,b"
    await client.send_person(XIAO, packed, priority=Priority.REPLY)


async def test_directory_is_read(client: DingTalkClient, server: DingTalkServer) -> None:
    server.books.departments[50112] = Department(name="华东", parent=1, managers=("wang",))
    assert (await client.read_user(XIAO))["manager_userid"] == "wang"
    assert (await client.read_department(50112))["dept_manager_userid_list"] == ["wang"]
    assert await client.find_user(f"union-{XIAO}") == XIAO
    with pytest.raises(PlatformError) as caught:
        await client.read_user("nobody")
    assert caught.value.code == 60121


async def test_person_gets_no_more_than_twenty_a_minute(
    client: DingTalkClient, ports: FakeDingTalkPorts
) -> None:
    client.reserve(XIAO, priority=Priority.REPLY, count=20)
    with pytest.raises(LimitReached):
        client.reserve(XIAO, priority=Priority.REPLY)
    client.reserve("u1", priority=Priority.REPLY)
    ports.clock.move(seconds=63)
    client.reserve(XIAO, priority=Priority.REPLY)


async def test_what_left_before_a_start_is_counted(
    server: DingTalkServer, ports: FakeDingTalkPorts, waits: Waits
) -> None:
    ports.sent = MemorySent(times=[(XIAO, ports.clock.now() - timedelta(seconds=5))] * 20)
    client = DingTalkClient(read_account(server.settings()), ports.as_dingtalk(), sleep=waits.sleep)
    await client.recount()
    with pytest.raises(LimitReached):
        client.reserve(XIAO, priority=Priority.REPLY)


async def test_errors_tell_no_secret(client: DingTalkClient, server: DingTalkServer) -> None:
    url = server.session_url(XIAO)
    server.script.next("robot/sendBySession", Slip(drops=True))
    with pytest.raises(PlatformError) as caught:
        await client.send_session(url, {"msgtype": "text", "text": {"content": "好"}})
    assert url.partition("=")[2] not in str(caught.value)
    assert caught.value.__cause__ is None


def test_template_of_a_text_is_one_string() -> None:
    assert Template(key="sampleText", fields={"content": "好"}).param() == '{"content": "好"}'
