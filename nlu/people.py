"""Finds the people a note speaks of, and whose side they are on."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from enum import StrEnum

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
    rf"|(?P<nick>[{_HAN}](?:姐|哥|嫂|叔))|(?P<latin>[A-Z][A-Za-z]+(?:姐|哥|总|工|小姐|先生|女士|经理))"
)
_FAMILIAR = re.compile(
    rf"(?:小|老)(?P<surname>{_SURNAME})(?![{_HAN}]*?(?:区|城|街))|阿(?:[{_HAN}]|[A-Z][a-z]+)"
)
_LATIN = re.compile(r"(?<![A-Za-z])[A-Z][a-z]{2,}(?: [A-Z][a-z]+)?(?![A-Za-z])")
_ROLE_NAME = re.compile(rf"(?:{ROLE}|{DEPARTMENT})(?:是|叫|,|:)?(?=(?P<name>[{_HAN}]{{2,4}}))")
_BARE = re.compile(rf"(?<![{_HAN}A-Z副])(?:[她他]们?的?)?({BARE_TITLE})|(?<=[她他]们)({BARE_TITLE})|(?<=见的)({BARE_TITLE})")
_OURS_BEFORE = re.compile(
    rf"(?:我们|咱们|我司|我方|公司|咱)(?:的|家|这边|这)?(?:[{_HAN}]{{0,2}}?(?:{DEPARTMENT}|{ROLE}))?(?:的)?$"
)
_OURS_AFTER = re.compile(r"[(（](?:是)?(?:我们|咱们|咱|我的?|公司)")
_RIVAL_BEFORE = re.compile(r"(?:代理|竞争对手)的?$")
_GENERIC_FAMILIAR = frozenset(
    ["老师", "老板", "老总", "老家", "老化", "老机", "老旧", "老客", "老员", "小区", "小时", "小样", "小单", "小车", "小数", "小票", "小路", "小满", "老是", "老路", "小项", "小计", "小包", "小门", "小方", "小平", "小云", "小花", "小海", "小元", "老区", "老马", "小学", "小麦", "小米", "老房", "小于", "老年", "小白", "小厂", "小批", "小熊", "老化", "小公", "小高", "小龙", "小店", "老金"]
) - frozenset(["老马", "小白", "小熊", "小高", "小方", "老金"])
_NOT_A_NAME = re.compile(r"(?:什么|没有|不是|自己|他们|我们|她们|那边|这边|现在|那个|这个|已经|今天|明天|昨天)")


class Side(StrEnum):
    """Whose people."""

    CUSTOMER = "customer"
    OURS = "ours"
    RIVAL = "rival"


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonHit:
    """One mention: `name` as the guidelines want it at `start` to `end`; `said_from` takes in the role in front."""

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
    """Every mention in order, longest first where two overlap; mentions of one person keep their own places."""
    blocked = [(hit.start, hit.end) for hit in names if hit.kind is not NameKind.CONTACT]
    org_ends = {end for _, end in orgs} | {hit.end for hit in names if hit.kind is NameKind.CUSTOMER}
    candidates = [
        *_known(text, names),
        *_titled(text),
        *_after_role(text, org_ends, words),
        *_familiar(text, words),
        *_latin(text, org_ends, blocked),
    ]
    taken: list[PersonHit] = []
    for hit in sorted(candidates, key=lambda hit: (_RANK[hit.rule], -(hit.end - hit.start), hit.start)):
        clear = all(hit.end <= other.start or other.end <= hit.start for other in taken)
        if clear and all(hit.end <= start or end <= hit.start for start, end in blocked):
            taken.append(hit)
    taken += _repeated(text, taken)
    return tuple(sorted((_placed(text, hit) for hit in taken), key=lambda hit: hit.start))


_RANK = {
    "people.known": 0,
    "people.titled": 1,
    "people.nickname": 2,
    "people.role": 3,
    "people.latin": 4,
    "people.familiar": 5,
    "people.repeated": 6,
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
_TITLE_IS_WORD = re.compile(r"工(?:厂|地|程|作|人|艺|期|序|业|具|资|商|装|况)|总(?:部|价|额|体|的|结|共|是|算|会|量|包|成|店|公司|务|监理|院)|采购(?:部|科|处|中心|的?[\u4e00-\u9fff]*[总经])|姐妹|哥们|董事会|会计(?:师|事务)|老板娘")


def _titled(text: str) -> Iterator[PersonHit]:
    for match in _TITLED.finditer(text):
        rule = "people.titled" if match["name"] else "people.nickname"
        name = match.group()
        tail = text[match.end() - (1 if match["nick"] else len(match["title"] or " ")) :][:5]
        if _TITLE_IS_WORD.match(tail) and not tail.startswith("老板娘"):
            continue
        if match["nick"] and name[0] in _NICKNAME_STOPS:
            continue
        yield _hit(name, match.start(), rule, surname=match["surname"] or "", title=match["title"] or "")


def _after_role(text: str, org_ends: set[int], words: Words) -> Iterator[PersonHit]:
    places = {match.start("name") for match in _ROLE_NAME.finditer(text)} | org_ends
    for place in places:
        name = _full_name(text, place, words)
        if name:
            surname = re.match(_SURNAME, name)
            yield _hit(name, place, "people.role", surname=surname.group() if surname else "")


def _full_name(text: str, start: int, words: Words) -> str:
    """The two or three characters of a full name that begins here, or nothing."""
    best, best_score = "", 0
    for length in (3, 2, 4):
        name = text[start : start + length]
        if len(name) < length or not re.fullmatch(rf"[{_HAN}]+", name):
            continue
        score = _name_score(name, text[start + length :], words)
        if score > best_score:
            best, best_score = name, score
    return best


_SCORE_NEEDED = 3


def _name_score(name: str, after: str, words: Words) -> int:
    surname = re.match(_SURNAME, name)
    if len(name) == 4 and not (surname and len(surname.group()) == 2):
        return 0
    if _NOT_A_NAME.search(name) or any(name.endswith(word) for word in ("说", "的", "了", "要", "让", "问", "在", "把")):
        return 0
    closed = not after or not re.match(rf"[{_HAN}]", after) or any(after.startswith(word) for word in _FOLLOWS)
    score = 2 * closed
    if surname and len(name) > len(surname.group()):
        score += 1 if re.match(_STRONG_SURNAME, name) is None else 2
    common = words.frequency(name)
    score -= 2 if common >= 300 else (1 if common >= 60 else 0)
    if len(name) == 3 and surname and words.frequency(name[1:]) > 2000:
        score -= 1
    if any(part in name for part in ("部", "科", "公", "司", "这", "那", "个", "不", "没", "很", "都", "价", "单")):
        score -= 2
    return score if score >= _SCORE_NEEDED else 0


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
                yield replace(hit, start=match.start(), end=match.end(), said_from=match.start(), rule="people.repeated")


_ROLE_BEFORE = re.compile(rf"(?:(?:{DEPARTMENT})的?|新来的|副?(?:{ROLE})的?|[{_HAN}]{{0,2}}(?:总监|主管|经理|负责人))+$")


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
