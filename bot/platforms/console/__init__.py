"""The chat in the browser: a page on the loopback address that speaks to the bot as a phone would."""

from __future__ import annotations

from bot.platforms.console.channel import ConsoleChannel
from bot.platforms.console.ports import ConsolePorts


def open_channel(settings: object, ports: ConsolePorts) -> ConsoleChannel:
    """Open the console on its ports; it has no settings of its own."""
    return ConsoleChannel(ports)


__all__ = ["ConsoleChannel", "ConsolePorts", "open_channel"]
