"""Finds the people a note speaks of, and whose side they are on."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from enum import StrEnum

from nlu.homophones import is_han
from nlu.names import NameHit, NameKind
from nlu.tables import any_of, read_table, words_of
from nlu.tokens import Words

_TABLE = read_table("people")
_SURNAME = any_of(_TABLE["surnames"])
_STRONG_SURNAME = any_of(set(words_of(_TABLE["surnames"])) - set(words_of(_TABLE["weak_surnames"])))
_TITLE = any_of(_TABLE["titles"])
_ROLES = words_of(_TABLE["roles"])
_DEPARTMENTS = words_of(_TABLE["departments"])
_FOLLOWS = words_of(_TABLE["follows"])
ROLE = any_of(_ROLES)
DEPARTMENT = any_of(_DEPARTMENTS)
BARE_TITLE = any_of(_TABLE["bare_titles"])
_HAN = "\u4e00-\u9fff"

_TITLED = re.compile(
    rf"(?P<name>(?:小|老)?(?P<surname>{_SURNAME})副?(?P<title>{_TITLE}))(?![{_HAN}]?程序)"
    rf"|(?P<nick>[{_HAN}](?:姐|哥|嫂|叔))|(?P<latin>[A-Z][a-z]+(?:姐|哥|总|工|小姐|先生|女士|经理))"
)
_FAMILIAR = re.compile(rf"(?:小|老)(?P<surname>{_SURNAME})|阿(?:[{_HAN}]|[A-Z][a-z]+)")
_LATIN = re.compile(r"(?<![A-Za-z阿])[A-Z][a-z]{2,}(?: [A-Z][a-z]+)?(?![A-Za-z])")
_ROLE_NAME = re.compile(
    rf"(?:{ROLE}|{DEPARTMENT}|总监)(?:是|叫|:)?(?:什么来着哦?)?(?=(?P<name>[{_HAN}]{{2,4}}))"
)
_INTRODUCED = re.compile(
    rf"(?:接手的是|接替的是|对接的是|负责的是|新来的是?|换成了?|名叫|叫(?:什么来着)?哦?|女儿|儿子|联系人)"
    rf"(?=(?P<name>[{_HAN}]{{2,4}}))"
)
_FREE_NAME = re.compile(
    rf"(?:^|[,。;:!?、\s]|带|找|约|见|和|跟)(?P<name>{_STRONG_SURNAME}[{_HAN}]{{1,2}}?)(?=(?:退休|离职|辞职|调走|说|讲|透露|"
    r"表示|反馈|要求|提议|提到|出差|接手|上任|负责|没在|不在|也在|以前|之前在|那边|去看|去我们|来我们|当面))"
)
_DECIDING = r"(?:签字|签|批|拍板|点头|同意|说了算|自己定|定(?!做|制)|最后|过目|审)"
_BARE = re.compile(
    rf"(?:(?<=[他她]们)|(?<=[他她])|(?<=见的)|(?<=^)|(?<=[,。]))(?P<bare>{BARE_TITLE})(?![{_HAN}]{{0,3}}(?:会|室|办))"
    rf"|(?P<headed>(?:商品|财务|采购|技术|运营|市场|销售|生产|研发|行政|人力|供应链|品牌|营销|项目)总监|{BARE_TITLE})(?={_DECIDING})"
)
_OURS_BEFORE = re.compile(
    rf"(?:我们|咱们|我司|我方|公司|咱)(?:的|家|这边|这)?(?:[{_HAN}]{{0,2}}?(?:{DEPARTMENT}|{ROLE}))?(?:的)?$"
)
_OURS_AFTER = re.compile(r"[(（](?:是)?(?:我们|咱们|咱|我的?|公司)")
_RIVAL_BEFORE = re.compile(r"(?:代理|竞争对手)的?$")
_GENERIC_FAMILIAR = frozenset(
    [
        "老师",
        "老板",
        "老总",
        "老家",
        "老化",
        "老机",
        "老旧",
        "老客",
        "老员",
        "小区",
        "小时",
        "小样",
        "小单",
        "小车",
        "小数",
        "小票",
        "小路",
        "小满",
        "老是",
        "老路",
        "小项",
        "小计",
        "小包",
        "小门",
        "小方",
        "小平",
        "小云",
        "小花",
        "小海",
        "小元",
        "老区",
        "老马",
        "小学",
        "小麦",
        "小米",
        "老房",
        "小于",
        "老年",
        "小白",
        "小厂",
        "小批",
        "小熊",
        "老化",
        "小公",
        "小高",
        "小龙",
        "小店",
        "老金",
    ]
) - frozenset(["老马", "小白", "小熊", "小高", "小方", "老金"])
_NOT_A_NAME = re.compile(
    r"(?:什么|没有|不是|自己|他们|我们|她们|那边|这边|现在|那个|这个|已经|今天|明天|昨天)"
)


class Side(StrEnum):
    """Whose people."""

    CUSTOMER = "customer"
    OURS = "ours"
    RIVAL = "rival"


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonHit:
    """One mention: `name` without role or department at `start` to `end`; `said_from` takes in the role."""

    name: str
    start: int
    end: int
    said_from: int
    surname: str
    title: str
    side: Side
    rule: str


def find_people(
    text: str, *, names: tuple[NameHit, ...], orgs: Iterable[tuple[int, int]], words: Words
) -> tuple[PersonHit, ...]:
    """Every mention in order, the surest where two overlap; each mention keeps its own place."""
    orgs = tuple(orgs)
    blocked = [(hit.start, hit.end) for hit in names if hit.kind is not NameKind.CONTACT] + list(orgs)
    org_ends = {end for _, end in orgs} | {hit.end for hit in names if hit.kind is NameKind.CUSTOMER}
    candidates = [
        *_known(text, names),
        *_titled(text, words),
        *_bare(text),
        *_after_role(text, org_ends, {match.end() for match in _TITLED.finditer(text)}, words),
        *_free(text, words),
        *_familiar(text, words),
        *_latin(text, org_ends, blocked),
    ]
    taken: list[PersonHit] = []
    for hit in sorted(candidates, key=lambda hit: (_RANK[hit.rule], -(hit.end - hit.start), hit.start)):
        clear = all(hit.end <= other.start or other.end <= hit.start for other in taken)
        if clear and all(hit.end <= start or end <= hit.start for start, end in blocked):
            taken.append(hit)
    taken = [
        hit for hit in taken if hit.rule != "people.bare" or all(hit.end != other.start for other in taken)
    ]
    taken += _repeated(text, taken)
    return tuple(sorted((_placed(text, hit) for hit in taken), key=lambda hit: hit.start))


_RANK = {
    "people.known": 0,
    "people.titled": 1,
    "people.nickname": 2,
    "people.role": 3,
    "people.latin": 4,
    "people.familiar": 5,
    "people.bare": 6,
    "people.repeated": 7,
}


def _hit(name: str, start: int, rule: str, *, surname: str = "", title: str = "") -> PersonHit:
    return PersonHit(
        name=name, start=start, end=start + len(name), said_from=start, surname=surname, title=title,
        side=Side.CUSTOMER, rule=rule,
    )  # fmt: skip


def _known(text: str, names: tuple[NameHit, ...]) -> Iterator[PersonHit]:
    for hit in names:
        if hit.kind is NameKind.CONTACT:
            yield _hit(text[hit.start : hit.end], hit.start, "people.known", surname=text[hit.start])


_NICKNAME_STOPS = frozenset("的了是我他她你们这那一二三个大小两叫有和跟去找问见个位帮给说")


def titled_spans(text: str, words: Words) -> tuple[tuple[int, int], ...]:
    """Where people are called by title: no organisation reaches across them."""
    return tuple((hit.start, hit.end) for hit in _titled(text, words))


_TITLE_IS_WORD = re.compile(
    r"工(?:厂|地|程|作|人|艺|期|序|业|具|资|商|装|况)|总(?:部|价|额|体|的|结|共|是|算|会|量|包|成|店|公司|务|监理|院)|采购(?:部|科|处|中心|的?[\u4e00-\u9fff]*[总经])|姐妹|哥们|董事会|会计(?:师|事务)|老板娘"
)


def _titled(text: str, words: Words) -> Iterator[PersonHit]:
    for match in _TITLED.finditer(text):
        rule = "people.titled" if match["name"] else "people.nickname"
        name = match.group()
        tail = text[match.end() - (1 if match["nick"] else len(match["title"] or " ")) :][:5]
        if _TITLE_IS_WORD.match(tail) and not tail.startswith("老板娘"):
            continue
        if match["nick"] and name[0] in _NICKNAME_STOPS:
            continue
        if _is_word_inside(text, match.start(), name, words):
            continue
        yield _hit(name, match.start(), rule, surname=match["surname"] or "", title=match["title"] or "")


_FUNCTION_BEFORE = frozenset("的了和跟与给去到在从是有要让说见找问请陪帮约这那他她我你们,。:;、!?")


def _is_word_inside(text: str, start: int, name: str, words: Words) -> bool:
    """施工, 大区经理: the would-be surname belongs to an ordinary word."""
    if len(name) == 2 and words.frequency(name) >= 100:
        return True
    pair = text[start - 1 : start + 1] if start else ""
    return bool(pair) and pair[0] not in _FUNCTION_BEFORE and words.frequency(pair) >= 100


def _bare(text: str) -> Iterator[PersonHit]:
    for match in _BARE.finditer(text):
        group = match.lastgroup or "bare"
        yield _hit(match[group], match.start(group), "people.bare", title=match[group])


def _free(text: str, words: Words) -> Iterator[PersonHit]:
    """A full name without any role, right before what only a person does."""
    for match in _FREE_NAME.finditer(text):
        name = match["name"]
        if words.frequency(name) == 0 and not _NOT_A_NAME.search(name) and not _NO_GIVEN.search(name[1:]):
            yield _hit(name, match.start("name"), "people.role", surname=name[0])


def _after_role(text: str, org_ends: set[int], title_ends: set[int], words: Words) -> Iterator[PersonHit]:
    places = {match.start("name"): _is_role(match.group()) for match in _ROLE_NAME.finditer(text)}
    places |= {match.start("name"): True for match in _INTRODUCED.finditer(text)}
    for place in {**dict.fromkeys(org_ends, False), **places}.keys() - title_ends:
        if _OFFICE_AHEAD.match(text, place):
            continue
        name = _full_name(text, place, words, after_role=places.get(place, False))
        if name:
            surname = re.match(_SURNAME, name)
            yield _hit(name, place, "people.role", surname=surname.group() if surname else "")


def _is_role(before: str) -> bool:
    return before in _ROLES or before.endswith(("总监", "叫", "哦", "是", ":"))


def _full_name(text: str, start: int, words: Words, *, after_role: bool) -> str:
    """The two to four characters of a full name that begins here, or nothing."""
    best, best_score = "", 2.5
    for length in (3, 2, 4):
        name = text[start : start + length]
        if len(name) == length and all(map(is_han, name)):
            score = _name_score(name, text[start + length : start + length + 4], words) + 0.5 * after_role
            if score > best_score:
                best, best_score = name, score
    return best


_NO_GIVEN = re.compile(
    r"[部科公司这那个不没很都价单我你他她们的了要让说问在把还一两几下上跟和与给去来是有权交货车台套做]|总|经理|主任|工$"
)
_OFFICE_AHEAD = re.compile(rf"{DEPARTMENT}|{ROLE}")
_PERSON_AHEAD = re.compile(r"[,:。、]|说|要|问|讲|嫌|觉得|的|在|让|透露|来电|担心|怕|打电话|表示|反馈|$")
_VERBAL = frozenset("开吃喝说问要提给打找走来去到交报看听讲谈聊催嫌怕")


_VERBAL_SURNAMES = frozenset("管解谈包应查来向到都明连全单从由盖信")


def surname_is_long(surname: re.Match[str] | None) -> bool:
    """Whether it is a surname of two characters."""
    return surname is not None and len(surname.group()) == 2


def _name_score(name: str, after: str, words: Words) -> float:
    """How much these characters look like a full name: surname, closing word, rarity."""
    surname = re.match(_SURNAME, name)
    given = name[len(surname.group()) :] if surname else name[1:]
    if (len(name) == 4 and not (surname and len(surname.group()) == 2)) or _NOT_A_NAME.search(name):
        return 0
    if _NO_GIVEN.search(given) or (not surname and _NO_GIVEN.search(name)):
        return 0
    closed = not after or not is_han(after[0]) or any(after.startswith(word) for word in _FOLLOWS)
    if not surname and not _PERSON_AHEAD.match(after):
        return 0
    score = 2.0 * closed
    if surname:
        score += 1.0 if re.match(_STRONG_SURNAME, name) is None else 1.5
    if name[0] in _VERBAL_SURNAMES and not surname_is_long(surname):
        score -= 1
    common = words.frequency(name)
    score -= 1.5 if common >= 1000 else (0.5 if common >= 100 else 0)
    if len(name) == 2 and not surname:
        score += 0.1
    if len(name) == 3 and surname and (words.frequency(name[1:]) > 3000 or name[2] in _VERBAL):
        score -= 1
    return score


def _familiar(text: str, words: Words) -> Iterator[PersonHit]:
    for match in _FAMILIAR.finditer(text):
        name = match.group()
        if name in _GENERIC_FAMILIAR:
            continue
        longer = text[match.start() : match.end() + 1]
        if words.frequency(longer) > 20 or words.frequency(text[match.end() - 1 : match.end() + 1]) > 3000:
            continue
        yield _hit(name, match.start(), "people.familiar", surname=match["surname"] or "")


_NOT_LATIN_NAMES = frozenset(["Logo", "Excel", "Word", "Email", "Offer", "Demo", "Case", "Bug"])


def _latin(text: str, org_ends: set[int], blocked: list[tuple[int, int]]) -> Iterator[PersonHit]:
    for match in _LATIN.finditer(text):
        if match.group() in _NOT_LATIN_NAMES or " " in match.group():
            continue
        yield _hit(match.group(), match.start(), "people.latin")


def _repeated(text: str, found: list[PersonHit]) -> Iterator[PersonHit]:
    """A full name found once by its role is the same name wherever else it stands."""
    taken = [(hit.start, hit.end) for hit in found]
    for hit in [hit for hit in found if hit.rule in ("people.role", "people.latin")]:
        for match in re.finditer(re.escape(hit.name), text):
            if all(match.end() <= start or end <= match.start() for start, end in taken):
                taken.append((match.start(), match.end()))
                yield replace(
                    hit, start=match.start(), end=match.end(), said_from=match.start(), rule="people.repeated"
                )


_ROLE_BEFORE = re.compile(
    rf"(?:(?:{DEPARTMENT})的?|新来的|副?(?:{ROLE})的?|[{_HAN}]{{0,2}}(?:总监|主管|经理|负责人))+$"
)


def _placed(text: str, hit: PersonHit) -> PersonHit:
    """With the role in front among the words said, and the side told from what stands around."""
    before = text[max(0, hit.start - 16) : hit.start]
    role = _ROLE_BEFORE.search(before)
    said_from = hit.start - len(role.group()) if role else hit.start
    side = Side.CUSTOMER
    if _OURS_BEFORE.search(before) or _OURS_AFTER.match(text, hit.end):
        side = Side.OURS
    elif _RIVAL_BEFORE.search(before):
        side = Side.RIVAL
    return replace(hit, said_from=said_from, side=side)


def distinct_people(hits: Iterable[PersonHit]) -> tuple[PersonHit, ...]:
    """One hit a person: the form said first; a full name and its title form are one."""
    kept: list[PersonHit] = []
    for hit in hits:
        if not any(_same_person(earlier, hit) for earlier in kept):
            kept.append(hit)
    return tuple(kept)


def _same_person(earlier: PersonHit, later: PersonHit) -> bool:
    if earlier.name == later.name or (len(later.name) > 1 and earlier.name.endswith(later.name)):
        return True
    full = earlier.rule in ("people.role", "people.known", "people.repeated") and not earlier.title
    short = later.rule in ("people.titled", "people.familiar")
    return full and short and bool(later.surname) and earlier.surname == later.surname
