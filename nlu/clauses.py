"""Cuts a note into clauses and says of each whose turn it is to act, and by what mode of speech."""

from __future__ import annotations

import itertools
import re
from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import partial

from nlu.masks import DATE, THEIRS, named
from nlu.tables import any_of, read_table

_TABLE = read_table("clauses")
_HAN = "\u4e00-\u9fff"
_OURS = any_of(_TABLE["ours"])
_THIRD = any_of(_TABLE["third"])
_REQUESTS = any_of(_TABLE["requests"])
_NOT_BEFORE = any_of(_TABLE["not_before_subject"])
_STOP = re.compile(r"[,。;!?…\n]|:(?!\d)|(?<=[^\d])\.(?=[^\d])|—+")
_SENTENCE_END = re.compile(r"[。!?\n]")
_CONNECTIVE = re.compile(
    rf"{any_of(_TABLE['connectives'])}|第[一二三四](?![方次批代台期季个版轮名步时])|(?:[①-⑨]|(?<!\d)[1-9][.、](?!\d))"
)
_THEY_ADD = re.compile(r"(?:还|又|也)(?:说|问|提|讲|抱怨)")
_WANTS_BY = re.compile(
    named(
        r"(?:他们|她们|他|她|<theirs>)?(?:还)?(?:说|要求|要)(?:(?:最[晚迟])?<date>(?:之?前)?就?要?(?:给|发|回|交)给?(?:他|她)|(?:最好)?<date>(?:之?前)?能?把[^,]{1,12}?(?:发|给|寄|送|交|传)(?:给|到)?(?:他|她|过去)"
        r"|最[晚迟]<date>(?:之?前)?就?(?:要|得|必须))"
    )
)
_ONLY_WHEN = re.compile(named(r"(?:就|先|再|约|约了|约在|定在|,)*(?:<date>(?:之?前|以?后)?)+"))
_NEGATED_REQUEST = re.compile(r"(?:没|不|别|不用)$")
_PARENTHESIS = re.compile(r"\([^()]{1,40}\)")
_SUBJECT = re.compile(
    r"(?:我们|咱们|我|咱(?!们)|他们|她们|他|她|对方|人家)(?!们)(?!自己的|[一两三]个|家[的里]|的|那边的)"
)
_SPEAKS = re.compile(
    r"(?:他们|她们|他|她)(?:说|问|觉得|让我|要我|嫌|担心|怕|答应|承认)|我们?(?:说|问|答应|解释|讲)"
)
_NO_SUBJECT_AFTER = re.compile(
    rf"(?:(?<!申)(?<!不(?=[上到来])){_NOT_BEFORE}|(?:约|见|找|问|催|陪|带|请|联系|通知|告诉|答应|给)(?:了|过|到|一下|下|问))$"
)
REQUEST = re.compile(
    named(
        rf"(?:{_REQUESTS})(?:着|了|一下)?(?:我们|咱们|我|咱)(?!们?的|这边的|报的|们)|(?:(?<=说)|(?<=行)|(?<=那)|(?<=,))你们?(?=<date>|把|给|尽快|抓紧|重新|先|过来|来(?!我)|帮|必须)|请(?=在?<date>|把|尽快|务必|抓紧)|(?:让|要求|叫|催着?)(?=<date>|把|尽快|抓紧|重新|改[到在期]|调整|[补换送发寄做出]|先(?!<theirs>)|再)"
    )
)
_DEMAND = re.compile(
    named(
        r"^(?:就|还|又|也|说|再|,)*(?:要求|务必|催着?|急着要)(?!我)|^.{0,14}前(?:得|要|必须)|最[晚迟]<date>|^.{0,14}?<date>(?:必须|得|要)(?:把|送到|交货|到货|发货)"
    )
)
_LEAD = re.compile(
    rf"(?:{_CONNECTIVE.pattern}|[那就也还又再先所以但都才哦啊嗯,、:\s]|的话|说是?|结果|现在|目前|最近|其实|本来|不过)*"
)
_FIRST = re.compile(rf"{_OURS}(?!的|报的|这边的)")
_THEIRS = re.compile(rf"{_THIRD}")
_SAID = re.compile(r"^.{0,4}?(?:说|讲|答应|表示|回复|解释|承诺|保证|跟[他她]说)(?:了|过|好)?,?")
_ASKED = re.compile(
    r"能不能|能否|可不可以|可否|行不行|是不是|有没有办法|愿不愿意|会不会|多久能|什么时候能|多少钱"
)


_GOES_BACK = re.compile(
    r"(?:[得要还需再先,]|需要|必须|这个|这事)*(?:回去|回公司|回来后?)(?:再|先|要|得)*(?:跟|和|找|问|向|商量|请示|申请|汇报)"
)
"""得回去跟老板商量: nobody is named, and only the rep goes back."""
_NEXT_DATE = re.compile(
    named(
        r"(?P<done>好|完|齐|下|货|过去|一趟|电话|给[他她]|发[他她]|吧|样品|报价|合同|资料|方案|了)(?=<date>(?:再|先)?(?:[把给带派去发请跟和送寄到来约开做打]|过去))"
    )
)


_ANSWER_OPENS = re.compile(
    rf"(?<=[^我们咱要再就先去得会来说让,{DATE}])给[他她]们?个?(?:回话|回电话|打电话|打个电话|答复|回复|准信|回个)"
)
_DATE_OPENS = re.compile(
    named(
        r"(?<=[^我们咱他她在从到等是要于让的约定说好了就,再先每备算划想<date>])<date>(?=(?:我|跟|和|去|陪|把|给[他她]|回[他她]|告诉|答复|通知)(?!我们))".replace(
            "<date>]", DATE + "]"
        )
    )
)


_SENDS_SOMEBODY = re.compile(r"(?:请|派|安排|(?:让|叫)(?!我(?!们)))(?:一下)?(?:我们|咱们?)?[^,。]{{1,6}}$")
_FIRST_ASK = re.compile(
    r"(?:核|问|确认|商量|请示|申请|排|查|算)[^,。]{1,8}?(?=再(?:报价|报个|给[他她]|发|回[他她复]|定))"
)
_NEXT_HANDED = re.compile(r"(?:给[他她]们?|发[他她])(?=把)")
"""跟工厂核库存|再报价: two deeds."""


class Owner(StrEnum):
    """Whose turn it is to act in a clause."""

    OURS = "ours"
    THEIRS = "theirs"
    UNKNOWN = "unknown"


class Mode(StrEnum):
    """How the deed of a clause is put."""

    REQUESTED = "requested"
    PROMISED = "promised"
    ASKED = "asked"
    PLAIN = "plain"


@dataclass(frozen=True, slots=True, kw_only=True)
class Clause:
    """`text[start:end]`; the deed begins at `deed_from`; clauses of one `sentence` share its number."""

    start: int
    end: int
    deed_from: int
    owner: Owner
    mode: Mode
    sentence: int
    inherited: bool = False


def split_clauses(
    text: str,
    *,
    dates: Iterable[tuple[int, int]],
    people: Iterable[tuple[int, int]],
    masked: str,
) -> tuple[Clause, ...]:
    """Clauses in order; together they cover every word of the note."""
    people = tuple(people)
    date_starts = {end: start for start, end in dates}
    edges = _edges(text, masked, date_starts, people)
    sentence_ends = [match.end() for match in _SENTENCE_END.finditer(text)]
    clauses: list[Clause] = []
    for start, end in itertools.pairwise(edges):
        bare_start, bare_end = _trimmed(text, start, end)
        if bare_start < bare_end:
            if (
                clauses
                and _ONLY_WHEN.fullmatch(masked, clauses[-1].deed_from, clauses[-1].end)
                and clauses[-1].end == bare_start
            ):
                clauses[-1] = replace(clauses[-1], end=bare_end)
                continue
            sentence = bisect_right(sentence_ends, bare_start)
            before = clauses[-1] if clauses else None
            clauses.append(_framed(masked, bare_start, bare_end, sentence, before, date_starts, people))
    return tuple(clauses)


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    while start < end and (_STOP.match(text, start) or text[start] in ' 、()"“”'):
        start += 1
    while end > start and (_STOP.match(text, end - 1) or text[end - 1] in " 、("):
        end -= 1
    return start, end


def _edges(
    text: str, masked: str, date_starts: dict[int, int], people: tuple[tuple[int, int], ...]
) -> list[int]:
    edges = {0, len(text)}
    edges |= {match.end() for match in _STOP.finditer(text)}
    edges |= {match.start() for match in _CONNECTIVE.finditer(text)}
    starts = [match.start() for match in _SUBJECT.finditer(text)]
    starts += [
        start
        for start, end in people
        if re.match(r"[^的那跟和与、]{0,4}?(?:说|问|要|让|想|嫌|担心|怕|催|答应|觉得)", text[end:])
    ]
    for start in starts:
        opens = _SPEAKS.match(text, start) and text[start - 1] not in "听据按等给帮跟和找问让请替"
        if start and (opens or not _NO_SUBJECT_AFTER.search(text, max(0, start - 4), start)):
            edges.add(_with_dates(text, start, date_starts))
    edges |= {
        _after_speech(masked, match.start())
        for match in REQUEST.finditer(masked)
        if _free(masked, match.start())
    }
    edges |= _between_deeds(masked)
    edges |= {
        match.start()
        for match in _DATE_OPENS.finditer(masked)
        if not _SENDS_SOMEBODY.search(masked, max(0, match.start() - 10), match.start())
    }
    edges |= {match.end() for match in _FIRST_ASK.finditer(text)}
    edges |= {match.end() for match in _NEXT_HANDED.finditer(text)}
    edges |= {match.start() for match in _ANSWER_OPENS.finditer(masked)}
    inside = (
        [match.span() for match in _PARENTHESIS.finditer(text)]
        + [(a, b) for a, b in people]
        + [(a, b) for b, a in date_starts.items()]
    )
    return sorted(edge for edge in edges if not any(a < edge < b for a, b in inside))


def _after_speech(text: str, start: int) -> int:
    """他说端午过后|让我送: a date right after 说 belongs to what is asked."""
    head = text[:start].rstrip(DATE)
    return len(head) if head.endswith(("说", "讲")) else start


def _free(text: str, start: int) -> bool:
    """Whether a request opens its own clause: its subject, or a date at the head, stays with it."""
    head = text[:start].rstrip(DATE)
    if len(head) < start:
        return bool(head) and not _HEAD_ENDS.search(head[-3:])
    return not re.search(
        rf"(?:他们|她们|他|她|我们|我|[想要会别就]|{THEIRS})$", text[max(0, start - 2) : start]
    )


_HEAD_ENDS = re.compile(r"(?:^|[,。;!?:①-⑨、]|\d[.、]|然后|另外|还有|我们?)$")


def _between_deeds(masked: str) -> set[int]:
    """把合同拟好|后天上午带过去签: a date after a verb that is complete opens the next deed."""
    return {match.end("done") for match in _NEXT_DATE.finditer(masked)}


def _with_dates(text: str, start: int, date_starts: dict[int, int]) -> int:
    """今晚我… belongs to me: a date right before a subject goes with it."""
    return date_starts.get(start, start)


def _framed(
    text: str,
    start: int,
    end: int,
    sentence: int,
    before: Clause | None,
    date_starts: dict[int, int],
    people: tuple[tuple[int, int], ...],
) -> Clause:
    clause = partial(_clause, start=start, end=end, sentence=sentence)
    request = REQUEST.search(text, start, end)
    if request and not _NEGATED_REQUEST.search(text, start, request.start()):
        return clause(Owner.OURS, Mode.REQUESTED, request.end())
    lead = _subject_place(text, start, end, date_starts)
    first = _FIRST.match(text, lead, end)
    if first:
        said = _SAID.match(text[first.start() : end])
        return clause(Owner.OURS, Mode.PROMISED, first.start() + said.end() if said else first.end())
    if _GOES_BACK.match(text, start, end):
        return clause(Owner.OURS, Mode.PROMISED, start)
    if _DEMAND.match(text[start:end]):
        return clause(Owner.OURS, Mode.REQUESTED, start)
    if _THEY_ADD.match(text, start, end):
        return clause(Owner.THEIRS, Mode.ASKED if _ASKED.search(text, start, end) else Mode.PLAIN, lead)
    if _WANTS_BY.match(text, start, end):
        return clause(Owner.OURS, Mode.REQUESTED, lead)
    if _THEIRS.match(text, lead, end) or any(a == lead for a, _ in people):
        mode = Mode.ASKED if _ASKED.search(text, start, end) else Mode.PLAIN
        return clause(Owner.THEIRS, mode, lead)
    if _ASKED.search(text, start, end):
        return clause(Owner.THEIRS, Mode.ASKED, lead)
    if before is not None and before.owner is Owner.OURS and before.sentence == sentence:
        return clause(Owner.OURS, before.mode, lead, inherited=True)
    return clause(Owner.UNKNOWN, Mode.PLAIN, lead)


def _clause(
    owner: Owner, mode: Mode, deed_from: int, *, start: int, end: int, sentence: int, inherited: bool = False
) -> Clause:
    return Clause(
        start=start,
        end=end,
        deed_from=deed_from,
        owner=owner,
        mode=mode,
        sentence=sentence,
        inherited=inherited,
    )


def _subject_place(text: str, start: int, end: int, date_starts: dict[int, int]) -> int:
    """Past connectives and dates: where the subject stands, if there is one."""
    date_ends = {a: b for b, a in date_starts.items()}
    place = start
    for _ in range(6):
        match = _LEAD.match(text, place, end)
        after = match.end() if match else place
        after = date_ends.get(after, after)
        if after == place or after >= end:
            break
        place = after
    return min(place, end)
