"""The library on both databases: search, versions, bindings, offers, and many entries at once."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.talk_tracks import Review, TalkTrack
from bot.domain.track_pushes import TrackPush
from bot.domain.understanding import Signal
from nlu.search_terms import cut_terms
from storage.database import Database
from storage.migrations import check, downgrade, upgrade
from tests.storage.samples import DAY, NOW, found_company

TODAY = NOW.date()
PRICE = TalkTrack(
    id=0,
    scene="报价谈判",
    title="嫌贵",
    text="您看的是单价，我们看三年。",
    signals=frozenset({Signal.PRICE}),
    aliases=("太贵", "价格高"),
    tags=("三年成本",),
    published_at=NOW - 70 * DAY,
)
DELIVERY = replace(
    PRICE, title="担心交期", scene="交付", text="您哪天必须用上？", aliases=(), signals=frozenset(), tags=()
)


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("嫌贵", ["嫌贵"]),
        ("太贵了", ["嫌贵"]),
        ("贵", ["嫌贵"]),
        ("xiangui", ["嫌贵"]),
        ("xian gui", ["嫌贵"]),
        ("XG", ["嫌贵"]),
        ("嫌跪", ["嫌贵"]),
        ("jiaoq", ["担心交期"]),
        ("交付", ["担心交期"]),
        ("三年成本", ["嫌贵"]),
        ("哪天必须", ["担心交期"]),
        ("' OR 1=1 --", []),
        ('"*^() NEAR AND', []),
        ("😀", []),
        ("", []),
    ],
)
def test_search(database: Database, asked: str, found: list[str]) -> None:
    company = found_company(database)
    with database.unit_of_work("m", NOW) as uow:
        uow.talk_tracks.add_all([PRICE, DELIVERY])
        shown = uow.talk_tracks.search(asked, cut=cut_terms, member=company.rep, today=TODAY, limit=5)
        assert [track.title for track in shown] == found


def test_names_weigh_more_than_text_and_the_very_title_most(database: Database) -> None:
    company = found_company(database)
    in_text = replace(PRICE, title="别的", text="交期以后再说，交期交期。", aliases=(), tags=())
    longer = replace(DELIVERY, title="交期和交期以外的交期")
    with database.unit_of_work("m", NOW) as uow:
        uow.talk_tracks.add_all([in_text, longer, replace(DELIVERY, title="交期")])
        shown = uow.talk_tracks.search("交期", cut=cut_terms, member=company.rep, today=TODAY, limit=5)
        assert [track.title for track in shown] == ["交期", "交期和交期以外的交期", "别的"]


def test_what_changed_is_found_by_its_new_words_only(database: Database) -> None:
    company = found_company(database)

    def find(words: str) -> list[str]:
        with database.unit_of_work("look", NOW) as uow:
            tracks = uow.talk_tracks.search(words, cut=cut_terms, member=company.rep, today=TODAY, limit=5)
            return [track.title for track in tracks]

    with database.unit_of_work("new", NOW) as uow:
        uow.act_as(company.rep.id)
        track = uow.talk_tracks.save(DELIVERY)
    assert find("交期") == ["担心交期"]
    with database.unit_of_work("change", NOW) as uow:
        uow.act_as(company.rep.id)
        uow.talk_tracks.save(replace(track, title="担心质量", version=2))
    assert (find("交期"), find("质量")) == ([], ["担心质量"])
    with database.unit_of_work("undo", NOW) as uow:
        uow.changes.undo_last(company.rep.id, since=NOW - DAY, now=NOW)
        assert uow.talk_tracks.latest_version(track.id) == 2
        assert [each.track.version for each in uow.talk_tracks.versions(track.id)] == [1]
    assert (find("交期"), find("质量")) == (["担心交期"], [])
    with database.unit_of_work("undo", NOW) as uow:
        uow.changes.undo_last(company.rep.id, since=NOW - DAY, now=NOW)
    assert find("交期") == []


def test_names_aliases_and_keys(database: Database) -> None:
    with database.unit_of_work("m", NOW) as uow:
        first, second = uow.talk_tracks.add_all([PRICE, DELIVERY])
        uow.talk_tracks.save(replace(PRICE, review=Review.DRAFT, title="草稿"))
        assert [track.id for track in uow.talk_tracks.called("太贵")] == [first]
        assert [track.id for track in uow.talk_tracks.called("担心交期")] == [second]
        assert uow.talk_tracks.called("贵") == ()
        keys = [("报价谈判", "嫌贵"), ("报价谈判", "草稿"), ("x", "y")]
        assert [track.id for track in uow.talk_tracks.known(keys).values()] == [first]


def test_the_same_offer_is_one_and_its_use_is_counted(database: Database) -> None:
    company = found_company(database)
    with database.unit_of_work("m", NOW) as uow:
        first, second = uow.talk_tracks.add_all([PRICE, DELIVERY])
        push = TrackPush(
            id=0,
            track_id=first,
            member_id=company.rep.id,
            occasion="visit:1",
            source="signal:price",
            pushed_at=NOW,
            customer_id=company.customer.id,
        )
        one, again = uow.track_pushes.offer(push), uow.track_pushes.offer(push)
        assert one == again
        uow.track_pushes.save(replace(one, opened_at=NOW, helpful=False))
        assert uow.track_pushes.totals() == (1, 1, 0, 1)
        [use] = uow.track_pushes.use(limit=5)
        assert (use.track_id, use.opened, use.helpful_percent) == (first, 1, 0)
        assert uow.track_pushes.unused(since=NOW - timedelta(days=60), limit=5) == (
            1,
            ((second, "担心交期"),),
        )
        whose = (company.rep.id, company.customer.id)
        assert uow.track_pushes.sources_since(*whose, since=NOW - DAY, but="visit:2") == {"signal:price"}
        assert uow.track_pushes.sources_since(*whose, since=NOW - DAY, but="visit:1") == frozenset()
        assert uow.track_pushes.sources_since(*whose, since=NOW, but="visit:2") == frozenset()
        assert uow.talk_tracks.remove_unused([first, second]) == (first,)


def test_entries_of_the_first_shape_are_found_after_the_migration(database: Database) -> None:
    company = found_company(database)
    with database.unit_of_work("m", NOW) as uow:
        uow.talk_tracks.save(PRICE)
        uow.talk_tracks.save(replace(PRICE, title="草稿", review=Review.DRAFT))
    downgrade(database, "card_codes")
    upgrade(database)
    check(database)
    with database.unit_of_work("look", NOW) as uow:
        [track] = uow.talk_tracks.search("嫌贵", cut=cut_terms, member=company.rep, today=TODAY, limit=5)
        assert (track.title, track.version, track.review, track.aliases) == ("嫌贵", 1, Review.APPROVED, ())
        assert uow.talk_tracks.for_signals({Signal.PRICE}, limit=5) == (track,)
        saved = uow.talk_tracks.save(replace(track, aliases=("太贵",)))
        assert uow.talk_tracks.called("太贵") == (saved,)
