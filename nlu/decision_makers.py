"""Finds who decides: a person, a department or a body, by the verbs of deciding around the name."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.domain.understanding import Fact, Field
from nlu.people import BARE_TITLE, DEPARTMENT, PersonHit, Side
from nlu.reading import Reading
from nlu.tables import any_of, read_table

_TABLE = read_table("decisions")
_HAN = "\u4e00-\u9fff"
_BODY = any_of(_TABLE["bodies"])
_UPPER = any_of(_TABLE["upper"])
_DECIDES = any_of(_TABLE["decides"])
_NOUN = (
    rf"(?:(?:集团|总部|公司|院|校|厂|区|市|县|省)?(?:{DEPARTMENT}(?!的?[{_HAN}]{{1,2}}(?:总|经理|主任|科长|部长|姐|哥|工))|[{_HAN}]{{0,4}}?{_BODY})"
    rf"|(?:集团)?(?:{_UPPER})|[{_HAN}]{{2,4}}(?:局|委)|(?:{BARE_TITLE})|[{_HAN}]{{2}}总监|分管领导|CEO|CFO)"
)
_LEFT_OF_VERB = re.compile(
    rf"(?P<noun>{_NOUN})(?:那边|那关|这边|里|们|的人|最后|自己|还|都|才|来|要|得|也|必须|统一|投票|能|点头|再|先|一个人|还要|才能|说|,){{0,3}}(?P<verb>{_DECIDES})"
)
_AFTER_MARK = re.compile(
    rf"(?:过(?:一下|了|不了)?(?:他们|她们|院里|公司|集团)?|上(?:他们|她们)?|等(?:着)?(?:他们)?|报(?:到|给)?(?:他们)?|由|要(?:经|经过)|经(?:过)?|汇报给|需要|拍板的?是|说了算的?是|决定权在|最终看|(?:跟|和|与)(?=[{_HAN}]{{1,4}}(?:碰|商量预算|过预算))|得(?:上|过|经)|最后要?(?:过|看|给))(?P<noun>{_NOUN})(?![的]?(?:人|通知))"
)
_MEETING_SOON = re.compile(rf"(?P<noun>[{_HAN}]{{0,4}}?{_BODY})(?=[^,。]{{0,8}}?(?:开(?:会|$|,|。)|过会|过一遍|讨论|通过|上会|审))")
_PERSON_DECIDES = re.compile(
    rf"(?:那边|那关|这边|最后|自己|还|都|才|来|要|得|也|必须|当场|能|再|先|一个人|是|只要|不){{0,3}}(?:{_DECIDES})"
)
_PERSON_MARK = re.compile(r"(?:过|等|由|汇报给|就差|要|得|拍板的?是|说了算的?是|拿给|直接拿给|要看|最终看|报给|批的是|都要|还要|经|上)$")
_SELF = re.compile(r"(?:店里的事)?(?:他|她)(?:自己|一个人)?(?:说了算|拍板|就能定|能定|定就行)|(?:以后)?[^,。]{0,4}(?:他|她)说了算")
_NOT_ENTITLED = re.compile(r"不能|没权|定不了|不算|做不了主|只(?:管|能|是|负责)|不(?:负责|管)")
_OF_OURS = re.compile(r"(?:我们|咱们?|我司|公司)(?:的)?$")
_HARMLESS = re.compile(r"(?:预算|经费|款|资金)?已经批")


def find_decision_makers(reading: Reading, *, people: tuple[PersonHit, ...]) -> tuple[Fact, ...]:
    """Deciders in the order said, each once; `people` are the customer's people, one hit a mention."""
    found: dict[str, Fact] = {}
    hits = [*_nouns(reading, people), *_persons(reading, people), *_pronouns(reading, people)]
    for start, end, said_from, rule in sorted(hits):
        value = reading.text[start:end]
        if value not in found and not any(value in other or other in value for other in found):
            fact = reading.fact(Field.DECISION_MAKER, value, said_from, end, rule=rule)
            found[value] = fact
    return tuple(found.values())


Hit = tuple[int, int, int, str]


def _nouns(reading: Reading, people: tuple[PersonHit, ...]) -> Iterator[Hit]:
    text = reading.text
    blocked = [(hit.start, hit.end) for hit in people]
    for pattern in (_LEFT_OF_VERB, _AFTER_MARK, _MEETING_SOON):
        for match in pattern.finditer(text):
            start, end = _tidied(text, match.start("noun"), match.end("noun"))
            if start >= end or any(start < b and a < end for a, b in blocked):
                continue
            if _OF_OURS.search(text, max(0, start - 4), start) or _denied(text, match):
                continue
            yield start, end, start, "decision_makers.noun"


_JUNK_FRONT = re.compile(
    r"^(?:要过|得过|还要|过了|要|得|等|过|上|他们|她们|他|她|我们|的|在|是|由|给|最后|最终|现在|院里|先|再|让|但|这个|那个|说|就|报|经|跟|和|与|以后|都|然后|还有|其|归|只)+"
)


def _tidied(text: str, start: int, end: int) -> tuple[int, int]:
    match = _JUNK_FRONT.match(text, start, end)
    return (match.end() if match else start), end


def _denied(text: str, match: re.Match[str]) -> bool:
    return bool(re.search(r"不用|不需要|不经|不走|免", text[max(0, match.start() - 4) : match.end()]))


def _persons(reading: Reading, people: tuple[PersonHit, ...]) -> Iterator[Hit]:
    text = reading.text
    first = {hit.name: hit for hit in reversed(people)}
    for hit in people:
        if hit.side is not Side.CUSTOMER:
            continue
        follows = _PERSON_DECIDES.match(text, hit.end)
        if follows and not _NOT_ENTITLED.search(follows.group().replace("不点头", "")):
            yield first[hit.name].start, first[hit.name].end, first[hit.name].said_from, "decision_makers.person"
            continue
        before = text[max(0, hit.said_from - 6) : hit.said_from]
        decides = re.match(rf"[^,。]{{0,4}}?(?:{_DECIDES}|过目)", text[hit.end :])
        if _PERSON_MARK.search(before) and decides:
            yield first[hit.name].start, first[hit.name].end, first[hit.name].said_from, "decision_makers.person"


def _pronouns(reading: Reading, people: tuple[PersonHit, ...]) -> Iterator[Hit]:
    for match in _SELF.finditer(reading.text):
        before = [hit for hit in people if hit.end <= match.start() and hit.side is Side.CUSTOMER]
        if before and not _NOT_ENTITLED.search(match.group()):
            hit = before[-1]
            yield hit.start, hit.end, hit.said_from, "decision_makers.pronoun"


