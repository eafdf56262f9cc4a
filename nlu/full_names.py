"""Finds full names: after a role, an organisation or an introduction, or before what only a person does."""

from __future__ import annotations

import re
from collections.abc import Iterator

from nlu.homophones import is_han
from nlu.persons import DEPARTMENT, HAN, PEOPLE, ROLE, ROLES, STRONG_SURNAME, SURNAME, PersonHit, person_hit
from nlu.tables import words_of
from nlu.tokens import Words

_FOLLOWS = words_of(PEOPLE["follows"])
_ROLE_NAME = re.compile(
    rf"(?=(?P<office>(?>{ROLE}|{DEPARTMENT}|总监)(?:是|叫|:)?(?:什么来着哦?)?)(?P<name>[{HAN}]{{2,4}}))"
)
_INTRODUCED = re.compile(
    rf"(?:接手的是|接替的是|对接的是|负责的是|新来的是?|换成了?|现在是|改由|换了|名叫|叫(?:什么来着)?哦?|女儿|儿子|联系人)"
    rf"(?=(?P<name>[{HAN}]{{2,4}}))"
)
_FREE_NAME = re.compile(
    rf"(?:^|[,。;:!?、\s]|带|找|约|见|和|跟)(?P<name>{STRONG_SURNAME}[{HAN}]{{1,2}}?)(?=(?:退休|离职|辞职|调走|说|讲|透露|"
    r"表示|反馈|要求|提议|提到|出差|接手|上任|负责|没在|不在|也在|以前|之前在|那边|去看|去我们|来我们|当面))"
)
_NOT_A_NAME = re.compile(
    r"(?:什么|没有|不是|自己|他们|我们|她们|那边|这边|现在|那个|这个|已经|今天|明天|昨天|^姓)"
)


def free_names(text: str, words: Words) -> Iterator[PersonHit]:
    """A full name without any role, right before what only a person does."""
    for match in _FREE_NAME.finditer(text):
        name = match["name"]
        if words.frequency(name) == 0 and not _NOT_A_NAME.search(name) and not _NO_GIVEN.search(name[1:]):
            yield person_hit(name, match.start("name"), "people.role", surname=name[0])


def names_after_roles(
    text: str, org_ends: set[int], title_ends: set[int], words: Words
) -> Iterator[PersonHit]:
    places = {match.start("name"): _is_role(match["office"]) for match in _ROLE_NAME.finditer(text)}
    places |= {match.start("name"): True for match in _INTRODUCED.finditer(text)}
    org_ends = org_ends | {end + 1 for end in org_ends if text.startswith("的", end)}
    for place in {**dict.fromkeys(org_ends, False), **places}.keys() - title_ends:
        if _OFFICE_AHEAD.match(text, place):
            continue
        name = _full_name(text, place, words, after_role=places.get(place, False))
        if name:
            surname = re.match(SURNAME, name)
            yield person_hit(name, place, "people.role", surname=surname.group() if surname else "")


def _is_role(before: str) -> bool:
    return before in ROLES or before.endswith(("总监", "叫", "哦", "是", ":"))


_SURELY_NAMED = re.compile(rf"(?![管解谈包应查来向到都明连全单从由盖信碰超]){STRONG_SURNAME}")


def _full_name(text: str, start: int, words: Words, *, after_role: bool) -> str:
    """The two to four characters of a full name that begins here, or nothing."""
    best, best_score = "", 2.5
    for length in (3, 2, 4):
        name = text[start : start + length]
        if len(name) == length and all(map(is_han, name)):
            score = _name_score(name, text[start + length : start + length + 4], words)
            score += after_role * (1.0 if _SURELY_NAMED.match(name) else 0.5)
            if score > best_score:
                best, best_score = name, score
    return best


_NO_GIVEN = re.compile(
    r"[部科公司这那个不没很都价单我你他她们的了要让说问在把还两几只管兼下上跟和与给去来是有权交货车台套做店厂局吗呢]|一$|总|经理|主任|工$"
)
_OFFICE_AHEAD = re.compile(rf"{DEPARTMENT}|{ROLE}")
_PERSON_AHEAD = re.compile(r"[,:。、]|说|要|问|讲|嫌|觉得|的|在|让|透露|来电|担心|怕|打电话|表示|反馈|他|她")
_VERBAL = frozenset("开吃喝说问要提给打找走来去到交报看听讲谈聊催嫌怕")


_VERBAL_SURNAMES = frozenset("管解谈包应查来向到都明连全单从由盖信")


def surname_is_long(surname: re.Match[str] | None) -> bool:
    """Whether it is a surname of two characters."""
    return surname is not None and len(surname.group()) == 2


def _name_score(name: str, after: str, words: Words) -> float:
    """How much these characters look like a full name: surname, closing word, rarity."""
    surname = re.match(SURNAME, name)
    given = name[len(surname.group()) :] if surname else name[1:]
    if (len(name) == 4 and not (surname and len(surname.group()) == 2)) or _NOT_A_NAME.search(name):
        return 0
    if _NO_GIVEN.search(given) or (not surname and _NO_GIVEN.search(name)):
        return 0
    closed = (
        not after
        or words.frequency(after[:2]) >= 50
        or not is_han(after[0])
        or any(after.startswith(word) for word in _FOLLOWS)
    )
    if not surname and not _PERSON_AHEAD.match(after):
        return 0
    score = 2.0 * closed
    if surname:
        score += 1.0 if re.match(STRONG_SURNAME, name) is None else 1.5
    if name[0] in _VERBAL_SURNAMES and not surname_is_long(surname):
        score -= 1
    common = words.frequency(name)
    score -= 1.5 if common >= 1000 else (0.5 if common >= 100 else 0)
    if len(name) == 2 and not surname:
        score += 0.1
    if len(name) == 3 and surname and (words.frequency(name[1:]) > 3000 or name[2] in _VERBAL):
        score -= 1
    return score
