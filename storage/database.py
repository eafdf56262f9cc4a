"""The database: one SQLite file with a single writer, or PostgreSQL; every transaction begins here."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url, text
from sqlalchemy.exc import ArgumentError, SQLAlchemyError
from sqlalchemy.pool import QueuePool, StaticPool

from bot.domain.errors import ConfigError
from bot.domain.messages import require_aware
from storage.ledger import Trail
from storage.lexicon import Cache, bump_company_version
from storage.unit_of_work import UnitOfWork

SQLITE_PRAGMAS = (
    # First, for the next one needs a lock that another process may hold.
    "PRAGMA busy_timeout=5000",
    "PRAGMA journal_mode=WAL",
    # FULL survives power loss; NORMAL would lose the last commits (https://sqlite.org/pragma.html).
    "PRAGMA synchronous=FULL",
    "PRAGMA foreign_keys=ON",
)
READERS = 4


class Database:
    """Open connections to one store. Use it from any thread; `close` it at the end.

    On SQLite one connection writes and a lock keeps its users in order; a few others only read. A database in
    memory has a single connection for both, so there a thread must not read outside its own open transaction.
    """

    def __init__(self, url: URL) -> None:
        self.url = url
        self.is_sqlite = url.get_backend_name() == "sqlite"
        self.in_memory = self.is_sqlite and url.database in (None, "", ":memory:")
        self._lexicons: Cache = {}
        self._turn = threading.Lock()
        self._holder: int | None = None
        self._writer = _open_engine(url, self)
        self._reader = self._writer
        if self.is_sqlite and not self.in_memory:
            self._reader = _open_engine(url, self, read_only=True)

    def close(self) -> None:
        """Give every connection back."""
        self._writer.dispose()
        self._reader.dispose()

    @contextmanager
    def unit_of_work(self, message_id: str, now: datetime) -> Iterator[UnitOfWork]:
        """One transaction over all nouns for the message `message_id`; an error rolls everything back."""
        require_aware(now, "now")
        with self.begin() as connection:
            trail = Trail(connection=connection, message_id=message_id, now=now)
            yield UnitOfWork(trail, lexicons=self._lexicons)
            if trail.names_changed:
                # Last of all: on PostgreSQL the row stays reserved to the commit, and others would wait.
                bump_company_version(connection)

    @contextmanager
    def begin(self) -> Iterator[Connection]:
        """A transaction that may write: committed at the end, rolled back on an error."""
        with self._sqlite_turn(), self._writer.begin() as connection:
            yield connection

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A transaction that only reads."""
        if self.in_memory:
            with self.begin() as connection:
                yield connection
        else:
            with self._reader.begin() as connection:
                yield connection

    @contextmanager
    def raw(self) -> Iterator[Connection]:
        """A connection without a transaction, for migrations, which begin their own."""
        with self._sqlite_turn(), self._writer.connect() as connection:
            yield connection

    def check(self) -> None:
        """Ask the database for one row; raises ConfigError, saying which database does not answer."""
        try:
            with self.read() as connection:
                connection.execute(text("SELECT 1"))
        except SQLAlchemyError as error:
            raise ConfigError(f"database {self.url.render_as_string()} does not answer") from error

    @contextmanager
    def _sqlite_turn(self) -> Iterator[None]:
        if not self.is_sqlite:
            yield
            return
        if self._holder == threading.get_ident():
            raise RuntimeError("this thread has a transaction open already")
        with self._turn:
            self._holder = threading.get_ident()
            try:
                yield
            finally:
                self._holder = None


def open_database(url: str) -> Database:
    """Open `sqlite:///var/genjin.db` (its folder is made), `sqlite://` in memory, or `postgresql://…`.

    Raises ConfigError for any other address. Nothing is migrated.
    """
    try:
        parsed = make_url(url)
    except ArgumentError as error:
        raise ConfigError("the database address is not a URL such as sqlite:///var/genjin.db") from error
    backend = parsed.get_backend_name()
    if backend == "sqlite":
        if parsed.database not in (None, "", ":memory:"):
            Path(str(parsed.database)).parent.mkdir(parents=True, exist_ok=True)
        return Database(parsed.set(drivername="sqlite+pysqlite"))
    if backend in ("postgresql", "postgres"):
        return Database(parsed.set(drivername="postgresql+psycopg"))
    raise ConfigError(f"no such kind of database: {backend}; use sqlite or postgresql")


def _open_engine(url: URL, database: Database, *, read_only: bool = False) -> Engine:
    if not database.is_sqlite:
        return create_engine(url, pool_size=8, max_overflow=8, pool_pre_ping=True, hide_parameters=True)
    # Parameters are what people said: an error must not quote them.
    options: dict[str, Any] = {"connect_args": {"check_same_thread": False}, "hide_parameters": True}
    if database.in_memory:
        options["poolclass"] = StaticPool
    else:
        options |= {"poolclass": QueuePool, "pool_size": READERS if read_only else 1, "max_overflow": 0}
    engine = create_engine(url, **options)

    def prepare(connection: Any, _: object) -> None:
        # The driver's own BEGIN is late and deferred: a read-then-write would fail at once with "database is
        # locked", and busy_timeout does not help there.
        connection.isolation_level = None
        for pragma in SQLITE_PRAGMAS:
            connection.execute(pragma)
        if read_only:
            connection.execute("PRAGMA query_only=ON")

    def begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN" if read_only else "BEGIN IMMEDIATE")

    event.listen(engine, "connect", prepare)
    event.listen(engine, "begin", begin)
    return engine
