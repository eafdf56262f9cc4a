"""One HTTP exchange with the platform; every way in which it can fail is a PlatformError without the URL."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from email.message import Message
from typing import Any

from aiohttp import ClientError, ClientResponse, ClientSession, ClientTimeout, FormData

from bot.domain.errors import PlatformError, RateLimited

TIMEOUT = ClientTimeout(total=15, sock_connect=5)
MEDIA_TIMEOUT = ClientTimeout(total=90, sock_connect=5, sock_read=20)
MAX_BYTES = 20 * 1024 * 1024
"""A body beyond this has to be asked for in ranges [D90254]; no voice note or picture comes near it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What came back."""

    body: bytes
    content_type: str
    file_name: str

    def answer(self) -> Mapping[str, Any] | None:
        """The JSON object, where it is one with an `errcode` or an answer in JSON; None for a file's bytes.

        Errors of media/get come with status 200 and sometimes as text/plain, so the body decides too.
        """
        if self.content_type not in ("application/json", "text/plain") and not self.body.startswith(
            b'{"errcode"'
        ):
            return None
        try:
            answer = json.loads(self.body)
        except ValueError:
            return None
        return answer if isinstance(answer, dict) else None


class Transport:
    """Connections to one host."""

    def __init__(self, base: str) -> None:
        self._base = base
        self._session: ClientSession | None = None

    async def exchange(
        self,
        method: str,
        path: str,
        *,
        params: Mapping[str, str],
        body: Mapping[str, Any] | None = None,
        form: Callable[[], FormData] | None = None,
        is_media: bool = False,
    ) -> Reply:
        """Ask once. Raises PlatformError with the code `network`, `too_large` or the HTTP status.

        JSON leaves as plain UTF-8: code 40033 forbids escapes [D90313].
        """
        raw = (
            json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode() if body is not None else None
        )
        try:
            async with self._open_session().request(
                method,
                f"{self._base}{path}",
                params=params,
                data=form() if form else raw,
                headers={"Content-Type": "application/json"} if raw is not None else None,
                timeout=MEDIA_TIMEOUT if is_media else TIMEOUT,
                allow_redirects=False,
            ) as response:
                return await _read(path, response)
        except (ClientError, TimeoutError, OSError) as error:
            # Not chained: the library's errors tell the URL, and with it token and secret.
            raise PlatformError(f"{path}: {type(error).__name__}", code="network") from None

    async def close(self) -> None:
        """Close all connections; the next exchange opens new ones."""
        session, self._session = self._session, None
        if session:
            await session.close()

    def _open_session(self) -> ClientSession:
        if self._session is None:
            self._session = ClientSession()
        return self._session


async def _read(path: str, response: ClientResponse) -> Reply:
    if response.status == 429:
        raise RateLimited(f"{path}: HTTP 429", code=429)
    if response.status not in (200, 206):
        raise PlatformError(f"{path}: HTTP {response.status}", code=response.status)
    body = bytearray()
    async for chunk in response.content.iter_chunked(64 * 1024):
        body += chunk
        if len(body) > MAX_BYTES:
            raise PlatformError(f"{path}: more than {MAX_BYTES} bytes", code="too_large", permanent=True)
    return Reply(
        body=bytes(body),
        content_type=response.content_type,
        file_name=_read_file_name(response.headers.get("Content-Disposition", "")),
    )


def _read_file_name(disposition: str) -> str:
    """The name in a Content-Disposition; a path in it is cut off."""
    if not disposition:
        return ""
    header = Message()
    # Raw UTF-8 arrives decoded, other bytes as lone surrogates, which no file system takes.
    header["Content-Disposition"] = disposition.encode("utf-8", "replace").decode()
    return (header.get_filename() or "").replace("\\", "/").rpartition("/")[2]
