"""Signals of a deal, and what denies or ends them."""

from __future__ import annotations

import pytest

from bot.domain.understanding import Field, Signal
from tests.nlu.understanding import understand, values


@pytest.mark.parametrize(
    ("text", "signals"),
    [
        ("张总嫌贵", {Signal.PRICE}),
        ("张总说预算还没批", {Signal.BUDGET}),
        ("这个项目要公开招标", {Signal.TENDER}),
        ("他们在我们跟西门子之间比", {Signal.COMPARE}),
        ("张总说今年先不买，明年再说", {Signal.TIMING}),
        ("现在用的挺好的，没打算换", {Signal.INCUMBENT}),
        ("担心我们售后跟不上", {Signal.SERVICE}),
        ("怀疑我们的资质", {Signal.TRUST}),
        ("原来的对接人调走了", {Signal.CONTACT_CHANGE}),
        ("张总催货，怕来不及", {Signal.DELIVERY}),
        ("设备老是报警，怀疑质量有问题", {Signal.TECHNICAL}),
        ("上次嫌贵的事已经谈妥了", set()),
        ("质量问题已经解决了", set()),
        ("预算已经批下来了", set()),
        ("不用招标", set()),
    ],
)
def test_signals(text: str, signals: set[Signal]) -> None:
    assert understand(text).visit.signals() == signals


def test_board_above_the_contact_is_authority() -> None:
    visit = understand("李工说这个要上董事会").visit
    assert values(visit, Field.DECISION_MAKER) == ["董事会"]
    assert Signal.AUTHORITY in visit.signals()


def test_department_beside_the_contact_is_no_authority() -> None:
    assert Signal.AUTHORITY not in understand("张总说下周和财务碰预算").visit.signals()
