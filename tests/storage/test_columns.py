"""Moments and money come out of both databases as they went in, and bad ones do not go in."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from sqlalchemy import insert, select
from sqlalchemy.exc import StatementError

from storage.database import Database
from storage.queue_tables import admin_codes
from tests.storage.samples import NOW, found_company, make_deal


def test_moment_keeps_the_instant_and_comes_back_in_chinese_time(database: Database) -> None:
    # 07:00 in Shanghai is still the day before in UTC: a day counted from a UTC moment would be wrong.
    early = datetime(2026, 11, 19, 23, 0, tzinfo=UTC)
    with database.begin() as connection:
        connection.execute(insert(admin_codes).values(digest="x", expires_at=early))
        found = connection.execute(select(admin_codes.c.expires_at)).scalar_one()
    assert found == early
    assert found.isoformat() == "2026-11-20T07:00:00+08:00"


def test_moment_refuses_a_naive_datetime(database: Database) -> None:
    naive = NOW.replace(tzinfo=None)
    with pytest.raises(StatementError, match="time zone"), database.begin() as connection:
        connection.execute(insert(admin_codes).values(digest="x", expires_at=naive))


def test_unit_of_work_refuses_a_naive_now(database: Database) -> None:
    with pytest.raises(ValueError, match="time zone"), database.unit_of_work("m", NOW.replace(tzinfo=None)):
        pass


@pytest.mark.parametrize(
    "amount", [None, Decimal(0), Decimal("0.42"), Decimal(1285000), Decimal("9999999.99")]
)
def test_yuan_is_exact(database: Database, amount: Decimal | None) -> None:
    company = found_company(database)
    with database.unit_of_work("m", NOW) as uow:
        deal = uow.opportunities.save(replace(make_deal(company), amount=amount))
    with database.unit_of_work("n", NOW) as uow:
        assert uow.opportunities.of(company.customer.id)[0].amount == amount
    assert deal.amount == amount


def test_yuan_refuses_a_fraction_of_a_fen(database: Database) -> None:
    company = found_company(database)
    with pytest.raises(StatementError, match="two decimals"), database.unit_of_work("m", NOW) as uow:
        uow.opportunities.save(replace(make_deal(company), amount=Decimal("0.001")))
