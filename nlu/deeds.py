"""Tells from the words of a deed which kind of action it is; pure pattern tables, no state."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from bot.domain.understanding import ActionKind
from nlu.masks import DATE, THEIRS, named
from nlu.tables import any_of, read_table

_TABLE = read_table("actions")
_TRANSFER = any_of(_TABLE["transfer"])
_PAPER_OF_IT = _TABLE["paper_of_it"]
_OBJECTS = {
    ActionKind(kind): any_of(words) + (_PAPER_OF_IT if kind != "send_material" else "")
    for kind, words in _TABLE["objects"].items()
}
_HANDED = [
    (
        kind,
        re.compile(rf"(?P<verb>{_TRANSFER})(?:[^,。;]{{0,16}}?)(?P<object>{words})"),
        re.compile(rf"(?P<object>{words})(?:[^,。;]{{0,16}}?)(?P<verb>{_TRANSFER})"),
    )
    for kind, words in _OBJECTS.items()
]
_PHRASES = {
    stage: [
        (
            ActionKind(row["kind"]),
            re.compile(named(row["pattern"])),
            re.compile(named(row["unless"])) if row.get("unless") else None,
        )
        for row in _TABLE["deed"]
        if row["stage"] == stage
    ]
    for stage in ("before", "after")
}
_THINGS = [(kind, re.compile(words)) for kind, words in _OBJECTS.items()]
HANDS_OVER = re.compile(
    rf"(?:{_TRANSFER})(?:给|到)?(?:{THEIRS}|他们|她们|他|她|对方|客户|过去|出去|一份|一套|过来|邮箱|微信)|(?:发|寄|送|交|快递|给|开)(?:他|她|过去|出去)|(?:补|发|寄|送)(?:一下|上|齐)?$"
    r"|^[^,]{0,10}?(?:给|发|寄|送|交|传|补|做|拟|写|改|备|准备|整理|弄|出)(?:一下|上|齐|好|完|到|出来|出去|过去|过来)?$"
    r"|(?:寄|发|送|交)(?:出|到|走)"
)
_PACKED = re.compile(
    r"(?:寄|送|带|拿)(?:了)?[一二两三四五六七八九十几\d]+(?:米|个(?!人)|套|条|块|片|颗|瓶|盒|箱|包|款|克|毫升|公斤|斤|卷|支|只|桶)"
)
_ALONG = re.compile(
    r"(?:和|跟|与|及|、|还有|连同|附上?)[^,]{0,6}(?:报价|价目表|价格表|底价)|(?:报价单?|价目表|价格表)(?:和|跟|与|及|、|还有)"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Deed:
    """A kind of action shown by `text[start:end]` of the words looked at."""

    kind: ActionKind
    start: int
    end: int
    rule: str


def classify_deed(words: str, *, delegated: bool = False) -> tuple[Deed, ...]:
    """The kinds of deed in one clause of masked text: mostly one, two where a quotation goes along."""
    phrase = _phrase(words, "before")
    if phrase:
        return (*_carried(words, phrase), phrase)
    handed = _best_handed(sorted(_handed(words), key=lambda deed: (deed.start, deed.end - deed.start)), words)
    if handed:
        return handed
    phrase = _phrase(words, "after")
    if phrase:
        return (phrase,)
    given = _GIVEN.search(words)
    if given:
        return (
            Deed(kind=ActionKind.SEND_MATERIAL, start=given.start(), end=given.end(), rule="actions.given"),
        )
    if delegated and len(words) >= 3:
        return (Deed(kind=ActionKind.INTERNAL, start=0, end=len(words), rule="actions.delegated"),)
    return ()


_GIVEN = re.compile(
    r"把(?!.{0,6}(?:货|款|钱|价|事|人))[^,]{2,20}?(?:给|发|寄|交|带|传)(?:给)?(?:他|她|他们|她们|对方|客户)(?!们?(?:听|看一眼|回|拉|运))"
    r"|(?:出|写|做|整理|列|画)(?:个|一个|份|一份|张|一张)[^,]{1,12}(?:发|给|寄)(?:给)?(?:他|她|对方|客户)"
    r"|(?:交|提交|补交|提供)(?:给他|给她)?一[份个套张][^,]{2,12}$"
    rf"|^[^,{DATE}不没]{{2,8}}{DATE}+(?:之?前|以?内)?(?:给|发|交|寄)(?:给)?(?:他|她|对方|客户)"
)
"""把三个月的温度曲线导出来给她: whatever it is, it is material."""


def _carried(words: str, visit: Deed) -> tuple[Deed, ...]:
    """带着方案去她办公室讲一遍: what is taken to a visit is handed over there."""
    if visit.kind is not ActionKind.VISIT:
        return ()
    taken = words[visit.start : visit.end]
    return tuple(
        Deed(kind=deed.kind, start=visit.start + deed.start, end=visit.start + deed.end, rule=deed.rule)
        for deed in _best_handed(sorted(_handed(taken), key=lambda deed: deed.start), taken)
    )


def _phrase(words: str, stage: str) -> Deed | None:
    found = [
        Deed(kind=kind, start=match.start(), end=match.end(), rule=f"actions.{kind}")
        for kind, pattern, unless in _PHRASES[stage]
        if (match := pattern.search(words)) and not (unless and unless.search(words))
    ]
    if stage == "before":
        return min(found, key=lambda deed: deed.end, default=None)
    return found[0] if found else None


def _handed(words: str) -> Iterator[Deed]:
    for kind, verb_first, object_first in _HANDED:
        match = verb_first.search(words) or object_first.search(words)
        if match:
            yield Deed(kind=kind, start=match.start(), end=match.end(), rule="actions.handed")


def _best_handed(handed: list[Deed], words: str) -> tuple[Deed, ...]:
    if not handed:
        return ()
    kinds = {deed.kind: deed for deed in handed}
    first = next((kinds[kind] for kind in _HANDED_ORDER if kind in kinds), handed[0])
    quote = kinds.get(ActionKind.SEND_QUOTE)
    if quote and first.kind is not ActionKind.SEND_QUOTE and _ALONG.search(words):
        return (first, quote)
    return (first,)


_HANDED_ORDER = (
    ActionKind.CONTRACT, ActionKind.PAYMENT, ActionKind.DEMO, ActionKind.SEND_PROPOSAL,
    ActionKind.SEND_SAMPLE, ActionKind.SEND_MATERIAL, ActionKind.SEND_QUOTE, ActionKind.SERVICE,
)  # fmt: skip


def handed_object(words: str) -> tuple[ActionKind, int, int] | None:
    """The last thing named that could be handed over: its kind and place."""
    found = [
        (match.end(), match.start(), kind) for kind, pattern in _THINGS for match in pattern.finditer(words)
    ]
    if not found:
        return None
    end, start, kind = max(found, key=lambda item: (item[0], item[0] - item[1]))
    return kind, start, end


def looks_packed(words: str) -> bool:
    """寄两米过去: a small count of something taken along, mostly a sample."""
    return bool(_PACKED.search(words))
