"""Tells from the words of a deed which kind of action it is; pure pattern tables, no state."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from bot.domain.understanding import ActionKind
from nlu.masks import named
from nlu.tables import any_of, read_table

_TABLE = read_table("actions")
_TRANSFER = any_of(_TABLE["transfer"])
_PAPER_OF_IT = r"(?!的?(?:照片|视频|资料|报告|案例|图片|数据|扫描件|复印件|说明)|间|房|教室|段|工程)"
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
    rf"(?:{_TRANSFER})(?:给|到)?(?:他们|她们|他|她|对方|客户|过去|出去|一份|一套|过来|邮箱|微信)|(?:发|寄|送|交|快递|给|开)(?:他|她|过去|出去)|(?:补|发|寄|送)(?:一下|上|齐)?$"
)
_PACKED = re.compile(
    r"(?:寄|送|带|拿)(?:了)?[一二两三四五六七八九十几\d]+(?:米|个|套|条|块|片|颗|瓶|盒|箱|包|款|公斤|斤|卷|支|只|桶)"
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
        return (phrase,)
    handed = _best_handed(sorted(_handed(words), key=lambda deed: (deed.start, deed.end - deed.start)), words)
    if handed:
        return handed
    phrase = _phrase(words, "after")
    if phrase:
        return (phrase,)
    if delegated and len(words) >= 3:
        return (Deed(kind=ActionKind.INTERNAL, start=0, end=len(words), rule="actions.delegated"),)
    return ()


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
