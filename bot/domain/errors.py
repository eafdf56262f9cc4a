"""The drawn tree of everything that can go wrong; a docstring is what the error means.

BotError
├── Refusal             tell the person, by a text key and its values
│   ├── NotAllowed
│   └── OutOfBounds
├── Stale               an old or double button
├── AlreadyHandled      the message took effect before; stay silent
├── SpeechError         a voice note that cannot become words
│   ├── NotAudio
│   └── NoSpeech
├── ConfigError         a setting or a list that cannot be used
└── PlatformError       a chat platform refused or failed
    ├── TokenExpired
    ├── RateLimited
    └── CardRefused
"""

from __future__ import annotations


class BotError(Exception):
    """Anything that the product itself raises."""


class Refusal(BotError):
    """The person asked for something that cannot be done.

    `key` names the sentence in `prompts/messages.toml`.
    """

    def __init__(self, key: str, **values: object) -> None:
        super().__init__(key)
        self.key = key
        self.values = values


class NotAllowed(Refusal):
    """The person has no right to this."""


class OutOfBounds(Refusal):
    """A value lies outside its sane bounds."""


class Stale(BotError):
    """The button was pressed before, or what it acts on has changed since."""


class AlreadyHandled(BotError):
    """This message id took effect before."""


class SpeechError(BotError):
    """A voice note cannot become words."""


class NotAudio(SpeechError):
    """The bytes hold no sound that can be decoded."""


class NoSpeech(SpeechError):
    """The sound holds no speech: silence, noise or music."""


class ConfigError(BotError):
    """A setting, playbook or company list cannot be used; the message says where and why."""


class PlatformError(BotError):
    """A chat platform refused a call or did not answer."""

    def __init__(self, message: str, *, code: int | str | None = None, permanent: bool = False) -> None:
        super().__init__(message)
        self.code = code
        self.permanent = permanent


class TokenExpired(PlatformError):
    """The access token is no longer good."""


class RateLimited(PlatformError):
    """Too many calls; try again later."""


class CardRefused(PlatformError):
    """The platform takes no such card; the typed twin goes out instead."""
