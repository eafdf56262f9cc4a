"""What the console is given: history, media, people, samples and the clock, from storage and data."""

from __future__ import annotations

import io
import json
import wave
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta
from pathlib import Path

from bot.clock import Clock, MovableClock
from bot.domain.messages import Address
from bot.platforms.base import Media
from bot.platforms.console.ports import Person, Sample, Shown
from handlers.turn import OpenTransaction
from prompts.texts import Texts
from storage.conversation import conversation
from storage.database import Database
from storage.media import MediaFiles

SAMPLES_DIR = Path(__file__).parent.parent / "prompts" / "samples"
GUEST = "guest"
PREVIEW_RATE = 16000


class StoredHistory:
    """What was said before, out of inbox and outbox."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def conversation(self, address: Address, *, limit: int) -> Sequence[Shown]:
        """The newest messages of one person, oldest first."""
        lines = conversation(self._database, address, limit=limit)
        return [
            Shown(
                ref=line.ref,
                at=line.at,
                incoming=line.incoming,
                outgoing=line.outgoing,
                transcript=line.transcript,
            )
            for line in lines
        ]


class StoredMedia:
    """Voice notes, pictures and files of the media folder."""

    def __init__(self, files: MediaFiles) -> None:
        self._files = files

    def put(self, data: bytes, *, name: str, media_type: str) -> str:
        """Keep the bytes; their hash is the reference."""
        return self._files.put(data, name=name, media_type=media_type)

    def get(self, media_ref: str) -> Media:
        """Read them back; KeyError for an unknown reference."""
        data, media_type, name = self._files.get(media_ref)
        return Media(data=data, media_type=media_type, name=name)


class KnownPeople:
    """The members with a console account, and a guest whom the bot does not know."""

    def __init__(
        self, open_transaction: OpenTransaction, *, now: Callable[[], datetime], texts: Texts
    ) -> None:
        self._open = open_transaction
        self._now = now
        self._texts = texts

    def members(self) -> Sequence[Person]:
        """Everybody who can be chosen."""
        with self._open("console:people", self._now()) as uow:
            found = [
                Person(user_id=address.user_id, name=member.name, role=member.role, team=member.team)
                for member in uow.members.all()
                for address in member.addresses
                if address.platform == "console" and member.active
            ]
        if not any(person.user_id == GUEST for person in found):
            found.append(Person(user_id=GUEST, name=self._texts.say("people.guest"), role=None))
        return found


class DemoClock:
    """The clock of the page; the demo's can be moved, and each move lets everything happen that falls due."""

    def __init__(
        self,
        clock: Clock,
        *,
        next_event: Callable[[], datetime | None],
        tick: Callable[[], Awaitable[None]],
    ) -> None:
        self._clock = clock
        self._next_event = next_event
        self._tick = tick

    @property
    def movable(self) -> bool:
        """Whether this is the demo's clock."""
        return isinstance(self._clock, MovableClock)

    def now(self) -> datetime:
        """The present moment."""
        return self._clock.now()

    async def move(self, by: timedelta) -> None:
        """Go forward from reminder to reminder, as time does: nobody's nudge overtakes another's."""
        if not isinstance(self._clock, MovableClock):
            raise ValueError("only the demo's clock can be moved")
        goal = self._clock.now() + by
        while (due := self._next_event()) is not None and due < goal:
            if due > self._clock.now():
                self._clock.move(due - self._clock.now())
            await self._tick()
            if self._next_event() == due:
                break
        self._clock.move(max(timedelta(0), goal - self._clock.now()))
        await self._tick()

    async def next_event(self) -> datetime | None:
        """The moment of the next planned nudge."""
        return self._next_event()


class ShippedSamples:
    """The sample notes that come with the program."""

    def __init__(self, folder: Path = SAMPLES_DIR) -> None:
        self._folder = folder

    def samples(self) -> Sequence[Sample]:
        """All of them, in the order of the manifest."""
        lines = (self._folder / "manifest.jsonl").read_text(encoding="utf-8").splitlines()
        rows = [json.loads(line) for line in lines if line.strip()]
        return [Sample(id=row["id"], text=row["text"], seconds=row["seconds"]) for row in rows]

    def audio(self, sample_id: str) -> bytes:
        """The sound file of one; KeyError for an unknown id."""
        if sample_id not in {sample.id for sample in self.samples()}:
            raise KeyError(sample_id)
        return (self._folder / f"{sample_id}.amr").read_bytes()


class WavPreview:
    """Sound that browsers cannot play, made into a WAV file."""

    def wav(self, data: bytes) -> bytes:
        """The same sound, 16 kHz, 16 bit, mono. Raises NotAudio."""
        from nlu.speech_audio import decode_audio

        samples = decode_audio(data)
        written = io.BytesIO()
        with wave.open(written, "wb") as file:
            file.setnchannels(1)
            file.setsampwidth(2)
            file.setframerate(PREVIEW_RATE)
            file.writeframes((samples.clip(-1, 1) * 32767).astype("<i2").tobytes())
        return written.getvalue()
