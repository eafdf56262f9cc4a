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
_BRANCH = "(?:生产|技术|销售|采购|运营|财务|行政|质量|研发|分管|常务|市场|物业|商务|设备)"
_DECIDING = r"(?:签字|签|批|拍板|点头|同意|说了算|自己定|定(?!做|制)|最后|过目|审|汇报|请示)"
_BARE = re.compile(
    rf"(?:(?<=[他她]们)|(?<=[他她])|(?<=见的)|(?<=^)|(?<=[,。])|(?<=的)|(?<=说))(?P<bare>{_BRANCH}?{BARE_TITLE})(?![{HAN}]{{0,3}}(?:会|室|办))(?=[^的办公助姓]|$)"
    rf"|(?P<weak>(?:(?<![{HAN}])|(?<=[他她]们))(?:主任|经理|总监|科长|部长|处长|店长|主管|书记|站长|队长))(?=说|要|让|问|那边|觉得|嫌|担心|同意|点头|拍板|签字|不在|没在|不点头)"
    rf"|(?P<office>(?<=的)(?:{_BRANCH}|人事|品质|工程|项目|IT|信息|安全|客服)(?:经理|主管|总监|主任|部长|科长|负责人))(?=[(]|说|问|要|讲|让|嫌|觉得|反映|没|不在)"
    rf"|(?P<above>(?<=[要得等经由给跟向报])(?:副)?(?:县长|市长|区长|厅长|处长|科长|部长|主任|总监|经理|书记|总工))(?=(?:回来)?{_DECIDING})"
    rf"|(?P<headed>(?:商品|财务|采购|技术|运营|市场|销售|生产|研发|行政|人力|供应链|品牌|营销|项目)总监|(?<![副管])(?:{_BRANCH}?{BARE_TITLE}))(?=(?:回来)?{_DECIDING})"
)
_NICKNAME_STOPS = frozenset("的了是我他她你们这那一二三个大小两叫有和跟去找问见个位帮给说")


_TITLE_IS_WORD = re.compile(
    r"工(?:厂|地|程|作|人|艺|期|序|业|具|资|商|装|况)|总(?:部|价|额|体|的来|结|共|算下|量|包|成|店|公司|务|监理|院)|采购(?:部|科|处|中心|的?[\u4e00-\u9fff]*[总经])|姐妹|哥们|董事会|会计(?:师|事务)|老板娘"
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


_TRADES = frozenset(("电商", "微商", "客商"))


def _is_word_inside(text: str, start: int, name: str, words: Words) -> bool:
    """施工, 大区经理: the would-be surname belongs to an ordinary word."""
    if len(name) == 2 and words.frequency(name) >= 100:
        return True
    pair = text[start - 1 : start + 1] if start else ""
    if pair in _TRADES:
        return True
    return bool(pair) and pair[0] not in _FUNCTION_BEFORE and words.frequency(pair) >= 100


def bare_titles(text: str) -> Iterator[PersonHit]:
    for match in _BARE.finditer(text):
        group = match.lastgroup or "bare"
        yield person_hit(match[group], match.start(group), "people.bare", title=match[group])


def bare_titles_at(text: str, places: set[int]) -> Iterator[PersonHit]:
    """丰收农资老板娘: a bare title right after the organisation."""
    for place in places:
        match = _BARE_ALONE.match(text, place)
        if match:
            yield person_hit(match["bare"], match.start("bare"), "people.bare", title=match["bare"])


_BARE_ALONE = re.compile(rf"的?(?P<bare>{BARE_TITLE})(?=[^的办公助姓室会]|$)")


def familiar_people(text: str, words: Words) -> Iterator[PersonHit]:
    for match in _FAMILIAR.finditer(text):
        name = match.group()
        if name in _NOT_PEOPLE:
            continue
        longer = text[match.start() : match.end() + 1]
        if words.frequency(longer) > 20 or words.frequency(text[match.end() - 1 : match.end() + 1]) > 300:
            continue
        yield person_hit(name, match.start(), "people.familiar", surname=match["surname"] or "")


def latin_people(text: str) -> Iterator[PersonHit]:
    for match in _LATIN.finditer(text):
        if match.group() in _NOT_LATIN_NAMES or " " in match.group():
            continue
        yield person_hit(match.group(), match.start(), "people.latin")
