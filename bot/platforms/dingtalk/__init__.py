"""The chat with an internal application's robot (企业内部应用机器人) of DingTalk, 钉钉."""

from __future__ import annotations

from bot.platforms.dingtalk.account import Account, DingTalkSettings, read_account
from bot.platforms.dingtalk.channel import DingTalkChannel
from bot.platforms.dingtalk.ports import DingTalkPorts


def open_channel(settings: DingTalkSettings, ports: DingTalkPorts) -> DingTalkChannel:
    """Open the channel for the application of the settings."""
    return DingTalkChannel(read_account(settings), ports)


__all__ = ["Account", "DingTalkChannel", "DingTalkPorts", "open_channel"]
