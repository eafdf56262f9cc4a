"""Baseline: a bare aiohttp server that does nothing with what it gets; PORT names its port."""

from __future__ import annotations

import os

from aiohttp import WSMsgType, web


async def answer(request: web.Request) -> web.Response:
    """Read the body and answer."""
    await request.read()
    return web.Response(text="ok")


async def echo(request: web.Request) -> web.WebSocketResponse:
    """Send every frame back."""
    socket = web.WebSocketResponse()
    await socket.prepare(request)
    async for frame in socket:
        if frame.type is WSMsgType.TEXT:
            await socket.send_str(frame.data)
    return socket


def main() -> None:
    """Serve until stopped."""
    app = web.Application()
    app.add_routes([web.get("/readyz", answer), web.post("/accept", answer), web.get("/echo", echo)])
    web.run_app(app, host="127.0.0.1", port=int(os.environ["PORT"]), print=None, access_log=None)


if __name__ == "__main__":
    main()
