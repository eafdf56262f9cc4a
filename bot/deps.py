"""What every turn of the conversation needs, put together from the concrete parts."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import partial

from bot.checks import check_all, measure_all
from bot.clock import Clock
from bot.dingtalk_check import Lookout
from bot.domain.calendar import WorkCalendar
from bot.platforms.wecom.links import UploadLinks
from bot.purchase_files import read_kept_models
from bot.wecom_ports import offer_upload
from config.calendar import load_calendar
from config.playbook import load_playbook
from config.settings import Settings
from handlers.context import CheckResult, Deps, Figure
from handlers.ports import UnitOfWork
from nlu.company_names import name_key
from nlu.homophones import may_name
from nlu.nearness import find_near
from nlu.search_terms import cut_terms
from nlu.understand import Understander
from prompts.texts import load_texts
from storage.database import Database
from storage.media import MediaFiles
from storage.sheets import SheetFiles

YEARS_BACK, YEARS_AHEAD = 2, 3


def open_calendar(settings: Settings, today: datetime) -> WorkCalendar:
    """The company's working days around today."""
    return load_calendar(today.year - YEARS_BACK, today.year + YEARS_AHEAD, overrides=settings.holidays)


def open_deps(
    settings: Settings,
    database: Database,
    clock: Clock,
    *,
    understander: Understander | None = None,
    links: UploadLinks | None = None,
    lookout: Lookout | None = None,
) -> Deps:
    """What every turn needs; loading an understander takes most of a second, so that a loaded one may be
    given. `lookout` knows what the platform last said of the settings.
    """
    texts, calendar = load_texts(), open_calendar(settings, clock.now())
    understander = understander or Understander.load(calendar)

    def check(uow: UnitOfWork) -> Sequence[CheckResult]:
        tried = check_all(
            uow, settings=settings, database=database, calendar=calendar, texts=texts, now=clock.now()
        )
        return [*tried, *(lookout.found if lookout else ())]

    def measure() -> Sequence[Figure]:
        return measure_all(settings=settings, database=database, texts=texts, now=clock.now())

    playbook = load_playbook(settings.playbook)
    return Deps(
        understand=understander.understand,
        may_name=may_name,
        playbook=playbook,
        calendar=calendar,
        texts=texts,
        check=check,
        cut_terms=cut_terms,
        find_near=find_near,
        name_key=name_key,
        sheets=SheetFiles(MediaFiles(settings.media_dir, database)),
        measure=measure,
        offer_upload=offer_upload(links) if links else None,
        admin_in_groups=settings.admin_in_groups,
        read_models=partial(read_kept_models, MediaFiles(settings.media_dir, database), playbook),
    )
