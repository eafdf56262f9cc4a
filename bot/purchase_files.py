"""Purchase lists that people have sent: the models in a file of the media store."""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain.playbook import Playbook
from storage.media import MediaFiles
from storage.purchases import read_models


def read_kept_models(media: MediaFiles, playbook: Playbook, media_ref: str) -> Sequence[str]:
    """The models of a purchase list in the media store; none where it is no table, or no longer kept."""
    try:
        data, _, name = media.get(media_ref)
    except KeyError:
        return ()
    return read_models(data, name, headings=playbook.purchase_headings)
