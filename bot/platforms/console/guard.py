"""Keeps the console to this machine: only loopback hosts and the page itself may speak to it.

A page of another site can reach a loopback port by DNS rebinding or by a cross-site websocket; the Host and
Origin headers give both away.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Awaitable, Callable
from urllib.parse import urlsplit

from aiohttp import web

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "microphone=(self), camera=(), geolocation=()",
    "X-Frame-Options": "DENY",
}
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; media-src 'self' blob:; "
    "connect-src 'self' ws://{host}; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)


def is_loopback(host: str) -> bool:
    """Whether a Host header, with or without a port, names this machine by its loopback address."""
    try:
        name = urlsplit(f"//{host}").hostname or ""
        return name == "localhost" or ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False


def is_own_page(request: web.Request) -> bool:
    """Whether a request is addressed to loopback and comes from the page itself or from no page at all."""
    host = request.headers.get("Host", "")
    if not is_loopback(host):
        return False
    origin = request.headers.get("Origin")
    return origin is None or origin in (f"http://{host}", f"https://{host}")


def guard(handler: Handler) -> Handler:
    """Wrap a handler: refuse strangers with 403, and put the security headers on every answer."""

    async def guarded(request: web.Request) -> web.StreamResponse:
        if not is_own_page(request):
            return web.Response(
                status=403, text="The console answers only to its own page on this machine.\n"
            )
        response = await handler(request)
        if not response.prepared:
            response.headers.update(_HEADERS)
            response.headers["Content-Security-Policy"] = _POLICY.format(host=request.headers["Host"])
        return response

    return guarded
