"""Finds who decides: a person, a department or a body, by the verbs of deciding around the name."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from bot.domain.understanding import Fact, Field, Signal
from nlu.clauses import Mode, Owner
from nlu.homophones import is_han
from nlu.persons import BARE_TITLE, DEPARTMENT, PersonHit, Side
from nlu.reading import Reading
from nlu.tables import any_of, read_table
from nlu.tokens import Words

_TABLE = read_table("decisions")
_HAN = "\u4e00-\u9fff"
_BODY = any_of(_TABLE["bodies"])
_UPPER = any_of(_TABLE["upper"]) + r"(?!招标|采购[部中]|成本)"
_DECIDES = any_of(_TABLE["decides"])
_PERSONAL = any_of(_TABLE["personal"]) + "(?![评量发货次])"
_PUBLIC = any_of(_TABLE["public"])
_PERSON_TITLE = rf"[{_HAN}]{{1,2}}(?:总|经理|主任|科长|部长|处长|姐|哥|工|老师)"
_NOUN = (
    rf"(?:(?P<body>{_BODY}|{_PUBLIC})|(?:集团|总部|公司|院|校|厂|业主)?(?:{DEPARTMENT})(?!的?{_PERSON_TITLE})|{_UPPER}"
    rf"|分管领导)"
)
_FILLING = any_of(_TABLE["filling"]) + "{0,3}"
_LEFT_OF_VERB = re.compile(rf"(?P<noun>{_NOUN}){_FILLING}(?P<verb>{_DECIDES})")
_AFTER_MARK = re.compile(
    r"(?:(?<![通超经])过(?:一下|了|不了)?|报到?给?|由|要经过?|经过|汇报给|拍板的?是|说了算的?是|决定权在|最终看|批的是|都(?:得|要)(?:问|听)|"
    rf"(?<!价)在(?=[^,。]{{2,6}}那边批)|(?:跟|向)(?:他们|她们)?(?=[{_HAN}]{{1,6}}(?:汇报|请示))|(?:跟|和|与)(?=[{_HAN}]{{1,4}}(?:碰|商量预算|过预算)))"
    rf"(?:他们|她们|院里|公司|我们)?(?P<noun>{_NOUN})(?!的?(?:人|通知|消息))"
)
_BODY_MARK = re.compile(
    rf"(?:上|进|过|经|开|得|要|要上|赶不上)(?:他们|她们|这一?[轮次届]|下一?[轮次]|院里|公司)*[{_HAN}]{{0,6}}?(?P<noun>(?P<body>{_BODY}))"
)
_MEETING_SOON = re.compile(
    rf"(?P<noun>(?P<body>{_BODY}))(?=[^,。]{{0,10}}?(?:开(?:会|$|,|。)|过会|过一遍|讨论|通过|上会|审|批|定))"
)
_BODY_NEEDS = re.compile(rf"(?P<noun>(?P<body>{_BODY}))(?:还|也)?(?:要|得|(?:过|批|审)了才)(?!求)")
_PERSON_DECIDES = re.compile(
    rf"(?:那边|那关|这边|最后|最终|才能|自己|还在?|都|才|来|要|得|也|必须|当场|能|再|先|一个人|是|只要|不|才能){{0,3}}(?:{_PERSONAL})|(?:那边|那里)?也?(?:要|得|必须)先?(?:同意|点头|签|批)(?!我们)|(?:从[^,。]{{1,5}})?回来(?:再|才能|才|以后|后)?(?:拍板|定|批|签)"
)
_PERSON_MARK = re.compile(
    r"(?:过|等|由|汇报给|就差|要|得|拍板的?是|说了算的?是|拿给|直接拿给|要看|最终看|报给|批的是|看|都要|还要|经|上|等着|先等|归|听)(?:他们|她们|院里|公司|集团)?的?$"
)
_REPORTS_TO = re.compile(r"(?:跟|向|给|和|找)(?:他们|她们|院里|公司|集团)?的?$")
_REPORTED = re.compile(r"(?:那边)?(?:去|再|做个|打)?(?:汇报|请示|打报告|报告一下|批一下|签字|点头)")
_SELF = re.compile(
    r"(?:他|她)不点头|(?:他|她)自己(?:签字|签个字|批|定|拍板)|(?:店里的事)?(?<!不是)(?<!不归)(?:他|她)(?:自己|一个人)?(?:说了算|拍板|就能定|能定|定就行)|(?:以后)?[^,。]{0,4}(?:他|她)说了算"
)
_NOT_ENTITLED = re.compile(r"不是|不能|没权|定不了|不算|做不了主|只(?:管|能|是|负责)|不(?:负责|管)")
_OF_OURS = re.compile(r"(?:我们|咱们?|我司|公司)(?:的)?$")
_HARMLESS = re.compile(r"(?:预算|经费|款|资金)?已经批")


def find_decision_makers(
    reading: Reading, *, people: tuple[PersonHit, ...], words: Words
) -> tuple[Fact, ...]:
    """Deciders in the order said, each once; `people` are the customer's people, one hit a mention."""
    found: dict[str, Fact] = {}
    hits = [*_nouns(reading, people, words), *_persons(reading, people), *_pronouns(reading, people)]
    hits += _framed(reading, people, words)
    for start, end, said_from, rule in sorted(hits):
        value = reading.text[start:end]
        if value not in found and not any(value in other or other in value for other in found):
            fact = reading.fact(Field.DECISION_MAKER, value, said_from, end, rule=rule)
            found[value] = fact
    return tuple(found.values())


Hit = tuple[int, int, int, str]


def shows_authority(
    reading: Reading, deciders: tuple[Fact, ...], contacts: tuple[PersonHit, ...]
) -> Fact | None:
    """The first decider who stands above the contact: a board, an office, head office, another person."""
    first = contacts[0].name if contacts else ""
    for fact in deciders:
        person = fact.rule == "decision_makers.person" and fact.value != first and len(contacts) > 1
        if fact.value == first and fact.rule != "decision_makers.body":
            continue
        if person or fact.rule == "decision_makers.body" or _ABOVE.match(fact.value):
            return replace(fact, field=Field.SIGNAL, value=Signal.AUTHORITY.value, rule="signals.decider")
    return None


_ABOVE = re.compile(rf"集团|总部|总公司|{_UPPER}|(?:[{_HAN}]{{2}})?(?:{BARE_TITLE})|分管领导")


def _nouns(reading: Reading, people: tuple[PersonHit, ...], words: Words) -> Iterator[Hit]:
    text = reading.text
    blocked = [(hit.start, hit.end) for hit in people]
    for pattern in (_LEFT_OF_VERB, _AFTER_MARK, _BODY_MARK, _MEETING_SOON, _BODY_NEEDS):
        for match in pattern.finditer(text):
            start, end = match.span("noun")
            if match["body"]:
                start = _with_modifiers(text, start, words)
                start = max(
                    [start, *(d.span.end for d in reading.dates if d.span.end <= match.start("noun"))]
                )
            if start >= end or any(start < b and a < end for a, b in blocked):
                continue
            if _by_us(reading, start) or _denied(text, match):
                continue
            yield start, end, start, "decision_makers.body" if match["body"] else "decision_makers.noun"


_FRONT_STOPS = frozenset(
    [
        "最终",
        "最后",
        "需要",
        "必须",
        "等到",
        "经过",
        "通过",
        "现在",
        "一轮",
        "还要",
        "赶不上",
        "下次",
        "他们",
        "她们",
        "设备",
        "要过",
        "得过",
        "提交",
    ]
)


def _with_modifiers(text: str, start: int, words: Words) -> int:
    """耗材管理委员会, 集团采购中心: with the words that belong to the name of the body."""
    reach = max(0, start - 6)
    for a, b in reversed(words.cuts(text[reach:start])):
        word = text[reach + a : reach + b]
        if word in words.closed or word in _FRONT_STOPS or not all(map(is_han, word)):
            break
        if len(word) == 1 and word not in "院校厂市区县省村试吃工会":
            break
        start = reach + a
    return start


def _by_us(reading: Reading, start: int) -> bool:
    """我得报大区批, 我们总部: ours."""
    said = next((c for c in reading.clauses if c.start <= start < c.end), None)
    mine = said and said.owner is Owner.OURS and said.mode is Mode.PROMISED
    if mine and said and _REPORTED_UP.search(reading.text, said.start, start):
        return True
    return bool(_OF_OURS.search(reading.text, max(0, start - 4), start))


_REPORTED_UP = re.compile(r"(?:得|要|先|再|回去)?(?:报|问|请示|申请)(?:给|到)?$")


_FRAMES = tuple(
    (re.compile(rf"(?:{row['before']})(?:他们|她们|院里|公司)?的?$"), re.compile(row["after"]))
    for row in _TABLE["frame"]
)
_ANY_NOUN = re.compile(_NOUN)
_REACH = 14


def _framed(reading: Reading, people: tuple[PersonHit, ...], words: Words) -> Iterator[Hit]:
    """关键在王总, 要过财务那一关: told by what stands around the name rather than by a verb."""
    text = reading.text
    first = {hit.name: hit for hit in reversed(people)}
    places = [(hit.start, hit.end, hit.said_from, "person") for hit in people if hit.side is Side.CUSTOMER]
    taken = [(start, end) for start, end, _, _ in places]
    for match in _ANY_NOUN.finditer(text):
        start = _with_modifiers(text, match.start(), words) if match["body"] else match.start()
        if all(match.end() <= a or b <= start for a, b in taken) and not _by_us(reading, start):
            places.append((start, match.end(), start, "body" if match["body"] else "noun"))
    for start, end, said_from, kind in places:
        before = text[max(0, said_from - _REACH) : said_from]
        if any(lead.search(before) and rest.match(text, end) for lead, rest in _FRAMES):
            hit = first.get(text[start:end])
            place = (hit.start, hit.end, hit.said_from) if hit else (start, end, said_from)
            yield (*place, f"decision_makers.{kind}")


def _denied(text: str, match: re.Match[str]) -> bool:
    before = text[max(0, match.start() - 4) : match.end()]
    passed = _PASSED.match(text, match.end("noun"))
    return bool(
        passed or re.search(r"不用|不需要|不经|不走|免", before) or _APPROVED.match(text, match.end())
    )


_PASSED = re.compile(
    r"(?:已经|都|上周|昨天)?(?:通过|批|同意|审)(?:下来|过)?了(?!字|才|就|再|之后|以后|我|,?才|没)"
)
_APPROVED = re.compile(r"(?:下来)?了(?!字|才|就|再|之后|以后|我|,?才|没)")
"""试吃委员会通过了: who has decided is not waited for any more."""


def _persons(reading: Reading, people: tuple[PersonHit, ...]) -> Iterator[Hit]:
    text = reading.text
    first = {
        hit.name: next((h for h in people if h.name.endswith(hit.name)), hit) for hit in reversed(people)
    }
    for hit in people:
        if hit.side is not Side.CUSTOMER:
            continue
        follows = _PERSON_DECIDES.match(text, hit.end)
        if follows and not _NOT_ENTITLED.search(follows.group().replace("不点头", "")):
            yield (
                first[hit.name].start,
                first[hit.name].end,
                first[hit.name].said_from,
                "decision_makers.person",
            )
            continue
        before = text[max(0, hit.said_from - 6) : hit.said_from]
        reports = _REPORTS_TO.search(before) and _REPORTED.match(text, hit.end)
        decides = reports or re.match(
            rf"[^,。]{{0,4}}?(?:{_DECIDES}|管|过目|的意思|的(?:,|。|$|时间))", text[hit.end :]
        )
        if reports or (_PERSON_MARK.search(before) and decides):
            yield (
                first[hit.name].start,
                first[hit.name].end,
                first[hit.name].said_from,
                "decision_makers.person",
            )


def _pronouns(reading: Reading, people: tuple[PersonHit, ...]) -> Iterator[Hit]:
    for match in _SELF.finditer(reading.text):
        before = [hit for hit in people if hit.end <= match.start() and hit.side is Side.CUSTOMER]
        if before and not _NOT_ENTITLED.search(match.group()):
            hit = before[-1]
            yield hit.start, hit.end, hit.said_from, "decision_makers.pronoun"
