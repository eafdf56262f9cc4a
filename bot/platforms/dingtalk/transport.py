"""One HTTP exchange with the platform; every way in which it can fail is a PlatformError without a secret."""

from __future__ import annotations

import asyncio
import ipaddress
import json
import socket
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urljoin, urlsplit

from aiohttp import (
    ClientConnectorError,
    ClientError,
    ClientResponse,
    ClientSession,
    ClientTimeout,
    FormData,
)

from bot.domain.errors import PlatformError

TIMEOUT = ClientTimeout(total=15, sock_connect=5)
MEDIA_TIMEOUT = ClientTimeout(total=90, sock_connect=5, sock_read=20)
MAX_ANSWER_BYTES = 4 * 1024 * 1024
MAX_FILE_BYTES = 50 * 1024 * 1024
"""Ours: a voice note of five minutes or a long PDF is far below."""
MAX_REDIRECTS = 3
NOT_SENT = "network"
UNKNOWN_END = "unknown"
"""The request left, and nobody knows what became of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What came back."""

    status: int
    body: bytes

    def answer(self) -> Mapping[str, Any] | None:
        """The JSON object; None for anything else, such as the page of a gateway that blocks us."""
        try:
            answer = json.loads(self.body)
        except ValueError:
            return None
        return answer if isinstance(answer, dict) else None


class Transport:
    """Connections to the platform. `trusted_host` may have any address, as a platform in a test has."""

    def __init__(self, *, trusted_host: str = "") -> None:
        self._trusted_host = trusted_host
        self._session: ClientSession | None = None

    async def exchange(
        self,
        method: str,
        url: str,
        *,
        params: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        body: Mapping[str, Any] | None = None,
        form: Callable[[], FormData] | None = None,
    ) -> Reply:
        """Ask once, whatever the status. Raises PlatformError with the code `network` where nothing was sent,
        `unknown` where nobody knows.
        """
        # Without `Accept` the gateway may answer in XML (contract 2.1).
        sent = {"Accept": "application/json", **(headers or {})}
        raw = json.dumps(body, ensure_ascii=False).encode() if body is not None else None
        if raw is not None:
            sent["Content-Type"] = "application/json"
        try:
            async with self.session().request(
                method,
                url,
                params=params,
                data=form() if form else raw,
                headers=sent,
                timeout=MEDIA_TIMEOUT if form else TIMEOUT,
                allow_redirects=False,
            ) as response:
                return Reply(status=response.status, body=await _read(response, MAX_ANSWER_BYTES))
        except (ClientError, TimeoutError, OSError) as error:
            raise _to_error(url, error) from None

    async def download(self, url: str) -> bytes:
        """Get a file from wherever the platform keeps it, but never from inside our own network."""
        for _ in range(MAX_REDIRECTS + 1):
            await self._require_public(url)
            try:
                async with self.session().get(url, timeout=MEDIA_TIMEOUT, allow_redirects=False) as response:
                    if response.status in (301, 302, 303, 307, 308):
                        url = urljoin(url, response.headers.get("Location", ""))
                        continue
                    if response.status != 200:
                        gone = response.status in (403, 404, 410)
                        raise PlatformError("file host", code=response.status, permanent=gone)
                    return await _read(response, MAX_FILE_BYTES)
            except (ClientError, TimeoutError, OSError) as error:
                raise _to_error(url, error) from None
        raise PlatformError("file host: redirected too often", code="redirects", permanent=True)

    def session(self) -> ClientSession:
        """The open session; for the websocket too."""
        if self._session is None:
            self._session = ClientSession()
        return self._session

    async def close(self) -> None:
        """Close all connections; the next exchange opens new ones."""
        session, self._session = self._session, None
        if session:
            await session.close()

    async def _require_public(self, url: str) -> None:
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise PlatformError("file host: no web address", code="bad_url", permanent=True)
        if parts.hostname == self._trusted_host:
            return
        try:
            found = await asyncio.get_running_loop().getaddrinfo(
                parts.hostname, None, type=socket.SOCK_STREAM
            )
        except OSError as error:
            raise _to_error(url, error) from None
        if not all(ipaddress.ip_address(entry[4][0]).is_global for entry in found):
            raise PlatformError("file host: an address of our own network", code="bad_url", permanent=True)


def _to_error(url: str, error: Exception) -> PlatformError:
    # Not chained: the library's errors tell the URL, and with it the token.
    code = NOT_SENT if isinstance(error, ClientConnectorError) else UNKNOWN_END
    return PlatformError(f"{urlsplit(url).path}: {type(error).__name__}", code=code)


async def _read(response: ClientResponse, limit: int) -> bytes:
    body = bytearray()
    async for chunk in response.content.iter_chunked(64 * 1024):
        body += chunk
        if len(body) > limit:
            raise PlatformError(f"more than {limit} bytes", code="too_large", permanent=True)
    return bytes(body)
