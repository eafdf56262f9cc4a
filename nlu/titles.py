"""Finds people by what they are called: 张总, 老葛, 芳姐, Coco姐, or a bare 老板娘."""

from __future__ import annotations

import re
from collections.abc import Iterator

from nlu.persons import BARE_TITLE, HAN, PEOPLE, SURNAME, TITLE, PersonHit, person_hit
from nlu.tables import words_of
from nlu.tokens import Words

_TITLED = re.compile(
    rf"(?P<name>(?:小|老)?(?P<surname>{SURNAME})副?(?P<title>{TITLE}))(?![{HAN}]?程序)"
    rf"|(?P<nick>[{HAN}](?:姐|哥|嫂|叔))|(?P<latin>[A-Z][a-z]+(?:姐|哥|总|工|小姐|先生|女士|经理))"
)
_FAMILIAR = re.compile(rf"(?:小|老)(?P<surname>{SURNAME})|阿(?:[{HAN}]|[A-Z][a-z]+)")
_LATIN = re.compile(r"(?<![A-Za-z阿])[A-Z][a-z]{2,}(?: [A-Z][a-z]+)?(?![A-Za-z])")
_DECIDING = r"(?:签字|签|批|拍板|点头|同意|说了算|自己定|定(?!做|制)|最后|过目|审)"
_BARE = re.compile(
    rf"(?:(?<=[他她]们)|(?<=[他她])|(?<=见的)|(?<=^)|(?<=[,。])|(?<=的)|(?<=说))(?P<bare>{BARE_TITLE})(?![{HAN}]{{0,3}}(?:会|室|办))(?=[^的办公助]|$)"
    rf"|(?P<headed>(?:商品|财务|采购|技术|运营|市场|销售|生产|研发|行政|人力|供应链|品牌|营销|项目)总监|(?<![副管])(?:{BARE_TITLE}))(?=(?:回来)?{_DECIDING})"
)
_NICKNAME_STOPS = frozenset("的了是我他她你们这那一二三个大小两叫有和跟去找问见个位帮给说")


_TITLE_IS_WORD = re.compile(
    r"工(?:厂|地|程|作|人|艺|期|序|业|具|资|商|装|况)|总(?:部|价|额|体|的|结|共|是|算|会|量|包|成|店|公司|务|监理|院)|采购(?:部|科|处|中心|的?[\u4e00-\u9fff]*[总经])|姐妹|哥们|董事会|会计(?:师|事务)|老板娘"
)


_FUNCTION_BEFORE = frozenset("的了和跟与给去到在从是有要让说见找问请陪帮约这那他她我你们,。:;、!?")


_NOT_PEOPLE = frozenset(words_of(PEOPLE["not_people"]))
_NOT_LATIN_NAMES = frozenset(["Logo", "Excel", "Word", "Email", "Offer", "Demo", "Case", "Bug"])


def titled_spans(text: str, words: Words) -> tuple[tuple[int, int], ...]:
    """Where people are called by title: no organisation reaches across them."""
    return tuple((hit.start, hit.end) for hit in titled_people(text, words))


def titled_people(text: str, words: Words) -> Iterator[PersonHit]:
    for match in _TITLED.finditer(text):
        rule = "people.titled" if match["name"] else "people.nickname"
        name = match.group()
        tail = text[match.end() - (1 if match["nick"] else len(match["title"] or " ")) :][:5]
        if _TITLE_IS_WORD.match(tail) and not tail.startswith("老板娘"):
            continue
        if name in _NOT_PEOPLE or (match["nick"] and name[0] in _NICKNAME_STOPS):
            continue
        if _is_word_inside(text, match.start(), name, words):
            continue
        yield person_hit(
            name, match.start(), rule, surname=match["surname"] or "", title=match["title"] or ""
        )


def _is_word_inside(text: str, start: int, name: str, words: Words) -> bool:
    """施工, 大区经理: the would-be surname belongs to an ordinary word."""
    if len(name) == 2 and words.frequency(name) >= 100:
        return True
    pair = text[start - 1 : start + 1] if start else ""
    return bool(pair) and pair[0] not in _FUNCTION_BEFORE and words.frequency(pair) >= 100


def bare_titles(text: str) -> Iterator[PersonHit]:
    for match in _BARE.finditer(text):
        group = match.lastgroup or "bare"
        yield person_hit(match[group], match.start(group), "people.bare", title=match[group])


def familiar_people(text: str, words: Words) -> Iterator[PersonHit]:
    for match in _FAMILIAR.finditer(text):
        name = match.group()
        if name in _NOT_PEOPLE:
            continue
        longer = text[match.start() : match.end() + 1]
        if words.frequency(longer) > 20 or words.frequency(text[match.end() - 1 : match.end() + 1]) > 3000:
            continue
        yield person_hit(name, match.start(), "people.familiar", surname=match["surname"] or "")


def latin_people(text: str) -> Iterator[PersonHit]:
    for match in _LATIN.finditer(text):
        if match.group() in _NOT_LATIN_NAMES or " " in match.group():
            continue
        yield person_hit(match.group(), match.start(), "people.latin")
