"""`genjin dry-run` on a company's file: figures of the past, and not a byte written."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from bot.__main__ import build_cli
from bot.domain.errors import ConfigError
from config.playbook import DEFAULT_PLAYBOOK
from handlers.context import Deps
from storage.database import Database, open_database
from tests.handlers.office import Office, copy_of

UNTIL = ("--until", "2026-11-24")


@pytest.fixture
def past(founded: Database, deps: Deps, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A company's file with one note that asked for a check and a promise."""
    file = tmp_path / "genjin.db"
    with copy_of(founded, f"sqlite:///{file}") as database:
        office = Office(database=database, deps=deps)
        office.tap("liming", office.say("liming", "刚拜访完杭州康联，张总有意向，让我周五前发报价"), "确认")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{file}")
    return file


def run(*arguments: str) -> Result:
    return CliRunner().invoke(build_cli(), ["dry-run", *arguments], catch_exceptions=False)


def test_it_tells_who_would_have_heard_what(past: Path) -> None:
    with closing(open_database(f"sqlite:///{past}")) as database, database.read() as connection:
        before = connection.exec_driver_sql("SELECT count(*), max(id) FROM changes").one()
    shown = run("--days", "14", *UNTIL)
    assert shown.exit_code == 0
    assert "2026-11-10 to 2026-11-24: 22 messages to 3 people." in shown.output
    assert "李明" in shown.output
    assert "首次需求澄清 · 杭州康联" in shown.output
    assert "Nothing was sent and nothing was changed." in shown.output
    with closing(open_database(f"sqlite:///{past}")) as database, database.read() as connection:
        assert connection.exec_driver_sql("SELECT count(*), max(id) FROM changes").one() == before


def test_another_playbook_is_held_against_the_present_one(past: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.toml"
    rules = DEFAULT_PLAYBOOK.read_text(encoding="utf-8")
    other.write_text(rules.replace('signals = ["intent"]', "signals = []"), encoding="utf-8")
    shown = run("--playbook", str(other), *UNTIL)
    assert ": 21 messages to 3 people." in shown.output
    assert "The present rules: 22 messages to 3 people." in shown.output


def test_one_node_or_one_team(past: Path) -> None:
    assert ": 2 messages to 2 people." in run("--node", "首次需求澄清", *UNTIL).output
    assert ": 10 messages to 1 people." in run("--team", "华南", *UNTIL).output
    with pytest.raises(ConfigError, match="there are need_clarified"):
        run("--node", "没有")


def test_an_old_database_is_not_touched(past: Path) -> None:
    with closing(open_database(f"sqlite:///{past}")) as database, database.begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = 'first_tables'")
    with pytest.raises(ConfigError, match="genjin migrate"):
        run()
