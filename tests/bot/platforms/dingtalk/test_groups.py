"""Group chats: answers stay in the group, by the session or the API; outsiders are told why they get none."""

from __future__ import annotations

from bot.domain.messages import Outgoing
from tests.bot.platforms.dingtalk.simulated import XIAO, DingTalk
from tests.fakes import dingtalk_messages as bodies
from tests.fakes.console_ports import START, Inbox
from tests.fakes.dingtalk_messages import ROOM

IN_ROOM = Outgoing(to=XIAO, text="好的，收到", key="reply:1:0", room=ROOM)


async def ask_in_room(dingtalk: DingTalk, message_id: str = "1") -> None:
    dingtalk.server.books.groups.add(ROOM)
    session = dingtalk.server.session_url(ROOM)
    more = {"is_group": True, "session": session, **bodies.text(" 今日")}
    assert await dingtalk.deliver("text", message_id, **more)


async def test_answer_in_a_group_calls_who_asked(dingtalk: DingTalk, inbox: Inbox) -> None:
    await ask_in_room(dingtalk)
    assert await dingtalk.channel.send(IN_ROOM) == "session:"
    [sent] = dingtalk.server.books.screen(ROOM)
    assert sent.fields == {"content": f"@{XIAO.user_id} 好的，收到"}
    assert dingtalk.server.books.screen(XIAO.user_id) == []


async def test_answer_in_a_group_finds_its_way_when_the_session_is_over(
    dingtalk: DingTalk, inbox: Inbox
) -> None:
    await ask_in_room(dingtalk)
    dingtalk.ports.clock.move(hours=2)
    ref = await dingtalk.channel.send(IN_ROOM)
    [sent] = dingtalk.server.books.screen(ROOM)
    assert (sent.via, sent.words()) == ("group", "好的，收到")
    assert ref == f"room:{sent.key}"


async def test_answer_reaches_who_asked_where_the_group_is_closed_to_us(
    dingtalk: DingTalk, inbox: Inbox
) -> None:
    ref = await dingtalk.channel.send(IN_ROOM)
    assert ref.startswith("msg:")
    assert await dingtalk.shown() == ["好的，收到"]


async def test_session_of_the_group_is_not_used_for_the_single_chat(dingtalk: DingTalk, inbox: Inbox) -> None:
    await ask_in_room(dingtalk)
    ref = await dingtalk.channel.send(Outgoing(to=XIAO, text="只给你看"))
    assert ref.startswith("msg:")
    assert dingtalk.server.books.screen(ROOM) == []


async def test_outsider_is_told_once_an_hour(dingtalk: DingTalk, inbox: Inbox) -> None:
    for number in range(2):
        session = dingtalk.server.session_url("guest")
        body = bodies.message(
            "", "text", at=START, msg_id=str(number), session=session, **bodies.text("你好")
        )
        assert await dingtalk.push(body)
    await dingtalk.channel.stop()
    assert [sent.words() for sent in dingtalk.server.books.screen("guest")] == [dingtalk.ports.outsider_words]
    assert inbox.deliveries == 0


async def test_outsider_is_not_told_at_a_strange_address(dingtalk: DingTalk, inbox: Inbox) -> None:
    trap = f"{dingtalk.server.base}/trap?session=1"
    body = bodies.message("", "text", at=START, msg_id="1", session=trap, **bodies.text("你好"))
    assert await dingtalk.push(body)
    await dingtalk.channel.stop()
    assert dingtalk.server.calls["trap"] == 0
