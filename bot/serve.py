"""Runs the program in one process until it is told to stop."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress

import structlog
from aiohttp import web

from bot.app import Parts, running
from bot.domain.errors import ConfigError
from bot.web import build_web

log = structlog.get_logger()

STOP_SECONDS = 5.0


@asynccontextmanager
async def serving(parts: Parts) -> AsyncIterator[str]:
    """The program at work behind its web server; yields the server's address."""
    async with running(parts):
        runner = web.AppRunner(build_web(parts), access_log=None, shutdown_timeout=STOP_SECONDS)
        await runner.setup()
        site = web.TCPSite(runner, parts.settings.host, parts.settings.port)
        try:
            await site.start()
        except OSError as error:
            await runner.cleanup()
            host, port = parts.settings.host, parts.settings.port
            raise ConfigError(f"port {port} of {host} is taken; set PORT to another one") from error
        try:
            host, port = runner.addresses[0][:2]
            yield f"http://{host}:{port}"
        finally:
            await runner.cleanup()


async def serve_until_stopped(parts: Parts, *, announce: Callable[[str], None]) -> None:
    """Serve until SIGINT or SIGTERM; `announce` gets the address once it answers."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        with suppress(NotImplementedError):
            loop.add_signal_handler(number, stop.set)
    async with serving(parts) as address:
        announce(address)
        warming = asyncio.create_task(_warm_up(parts))
        await stop.wait()
        warming.cancel()
        log.info("stopping")


async def _warm_up(parts: Parts) -> None:
    """Load the speech model while people already type."""
    try:
        await parts.listener.ready()
    except ConfigError as error:
        log.warning("speech is not ready", reason=str(error))
    else:
        log.info("speech is ready")
