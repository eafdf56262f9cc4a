"""The one process as the operating system sees it: started, asked whether it is ready, killed."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path

from aiohttp import ClientError, ClientSession, ClientTimeout

ROOT = Path(__file__).parents[2]
START_SECONDS = 120
POLL_SECONDS = 0.02
POLL_TIMEOUT = ClientTimeout(total=2)


def free_port() -> int:
    """A port of this machine that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


async def every(seconds: float) -> AsyncIterator[None]:
    """Come back at once and then every so often."""
    while True:
        yield
        await asyncio.sleep(seconds)


@dataclass(slots=True, kw_only=True)
class Process:
    """A program that serves on `port`; it may be killed and started any number of times."""

    module: str
    arguments: tuple[str, ...] = ()
    port: int
    settings: dict[str, str]
    log: Path
    _running: subprocess.Popen[bytes] | None = field(default=None)

    @property
    def address(self) -> str:
        """Where it serves."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def pid(self) -> int:
        """The number of the running process."""
        assert self._running is not None
        return self._running.pid

    async def start(self) -> float:
        """Start it and wait until it says that it is ready; returns the seconds. RuntimeError if it ends."""
        began = time.perf_counter()
        await asyncio.to_thread(self._launch)
        async with (
            asyncio.timeout(START_SECONDS),
            ClientSession(self.address, timeout=POLL_TIMEOUT) as session,
        ):
            async for _ in every(POLL_SECONDS):
                if await self._is_ready(session):
                    break
        return time.perf_counter() - began

    def _launch(self) -> None:
        environment = {**os.environ, **self.settings, "PORT": str(self.port)}
        with self.log.open("ab") as log:
            self._running = subprocess.Popen(
                [sys.executable, "-m", self.module, *self.arguments],
                cwd=ROOT,
                env=environment,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def kill(self) -> None:
        """SIGKILL: no handler runs, nothing is flushed, nothing is given back."""
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        """SIGTERM, as an operator stops it."""
        self._end(signal.SIGTERM)

    def _end(self, number: signal.Signals) -> None:
        if self._running is not None:
            self._running.send_signal(number)
            self._running.wait(30)
            self._running = None

    async def _is_ready(self, session: ClientSession) -> bool:
        assert self._running is not None
        if self._running.poll() is not None:
            raise RuntimeError(f"{self.module} ended: {self.log.read_text(errors='replace')[-1500:]}")
        try:
            async with session.get("/readyz") as response:
                return response.status == 200
        except (ClientError, OSError, TimeoutError):
            return False
