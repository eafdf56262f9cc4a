"""Routes: the first one that matches takes the message. Matching and parsing are one step."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bot.domain.errors import NotAllowed, Refusal
from bot.domain.messages import Incoming, Kind, Outgoing
from bot.domain.people import Role
from bot.domain.understanding import Intent
from handlers.context import Context, Deps

Handler = Callable[[Context], list[Outgoing]]
Matcher = Callable[[Context], str | None]
"""The argument for the handler where the message fits, else None."""

_RANK = {Role.REP: 0, Role.SUPERVISOR: 1, Role.ADMIN: 2}


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """A word that people may type; help lists it to those who may use it."""

    names: tuple[str, ...]
    help: str
    role: Role
    usage: str = ""
    private: bool = False
    """Only in the single chat, like everything that admins do, unless the company allows it in groups."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """One matcher with its handler."""

    match: Matcher
    handle: Handler
    command: Command | None = None


class Router:
    """The routes of one module, in the order written."""

    def __init__(self) -> None:
        self.routes: list[Route] = []

    def command(
        self, *names: str, help: str, role: Role = Role.REP, usage: str = "", private: bool = False
    ) -> Callable[[Handler], Handler]:
        """A typed command; what follows the name becomes `ctx.argument`. Without `usage` nothing may
        follow. `private` or for admins, it is refused in groups.
        """
        private = private or role is Role.ADMIN
        command = Command(names=names, help=help, role=role, usage=usage, private=private)

        def match(ctx: Context) -> str | None:
            return None if ctx.incoming.kind is Kind.BUTTON else match_command(ctx.text, command)

        def handle_if_allowed(ctx: Context, handler: Handler) -> list[Outgoing]:
            if _RANK[ctx.member.role] < _RANK[role]:
                raise NotAllowed("people.not_allowed", role=ctx.deps.texts.label("role", role))
            require_single_chat(ctx.incoming, command, ctx.deps)
            return handler(ctx)

        def register(handler: Handler) -> Handler:
            route = Route(match=match, handle=lambda ctx: handle_if_allowed(ctx, handler), command=command)
            self.routes.append(route)
            return handler

        return register

    def button(self, name: str) -> Callable[[Handler], Handler]:
        """A button or drop-down whose action is `name:argument`."""

        def match(ctx: Context) -> str | None:
            action, _, argument = (ctx.incoming.action or "").partition(":")
            return argument if action == name else None

        return self._register(match)

    def waiting(
        self, state: str, *, fits: Callable[[Context, str], bool] = lambda _ctx, _subject: True
    ) -> Callable[[Handler], Handler]:
        """The next words, picture or file after the bot asked, where `fits(ctx, subject)` takes them as an
        answer.

        The dialog's subject becomes `ctx.argument`; what does not fit goes on to the later routes.
        """

        def match(ctx: Context) -> str | None:
            if ctx.dialog is None or ctx.dialog.state != state or ctx.incoming.kind is Kind.BUTTON:
                return None
            return ctx.dialog.subject if fits(ctx, ctx.dialog.subject) else None

        return self._register(match)

    def intent(self, *intents: Intent) -> Callable[[Handler], Handler]:
        """Words with one of these intents."""

        def match(ctx: Context) -> str | None:
            is_words = ctx.incoming.kind in (Kind.TEXT, Kind.VOICE) and not ctx.speech_problem
            return "" if is_words and ctx.understanding.intent in intents else None

        return self._register(match)

    def pattern(self, expression: str) -> Callable[[Handler], Handler]:
        """Typed or spoken words in which a regular expression is found."""
        wanted = re.compile(expression)
        return self.when(lambda ctx: ctx.incoming.kind is not Kind.BUTTON and bool(wanted.search(ctx.text)))

    def kind(self, *kinds: Kind) -> Callable[[Handler], Handler]:
        """Any message of these kinds."""
        return self._register(lambda ctx: "" if ctx.incoming.kind in kinds else None)

    def when(self, matches: Callable[[Context], bool]) -> Callable[[Handler], Handler]:
        """Any message for which `matches` holds."""
        return self._register(lambda ctx: "" if matches(ctx) else None)

    def _register(self, match: Matcher) -> Callable[[Handler], Handler]:
        def register(handler: Handler) -> Handler:
            self.routes.append(Route(match=match, handle=handler))
            return handler

        return register


def require_single_chat(incoming: Incoming, command: Command, deps: Deps) -> None:
    """Raise a Refusal for a private command in a group."""
    if command.private and incoming.room is not None and not deps.admin_in_groups:
        raise Refusal("group.single_chat_only")


def read_id(argument: str) -> int:
    """The id behind a button; 0, which nothing has, for what no button of ours says."""
    # A database holds whole numbers of 64 bits.
    return int(argument) if argument.isascii() and argument.isdigit() and len(argument) <= 18 else 0


def match_command(text: str, command: Command) -> str | None:
    """What follows the command's name, or None where the text is not this command."""
    line = unicodedata.normalize("NFKC", text).strip().rstrip("。.!")
    for name in command.names:
        if line == name:
            return ""
        if command.usage and line.startswith(name) and line[len(name)].isspace():
            return line[len(name) :].strip()
    return None


def first_match(routers: Sequence[Router], ctx: Context) -> list[Outgoing]:
    """Hand the message to the first route that fits, commands first; the last router must take everything."""
    routes = [route for router in routers for route in router.routes]
    # Whoever types a command while the bot waits for words means the command.
    for route in sorted(routes, key=lambda route: route.command is None):
        argument = route.match(ctx)
        if argument is not None:
            ctx.argument = argument
            return route.handle(ctx)
    raise LookupError("no route takes this message")


def commands_for(routers: Sequence[Router], role: Role) -> list[Command]:
    """The commands that a member of that role may use, in the order of the routers."""
    commands = [route.command for router in routers for route in router.routes if route.command]
    return [command for command in commands if _RANK[command.role] <= _RANK[role]]
