"""The demo: weights, a migrated SQLite file, a demo company and a clock that can be moved."""

from __future__ import annotations

from pathlib import Path

from bot.clock import SystemClock
from bot.domain.people import Role
from config.settings import Settings
from storage.company_import import import_company
from storage.database import Database, open_database
from storage.migrations import pending, upgrade

DEMO_COMPANY = Path(__file__).parent.parent / "config" / "demo" / "company.toml"


def open_demo_database(settings: Settings) -> Database:
    """The demo's database, migrated, with the demo company in it; what people did there stays."""
    settings.var_dir.mkdir(parents=True, exist_ok=True)
    database = open_database(settings.database())
    if pending(database):
        upgrade(database)
    now = SystemClock().now()
    with database.unit_of_work("demo", now) as uow:
        is_new = not uow.members.of_role(Role.REP)
    if is_new:
        import_company(database, DEMO_COMPANY, now)
    return database
