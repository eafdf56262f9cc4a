"""The command line: what each command prints, and that every mistake is one clear sentence."""

from __future__ import annotations

import csv
import io
import json
import os
import socket
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest
from openpyxl import load_workbook

from bot.__main__ import main
from bot.demo import DEMO_COMPANY
from bot.domain.errors import ConfigError
from config.settings import Settings
from handlers.context import Deps
from storage.database import open_database
from tests.handlers.office import NOTE, Office, words

NOTE_LINE = {
    "id": "n1",
    "now": "2026-11-19T15:00:00+08:00",
    "text": NOTE,
    "lexicon": {"customers": [["杭州康联医疗科技有限公司", "杭州康联", "康联"]]},
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """How a command ended and what it printed."""

    code: int
    out: str
    err: str

    def lines(self) -> list[dict[str, object]]:
        return [json.loads(line) for line in self.out.splitlines()]


Genjin = Callable[..., Outcome]


@pytest.fixture
def genjin(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Genjin:
    """Run one command in an installation of its own, in this process."""
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
    monkeypatch.chdir(tmp_path)

    def run(*arguments: object, **environment: object) -> Outcome:
        with monkeypatch.context() as patch:
            patch.setattr(sys, "argv", ["genjin", *map(str, arguments)])
            for name, value in environment.items():
                patch.setenv(name, str(value))
            try:
                main()
                code = 0
            except SystemExit as stop:
                code = int(stop.code or 0)
        printed = capsys.readouterr()
        return Outcome(code=code, out=printed.out, err=printed.err)

    return run


def complaint(outcome: Outcome) -> str:
    """The one sentence of a command that failed."""
    assert outcome.code == 1
    assert outcome.out == ""
    (sentence,) = outcome.err.splitlines()
    assert sentence.startswith("genjin: ")
    assert "Traceback" not in sentence
    return sentence


def write_lines(path: Path, *lines: object) -> Path:
    written = [line if isinstance(line, str) else json.dumps(line) for line in lines]
    path.write_text("".join(f"{line}\n" for line in written), encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ((), ("demo", "serve", "check", "migrate", "understand", "dates", "weights", "export", "import")),
        (("weights",), ("get", "verify", "where")),
        (("export",), ("visits", "company")),
        (("migrate",), ("--down", "--to")),
        (("demo",), ("--script",)),
        (("understand",), ("--jsonl",)),
    ],
)
def test_help_names_what_there_is(genjin: Genjin, arguments: tuple[str, ...], told: tuple[str, ...]) -> None:
    outcome = genjin(*arguments, "--help", COLUMNS=200, NO_COLOR=1)
    assert outcome.code == 0
    for word in told:
        assert word in outcome.out


def test_a_note_is_shown_with_its_values_words_and_rules(genjin: Genjin) -> None:
    outcome = genjin("understand", NOTE)
    assert outcome.code == 0
    assert NOTE in outcome.out
    assert "intent: report" in outcome.out
    assert "send_quote 2" in outcome.out
    assert "decision_maker" in outcome.out


@pytest.mark.parametrize("text", ["[/b]刚拜访完[red]杭州康联[/]，张总让我发报价", "", "😀", "x" * 3000])
def test_any_text_is_understood_without_a_crash(genjin: Genjin, text: str) -> None:
    assert genjin("understand", text).code == 0


def test_a_companys_own_names_are_understood(genjin: Genjin) -> None:
    assert genjin("import", "company", DEMO_COMPANY).code == 0
    assert "杭州康联医疗科技有限公司" in genjin("understand", NOTE).out


def test_notes_of_a_file_become_drafts_line_by_line(genjin: Genjin, tmp_path: Path) -> None:
    notes = write_lines(tmp_path / "n.jsonl", NOTE_LINE, "", NOTE_LINE | {"id": "n2", "text": "👍"})
    first, second = genjin("understand", "--jsonl", notes).lines()
    assert first["id"] == "n1"
    assert first["draft"] == {
        "customer": "杭州康联医疗科技有限公司",
        "contacts": ["张总"],
        "decision_makers": ["财务"],
        "actions": [{"kind": "send_quote", "text": "发三份报价", "due": "2026-11-29"}],
        "competitors": [],
        "signals": ["budget", "intent"],
        "amounts": [],
    }
    assert second["id"] == "n2"
    assert second["draft"]["customer"] is None  # type: ignore[index]


def test_dates_of_a_file_come_one_line_each_with_their_input_line(genjin: Genjin, tmp_path: Path) -> None:
    now = "2026-11-19T15:00:00+08:00"
    file = write_lines(
        tmp_path / "d.jsonl",
        {"now": now, "text": "下周三"},
        {"now": now, "text": "没有"},
        {"now": now, "text": "明天开会，月底签", "id": "x"},
    )
    assert genjin("dates", "--jsonl", file).lines() == [
        {
            "text": "下周三",
            "start": "2026-11-25",
            "end": "2026-11-25",
            "grain": "day",
            "bound": "on",
            "line": 1,
        },
        {"text": "明天", "start": "2026-11-20", "end": "2026-11-20", "grain": "day", "bound": "on"}
        | {"line": 3, "id": "x"},
        {"text": "月底", "start": "2026-11-30", "end": "2026-11-30", "grain": "day", "bound": "on"}
        | {"line": 3, "id": "x"},
    ]


@pytest.mark.parametrize("command", ["understand", "dates"])
@pytest.mark.parametrize(
    ("line", "told"), [("{broken", "line 2 is not JSON"), ("[1]", "line 2 is not a JSON object")]
)
def test_a_broken_line_is_named(genjin: Genjin, tmp_path: Path, command: str, line: str, told: str) -> None:
    file = write_lines(tmp_path / "n.jsonl", NOTE_LINE, line)
    outcome = genjin(command, "--jsonl", file)
    assert outcome.code == 1
    assert outcome.lines()  # what was read before stands
    (sentence,) = outcome.err.splitlines()
    assert told in sentence


@pytest.mark.parametrize("command", ["understand", "dates"])
@pytest.mark.parametrize(
    "line",
    [
        {"id": "1", "text": "下周三"},
        {"id": "1", "now": "2026-11-19T15:00:00+08:00"},
        {"id": "1", "now": "today", "text": "下周三"},
    ],
)
def test_a_line_that_lacks_something_is_one_sentence(
    genjin: Genjin, tmp_path: Path, command: str, line: dict[str, str]
) -> None:
    complaint(genjin(command, "--jsonl", write_lines(tmp_path / "n.jsonl", line)))


@pytest.mark.parametrize(
    ("arguments", "environment", "told"),
    [
        (("understand",), {}, "give either a note or --jsonl FILE"),
        (("understand", "甲", "--jsonl", "x"), {}, "give either a note or --jsonl FILE"),
        (("understand", "--jsonl", "nowhere.jsonl"), {}, "nowhere.jsonl"),
        (("understand", "甲"), {"PORT": "many"}, "setting PORT"),
        (("check",), {"PLAYBOOK": "mine.toml"}, "mine.toml: there is no such file"),
        (("check",), {}, "run: genjin migrate"),
        (("check",), {"DATABASE_URL": "mysql://x/y"}, "no such kind of database: mysql"),
        (("check",), {"DATABASE_URL": "nonsense"}, "not a URL"),
        (("migrate", "--down"), {}, "name the revision to go back to"),
        (("weights", "where"), {}, "run: genjin weights get"),
        (("weights", "verify"), {}, "run: genjin weights get"),
        (("import", "company", "nowhere.toml"), {}, "there is no nowhere.toml"),
        (("export", "visits", "--since", "2026-11-01", "--format", "xlsx"), {}, "--to FILE.xlsx"),
        (("dates", "--jsonl", "nowhere"), {"HOLIDAYS": "nowhere.toml"}, "nowhere.toml"),
    ],
)
def test_a_mistake_is_one_sentence(
    genjin: Genjin, arguments: tuple[str, ...], environment: dict[str, str], told: str
) -> None:
    assert told in complaint(genjin(*arguments, **environment))


def test_a_sentence_is_printed_as_it_is_brackets_and_all(genjin: Genjin, tmp_path: Path) -> None:
    (tmp_path / "days.toml").write_text("[soon]\nholidays = []\n", encoding="utf-8")
    assert "[soon]: not a year" in complaint(genjin("understand", "甲", HOLIDAYS="days.toml"))


def test_with_debug_the_trace_is_shown(genjin: Genjin) -> None:
    with pytest.raises(ConfigError, match="give either"):
        genjin("--debug", "understand")


def test_an_unknown_command_is_refused(genjin: Genjin) -> None:
    assert genjin("fly").code == 2


def test_the_database_goes_up_and_down(genjin: Genjin) -> None:
    assert "is at revision" in genjin("migrate").out
    assert "is at revision none" in genjin("migrate", "--down", "--to", "base").out
    again = genjin("migrate")
    assert again.code == 0
    assert "none" not in again.out


def test_check_lists_each_part_and_fails_where_one_does(genjin: Genjin) -> None:
    genjin("migrate")
    outcome = genjin("check")
    assert outcome.code == 1
    assert "✓ 数据库" in " ".join(outcome.out.split())
    assert "✗ 管理员" in " ".join(outcome.out.split())
    assert "/管理员 一次性码" in outcome.out


def test_a_company_goes_out_and_comes_in_again(genjin: Genjin, tmp_path: Path) -> None:
    imported = genjin("import", "company", DEMO_COMPANY)
    assert imported.code == 0
    assert imported.err.startswith("Imported: ")
    first, second = tmp_path / "first", tmp_path / "second"
    assert genjin("export", "company", first).code == 0
    elsewhere = {"VAR_DIR": tmp_path / "elsewhere"}
    assert genjin("import", "company", first, **elsewhere).code == 0
    assert genjin("export", "company", second, **elsewhere).code == 0
    for file in first.iterdir():
        assert (second / file.name).read_text(encoding="utf-8") == file.read_text(encoding="utf-8")
    assert "杭州康联医疗科技有限公司" in (first / "company.toml").read_text(encoding="utf-8")


@pytest.fixture
def visits(genjin: Genjin, tmp_path: Path, deps: Deps) -> Path:
    """An installation with a saved record whose topic a spreadsheet would run as a formula, and a draft."""
    genjin("import", "company", DEMO_COMPANY)
    with closing(open_database(f"sqlite:///{tmp_path / 'var' / 'genjin.db'}")) as database:
        office = Office(database=database, deps=deps)
        office.tap("liming", office.say("liming", NOTE), "修改")
        office.press("liming", "visit.field:1001/topic")
        office.say("liming", "=HYPERLINK(1)")
        record = office.records()[0]
        office.press("liming", f"visit.set:{record.id}/decision_maker=@财务")
        assert "已保存" in words(office.press("liming", f"visit.confirm:{record.id}"))
        office.wait(minutes=30)
        office.say("liming", "刚拜访完宁波德力，孙总让我周五前发方案")
    return tmp_path


SINCE = ("--since", "2026-11-01")


def test_records_leave_as_json_lines(genjin: Genjin, visits: Path) -> None:
    outcome = genjin("export", "visits", *SINCE, "--format", "jsonl")
    (row,) = outcome.lines()  # the draft is not among them
    assert (row["number"], row["rep"], row["happened_on"]) == ("V1001", "李明", "2026-11-19")
    assert row["contacts"] == ["张总"]
    assert "1 records." in outcome.err


def test_a_table_runs_nothing(genjin: Genjin, visits: Path) -> None:
    genjin("export", "visits", *SINCE, "--to", "v.csv")
    data = (visits / "v.csv").read_bytes()
    assert data.startswith(b"\xef\xbb\xbf")  # so that spreadsheets read the Chinese
    (row,) = csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline=""))
    assert row["decision_makers"] == "'@财务"
    for cell in row.values():
        assert not cell.startswith(("=", "+", "-", "@", "\t", "\r"))


def test_a_workbook_holds_the_same(genjin: Genjin, visits: Path) -> None:
    assert genjin("export", "visits", *SINCE, "--format", "xlsx", "--to", "v.xlsx").code == 0
    with closing(load_workbook(visits / "v.xlsx")) as book:
        head, row = list(book.active.iter_rows(values_only=True))
    cells = dict(zip(head, row, strict=True))
    assert cells["decision_makers"] == "'@财务"
    assert cells["number"] == "V1001"


@pytest.mark.parametrize(
    ("span", "count"),
    [
        (("--since", "2026-11-19"), 1),
        (("--since", "2026-11-20"), 0),
        (("--since", "2026-11-01", "--until", "2026-11-18"), 0),
        (("--since", "2026-11-01", "--until", "2026-11-19"), 1),
    ],
)
def test_records_are_chosen_by_day(genjin: Genjin, visits: Path, span: tuple[str, ...], count: int) -> None:
    assert len(genjin("export", "visits", *span, "--format", "jsonl").lines()) == count


def test_a_taken_port_is_one_sentence(genjin: Genjin) -> None:
    genjin("import", "company", DEMO_COMPANY)  # with an admin, so that no code is printed
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert f"port {port} of 127.0.0.1 is taken" in complaint(genjin("serve", PORT=port))


def test_as_a_program_of_its_own(tmp_path: Path) -> None:
    file = write_lines(tmp_path / "n.jsonl", "{broken")
    done = subprocess.run(
        [sys.executable, "-m", "bot", "dates", "--jsonl", str(file)],
        env=os.environ | {"VAR_DIR": str(tmp_path), "PYTHONWARNINGS": "error"},
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.splitlines() == [done.stderr.strip()]
    assert "line 1 is not JSON" in done.stderr
