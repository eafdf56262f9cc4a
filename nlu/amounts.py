"""Finds sums of money in a note and tells prices from counts, percentages, dates, sizes and models."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

from bot.domain.understanding import Span
from nlu.numerals import DIGITS, FULL_WIDTH, MEASURES, Numeral, find_numerals
from nlu.tables import read_table


@dataclass(frozen=True, slots=True, kw_only=True)
class AmountExpression:
    """One sum of money as said; `value` in its own currency (yuan unless `foreign`), an exact decimal.

    `kind` is unit_price, total or unknown. `cue` is the word in front that made it money (报, 预算, 便宜), or
    empty; `difference` is True where it says by how much dearer or cheaper (便宜八块), not a price, and
    `threshold` where it is a bound of some rule (五十万以上要招标).
    """

    span: Span
    said: str
    value: Decimal
    kind: str
    approximate: bool = False
    foreign: bool = False
    difference: bool = False
    threshold: bool = False
    cue: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Money:
    """A numeral with the currency words after it: where it ends and what it is worth."""

    value: Decimal
    stop: int
    plain: bool = False
    """No currency word was said."""
    foreign: bool = False


_NOT_PRICED_BY = frozenset("家位名点批期场")
_PRICED_BY = "|".join(unit for unit in MEASURES.split("|") if unit not in _NOT_PRICED_BY)
_ONE_EACH = f"一(?:{MEASURES})"
_LAST = rf"(?!{_ONE_EACH})[一二两三四五六七八九1-9](?![\d十百千万点]|个月|天)"
_YUAN = re.compile(
    rf"块(?:(?P<jiao>{_LAST})(?:(?:毛|角)(?P<fen>{_LAST})?分?)?)?(?:钱|整)?"
    "|元(?!旦|器|件|素)(?:整|钱)?|人民币|[rR][mM][bB]"
)
_SMALL = re.compile(rf"(?P<unit>毛|角(?!度|落|色|磨|钢|铁|阀))(?P<fen>{_LAST})?(?:分|钱)?|分钱")
_FOREIGN = re.compile(
    "块?(?:美金|美元|美刀|刀(?!模|具|片|架|库|头)|欧元|日元|日币|港币|港元|英镑|卢布|韩元|澳元|新元|泰铢"
    "|[uU][sS][dD]|[eE][uU][rR])"
)
_FOREIGN_BEFORE = re.compile(r"(?:[$€£]|[uU][sS][dD]|美金|美元|欧元) ?$")
_YUAN_BEFORE = re.compile(r"(?:[¥￥]|[rR][mM][bB]|人民币) ?$")
# 块 is also a piece (两块样板), and 一块 is together (一块过去).
_PIECE = re.compile(
    "块(?:儿|去|过|来|板|样板|屏|电池|展板|地(?!砖)|牌|表|硬盘|料|砖|玻璃|试|吃|走|看|聊|给|讨论|布|石)"
)

_EACH_AFTER = re.compile(
    rf" ?(?:左右|上下|多|来)?(?:钱|的)?(?:[一每](?:{MEASURES})|/(?:{MEASURES}|kg|KG|pcs|w|W|m)|[每一]?人头)"
)
_EACH_BEFORE = re.compile(
    rf"(?:[一每1](?:{_PRICED_BY})|人均|[一每]个?人|[一每]人头|平均下?来?)(?:[\u4e00-\u9fff]{{0,3}}费|[\u4e00-\u9fff]{{1,4}}(?=[要卖才得报]))?(?:才|要|是|卖|报|就|得|给|大概|差不多|也就|只|不到|能|运费|价格?|单价|收|便宜|贵|预算"
    "|不超过|按|到|为|在|平均|合|约|现在)*$"
)
# What follows a number that counts, dates or measures something instead of pricing it.
_COUNTS = re.compile(
    rf"[来多]?(?:{MEASURES}|多个|余|月|日|号|时|分(?!钱)|秒|周|星期|礼拜|届|楼|岁|折|扣|成(?!交|本)|倍|%|毫|微|赫|度"
    r"|轴|类|种|级|代|乘|像素|枪机|球机|摄像|高清|寸|尺|码|院|中(?!间|等)|厂|区|路|线|门|机|小|大|[*×xX~～]\d|[:.-]\d|[A-Za-z]"
    "|床|栋|幢|强|孔|穴|腔|芯|阶|兆|帧|核|步|遍|回|笔|样|餐|桌|排|列|道|字|行|页|段|班|系|师|室)"
)
_COUNTED_TEN_THOUSANDS = re.compile(
    "个|片|台|套|件|只|米|吨|人|条|瓶|箱|次|公里|平|份|枪|支|颗|粒|家|户|小时|转|像素|高清|球机|辆|盒|袋|桶|卷|根|斤|公斤"
    "|千瓦|瓦|字|点击|粉丝|级|张|组|点位|方|立方|亩|株|头|羽|秒|赫兹|伏|股"
)
_SIZE_BEFORE = re.compile(r"(?:[A-Za-z\-_#*×~乘第百之]|\d[.:/-]|百分之|千分之)$")

_TABLE = read_table("amounts")
_TOTAL, _EACH, _DEARER, _PRICE, _WEAK = (
    "|".join(_TABLE[name]).replace("<priced_by>", _PRICED_BY)
    for name in ("total", "each", "dearer", "price", "weak")
)
_CUE = re.compile(f"{_TOTAL}|{_EACH}|{_PRICE}|{_DEARER}|{_WEAK}")
_WEAK_CUE = re.compile(_WEAK)
_BETWEEN = re.compile(
    "(?: |了|的|是|也|就|只|还|才|大概|大约|差不多|约|将近|接近|最多|最低|能|可以|在|为|到|给|按|我们|他们"
    "|:|个|不变|不?超过|左右|现在|以内|这|那)*"
)
_CUE_AFTER = re.compile(f"的?(?:[\u4e00-\u9fff]{{0,3}}费|{_TOTAL})")
_DIFFERENCE = re.compile(f"{_DEARER}|省|让|少|返|压")
_THRESHOLD = re.compile("(?:以上|以下|起步|起订|封顶)")
_FROM = re.compile("[从由]$")
_REPAIRED = re.compile(r"(?:一[^\W\d_])?[,哦啊呀嗯]*(?:不对|不是|错了|[说记]错了|记岔了)[,哦啊]*(?:应该)?是?")
_DOWN_TO = re.compile("[压降涨谈砍调提]?到")
_APPROXIMATE_BEFORE = re.compile("(?:大概|大约|差不多|约|将近|接近|近|不到|估计)(?:是|要|得|有|在)?$")
_APPROXIMATE_AFTER = re.compile("(?:块|元)?(?:左右|上下|出头|多(?!少))")
_SENTENCE_END = re.compile(r"[。;；!！?？\n]")
_CLAUSE_END = re.compile(r"[,，。;；!！?？、\n]")
_REACH = 12
"""How many characters before and after a number its context may lie."""


def find_amounts(text: str) -> tuple[AmountExpression, ...]:
    """The sums of money in `text`, left to right; foreign ones are marked, not left out.

    Whose price it is (ours, a competitor's) and whether it was withdrawn, is for the caller to judge.
    """
    plain = text.translate(FULL_WIDTH)
    found: list[AmountExpression] = []
    stop = 0
    for numeral in find_numerals(plain):
        if numeral.span.start < stop or numeral.value is None:
            continue
        amount = _read_amount(text, plain, numeral, found)
        if amount is not None:
            found.append(amount)
            stop = amount.span.end
    return tuple(found)


def _read_amount(
    text: str, plain: str, numeral: Numeral, found: list[AmountExpression]
) -> AmountExpression | None:
    start, end = numeral.span.start, numeral.span.end
    before, after = plain[max(0, start - _REACH) : start], plain[end : end + _REACH]
    money = _with_currency(plain, numeral, found)
    if numeral.value == 0 or (money.plain and _SIZE_BEFORE.search(before)):
        return None
    cue = _cue(before)
    if money.plain and not _is_price(plain, numeral, cue, found):
        return None
    around = _APPROXIMATE_BEFORE.search(before) or _APPROXIMATE_AFTER.match(after)
    return AmountExpression(
        span=Span(start, money.stop), said=text[start : money.stop], value=_tidy(money.value), cue=cue,
        kind=_kind(before, plain[money.stop : money.stop + _REACH], cue),
        approximate=numeral.approximate or bool(around), foreign=money.foreign,
        difference=bool(_DIFFERENCE.fullmatch(cue)),
        threshold=bool(_THRESHOLD.match(plain, money.stop)),
    )  # fmt: skip


def _with_currency(plain: str, numeral: Numeral, found: list[AmountExpression]) -> _Money:
    value, start, end = numeral.value or Decimal(0), numeral.span.start, numeral.span.end
    if match := _FOREIGN.match(plain, end):
        return _Money(value=value, stop=match.end(), foreign=True)
    fresh = not found or found[-1].span.end < start  # else the currency word before belongs to another sum
    if fresh and _FOREIGN_BEFORE.search(plain, max(0, start - 4), start):
        return _Money(value=value, stop=end, foreign=True)
    if (match := _YUAN.match(plain, end)) and not (match.group() == "块" and _is_piece(plain, numeral, end)):
        value += _digit(match["jiao"]) / 10 + _digit(match["fen"]) / 100
        return _Money(value=value, stop=match.end())
    if match := _SMALL.match(plain, end):
        unit = Decimal("0.1") if match["unit"] else Decimal("0.01")
        return _Money(value=value * unit + _digit(match["fen"]) / 100, stop=match.end())
    if _YUAN_BEFORE.search(plain, max(0, start - 4), start):
        return _Money(value=value, stop=end)
    # 两万三美金一个柜子想谈到两万一: the second sum is in the currency of the first.
    foreign = bool(found) and found[-1].foreign and not _SENTENCE_END.search(plain, found[-1].span.end, start)
    return _Money(value=value, stop=end, plain=True, foreign=foreign)


def _is_piece(plain: str, numeral: Numeral, end: int) -> bool:
    """一块喷阀板: a small count before a thing, not a price."""
    small = numeral.said in DIGITS and bool(_THING_AFTER.match(plain, end))
    return small or bool(_PIECE.match(plain, end))


_THING_AFTER = re.compile(
    "块(?![钱左多上以一二三四五六七八九每的都就卖给吧啊了不也还他她我到起整再能行可太贵便比降涨毛元是才])[\u4e00-\u9fff]{2}"
)


def _digit(said: str | None) -> Decimal:
    return Decimal(0) if not said else Decimal(DIGITS.get(said) or int(said))


def _cue(before: str) -> str:
    """The money word that leads up to the number, within the same clause."""
    clause = _CLAUSE_END.split(before)[-1]
    last = next(reversed(list(_CUE.finditer(clause))), None)
    return last.group() if last and _BETWEEN.fullmatch(clause, last.end()) else ""


def _is_price(plain: str, numeral: Numeral, cue: str, found: list[AmountExpression]) -> bool:
    """Whether a number without a currency word is money all the same."""
    start, end = numeral.span.start, numeral.span.end
    before = plain[max(0, start - _REACH) : start]
    if any(mark in numeral.said for mark in "万亿wW"):
        return bool(_EACH_AFTER.match(plain, end)) or not _COUNTED_TEN_THOUSANDS.match(plain, end)
    if numeral.value == 1 or (numeral.said in DIGITS and "单价" not in before):
        return False
    if _EACH_AFTER.match(plain, end):
        return True
    if _COUNTS.match(plain, end):
        return False
    if _EACH_BEFORE.search(before) or _CUE_AFTER.match(plain, end) or (cue and not _WEAK_CUE.fullmatch(cue)):
        return True
    since = plain[found[-1].span.end : start] if found else "-"
    after_price = bool(_DOWN_TO.fullmatch(since) or _REPAIRED.fullmatch(since))
    return after_price or bool(_FROM.search(before) and _DOWN_TO.match(plain, end))


def _kind(before: str, rest: str, cue: str) -> str:
    if _EACH_AFTER.match(rest) or _EACH_BEFORE.search(before) or re.fullmatch(_EACH, cue) or "单价" in before:
        return "unit_price"
    return "total" if re.fullmatch(_TOTAL, cue) or _CUE_AFTER.match(rest) else "unknown"


def _tidy(value: Decimal) -> Decimal:
    """Without trailing zeros or exponent: 35000, 0.42."""
    whole = value.to_integral_value()
    return whole if value == whole else value.normalize()
