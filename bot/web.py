"""The HTTP side: the platforms' routes, and how the program feels."""

from __future__ import annotations

import asyncio

from aiohttp import web

from bot.app import Parts
from bot.domain.errors import ConfigError

UPLOAD_BYTES = 21 * 1024 * 1024
"""A little over the 20 MiB that a file may have; each platform keeps its own limit inside it."""


def build_web(parts: Parts) -> web.Application:
    """The web application of a program that is running or about to."""
    app = web.Application(client_max_size=UPLOAD_BYTES)

    async def tell_alive(_request: web.Request) -> web.Response:
        return web.json_response({"status": "ok"})

    async def tell_ready(_request: web.Request) -> web.Response:
        try:
            await asyncio.to_thread(parts.database.check)
        except ConfigError:
            return web.json_response({"status": "database"}, status=503)
        return web.json_response({"status": "ok"})

    async def tell_metrics(_request: web.Request) -> web.Response:
        return web.Response(body=parts.metrics.text(), content_type="text/plain", charset="utf-8")

    app.add_routes(
        [
            web.get("/healthz", tell_alive),
            web.get("/readyz", tell_ready),
            web.get("/metrics", tell_metrics),
        ]
    )
    for channel in parts.channels.values():
        app.add_routes(channel.routes())
    return app
