"""Finds rival firms and brands: known ones that are spoken of, unknown ones by what is said around them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.domain.understanding import Fact, Field
from nlu.names import NameKind
from nlu.persons import DEPARTMENT, ROLE
from nlu.proper import run_after, run_before
from nlu.reading import Reading
from nlu.tables import any_of, read_table
from nlu.tokens import Words

_TABLE = read_table("competitors")
_BRANDS = any_of(_TABLE["brands"])
_BRAND = re.compile(_BRANDS)
_BEFORE = tuple(re.compile(pattern) for pattern in _TABLE["before"])
_AFTER = tuple(re.compile(pattern) for pattern in _TABLE["after"])
_OFFICE = re.compile(rf"{DEPARTMENT}|{ROLE}")
_CLOSED = re.compile(_TABLE["closed"])
_ALSO = re.compile(r"和|、|跟|与|还有|以及")
_NOT_BRAND = re.compile(
    r"[我你他她它们这那的了说是有没不就也都还在要去来给让跟和与把被吗吧呢个只谁哪几两老新旧国进口]|现在|目前|客户|公司|对方|厂家|供应商|同行|别的|其他|"
    r"原来|价格|报价|方案|样品|去年|今年|明年|产品|技术|进口|国产|老板|领导|人家|竞争|对手|集团|总部|医院|学校|工厂|代理|科里|合同|预算|"
    r"使用|试用|用户|部门|设备|系统|机器|品牌|隔壁|第三方|电话|经理|主任|采购|财务|审计|自动|最低|私下|^\d|经纪|口气|逢年|底价|模板|一把|车间"
)
_PARTNER = re.compile(r"(?:电芯|芯片|主控|配件|零件|核心部件)(?:我们)?用的")


def find_competitors(reading: Reading, *, words: Words, taken: list[tuple[int, int]]) -> tuple[Fact, ...]:
    """Competitors in the order said, each once, canonical where known."""
    found: dict[str, Fact] = {}
    for hit in reading.named(NameKind.COMPETITOR):
        name = hit.entries[0].name
        if name not in found:
            found[name] = reading.fact(
                Field.COMPETITOR, name, hit.start, hit.end, rule=f"competitors.{hit.rule}"
            )
    blocked = [*taken, *((hit.start, hit.end) for hit in reading.names)]
    blocked += [(hit.start, hit.end) for hit in reading.people]
    blocked += [(date.span.start, date.span.end) for date in reading.dates]
    for start, end in (*_famous(reading.text), *_unknown(reading.text, words)):
        name = reading.text[start:end]
        if name in found or any(start < b and a < end for a, b in blocked):
            continue
        blocked.append((start, end))
        rule = "competitors.famous" if _BRAND.fullmatch(name) else "competitors.context"
        found[name] = reading.fact(Field.COMPETITOR, name, start, end, rule=rule, confidence=0.7)
    return tuple(sorted(found.values(), key=lambda fact: fact.span))


def _famous(text: str) -> Iterator[tuple[int, int]]:
    for match in _BRAND.finditer(text):
        if not _PARTNER.search(text, max(0, match.start() - 8), match.start()):
            yield match.span()


def _unknown(text: str, words: Words) -> Iterator[tuple[int, int]]:
    for start, end in _beside_cues(text, words):
        if _PARTNER.search(text, max(0, start - 8), start):
            continue
        yield start, end
        also = _ALSO.match(text, end)
        if also:
            last = run_after(text, also.end(), words=words, longest=5)
            if _is_brand(text[also.end() : last]) and _CLOSED.match(text, last):
                yield also.end(), last


def _beside_cues(text: str, words: Words) -> Iterator[tuple[int, int]]:
    for pattern in _BEFORE:
        for match in pattern.finditer(text):
            start = run_before(text, match.start(), words=words, longest=5)
            if _is_brand(text[start : match.start()]):
                yield start, match.start()
    for pattern in _AFTER:
        for match in pattern.finditer(text):
            end = run_after(text, match.end(), words=words, longest=5)
            if _is_brand(text[match.end() : end]) and (end == len(text) or _CLOSED.match(text, end)):
                yield match.end(), end


def _is_brand(name: str) -> bool:
    return 2 <= len(name) <= 6 and not _NOT_BRAND.search(name) and not _OFFICE.fullmatch(name)
