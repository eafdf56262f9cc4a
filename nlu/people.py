"""Finds the people a note speaks of, and whose side they are on."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from nlu.full_names import free_names, names_after_roles
from nlu.names import NameHit, NameKind
from nlu.persons import DEPARTMENT, HAN, ROLE, PersonHit, Side, person_hit
from nlu.titles import bare_titles, bare_titles_at, familiar_people, latin_people, titled_people, titled_spans
from nlu.tokens import Words

_OURS_BEFORE = re.compile(
    rf"(?:我们|咱们|我司|我方|公司|咱)(?:的|家|这边|这)?(?:[{HAN}]{{0,2}}?(?:{DEPARTMENT}|{ROLE}))?(?:的)?$"
    r"|(?:我|我们|咱们?|已经|[,。])(?:已经|就|先|会|再|得|要)*(?:安排|派|协调|联系|叫)(?:了|好)?(?:售后|技术|工程师|师傅|研发|业务员)?$"
    r"|陪(?:我们)?(?:技术|售后|工程师|研发)$"
    r"|我们?(?:跟|和|带着?|同|叫上?|陪)(?:我们)?(?:技术|售后|工程师|同事|师傅|研发|设计师?|助理|徒弟|实习生)$"
    r"|(?:回去|回公司|回来|回头)(?:再|先|得|要)*(?:跟|和|找|问|向|请示)(?:一下|下)?$|[,。我得要先](?:再)?请示(?:一下|下)?$"
)
_OURS_AFTER = re.compile(r"[(（](?:是)?(?:我们|咱们|咱|我的?|公司)")
_RIVAL_BEFORE = re.compile(r"(?:代理|竞争对手)的?$")


def find_people(
    text: str, *, names: tuple[NameHit, ...], orgs: Iterable[tuple[int, int]], words: Words
) -> tuple[PersonHit, ...]:
    """Every mention in order, the surest where two overlap; each mention keeps its own place."""
    orgs = tuple(orgs)
    blocked = [(hit.start, hit.end) for hit in names if hit.kind is not NameKind.CONTACT] + list(orgs)
    org_ends = {end for _, end in orgs} | {hit.end for hit in names if hit.kind is NameKind.CUSTOMER}
    candidates = [
        *_known(text, names),
        *titled_people(text, words),
        *bare_titles(text),
        *bare_titles_at(text, org_ends),
        *names_after_roles(text, org_ends, {end for _, end in titled_spans(text, words)}, words),
        *free_names(text, words),
        *familiar_people(text, words),
        *latin_people(text),
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


def _known(text: str, names: tuple[NameHit, ...]) -> Iterator[PersonHit]:
    for hit in names:
        if hit.kind is NameKind.CONTACT:
            yield person_hit(text[hit.start : hit.end], hit.start, "people.known", surname=text[hit.start])


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
    rf"(?:(?:{DEPARTMENT})的?|新来的|副?(?:{ROLE})的?|[{HAN}]{{0,2}}(?:总监|主管|经理|负责人))+$"
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
