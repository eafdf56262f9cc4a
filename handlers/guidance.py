"""Help that helps: what this person can do here and now, and what a misspelt command may have meant."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import replace

from bot.domain.messages import Button, Card, Kind, Outgoing, Row
from bot.domain.understanding import Field
from handlers.context import Context
from handlers.items import open_items
from handlers.router import Command, Router, commands_for, first_match, read_id

ROWS = 7
"""With title, hint and buttons no more than ten lines."""
OFFERED = 3
SHORT = 6
"""Characters; a longer text without a slash is a note."""
MOST_WORDS = 200
SLASH = "/"

Routers = Callable[[], Sequence[Router]]


def build_guidance(routers: Routers) -> tuple[Router, Router]:
    """Two routers over all the others: help, and last of all what may have been meant."""
    general, last = Router(), Router()

    @general.command("帮助", "help", "?", "/帮助", help="看我能做什么")
    def show_help(ctx: Context) -> list[Outgoing]:
        return [ctx.show(help_card(ctx, usable(ctx, routers()), page=1))]

    @general.button("help.more")
    def show_more(ctx: Context) -> list[Outgoing]:
        page = min(read_id(ctx.argument), 99)
        return [ctx.show(help_card(ctx, usable(ctx, routers()), page=max(page, 1)))]

    @general.button("help.say")
    def say_it(ctx: Context) -> list[Outgoing]:
        words = ctx.argument[:MOST_WORDS]
        said = replace(ctx.incoming, kind=Kind.TEXT, text=words, action=None, card_key=None)
        return first_match(
            routers(), replace(ctx, incoming=said, text=words, dialog=None, _understanding=None)
        )

    @last.when(is_unknown_command)
    def suggest(ctx: Context) -> list[Outgoing]:
        return suggest_commands(ctx, usable(ctx, routers()))

    @last.when(lambda ctx: bool(near_words(ctx, usable(ctx, routers()))))
    def suggest_word(ctx: Context) -> list[Outgoing]:
        buttons = offered(near_words(ctx, usable(ctx, routers())), "")
        said = typed(ctx)
        return [ctx.show(Card(title=ctx.say("help.nearest_word", said=said), buttons=buttons))]

    return general, last


def usable(ctx: Context, routers: Sequence[Router]) -> list[Command]:
    """The commands that this person may use here; in a group those of the single chat are left out."""
    closed = ctx.incoming.room is not None and not ctx.deps.admin_in_groups
    return [each for each in commands_for(routers, ctx.member.role) if not (closed and each.private)]


def help_card(ctx: Context, commands: Sequence[Command], *, page: int) -> Card:
    """Seven commands a page, the most useful ones first."""
    first = ctx.deps.texts.label("help_first", ctx.member.role).split("|")
    rank = {name: number for number, name in enumerate(first)}
    by_name = {command.names[0]: command for command in commands}
    ranked = sorted(by_name.values(), key=lambda each: rank.get(each.names[0], len(rank)))
    pages = [ranked[at : at + ROWS] for at in range(0, len(ranked), ROWS)] or [[]]
    page = min(page, len(pages))
    rows = tuple(Row(label=each.names[0], value=described(ctx, each)) for each in pages[page - 1])
    title = ctx.say("help.title") if page == 1 else ctx.say("help.title_page", page=page)
    more = (ctx.button("help.more", f"help.more:{page + 1}"),) if page < len(pages) else ()
    note = ctx.say("help.dictate") if page == 1 else None
    return Card(title=title, rows=rows, note=note, buttons=more, settled=True)


def described(ctx: Context, command: Command) -> str:
    """What it does, with how it is written; what waits for this person is counted."""
    told = " ".join(filter(None, (command.help, command.usage)))
    if command.names[0] == ctx.deps.texts.label("help_counted", "day"):
        waiting = len(open_items(ctx.uow, ctx.deps.playbook, ctx.member))
        return ctx.say("help.items", what=told, count=waiting) if waiting else told
    return told


def typed(ctx: Context) -> str:
    """The words in plain characters."""
    return unicodedata.normalize("NFKC", ctx.text).strip()


def is_unknown_command(ctx: Context) -> bool:
    """Words that begin with a slash are a command or nothing, and never a note."""
    words = ctx.incoming.kind is Kind.TEXT and typed(ctx)
    return bool(words) and str(words).startswith(SLASH)


def suggest_commands(ctx: Context, commands: Sequence[Command]) -> list[Outgoing]:
    """The nearest commands as buttons, with what was typed behind; none acts before it is tapped."""
    head, _, rest = typed(ctx).partition(" ")
    names = [name for command in commands for name in command.names if name.startswith(SLASH)]
    two = " ".join(typed(ctx).split()[:2])
    plain = [name for command in commands for name in command.names if not name.startswith(SLASH)]
    near = dict.fromkeys(
        (
            *ctx.deps.find_near(two, [each for each in names if " " in each], sure=True, limit=1),
            *ctx.deps.find_near(head.lstrip(SLASH), plain, sure=True, limit=OFFERED),
            *ctx.deps.find_near(head, names, sure=False, limit=OFFERED),
        )
    )
    buttons = offered(tuple(near)[:OFFERED], rest)
    if not buttons:
        return ctx.reply("help.no_such", said=head[: SHORT * 2])
    return [ctx.show(Card(title=ctx.say("help.nearest", said=head[: SHORT * 2]), buttons=buttons))]


def offered(names: Sequence[str], rest: str) -> tuple[Button, ...]:
    """Each name as a button that says it."""
    buttons = []
    for name in names:
        # A name of two words has eaten the first word of what stood behind.
        behind = rest.partition(" ")[2] if " " in name else rest
        words = f"{name} {behind}".strip()[:MOST_WORDS]
        buttons.append(Button(label=name, action=f"help.say:{words}"))
    return tuple(buttons)


def near_words(ctx: Context, commands: Sequence[Command]) -> Sequence[str]:
    """The commands without a slash that a short word sounds or looks like; none where it may mean more."""
    said = typed(ctx)
    if ctx.incoming.kind is not Kind.TEXT or ctx.dialog or not 2 <= len(said) <= SHORT:
        return ()
    names = [name for command in commands for name in command.names if not name.startswith(SLASH)]
    near = ctx.deps.find_near(said, names, sure=True, limit=OFFERED)
    facts = ctx.understanding.visit
    return () if not near or facts.first(Field.CUSTOMER) or facts.mentions else near
