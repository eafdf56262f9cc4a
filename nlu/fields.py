"""The other fields of a record: topic, quote, progress, need scene, habits, tried solutions, visit day."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from bot.domain.understanding import Action, Fact, Field
from nlu.clauses import Owner
from nlu.names import NameKind
from nlu.reading import Reading
from nlu.tables import any_of, read_table

_TABLE = read_table("fields")
_TOPIC = re.compile(any_of(_TABLE["topics"]))
_TOPIC_RANK = {word: rank for rank, word in enumerate(_TABLE["topics"].split())}
_KEYED = {
    Field.PROGRESS: [(key, re.compile(pattern)) for key, pattern in _TABLE["progress"].items()],
    Field.NEED_SCENE: [(key, re.compile(pattern)) for key, pattern in _TABLE["need_scene"].items()],
}
_LINES = {Field(name): re.compile(pattern) for name, pattern in _TABLE["lines"].items()}
_QUOTED = re.compile(r"「([^「」]{2,120})」|『([^『』]{2,120})』|“([^“”]{2,120})”|\"([^\"]{2,120})\"")
_SAID = re.compile(r"(?:说|原话是?|的原话|讲|表示)(?:了)?[:,]?")
_SAID_END = re.compile(
    r"[。!?;\n]|[,]?(?=(?:另外|然后)?(?:让|要|叫|催|希望|要求)(?:我|咱))|(?=[,]?(?:我说|我答应|我问|我讲|她说|他说))"
)
_VISITED = re.compile(
    r"拜访|去了|去的|见了|见到|聊|谈|开了|跑了|通了|吃了|会|到了|走访|来了|来访|过去|陪|演示|讲"
)
_TOPIC_LENGTH = 12
_LONGEST_QUOTE = 60

Extractor = Callable[[Reading, tuple[Action, ...]], Iterator[Fact]]


def find_fields(reading: Reading, actions: tuple[Action, ...]) -> tuple[Fact, ...]:
    """Facts of all fields of this module; each extractor stands in `EXTRACTORS`."""
    return tuple(fact for extract in EXTRACTORS for fact in extract(reading, actions))


def find_topic(reading: Reading, actions: tuple[Action, ...]) -> Iterator[Fact]:
    """At most two subjects, a product's name first where it is short: words of the note joined by 、."""
    words: list[tuple[int, int]] = [(hit.start, hit.end) for hit in reading.named(NameKind.PRODUCT)[:1]]
    seen = {reading.text[start:end] for start, end in words}
    subjects = sorted(_TOPIC.finditer(reading.text), key=lambda match: _TOPIC_RANK[match.group()])
    for match in subjects:
        if match.group() not in seen and len(words) < 3:
            seen.add(match.group())
            words.append(match.span())
    if not words and actions:
        span = actions[0].span
        yield Fact(
            field=Field.TOPIC, value=actions[0].text[:_TOPIC_LENGTH], span=span, said=actions[0].text,
            rule="fields.topic_of_action", confidence=0.6,
        )  # fmt: skip
        return
    kept = _fitting(reading, words)
    if kept:
        value = "、".join(reading.script.said(start, end) for start, end in sorted(kept))
        start, end = min(kept)
        yield reading.fact(Field.TOPIC, value, start, end, rule="fields.topic", confidence=0.8)


def _fitting(reading: Reading, words: list[tuple[int, int]]) -> list[tuple[int, int]]:
    kept: list[tuple[int, int]] = []
    length = -1
    for start, end in words:
        said = len(reading.script.said(start, end))
        if length + 1 + said <= _TOPIC_LENGTH:
            kept.append((start, end))
            length += 1 + said
    return kept


def find_quotes(reading: Reading, actions: tuple[Action, ...]) -> Iterator[Fact]:
    """The customer's words: what stands in quotation marks, else what follows the first 说 of a customer."""
    del actions
    quoted = [match.span(match.lastindex or 0) for match in _QUOTED.finditer(reading.text)]
    for start, end in quoted:
        yield reading.fact(Field.QUOTE, reading.script.said(start, end), start, end, rule="fields.quoted")
    if quoted:
        return
    for place in [hit.end for hit in reading.people] + [
        c.start + 1 for c in reading.clauses if c.owner is Owner.THEIRS
    ]:
        said = _SAID.match(reading.text, place)
        if said:
            stop = _SAID_END.search(reading.text, said.end() + 2)
            end = min(stop.start() if stop else len(reading.text), said.end() + _LONGEST_QUOTE)
            if end - said.end() >= 4:
                words = reading.script.said(said.end(), end)
                yield reading.fact(Field.QUOTE, words, said.end(), end, rule="fields.said", confidence=0.6)
                return


def find_keyed(reading: Reading, actions: tuple[Action, ...]) -> Iterator[Fact]:
    """Progress and need scene: members of closed lists by the words that show them."""
    del actions
    for field, rows in _KEYED.items():
        for key, pattern in rows:
            match = pattern.search(reading.text)
            if match and match.end() > match.start():
                yield reading.fact(
                    field, key, match.start(), match.end(), rule=f"fields.{field}", confidence=0.7
                )


def find_lines(reading: Reading, actions: tuple[Action, ...]) -> Iterator[Fact]:
    """Habits and tried solutions, in the words of the note."""
    del actions
    for field, pattern in _LINES.items():
        for match in pattern.finditer(reading.text):
            said = reading.script.said(match.start(), match.end())
            yield reading.fact(
                field, said, match.start(), match.end(), rule=f"fields.{field}", confidence=0.7
            )


def find_event_day(reading: Reading, actions: tuple[Action, ...]) -> Iterator[Fact]:
    """The day of the visit where the note begins with another than today: 昨天拜访了…"""
    del actions
    today = reading.now.date()
    for clause in reading.clauses[:2]:
        for date in reading.dates_in(clause.start, clause.end):
            single = date.start == date.end and date.end < today
            if (
                single
                and _VISITED.search(reading.text, date.span.end, clause.end)
                and clause.owner is not Owner.THEIRS
            ):
                yield reading.fact(
                    Field.EVENT_ON,
                    date.end.isoformat(),
                    date.span.start,
                    date.span.end,
                    rule="fields.event_day",
                )
                return


EXTRACTORS: tuple[Extractor, ...] = (find_topic, find_quotes, find_keyed, find_lines, find_event_day)
