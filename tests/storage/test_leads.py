"""Leads, seals, questions and answers are kept the same on both databases, undone and audited."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from bot.domain.leads import Lead, LeadStatus, plan_lead_nudges
from bot.domain.metric_rules import plan_pack
from bot.domain.nudges import LadderStep, NudgeStatus, Subject
from bot.domain.three_options import CustomerAnswer, Question
from bot.domain.triggers import Trigger, TriggerKind
from bot.domain.understanding import Signal
from config.calendar import load_calendar
from config.playbook import load_playbook
from storage.company_export import export_company
from storage.company_import import import_company
from storage.database import Database
from storage.migrations import check, downgrade, upgrade
from tests.storage.samples import NOW, Company, found_company

HOUR = timedelta(hours=1)


def make_lead(company: Company, source_id: str = "web:1") -> Lead:
    return Lead(
        id=0,
        source_id=source_id,
        company="绍兴检测中心",
        contact="张主任",
        phone="138 0000 0000",
        region="华东",
        product="分析仪",
        note="想看样机",
        received_at=NOW,
        due_at=NOW + HOUR / 4,
        member_id=company.rep.id,
        allotted_at=NOW,
    )


def test_a_lead_comes_back_as_it_was(database: Database) -> None:
    company = found_company(database)
    with database.unit_of_work("m", NOW) as uow:
        saved = uow.leads.save(make_lead(company))
        other = uow.leads.save(replace(make_lead(company, "web:2"), member_id=None, allotted_at=None))
    with database.unit_of_work("n", NOW) as uow:
        assert uow.leads.get(saved.id) == saved
        assert uow.leads.sent_as("web:1") == saved
        assert uow.leads.sent_as("web:9") is None
        assert uow.leads.open_among([saved.id, other.id, 99]) == {saved.id: saved, other.id: other}
        assert uow.leads.open_of([company.rep.id]) == (saved,)
        assert uow.leads.open_of([company.rep.id], with_nobodys=True) == (saved, other)
        assert uow.leads.load() == {company.rep.id: 1}
        assert uow.leads.latest() == {company.rep.id: NOW}
        assert uow.leads.allotted_since(NOW, [company.rep.id]) == (saved,)
        assert uow.leads.allotted_since(NOW + HOUR, [company.rep.id]) == ()


def test_a_source_has_one_lead(database: Database) -> None:
    company = found_company(database)
    with database.unit_of_work("m", NOW) as uow:
        uow.leads.save(make_lead(company))
    with pytest.raises(IntegrityError), database.unit_of_work("n", NOW) as uow:
        uow.leads.save(make_lead(company))


def test_a_seal_is_used_once_and_forgotten_later(database: Database) -> None:
    with database.unit_of_work("m", NOW) as uow:
        assert uow.leads.use_seal("s", now=NOW, forget_before=NOW - HOUR)
        assert not uow.leads.use_seal("s", now=NOW, forget_before=NOW - HOUR)
    later = NOW + 2 * HOUR
    with database.unit_of_work("n", later) as uow:
        assert uow.leads.use_seal("s", now=later, forget_before=later - HOUR)


def test_two_letters_of_one_lead_at_once_make_one(postgresql: Database) -> None:
    company = found_company(postgresql)
    kept: list[bool] = []
    both = threading.Barrier(2)

    def take(number: int) -> None:
        both.wait()
        with postgresql.unit_of_work(f"m{number}", NOW) as uow:
            uow.leads.use_seal("web:1", now=NOW, forget_before=NOW - HOUR)
            kept.append(uow.leads.sent_as("web:1") is None)
            if kept[-1]:
                uow.leads.save(make_lead(company))

    threads = [threading.Thread(target=take, args=(number,)) for number in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(kept) == [False, True]


def test_undo_takes_a_lead_away_with_its_reminders_and_gives_a_contact_back(database: Database) -> None:
    company = found_company(database)
    playbook = load_playbook()
    with database.unit_of_work("made", NOW) as uow:
        uow.act_as(company.rep.id)
        lead = uow.leads.save(make_lead(company))
        for nudge in plan_lead_nudges(
            lead,
            leader_id=company.supervisor.id,
            rules=playbook.leads,
            manners=playbook.manners,
            calendar=load_calendar(2024, 2029),
        ):
            assert uow.nudges.plan(nudge)
    with database.unit_of_work("done", NOW) as uow:
        uow.act_as(company.rep.id)
        uow.leads.save(replace(lead, status=LeadStatus.CONTACTED, contacted_at=NOW))
    since = NOW - HOUR
    with database.unit_of_work("undo", NOW) as uow:
        [change] = uow.changes.undo_last(company.rep.id, since=since, now=NOW)
        assert change.noun == "lead"
        assert uow.leads.get(lead.id) == lead
        assert len(uow.changes.of("lead", lead.id)) == 2
    with database.unit_of_work("undo2", NOW) as uow:
        uow.changes.undo_last(company.rep.id, since=since, now=NOW)
        gone = uow.leads.get(lead.id)
        assert gone is not None
        assert gone.status is LeadStatus.CANCELLED
        nudges = uow.nudges.of(Subject.LEAD, lead.id)
        assert {each.step for each in nudges} == {LadderStep.REP, LadderStep.ALERT, LadderStep.SUPERVISOR}
        assert {each.status for each in nudges} == {NudgeStatus.CANCELLED}


def test_questions_and_answers_come_back_as_they_were(database: Database) -> None:
    company = found_company(database)
    asked = Question(
        id=0,
        name="预算",
        options=("已定", "未定", "不愿说"),
        stage_key="negotiation",
        industries=("医院",),
        signals=frozenset({Signal.BUDGET}),
    )
    with database.unit_of_work("m", NOW) as uow:
        uow.act_as(company.rep.id)
        old = uow.questions.save(replace(asked, active=False))
        question = uow.questions.save(asked)
        answer = uow.customer_answers.save(
            CustomerAnswer(
                id=0,
                question_id=question.id,
                customer_id=company.customer.id,
                option="未定",
                member_id=company.rep.id,
                answered_at=NOW,
            )
        )
    with database.unit_of_work("n", NOW) as uow:
        assert uow.questions.active() == (question,)
        assert uow.questions.named("预算") == question
        assert uow.questions.get(old.id) == old
        assert uow.customer_answers.of([company.customer.id]) == (answer,)
    with database.unit_of_work("undo", NOW) as uow:
        uow.changes.undo_last(company.rep.id, since=NOW - HOUR, now=NOW)
        assert uow.customer_answers.of([company.customer.id]) == ()
        assert uow.questions.active() == ()


def test_an_older_program_finds_nothing_that_it_does_not_know(database: Database) -> None:
    company = found_company(database)
    with database.unit_of_work("m", NOW) as uow:
        uow.leads.save(make_lead(company))
        pack = uow.triggers.save(
            Trigger(id=0, kind=TriggerKind.METRIC, value="first_contact>15x3", said="首次联系>15分钟")
        )
        signal = uow.triggers.save(Trigger(id=0, kind=TriggerKind.SIGNAL, value="price", said="太贵"))
        uow.nudges.plan(plan_pack(pack.id, company.rep.id, now=NOW, manners=load_playbook().manners))
        told = uow.nudges.planned_since(Subject.PACK, pack.id, company.rep.id, since=NOW - 24 * HOUR)
        assert told
        assert not uow.nudges.planned_since(Subject.PACK, pack.id, company.rep.id, since=NOW + 24 * HOUR)
    downgrade(database, "track_library")
    with database.read() as connection:
        assert connection.execute(text("SELECT id FROM triggers")).scalars().all() == [signal.id]
        assert connection.execute(text("SELECT count(*) FROM nudges")).scalar() == 0
        assert connection.execute(text("SELECT count(*) FROM changes WHERE noun = 'lead'")).scalar() == 0
    upgrade(database)
    check(database)


def test_answers_are_exported_with_their_customers_and_an_import_leaves_them(
    sqlite: Database, tmp_path: Path
) -> None:
    company = found_company(sqlite)
    with sqlite.unit_of_work("m", NOW) as uow:
        question = uow.questions.save(Question(id=0, name="预算", options=("已定", "未定", "不愿说")))
        answer = CustomerAnswer(
            id=0,
            question_id=question.id,
            customer_id=company.customer.id,
            option="未定",
            member_id=company.rep.id,
            answered_at=NOW,
        )
        uow.customer_answers.save(answer)
    export_company(sqlite, tmp_path, NOW)
    told = f"预算=未定 ({NOW:%Y-%m-%d} 李明)"
    for name in ("company.toml", "customers.csv"):
        assert told in (tmp_path / name).read_text(encoding="utf-8-sig")
    import_company(sqlite, tmp_path, NOW)
    with sqlite.unit_of_work("n", NOW) as uow:
        assert [each.option for each in uow.customer_answers.of([company.customer.id])] == ["未定"]
