"""What Prometheus reads of a connection's silence."""

from __future__ import annotations

import re

from bot.metrics import Metrics


def test_silence_is_told_of_connections_that_once_spoke() -> None:
    metrics = Metrics()
    assert b"genjin_stream_silent_seconds{" not in metrics.text()
    metrics.note_frame("dingtalk")
    [told] = re.findall(rb'genjin_stream_silent_seconds\{platform="dingtalk"\} (\S+)', metrics.text())
    assert float(told) >= 0
