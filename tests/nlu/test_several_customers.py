"""A note on several customers is read as one visit each; a customer merely compared with is none."""

from __future__ import annotations

import pytest

from bot.domain.understanding import Field
from tests.nlu.understanding import understand, values

KANGLIAN, DELI, YUEXIN = "杭州康联医疗科技有限公司", "宁波德力电子有限公司", "悦欣酒店管理有限公司"

SEVERAL = [
    ("今天跑了两家。上午康联，张总嫌贵。下午德力电子，李工要报价，让我明天发。", [KANGLIAN, DELI]),
    ("上午去了康联，张总说预算没批；下午到德力电子，李工让我明天送样品", [KANGLIAN, DELI]),
    ("第一家康联张总要合同，第二家悦欣酒店刘姐说再等等", [KANGLIAN, YUEXIN]),
    ("1.康联：张总让我明天发报价 2.德力电子：李工说交期太长", [KANGLIAN, DELI]),
    ("康联张总说预算没批。另外德力电子的李工来电，让我明天发报价。", [KANGLIAN, DELI]),
    ("康联的张总说他们跟德力电子一样，要招标", [KANGLIAN]),
]


@pytest.mark.parametrize(("text", "customers"), SEVERAL)
def test_one_visit_a_customer(text: str, customers: list[str]) -> None:
    visits = understand(text).visits
    assert [values(visit, Field.CUSTOMER) for visit in visits] == [[name] for name in customers]


def test_every_part_keeps_its_own_people_and_deeds() -> None:
    first, second = understand(SEVERAL[1][0]).visits
    assert (values(first, Field.CONTACT), values(second, Field.CONTACT)) == (["张总"], ["李工"])
    assert (len(first.actions), len(second.actions)) == (0, 1)
