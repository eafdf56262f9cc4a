"""The one contract of all chat platforms, run over every folder in `bot/platforms`."""

from __future__ import annotations

from collections.abc import AsyncIterator
from uuid import uuid4

import pytest

from bot.domain.errors import ConfigError, PlatformError
from bot.domain.messages import Button, Card, Kind, Outgoing, Row
from bot.platforms.base import load_channel, platform_names
from tests.bot.platforms.simulated import Simulated, open_simulated
from tests.fakes.console_ports import Inbox, make_amr

DRAFT = Card(
    title="杭州康联",
    quote="太贵了",
    rows=(Row(label="决策人", value="财务", said="和财务碰"),),
    buttons=(
        Button(label="确认", action="visit.confirm:42", primary=True),
        Button(label="撤销", action="undo:42"),
    ),
)


@pytest.fixture
def inbox() -> Inbox:
    return Inbox()


@pytest.fixture(params=platform_names())
async def platform(request: pytest.FixtureRequest, inbox: Inbox) -> AsyncIterator[Simulated]:
    async with open_simulated(request.param, inbox.accept) as client:
        yield client


def new_id() -> str:
    return str(uuid4())


def test_console_is_among_the_platforms() -> None:
    assert "console" in platform_names()


def test_unknown_platform_is_refused_by_name() -> None:
    with pytest.raises(ConfigError, match="pigeon"):
        load_channel("pigeon")


async def test_channel_bears_the_name_of_its_folder(platform: Simulated) -> None:
    assert platform.channel.name in platform_names()
    assert platform.person.platform == platform.channel.name


async def test_text_is_taken_whole(platform: Simulated, inbox: Inbox) -> None:
    text = "第一行\n第二行 <b>&amp; 「引号」" + "好" * 5000
    message_id = new_id()
    assert await platform.say(message_id, text)
    [incoming] = inbox.messages.values()
    assert incoming.id.endswith(message_id)
    assert (incoming.kind, incoming.text) == (Kind.TEXT, text)
    assert incoming.sender == platform.person
    assert incoming.sent_at.tzinfo is not None


async def test_repeated_delivery_keeps_its_id_and_is_acknowledged(platform: Simulated, inbox: Inbox) -> None:
    message_id = new_id()
    assert await platform.say(message_id, "刚拜访完康联")
    assert await platform.say(message_id, "刚拜访完康联")
    assert inbox.deliveries == 2
    assert len(inbox.messages) == 1


async def test_full_queue_is_not_acknowledged_so_the_platform_sends_again(
    platform: Simulated, inbox: Inbox
) -> None:
    message_id = new_id()
    inbox.full = True
    assert not await platform.say(message_id, "在吗")
    inbox.full = False
    assert await platform.say(message_id, "在吗")
    assert len(inbox.messages) == 1


async def test_voice_can_be_fetched(platform: Simulated, inbox: Inbox) -> None:
    sound = make_amr(1.0)
    assert await platform.speak(new_id(), sound)
    [incoming] = inbox.messages.values()
    assert incoming.kind is Kind.VOICE
    assert incoming.voice is not None
    assert incoming.voice.format == "amr"
    media = await platform.channel.fetch_media(incoming.voice.media_ref)
    assert media.data == sound


async def test_unknown_media_is_a_platform_error(platform: Simulated) -> None:
    with pytest.raises(PlatformError):
        await platform.channel.fetch_media("nowhere")


async def test_text_is_shown(platform: Simulated) -> None:
    assert await platform.channel.send(Outgoing(to=platform.person, text="收到，正在听…"))
    assert await platform.shown() == ["收到，正在听…"]


async def test_card_is_shown_and_its_button_comes_back(platform: Simulated, inbox: Inbox) -> None:
    ref = await platform.channel.send(Outgoing(to=platform.person, card=DRAFT, key="visit:42"))
    [shown] = await platform.shown()
    for words in ("杭州康联", "太贵了", "决策人", "财务", "确认", "撤销"):
        assert words in shown
    assert await platform.press(new_id(), message_ref=ref, action="visit.confirm:42")
    [incoming] = inbox.messages.values()
    assert (incoming.kind, incoming.action) == (Kind.BUTTON, "visit.confirm:42")
    assert incoming.card_key == "visit:42"


async def test_update_replaces_the_message(platform: Simulated) -> None:
    ref = await platform.channel.send(Outgoing(to=platform.person, text="收到，正在听…", key="visit:42"))
    assert await platform.channel.update(ref, Outgoing(to=platform.person, card=DRAFT, key="visit:42"))
    [shown] = await platform.shown()
    assert "杭州康联" in shown
    assert "正在听" not in shown


async def test_stopping_twice_does_nothing(platform: Simulated) -> None:
    await platform.channel.stop()
    await platform.channel.stop()
