"""An understanding laid over spaCy's characters."""

from __future__ import annotations

import pytest

from nlu.documents import document_of
from tests.nlu.understanding import understand


@pytest.mark.heavy
def test_spans_stand_over_the_words_said() -> None:
    document = document_of(understand("刚拜访完杭州康联，张总说下周和财务碰预算，让我发三份报价。"))
    said = {label: [span.text for span in group] for label, group in document.spans.items()}
    assert said["contact"] == ["张总"]
    assert said["send_quote"] == ["发三份报价"]
    assert said["due"] == ["下周"]
