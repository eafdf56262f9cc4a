"""A conversation over the websocket: nothing acknowledged is lost, and every window shows the same."""

from __future__ import annotations

from uuid import uuid4

from aiohttp import WSMsgType, web
from aiohttp.test_utils import TestClient, TestServer

from bot.domain.messages import Address, Card, Kind, Outgoing
from bot.platforms.console import ConsoleChannel
from bot.platforms.console.channel import MAX_EVENT_BYTES, UNKNOWN_PERSON
from bot.platforms.console.ports import Shown
from tests.bot.platforms.console.simulated import Console
from tests.fakes.console_ports import FakePorts, Inbox, make_amr, make_wav, text_to

ID = "0b6b1f5e-6f0e-4c0e-9a53-4f3d1f6f3a11"


async def test_acknowledgement_follows_the_acceptance(console: Console, inbox: Inbox) -> None:
    await console.page.socket.send_json({"type": "send", "id": ID, "kind": "text", "text": "在吗"})
    event = await console.page.read()
    assert (event["type"], event["message"]["ref"]) == ("message", ID)
    assert ID in inbox.messages
    assert await console.page.read() == {"type": "ack", "id": ID}


async def test_full_inbox_keeps_the_message_with_the_page(console: Console, inbox: Inbox) -> None:
    inbox.full = True
    await console.page.socket.send_json({"type": "send", "id": ID, "kind": "text", "text": "在吗"})
    assert await console.page.read() == {"type": "busy", "id": ID}
    assert console.page.screen == {}


async def test_stopped_channel_acknowledges_nothing(console: Console, inbox: Inbox) -> None:
    await console.channel.stop()
    frame = await console.page.socket.receive(timeout=5)
    assert frame.type is WSMsgType.CLOSE
    assert frame.data == 1001
    async with console.client.get("/console/ws", params={"user": "liming"}) as response:
        assert response.status == 503


async def test_slip_is_answered_and_the_connection_stays(console: Console) -> None:
    for raw in ("{", "[]", '{"type":"send"}'):
        await console.page.socket.send_str(raw)
        event = await console.page.read()
        assert event["type"] == "error"
        assert event["text"]
    await console.page.socket.send_bytes(b"\x00\x01")
    assert (await console.page.read())["code"] == "not_json"
    assert await console.say(ID, "还在")


async def test_unknown_media_is_told_for_its_message(console: Console, inbox: Inbox) -> None:
    assert not await console.page.deliver(id=ID, kind="voice", media_ref="f" * 64)
    assert inbox.messages == {}


async def test_longest_text_fits_an_event(console: Console, inbox: Inbox) -> None:
    text = "好" * 10_000
    assert len(text.encode()) * 3 < MAX_EVENT_BYTES
    assert await console.say(ID, text)
    assert inbox.messages[ID].text == text


async def test_all_windows_of_a_person_show_the_same_and_no_other(console: Console) -> None:
    second, other = await console.open_page("liming"), await console.open_page("wangjie")
    assert await console.say(ID, "在吗")
    ref = await console.channel.send(text_to("liming", "收到，正在听…", key="note:1"))
    await console.channel.update(ref, Outgoing(to=console.person, card=Card(title="杭州康联"), key="note:1"))
    for page in (console.page, second, other):
        await page.settle()
    assert [message["kind"] for message in console.page.screen.values()] == ["text", "card"]
    assert second.screen == console.page.screen
    assert other.screen == {}


async def test_a_second_send_with_the_same_key_replaces_the_first(console: Console) -> None:
    await console.channel.send(text_to("liming", "一", key="note:1"))
    await console.channel.send(text_to("liming", "二", key="note:1"))
    await console.channel.send(text_to("liming", "三"))
    assert await console.shown() == ["二", "三"]


async def test_sending_needs_no_open_window(console: Console) -> None:
    assert await console.channel.send(text_to("zhouqian", "早上好"))


async def test_history_is_shown_to_a_new_window(console: Console) -> None:
    to = console.person
    ports = console.ports
    ports.history.add(to, Shown(ref="b1", at=ports.clock.now(), outgoing=text_to("liming", "早")))
    page = await console.open_page("liming")
    assert page.screen["b1"]["text"] == "早"


async def test_pressed_button_is_taken_but_makes_no_bubble(console: Console, inbox: Inbox) -> None:
    assert await console.page.deliver(id=ID, kind="button", action="undo:1", card_key=None)
    assert inbox.messages[ID].kind is Kind.BUTTON
    assert console.page.screen == {}


async def test_what_was_heard_appears_under_the_voice_note(console: Console, inbox: Inbox) -> None:
    assert await console.speak(ID, make_amr(1))
    ports = console.ports
    ports.history.add(console.person, Shown(ref=ID, at=ports.clock.now(), incoming=inbox.messages[ID]))
    await console.channel.send(text_to("liming", "收到，正在听…", key="n"))
    await console.page.settle()
    assert console.page.screen[ID]["transcript"] is None
    ports.history.transcribe(console.person, ID, "刚拜访完康联")
    await console.channel.update("n", text_to("liming", "好了", key="n"))
    await console.page.settle()
    assert console.page.screen[ID]["transcript"] == "刚拜访完康联"


async def test_file_dressed_as_voice_is_refused(console: Console, inbox: Inbox) -> None:
    ref = await console.upload(b"MZ not a sound", "note.amr")
    assert not await console.page.deliver(id=ID, kind="voice", media_ref=ref)
    ref = await console.upload(make_wav(0.2), "note.bin")
    assert await console.page.deliver(id=str(uuid4()), kind="voice", media_ref=ref)
    [incoming] = inbox.messages.values()
    assert incoming.voice is not None
    assert incoming.voice.format == "wav"


async def test_stranger_is_sent_away(console: Console) -> None:
    for user in ("nobody", ""):
        socket = await console.client.ws_connect("/console/ws", params={"user": user})
        assert (await socket.receive_json())["code"] == "unknown_person"
        assert (await socket.receive()).type is WSMsgType.CLOSE
        assert socket.close_code == UNKNOWN_PERSON


async def test_channel_takes_nothing_before_it_is_started() -> None:
    channel = ConsoleChannel(FakePorts().as_console())
    app = web.Application()
    app.add_routes(channel.routes())
    async with TestClient(TestServer(app)) as client:
        async with client.get("/console/ws", params={"user": "liming"}) as response:
            assert response.status == 503
        async with client.get("/") as response:
            assert response.status == 200


async def test_address_names_platform_and_person(console: Console, inbox: Inbox) -> None:
    assert await console.say(ID, "在吗")
    assert inbox.messages[ID].sender == Address(platform="console", user_id="liming")
