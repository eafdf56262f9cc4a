"""The rules as they are now: the playbook with what admins have set by chat."""

from __future__ import annotations

from dataclasses import replace

from bot.domain.overrides import apply_overrides
from handlers.context import Deps
from handlers.ports import UnitOfWork


def with_overrides(uow: UnitOfWork, deps: Deps) -> Deps:
    """The same parts with every override in effect, as of this transaction."""
    overrides = [each for each in uow.overrides.all() if each.value]
    if not overrides:
        return deps
    own = deps.own_playbook or deps.playbook
    return replace(deps, playbook=apply_overrides(own, overrides), own_playbook=own)
