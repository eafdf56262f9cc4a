"""Files of customers: previewed with likely duplicates, all or nothing, withdrawn within a day."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from bot.domain.customers import Customer
from bot.domain.messages import Attachment, Kind, Outgoing
from handlers.library_jobs import work_off_imports
from storage.media import MediaFiles
from storage.sheets import SheetFiles
from tests.handlers.office import DELI, KANGLIAN, NOTE, Office, last_card, value_of, words
from tests.handlers.test_library_files import ADMIN, as_csv, xlsx

HEADINGS = ("客户名称", "简称", "行业", "负责人")


@pytest.fixture
def folder(office: Office, tmp_path: Path) -> MediaFiles:
    """Where files of the office are kept."""
    media = MediaFiles(tmp_path, office.database)
    office.deps = replace(office.deps, sheets=SheetFiles(media))
    return media


def send(office: Office, folder: MediaFiles, data: bytes, *, who: str = ADMIN) -> list[Outgoing]:
    ref = folder.put(data, "客户.xlsx", "application/octet-stream", now=office.now)
    file = Attachment(media_ref=ref, name="客户.xlsx", media_type="application/octet-stream", size=len(data))
    return office.take(office.message(who, kind=Kind.FILE, attachment=file))


def work(office: Office) -> list[Outgoing]:
    work_off_imports(open_transaction=office.database.unit_of_work, deps=office.deps, now=office.now)
    return office.sent()


def show(office: Office, folder: MediaFiles, rows: Sequence[Sequence[object]]) -> list[Outgoing]:
    send(office, folder, xlsx([HEADINGS, *rows]))
    return work(office)


def take_in(office: Office, folder: MediaFiles, rows: Sequence[Sequence[object]]) -> list[Outgoing]:
    office.tap(ADMIN, show(office, folder, rows), "确认导入")
    return work(office)


def customers(office: Office) -> dict[str, Customer]:
    with office.look() as uow:
        return {each.name: each for each in uow.customers.all()}


def test_new_changed_likely_known_and_same_rows_are_told_apart(office: Office, folder: MediaFiles) -> None:
    before = customers(office)
    shown = show(
        office,
        folder,
        [
            ("上海新程电子有限公司", "新程、新程电子", "电子", "周倩"),
            (KANGLIAN, "康联医疗", "医疗器械", "周倩"),
            (DELI, "德力", "", "李明"),
            ("杭州康莲医疗科技有限公司", "", "", ""),
        ],
    )
    card = last_card(shown)
    assert value_of(card, "新增 1 家") == "上海新程电子有限公司"
    assert value_of(card, "更新 1 家") == KANGLIAN
    assert value_of(card, "1 家一样") == "不动"
    assert value_of(card, "可能重复 1 家") == f"第 5 行 杭州康莲医疗科技有限公司 ≈ {KANGLIAN}"
    assert customers(office) == before

    assert "正在导入「客户.xlsx」的 2 条" in words(office.tap(ADMIN, shown, "确认导入"))
    done = work(office)
    assert "新增 1 条，更新 1 条" in words(done)
    after = customers(office)
    assert "杭州康莲医疗科技有限公司" not in after
    assert after[KANGLIAN].aliases == ("杭州康联", "康联", "康联医疗")
    assert after[KANGLIAN].owner_id == office.member("zhouqian").id
    assert "新增的 1 家拿掉了" in words(office.tap(ADMIN, done, "撤回导入"))
    assert customers(office) == before


@pytest.mark.parametrize(
    ("name", "alias"),
    [
        ("康联医疗科技有限公司", ""),
        ("杭州康莲医疗科技股份有限公司", ""),
        ("康莲", ""),
        ("别的公司", "德力"),
        ("杭州 康联医疗科技（有限公司）", ""),
    ],
)
def test_what_sounds_or_is_called_like_a_known_one_is_asked(
    name: str, alias: str, office: Office, folder: MediaFiles
) -> None:
    shown = show(office, folder, [(name, alias, "", "")])
    assert "可能重复 1 家" in words(shown)
    assert [button.label for button in last_card(shown).buttons] == ["重复的也导入", "不导入"]
    office.tap(ADMIN, shown, "重复的也导入")
    work(office)
    assert name in customers(office)


def test_two_rows_of_one_file_that_sound_alike_are_asked(office: Office, folder: MediaFiles) -> None:
    shown = show(office, folder, [("上海新程电子有限公司",), ("上海新城电子有限公司",)])
    assert "可能重复 1 家" in words(shown)
    assert "新增 1 家" in words(shown)


def test_every_bad_row_is_named_and_nothing_is_taken_in(office: Office, folder: MediaFiles) -> None:
    before = customers(office)
    told = words(
        show(
            office,
            folder,
            [
                ("好的公司", "", "", ""),
                ("", "没名字", "", ""),
                ("好的公司", "", "", ""),
                ("某某公司", "", "", "外人"),
                ("长" * 101, "", "", ""),
                ("多名公司", "、".join(f"名{n}" for n in range(13)), "", ""),
            ],
        )
    )
    for piece in (
        "6 行里有 5 行要改",
        "第 3 行：没有客户名称",
        "第 4 行：「好的公司」和第 2 行重复",
        "第 5 行：没有叫「外人」的同事",
        "第 6 行：「长长",
        "第 7 行：简称最多 12 个",
    ):
        assert piece in told
    assert customers(office) == before


def test_withdrawing_leaves_what_is_in_use(office: Office, folder: MediaFiles) -> None:
    done = take_in(office, folder, [("上海新程电子有限公司", "新程"), ("南京远山科技有限公司", "远山")])
    shown = office.say("liming", "刚拜访完新程，王总让我周五前发报价")
    office.tap("liming", shown, "确认")
    told = words(office.tap(ADMIN, done, "撤回导入"))
    assert "新增的 1 家拿掉了" in told
    assert "有 1 家已经有记录" in told
    assert set(customers(office)) & {"上海新程电子有限公司", "南京远山科技有限公司"} == {
        "上海新程电子有限公司"
    }


def test_names_can_be_asked_for_again_after_withdrawing(office: Office, folder: MediaFiles) -> None:
    rows = [("南京远山科技有限公司", "远山")]
    take_in(office, folder, rows)
    assert "已撤回" in words(office.say(ADMIN, "/撤回导入"))
    assert "没有可以撤回" in words(office.say(ADMIN, "/撤回导入"))
    take_in(office, folder, rows)
    assert "南京远山科技有限公司" in customers(office)
    assert "已撤销" in words(office.say(ADMIN, "/审计 客户"))


def test_columns_of_other_programs_are_left_alone(office: Office, folder: MediaFiles) -> None:
    send(
        office, folder, as_csv([("公司名称", "电话", "地址"), ("远山科技", "=1+1", "南京")]).encode("gb18030")
    )
    assert value_of(last_card(work(office)), "没用到的列") == "电话、地址"


def test_a_list_of_neither_kind_may_be_a_purchase_list(office: Office, folder: MediaFiles) -> None:
    send(office, folder, xlsx([("型号", "数量"), ("S7-1200", "3")]))
    shown = work(office)
    assert "没看出这是客户表还是话术表" in words(shown)
    assert [button.label for button in last_card(shown).buttons] == ["作为采购清单"]


def test_a_reps_list_of_customers_is_only_kept(office: Office, folder: MediaFiles) -> None:
    before = customers(office)
    assert "已经存好" in words(send(office, folder, xlsx([HEADINGS, ("远山科技",)]), who="liming"))
    assert work(office) == []
    assert customers(office) == before


def test_thousands_of_rows_are_taken_in_as_one(office: Office, folder: MediaFiles) -> None:
    written = io.StringIO()
    syllables = "甲乙丙丁午己庚辛任贵"
    rows = [
        ("".join(syllables[int(digit)] for digit in f"{number:04}") + "实验公司", f"{number}号", "", "李明")
        for number in range(2_000)
    ]
    csv.writer(written).writerows([HEADINGS, *rows])
    send(office, folder, written.getvalue().encode())
    shown = work(office)
    office.tap(ADMIN, shown, "确认导入" if "确认导入" in words(shown) else "重复的也导入")
    assert "导入完成" in words(work(office))
    with office.look() as uow:
        before = len(uow.customers.all())
    assert before > 4
    assert "已撤回" in words(office.say(ADMIN, "/撤回导入"))
    assert len(customers(office)) == 4


def test_the_note_that_names_it_is_understood_at_once(office: Office, folder: MediaFiles) -> None:
    take_in(office, folder, [("南京远山科技有限公司", "远山", "", "李明")])
    shown = office.say("liming", NOTE.replace("杭州康联", "远山"))
    assert value_of(last_card(shown), "客户") == "南京远山科技有限公司"
