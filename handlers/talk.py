"""Everything else that people say: a greeting, a cry for help, nothing at all, a note that gave no words."""

from __future__ import annotations

from bot.domain.errors import Stale
from bot.domain.messages import Card, Kind, Outgoing, Row
from bot.domain.understanding import Intent
from handlers.context import Context
from handlers.my_day import show_day
from handlers.router import Command, Router

router = Router()


@router.when(lambda ctx: bool(ctx.speech_problem))
def explain_speech_problem(ctx: Context) -> list[Outgoing]:
    """A voice note without words: what to do, and that it is kept."""
    minutes = ctx.deps.playbook.limits.voice_seconds // 60
    return ctx.reply(ctx.speech_problem, minutes=minutes)


@router.intent(Intent.QUERY)
def answer_query(ctx: Context) -> list[Outgoing]:
    """A question in free words: the day's list is what people ask for most."""
    return show_day(ctx)


@router.intent(Intent.SMALL_TALK)
def greet(ctx: Context) -> list[Outgoing]:
    """A greeting back, with what to say next."""
    return ctx.reply("notes.hello", name=ctx.member.name)


@router.kind(Kind.BUTTON)
def refuse_button(ctx: Context) -> list[Outgoing]:
    """A button that no route knows: old, or made up."""
    raise Stale


@router.kind(Kind.EVENT)
def ignore_event(ctx: Context) -> list[Outgoing]:
    """A platform's event that asks for nothing."""
    return []


@router.when(lambda ctx: any(char.isalnum() for char in ctx.text))
def ask_for_words(ctx: Context) -> list[Outgoing]:
    """Words that are no report, in any language."""
    return ctx.reply("notes.no_words")


@router.when(lambda _ctx: True)
def invite(ctx: Context) -> list[Outgoing]:
    """Nothing that can be worked with: empty, or emoji only."""
    return ctx.reply("notes.nothing")


def help_card(ctx: Context, commands: list[Command]) -> Card:
    """What this member can do now."""
    rows = [
        Row(label=command.names[0], value=" ".join(filter(None, (command.help, command.usage))))
        for command in commands
    ]
    note = "\n".join((ctx.say("help.dictate"), ctx.say("help.fix")))
    return Card(title=ctx.say("help.title"), rows=tuple(rows), note=note)
