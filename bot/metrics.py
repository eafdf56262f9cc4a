"""Counters and clocks for Prometheus; one registry an application: several can live in one process."""

from __future__ import annotations

import time

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20, 60)


class Metrics:
    """What an operator wants to see of one running program."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.accepted = self._counter("genjin_messages_accepted", "Messages stored and acknowledged")
        self.duplicates = self._counter("genjin_messages_duplicate", "Messages that were there already")
        self.refused = self._counter("genjin_messages_refused", "Messages refused because the queue was full")
        self.parked = self._counter("genjin_messages_parked", "Messages given up after repeated failures")
        self.failures = self._counter("genjin_turn_failures", "Turns that failed and are tried again")
        self.sent = self._counter("genjin_sent", "Messages that left")
        self.send_failures = self._counter("genjin_send_failures", "Sends that failed and are tried again")
        self.card_refusals = self._counter("genjin_card_refusals", "Cards that went out as their typed twin")
        self.nudges = self._counter("genjin_nudges", "Nudges that fell due")
        self.callbacks_refused = self._counter(
            "genjin_callbacks_refused", "Callbacks that were not genuine", labels=("platform", "reason")
        )
        self.callbacks_ignored = self._counter(
            "genjin_callbacks_ignored", "Genuine callbacks that nobody sent", labels=("platform",)
        )
        self.tokens_fetched = self._counter(
            "genjin_tokens_fetched", "Access tokens asked for", labels=("platform",)
        )
        self.sends_held_back = self._counter(
            "genjin_sends_held_back", "Messages that wait for a platform's limit", labels=("platform",)
        )
        self.streams_opened = self._counter(
            "genjin_streams_opened", "Connections opened to a platform that pushes", labels=("platform",)
        )
        self._stream_silence = Gauge(
            "genjin_stream_silent_seconds",
            "Seconds since a platform's connection has said anything, if only a ping",
            ("platform",),
            registry=self.registry,
        )
        self._heard_at: dict[str, float] = {}
        self.turn_seconds = self._histogram("genjin_turn_seconds", "From acknowledged to answered")
        self.speech_factor = self._histogram("genjin_speech_factor", "Recognition time over length of speech")

    def note_frame(self, platform: str) -> None:
        """A platform's connection has said something now."""
        self._heard_at[platform] = time.monotonic()

    def text(self) -> bytes:
        """The page that Prometheus reads."""
        for platform, heard_at in self._heard_at.items():
            self._stream_silence.labels(platform).set(time.monotonic() - heard_at)
        return generate_latest(self.registry)

    def _counter(self, name: str, what: str, *, labels: tuple[str, ...] = ()) -> Counter:
        return Counter(name, what, labels, registry=self.registry)

    def _histogram(self, name: str, what: str) -> Histogram:
        return Histogram(name, what, registry=self.registry, buckets=SECONDS)
