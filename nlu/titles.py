"""Finds people by what they are called: 张总, 老葛, 芳姐, Coco姐, or a bare 老板娘."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from nlu.persons import (
    BARE_TITLE,
    HAN,
    PEOPLE,
    ROLE,
    STRONG_SURNAME,
    SURNAME,
    TITLE,
    PersonHit,
    person_hit,
)
from nlu.tables import words_of
from nlu.tokens import Words

_TITLED = re.compile(
    rf"(?P<name>(?:小|老)?(?P<surname>{SURNAME})副?(?P<title>{TITLE}))(?![{HAN}]?程序)"
    rf"|(?P<nick>(?:(?<![很最更太多有])[大小老阿])?[{HAN}](?:姐|哥|嫂|叔))|(?P<latin>[A-Z][a-z]+(?:姐|哥|总|工|小姐|先生|女士|经理))"
)
_FAMILIAR = re.compile(rf"(?:小|老)(?P<surname>{SURNAME})|阿(?:[{HAN}]|[A-Z][a-z]+)")
_BIG = re.compile(
    rf"(?<![{HAN}])大(?P<surname>{STRONG_SURNAME})(?=说|问|要|让|讲|嫌|那边|介绍|老客户|催|答应)|(?<=的)大(?P<other>{STRONG_SURNAME})(?=说|问|要|让|讲|嫌|那边|介绍|老客户|催|答应)"
)
_LATIN = re.compile(r"(?<![A-Za-z阿])[A-Z][a-z]{2,}(?: [A-Z][a-z]+)?(?![A-Za-z])")
_AFTER_ROLE = re.compile(
    rf"(?:{ROLE}|管理员|儿子|女儿|徒弟|侄子|外甥)(?P<name>[小老阿][{HAN}])"
    r"(?=[,:。(、]|说|讲|要|问|嫌|想|接待|觉得|也|来|打|提|催|负责|在|的电话|发|转告|带|收|签)"
)
_BRANCH = "(?:生产|技术|销售|采购|运营|财务|行政|质量|研发|分管|常务|市场|物业|商务|设备)"
_DECIDING = r"(?:签字|签|批|拍板|点头|同意|说了算|自己定|定(?!做|制)|最后|过目|审|汇报|请示)"
_BARE = re.compile(
    rf"(?:(?<=[他她]们)|(?<=[他她])|(?<=见的)|(?<=^)|(?<=[,。])|(?<=的)|(?<=说))(?P<bare>{_BRANCH}?(?>{BARE_TITLE})(?!裁))(?![{HAN}]{{0,3}}(?:会|室|办))(?=[^的办公助姓]|$)"
    rf"|(?P<acts>(?<![副大小老{HAN}])(?:老总|大老板|老板娘|董事长|总经理|院长|校长|园长|厂长|副总|VP|CEO|CTO|CFO|COO|CIO)(?!裁))(?=姓|出差|嫌|觉得|同意|不同意|没点头|点头|拍板|亲自|本人|回来|不肯|不松口|还没|没松口|要求|担心|在(?:两|几|三)家|管)"
    rf"|(?P<after>(?<=因为|可是|但是|直属)(?:老总|大老板|老板娘|董事长|总经理|院长|校长|园长|厂长|副总|VP|CEO|CTO|CFO|COO|CIO)(?!裁))(?=[^的办公助室会]|$)"
    rf"|(?P<duty>(?<![{HAN}])(?:质量|安全|财务|采购|商品|技术|运营|生产|研发)(?:总监|部长|副总|总经理))(?=[-—,:(]|说|要|问|让|嫌|觉得|那)"
    rf"|(?P<weak>(?:(?<![{HAN}])|(?<=[他她]们))(?:主任|经理|总监|科长|部长|处长|店长|主管|书记|站长|队长))(?=说|要|让|问|那边|觉得|嫌|担心|同意|点头|拍板|签字|不在|没在|不点头)"
    rf"|(?P<office>(?<=的)(?:{_BRANCH}|人事|品质|工程|项目|IT|信息|安全|客服)(?:经理|主管|总监|主任|部长|科长|负责人))(?=[(]|说|问|要|讲|让|嫌|觉得|反映|没|不在)"
    rf"|(?P<above>(?<=[要得等经由给跟向报])(?:副)?(?:县长|市长|区长|厅长|处长|科长|部长|主任|总监|经理|书记|总工))(?=(?:回来)?{_DECIDING})"
    rf"|(?P<headed>(?:商品|财务|采购|技术|运营|市场|销售|生产|研发|行政|人力|供应链|品牌|营销|项目)总监|(?<![副管])(?:{_BRANCH}?{BARE_TITLE}))(?=(?:回来)?{_DECIDING})"
)
_DOUBLED = re.compile(rf"(?<![姓叫])(?P<name>([{HAN}])\2(?:老师|姐姐|小姐|女士|经理|医生))")
_NAME_AND_TITLE = re.compile(rf"(?P<name>(?P<surname>{SURNAME})[{HAN}]{{1,2}})(?=(?P=surname)(?:{TITLE}))")
_NICKNAME_STOPS = frozenset("的了是我他她你们这那一二三个大小两叫有和跟去找问见个位帮给说")


_TITLE_IS_WORD = re.compile(
    r"工(?:厂|地|程|作|人|艺|期|序|业|具|资|商|装|况)|总(?:部|价|额|体|的来|结|共|算|归|之|量|包|成|店|公司|务|监理|院)|采购(?:部|科|处|中心|的?[\u4e00-\u9fff]*[总经])|姐妹|哥们|董事会|会计(?:师|事务)|老板娘"
)


_FUNCTION_BEFORE = frozenset("的了和跟与给去到在从是有要让说见找问请陪帮约这那他她我你们,。:;、!?")


_NOT_PEOPLE = frozenset(words_of(PEOPLE["not_people"]))
_NOT_LATIN_NAMES = frozenset(["Logo", "Excel", "Word", "Email", "Offer", "Demo", "Case", "Bug"])


def titled_spans(text: str, words: Words) -> tuple[tuple[int, int], ...]:
    """Where people are called by title: no organisation reaches across them."""
    return tuple((hit.start, hit.end) for hit in titled_people(text, words))


@lru_cache(maxsize=16)
def titled_people(text: str, words: Words) -> tuple[PersonHit, ...]:
    """Kept for the last texts, as several readers ask for the people of one note."""
    return tuple(_titled_people(text, words))


def _titled_people(text: str, words: Words) -> Iterator[PersonHit]:
    for match in _TITLED.finditer(text):
        rule = "people.titled" if match["name"] else "people.nickname"
        name = match.group()
        tail = text[match.end() - (1 if match["nick"] else len(match["title"] or " ")) :][:5]
        if _TITLE_IS_WORD.match(tail) and not tail.startswith("老板娘"):
            continue
        if name in _NOT_PEOPLE or (match["nick"] and name.lstrip("大小老")[0] in _NICKNAME_STOPS):
            continue
        by_nickname = len(name) == 3 and name[0] in "小老阿" and name[-1] in "姐哥嫂叔"
        if name.startswith("由") or (not by_nickname and _is_word_inside(text, match.start(), name, words)):
            continue
        yield person_hit(
            name, match.start(), rule, surname=match["surname"] or "", title=match["title"] or ""
        )


_WORD_AHEAD = 200
_ENDS_A_WORD = {"方": frozenset("牌资甲乙主包买卖校院馆供需"), "边": frozenset("那这旁两左右里外")}
"""品牌方老板娘, 那边老板娘, 车队长: the would-be surname closes or opens another word."""
_TRADES = frozenset(("电商", "微商", "客商"))


def _is_word_inside(text: str, start: int, name: str, words: Words) -> bool:
    """施工, 大区经理: the would-be surname belongs to an ordinary word."""
    if len(name) == 2 and words.frequency(name) >= 100:
        return True
    if len(name) > 2 and words.frequency(name[:2]) >= _WORD_AHEAD:
        return True
    if text[max(0, start - 1) : start] in _ENDS_A_WORD.get(name[0], ()):
        return True
    pair = text[start - 1 : start + 1] if start else ""
    if pair in _TRADES:
        return True
    return bool(pair) and pair[0] not in _FUNCTION_BEFORE and words.frequency(pair) >= 100


def bare_titles(text: str) -> Iterator[PersonHit]:
    for match in _BARE.finditer(text):
        group = match.lastgroup or "bare"
        yield person_hit(match[group], match.start(group), "people.bare", title=match[group])


def doubled_people(text: str) -> Iterator[PersonHit]:
    """苗苗老师, and the full name in 卓越卓主任."""
    for match in _DOUBLED.finditer(text):
        yield person_hit(match["name"], match.start(), "people.titled", title=match["name"][2:])
    for match in _NAME_AND_TITLE.finditer(text):
        if len(match["name"]) > len(match["surname"]) and match["name"][0] != match["name"][-1]:
            yield person_hit(match["name"], match.start(), "people.role", surname=match["surname"])


def bare_titles_at(text: str, places: set[int]) -> Iterator[PersonHit]:
    """丰收农资老板娘: a bare title right after the organisation."""
    for place in places:
        match = _BARE_ALONE.match(text, place)
        if match:
            yield person_hit(match["bare"], match.start("bare"), "people.bare", title=match["bare"])


_BARE_ALONE = re.compile(rf"的?(?P<bare>{BARE_TITLE})(?=[^的办公助姓室会]|$)")


def familiar_people(text: str, words: Words) -> Iterator[PersonHit]:
    for match in _AFTER_ROLE.finditer(text):
        yield person_hit(match["name"], match.start("name"), "people.role", surname=match["name"][1])
    for match in _BIG.finditer(text):
        surname = match["surname"] or match["other"]
        yield person_hit(match.group(), match.start(), "people.familiar", surname=surname)
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
