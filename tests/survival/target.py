"""The process that is killed: the whole program on the environment's settings, its clock movable."""

from __future__ import annotations

import asyncio
from contextlib import closing

from bot.app import open_movable_clock, open_parts
from bot.logs import set_up_logs
from bot.serve import serve_until_stopped
from config.settings import Settings
from storage.database import open_database


def main() -> None:
    """Serve until killed; the database is migrated and has its company already."""
    settings = Settings()
    set_up_logs(level=settings.log_level, as_json=True)
    with closing(open_database(settings.database())) as database:
        parts = open_parts(settings, database, open_movable_clock(database))
        asyncio.run(serve_until_stopped(parts, announce=lambda _address: None))


if __name__ == "__main__":
    main()
