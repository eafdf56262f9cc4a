"""Files: previewed, all or nothing with bad rows named, withdrawn within a day; hostile ones refused."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from openpyxl import Workbook

from bot.domain.messages import Attachment, Kind, Outgoing
from bot.domain.people import Role
from handlers.library_jobs import work_off_imports
from storage.media import MediaFiles
from storage.sheets import SheetFiles
from tests.handlers.office import Office, last_card, words

HEADINGS = ("场景", "标题", "话术", "别名", "到期")
ADMIN = "zhaogong"
GOOD = [HEADINGS, *[("交付", f"标题{n}", f"第{n}句，\n再一句", "甲、乙", "2026-12-31") for n in range(28)]]

Rows = Sequence[Sequence[object]]


def xlsx(rows: Rows) -> bytes:
    book = Workbook()
    assert book.active is not None
    for row in rows:
        book.active.append(list(row))
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()


def as_csv(rows: Rows, *, delimiter: str = ",") -> str:
    written = io.StringIO()
    csv.writer(written, delimiter=delimiter).writerows(rows)
    return written.getvalue()


@pytest.fixture
def folder(office: Office, tmp_path: Path) -> MediaFiles:
    """Where files of the office are kept."""
    media = MediaFiles(tmp_path, office.database)
    office.deps = replace(office.deps, sheets=SheetFiles(media))
    return media


def send(
    office: Office, folder: MediaFiles, data: bytes, *, who: str = ADMIN, name: str = "话术.xlsx"
) -> list[Outgoing]:
    ref = folder.put(data, name, "application/octet-stream", now=office.now)
    file = Attachment(media_ref=ref, name=name, media_type="application/octet-stream", size=len(data))
    return office.take(office.message(who, kind=Kind.FILE, attachment=file))


def work(office: Office) -> list[Outgoing]:
    work_off_imports(open_transaction=office.database.unit_of_work, deps=office.deps, now=office.now)
    return office.sent()


def titles(office: Office, scene: str = "交付") -> list[str]:
    member = office.member(ADMIN)
    with office.look() as uow:
        found = uow.talk_tracks.of_scene(scene, member=member, today=office.now.date(), limit=99)
    return [track.title for track in found]


def take_in(office: Office, folder: MediaFiles, data: bytes) -> list[Outgoing]:
    send(office, folder, data)
    office.tap(ADMIN, work(office), "确认导入")
    return work(office)


def test_28_rows_are_previewed_taken_in_found_and_withdrawn(office: Office, folder: MediaFiles) -> None:
    received = send(office, folder, xlsx(GOOD))
    assert "正在逐行检查" in words(received)
    shown = work(office)
    assert "新增 28 条" in words(shown)
    assert shown[0].key == received[0].key
    assert titles(office) == []

    assert "正在导入「话术.xlsx」的 28 条" in words(office.tap(ADMIN, shown, "确认导入"))
    done = work(office)
    assert "新增 28 条" in words(done)
    assert len(titles(office)) == 28
    found = office.say("liming", "话术 标题3")
    assert "第3句，\n再一句" in words(office.tap("liming", found, "💬 标题3"))
    assert words(office.tap(ADMIN, shown, "确认导入")) == "已处理 👌"

    # What was offered keeps its number, all else is gone.
    assert "已撤回" in words(office.tap(ADMIN, done, "撤回导入"))
    assert titles(office) == []
    assert "已停用" in words(office.say(ADMIN, "/话术 搜 标题3"))
    assert "没有可以撤回" in words(office.say(ADMIN, "/撤回导入"))


@pytest.mark.parametrize(
    "data",
    [
        as_csv(GOOD).encode("utf-8-sig"),
        as_csv(GOOD).encode(),
        as_csv(GOOD).encode("gb18030"),
        as_csv(GOOD, delimiter="\t").encode("utf-16"),
        as_csv(GOOD, delimiter=";").encode(),
    ],
    ids=["utf-8 with mark", "utf-8", "gb18030", "utf-16 tabs", "semicolons"],
)
def test_csv_in_every_usual_form(office: Office, folder: MediaFiles, data: bytes) -> None:
    take_in(office, folder, data)
    assert titles(office) == [f"标题{n}" for n in range(28)]


def test_every_bad_row_is_named_and_nothing_is_taken_in(office: Office, folder: MediaFiles) -> None:
    rows = [
        HEADINGS,
        ("交付", "好的", "一句"),
        ("交付", "", "没有标题"),
        ("交付", "太长", "一\n二\n三\n四"),
        ("交付", "坏日子", "一句", "", "明年"),
        ("交付", "好的", "又一句"),
        ("交付", "坏变量", "您好{姓名}"),
    ]
    send(office, folder, xlsx(rows))
    told = words(work(office))
    assert "6 行里有 5 行要改" in told
    for piece in (
        "第 3 行：还差一点",
        "第 4 行：话术最多三行",
        "第 5 行：「明年」",
        "第 6 行：「好的」和第 2 行重复",
        "第 7 行：「{姓名}」",
    ):
        assert piece in told
    assert titles(office) == []


def test_known_rows_become_versions_and_withdrawing_gives_them_back(
    office: Office, folder: MediaFiles
) -> None:
    take_in(
        office,
        folder,
        xlsx([HEADINGS, ("报价", "嫌贵", "新的说法"), ("报价", "要招标一", "要招标一时这样说")]),
    )
    with office.look() as uow:
        track = uow.talk_tracks.get(1)
    assert track is not None
    assert (track.version, track.text, len(track.signals)) == (2, "新的说法", 1)
    assert "1 条更新的恢复了原样" in words(office.say(ADMIN, "/撤回导入"))
    with office.look() as uow:
        track = uow.talk_tracks.get(1)
    assert track is not None
    assert (track.version, track.text) == (1, "嫌贵时这样说")


def test_a_file_can_be_withdrawn_for_a_day(office: Office, folder: MediaFiles) -> None:
    done = take_in(office, folder, xlsx(GOOD))
    office.wait(hours=24, seconds=1)
    assert "没有可以撤回" in words(office.say(ADMIN, "/撤回导入"))
    assert "超过 24 小时" in words(office.tap(ADMIN, done, "撤回导入"))
    assert len(titles(office)) == 28


def test_a_file_of_nothing_new_asks_nothing(office: Office, folder: MediaFiles) -> None:
    take_in(office, folder, xlsx(GOOD))
    send(office, folder, xlsx(GOOD))
    assert "不用导入" in words(work(office))


def test_whoever_is_no_admin_any_more_takes_nothing_in(office: Office, folder: MediaFiles) -> None:
    send(office, folder, xlsx(GOOD))
    office.tap(ADMIN, work(office), "确认导入")
    with office.look() as uow:
        member = uow.members.named("赵工")
        assert member is not None
        uow.members.save(replace(member, role=Role.REP))
    work(office)
    with office.look() as uow:
        assert uow.talk_tracks.known([("交付", "标题1")]) == {}


def test_a_reps_spreadsheet_is_a_proof_and_a_picture_is_no_list(office: Office, folder: MediaFiles) -> None:
    assert "已经存好" in words(send(office, folder, xlsx(GOOD), who="liming"))
    assert "已经存好" in words(send(office, folder, b"\x89PNG\r\n\x1a\n" + bytes(900)))
    assert work(office) == []


def zipped(parts: Iterable[tuple[str, bytes]]) -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts:
            archive.writestr(name, data)
    return written.getvalue()


def parts_of(data: bytes) -> list[tuple[str, bytes]]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return [(name, archive.read(name)) for name in archive.namelist()]


def hostile() -> dict[str, tuple[bytes, str]]:
    good = xlsx(GOOD)
    bomb = zipped([*parts_of(good), ("xl/media/x.xml", bytes(70 * 1024 * 1024))])
    laughs = (
        b'<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]><worksheet>&b;</worksheet>'
    )
    entities = zipped(
        (name, laughs if "sheet1" in name else data) for name, data in parts_of(good) if name != "x"
    )
    return {
        "bomb": (bomb, "内容太大"),
        "entities": (entities, "打不开"),
        "cut": (good[: len(good) // 2], "打不开"),
        "no workbook": (zipped([("a.txt", b"x")]), "没有我能看懂的表格"),
        "old office": (b"\xd0\xcf\x11\xe0" + bytes(999), "旧版 Excel"),
        "only headings": (xlsx([HEADINGS]), "没有内容"),
        "another list": (xlsx([("货号", "电话"), ("康联", "1")]), "没看出这是客户表还是话术表"),
        "a column too many": (xlsx([(*HEADINGS, "工资"), *GOOD[1:]]), "不认识「工资」"),
        "a column twice": (xlsx([(*HEADINGS, "名称"), *GOOD[1:]]), "出现了两次"),
        "a long cell": (xlsx([HEADINGS, ("交付", "长", "长" * 5001)]), "超过 5000 个字"),
        "many rows": (
            as_csv([HEADINGS, *[("交付", str(n), "x") for n in range(20_001)]]).encode(),
            "20000 行",
        ),
        "no encoding": (as_csv(GOOD * 9).encode() + b"\xff\xfe\x81", "编码"),
        "unclosed quote": (("场景,标题,话术\n" + '"' + "x" * 200_000).encode(), "打不开"),
        "part missing": (zipped(p for p in parts_of(good) if "sheet1" not in p[0]), "打不开"),
    }


@pytest.mark.parametrize("case", hostile().items(), ids=lambda case: case[0])
def test_a_bad_file_is_refused_in_one_sentence(
    case: tuple[str, tuple[bytes, str]], office: Office, folder: MediaFiles
) -> None:
    before = office.rows("talk_tracks")
    data, answer = case[1]
    send(office, folder, data)
    assert answer in words(work(office))
    assert office.rows("talk_tracks") == before


def test_formulas_are_words_here(office: Office, folder: MediaFiles) -> None:
    """A formula without a stored value is an empty cell, and what looks like one in CSV stays words."""
    data = as_csv([HEADINGS, ("交付", "=1+1", "=HYPERLINK(1)")]).encode()
    take_in(office, folder, data)
    assert titles(office) == ["=1+1"]


def test_a_preview_waits_for_its_own_admin(office: Office, folder: MediaFiles) -> None:
    send(office, folder, xlsx(GOOD))
    shown = work(office)
    button = last_card(shown).buttons[0]
    assert words(office.press("liming", button.action)) == "已处理 👌"
    assert "没有导入" in words(office.tap(ADMIN, shown, "不导入"))
    assert words(office.tap(ADMIN, shown, "确认导入")) == "已处理 👌"
