"""Purchase lists out of real XLSX and CSV files, and rules changed by chat, kept and taken back."""

from __future__ import annotations

import io
from dataclasses import replace

import pytest
from openpyxl import Workbook

from bot.domain.customers import PurchaseList
from bot.domain.overrides import Override
from storage.database import Database
from storage.purchases import read_models
from tests.storage.samples import NOW, found_company

HEADINGS = ("型号", "model")


def xlsx(*rows: tuple[object, ...]) -> bytes:
    book = Workbook()
    for row in rows:
        book.worksheets[0].append(row)
    paper = io.BytesIO()
    book.save(paper)
    return paper.getvalue()


@pytest.mark.parametrize(
    ("data", "name", "models"),
    [
        (
            xlsx(("数量", "型号"), (2, "BS-240"), (1, "CL-900"), (1, "BS-240"), (1, None)),
            "a.xlsx",
            ("BS-240", "CL-900"),
        ),
        (xlsx(("BS-240",), (900,)), "a.XLSX", ("BS-240", "900")),
        (b"Model,n\nBS-240,2\n", "a.csv", ("BS-240",)),
        ("\ufeff型号\nBS-240\n".encode(), "a.csv", ("BS-240",)),
        ("型号,数量\n分析仪,2\n".encode("gb18030"), "a.csv", ("分析仪",)),
        (b"", "a.csv", ()),
        (b"not a workbook", "a.xlsx", ()),
        (b"PK\x03\x04broken", "a.xlsx", ()),
        (b"\xff\xff\xff\xff", "a.csv", ()),
    ],
)
def test_models_are_read(data: bytes, name: str, models: tuple[str, ...]) -> None:
    assert read_models(data, name, headings=HEADINGS) == models


def test_the_newest_list_of_a_customer_counts(database: Database) -> None:
    company = found_company(database)
    with database.unit_of_work("m", NOW) as uow:
        first = PurchaseList(
            id=0, customer_id=company.customer.id, models=("A",), media_ref="f", taken_in_at=NOW
        )
        uow.purchases.save(first)
        second = uow.purchases.save(replace(first, models=("B",)))
    with database.unit_of_work("n", NOW) as uow:
        assert uow.purchases.newest(company.customer.id) == second
        assert uow.purchases.newest(company.customer.id + 1) is None


def test_an_override_is_kept_by_its_key_and_undone_to_what_it_was(database: Database) -> None:
    company = found_company(database)
    key = "thresholds.stalled"
    with database.unit_of_work("one", NOW) as uow:
        uow.act_as(company.supervisor.id)
        kept = uow.overrides.save(
            Override(id=0, key=key, value="5d", member_id=company.supervisor.id, set_at=NOW)
        )
    with database.unit_of_work("two", NOW) as uow:
        uow.act_as(company.supervisor.id)
        uow.overrides.save(replace(kept, value="9d"))
    with database.unit_of_work("three", NOW) as uow:
        uow.changes.undo_last(company.supervisor.id, since=NOW, now=NOW)
        assert uow.overrides.of(key) == kept
        uow.changes.undo_last(company.supervisor.id, since=NOW, now=NOW)
        assert uow.overrides.of(key) is None
        assert uow.overrides.all() == ()
        assert len(uow.changes.of("override", kept.id)) == 2
