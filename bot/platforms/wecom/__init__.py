"""The chat with a self-built application (自建应用) of WeCom, 企业微信."""

from __future__ import annotations

from bot.platforms.wecom.account import Account, WeComSettings, read_account
from bot.platforms.wecom.channel import WeComChannel
from bot.platforms.wecom.ports import WeComPorts


def open_channel(settings: WeComSettings, ports: WeComPorts) -> WeComChannel:
    """Open the channel for the application of the settings. Raises ConfigError for an unusable AES key."""
    return WeComChannel(read_account(settings), ports)


__all__ = ["Account", "WeComChannel", "WeComPorts", "open_channel"]
