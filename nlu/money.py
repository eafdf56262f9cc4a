"""Which sums of a note are of this deal: not thresholds, foreign money, differences or rivals' prices."""

from __future__ import annotations

import re

from bot.domain.understanding import Fact, Field
from nlu.reading import Reading

_RIVALS = re.compile(
    r"(?:竞品|对手|别人|人家|有一家|那边|(?:上次|原来|现在|之前|另外|他们)那家|另一家|隔壁|代理)(?:的)?[^,。;]{0,6}(?:报|给|卖|价|买|花)[^,。;]{0,8}$"
)
_OURS = re.compile(r"我们|我(?:报|说)|咱")
_RIVAL_PRICE = re.compile(r"^(?:[^,。;我]{0,10}?)(?:报|给|卖|价|便宜|才|只要|到)[^,。;我]{0,12}?$")
_THRESHOLD = re.compile(r"(?:满|(?<!不)超过|以上|起订|起批|门槛|达到|超|低于)[^,。;]{0,3}$")
_CHEAPER = re.compile(r"(?:便宜|(?<!还)差|损失|亏|赔|罚|(?<!抵)扣|贵|高|低|多|少|涨|加)(?:了)?$")
_AFTER_THRESHOLD = re.compile(r"^(?:以上|起订|起批|以下的?订单)")


def amounts_of_deal(reading: Reading, *, rivals: tuple[int, ...]) -> tuple[Fact, ...]:
    """Yuan sums of this deal in the order said, each value once; `rivals` are the ends of rivals' names."""
    found: dict[str, Fact] = {}
    for amount in reading.amounts:
        start, end = amount.span.start, amount.span.end
        if amount.foreign or amount.difference or _is_foreign_to_deal(reading, start, end, rivals):
            continue
        value = format(amount.value.normalize(), "f")
        if value not in found:
            found[value] = reading.fact(Field.AMOUNT, value, start, end, rule=f"amounts.{amount.kind}")
    return tuple(found.values())


def _is_foreign_to_deal(reading: Reading, start: int, end: int, rivals: tuple[int, ...]) -> bool:
    before = re.split(r"[,。;!?]", reading.text[max(0, start - 20) : start])[-1]
    if (_THRESHOLD.search(before) and "预算" not in before) or _AFTER_THRESHOLD.match(
        reading.text[end : end + 5]
    ):
        return True
    if _CHEAPER.search(before) or (_RIVALS.search(before) and not _OURS.search(before)):
        return True
    for rival in rivals:
        if rival <= start and start - rival <= 18:
            between = reading.text[rival:start]
            if not _OURS.search(between) and (_RIVAL_PRICE.match(between) or "报价" in between):
                return True
    return False
