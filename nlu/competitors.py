"""Finds rival firms and brands: the known ones that are spoken of, and unknown ones by what is said around them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.domain.understanding import Fact, Field
from nlu.names import NameKind
from nlu.reading import Reading
from nlu.tokens import Words

_HAN = "\u4e00-\u9fff"
_BRAND = rf"(?P<brand>[{_HAN}]{{2,6}}?|[A-Z][A-Za-z]{{2,}})"
_AROUND = tuple(
    re.compile(pattern)
    for pattern in (
        rf"(?:现在|目前|一直|原来|以前|正)(?:在)?用(?:的)?(?:是)?{_BRAND}(?=的|,|。|$|用|家|那|挺|还|也|很)",
        rf"{_BRAND}(?:的人|的代理|的销售|那边也?|也)(?=.{{0,6}}?(?:来过|在跟|报了|也来|在抢|去找|去过|今年也?报名|找过|上门|来讲|来了|前脚|给她们送))",
        rf"{_BRAND}(?:也|都|和[{_HAN}]{{2,5}}(?:都|也))?(?:在跟|在抢|在看|来讲过|来挖|报名|在活动|报过价|抢着|也在)",
        rf"(?:跟|和|与|比|在){_BRAND}(?:和我们)?(?:之间(?:选|比|挑)|比|差|对比|签了|的对比|跟我们的对比)",
        rf"{_BRAND}(?:跟|和|与)我们(?:的对比|之间|比)",
        rf"我们(?:跟|和|与){_BRAND}(?=之间|的对比|比|差|哪)",
        rf"(?:中标的?是|换成|装的是|用的是|买的是|被|倾向|看中了?|还有|切到|改用|选了|考虑|用惯了|比)(?:了)?{_BRAND}(?=那款|,|。|$|的|签|抢|家|做)",
        rf"{_BRAND}(?:的)?(?:已经签了|的报价已经|给的(?:质保|价)|给[他她](?:们)?的?价|报(?:的是|了|到)|的(?:产品|样机|机器|方案)已经|现在就有现货|的没这问题|两款)",
        rf"{_BRAND}(?:现在)?(?:给|报)(?:他们|她们|他|她)的?(?:价|的是)?",
        rf"(?:现在)?用的?(?:{_BRAND})(?:合作|做了)",
        rf"(?:以前|之前|同时)?(?:也)?(?:叫了|找了|问了){_BRAND}(?=和|,|。|$|来|报)",
        rf"{_BRAND}那台",
        rf"(?<=[跟和]){_BRAND}签了(?:年框|独家|长期|框架)",
    )
)
_ALSO = re.compile(rf"^(?:和|、|跟|与)([{_HAN}]{{2,4}}?)(?=都|也|,|。|$|在|报)")
_NOT_BRAND = re.compile(
    r"[我你他她它们这那的了说是有没不就也都还在要去来给让跟和与把被吗吧呢个家台只谁哪什么几两]|现在|目前|客户|公司|对方|厂家|供应商|同行|别的|其他|原来|价格|报价|方案|样品|"
    r"去年|今年|明年|上次|之前|产品|技术|进口|国产|老板|领导|人家|竞争|对手|集团|总部|医院|学校|工厂|代理|院里|科里|合同|预算|今天|明天|昨天|"
    r"使用|试用|用户|部门|设备|系统|机器|品牌|自己|隔壁|另外|然后|但是|两家|几家|多家|第三方|时间|机会|电话|经理|主任|采购|财务|审计|普通|正常|比较|对比"
)
_PARTNER = re.compile(r"(?:电芯|芯片|主控|配件|零件|核心部件)(?:我们)?用的")
_COMMON_WORD = 1500


def find_competitors(reading: Reading, *, words: Words, taken: list[tuple[int, int]]) -> tuple[Fact, ...]:
    """Competitors in the order said, each once, canonical where known."""
    found: dict[str, Fact] = {}
    for hit in reading.named(NameKind.COMPETITOR):
        name = hit.entries[0].name
        if name not in found:
            found[name] = reading.fact(Field.COMPETITOR, name, hit.start, hit.end, rule=f"competitors.{hit.rule}")
    blocked = [*taken, *((hit.start, hit.end) for hit in reading.names)]
    blocked += [(hit.start, hit.end) for hit in reading.people]
    blocked += [(date.span.start, date.span.end) for date in reading.dates]
    for start, end in _unknown(reading.text, words):
        name = reading.text[start:end]
        if name in found or any(start < b and a < end for a, b in blocked):
            continue
        found[name] = reading.fact(
            Field.COMPETITOR, name, start, end, rule="competitors.context", confidence=0.7
        )
    return tuple(sorted(found.values(), key=lambda fact: fact.span))


def _unknown(text: str, words: Words) -> Iterator[tuple[int, int]]:
    for pattern in _AROUND:
        for match in pattern.finditer(text):
            start, end = match.span("brand")
            if _PARTNER.search(text, max(0, start - 8), start):
                continue
            start = _brand_start(text, start, end, words)
            if start < end and _is_brand(text[start:end], words):
                yield start, end
                also = _ALSO.match(text[end:])
                if also and _is_brand(also[1], words):
                    yield end + 1, end + 1 + len(also[1])


def _brand_start(text: str, start: int, end: int, words: Words) -> int:
    """Cut what jieba knows as ordinary words off the front: 隔壁村装的正泰 is 正泰."""
    for cut_start, cut_end in words.cuts(text[start:end]):
        piece = text[start + cut_start : start + cut_end]
        if words.frequency(piece) < _COMMON_WORD or cut_end == end - start:
            return start + cut_start
    return start


def _is_brand(name: str, words: Words) -> bool:
    return 2 <= len(name) <= 12 and not _NOT_BRAND.search(name) and words.frequency(name) < _COMMON_WORD
