"""The group robot: what reaches the group, and twenty a minute at most."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.domain.errors import ConfigError, PlatformError
from bot.platforms.limits import LimitReached
from bot.platforms.wecom import open_channel
from tests.bot.platforms.wecom.simulated import WeCom


async def test_digest_reaches_the_group_with_its_mentions(wecom: WeCom) -> None:
    await wecom.channel.robot.push_text("今天 12 次拜访", mentioned=["wangq"])
    await wecom.channel.robot.push_markdown("**今日拜访** 12 <@wangq>")
    assert [body["msgtype"] for body in wecom.server.books.group] == ["text", "markdown"]
    assert wecom.server.books.group[0]["text"] == {"content": "今天 12 次拜访", "mentioned_list": ["wangq"]}


async def test_long_digest_comes_in_parts_and_rings_once(wecom: WeCom) -> None:
    await wecom.channel.robot.push_text("一句话。" * 400, mentioned=["wangq"])
    parts = [body["text"] for body in wecom.server.books.group]
    assert "".join(part["content"] for part in parts) == "一句话。" * 400
    assert ["mentioned_list" in part for part in parts] == [True, False, False]


async def test_twenty_a_minute_and_no_more(wecom: WeCom) -> None:
    for _ in range(20):
        await wecom.channel.robot.push_text("在")
    with pytest.raises(LimitReached):
        await wecom.channel.robot.push_text("在")
    assert len(wecom.server.books.group) == 20
    wecom.ports.clock.move(seconds=62)
    await wecom.channel.robot.push_text("在")
    assert len(wecom.server.books.group) == 21


async def test_removed_robot_is_given_up(wecom: WeCom) -> None:
    wecom.server.script.next_error("webhook/send", 93000)
    with pytest.raises(PlatformError) as caught:
        await wecom.channel.robot.push_text("在")
    assert (caught.value.code, caught.value.permanent) == (93000, True)


async def test_robot_without_a_key_says_which_setting_is_missing(wecom: WeCom) -> None:
    settings = replace(wecom.server.settings(), wecom_group_webhook_key="")
    robot = open_channel(settings, wecom.ports.as_wecom()).robot
    assert not robot.is_set
    with pytest.raises(ConfigError, match="WECOM_GROUP_WEBHOOK_KEY"):
        await robot.push_text("在")
