"""Search in the library: FTS5 on SQLite, full text on PostgreSQL, one interface; words are cut elsewhere."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, bindparam, func, select, table
from sqlalchemy import text as sql
from sqlalchemy.sql.expression import literal_column

from bot.domain.search_terms import Terms
from storage.track_tables import talk_tracks

NAME = "track_search"
_SHADOW = re.compile(rf"{NAME}(_\w+)?")
_TOKEN = re.compile(r"[0-9a-z\u4e00-\u9fff]+")
"""Nothing else reaches a query: such tokens mean the same in both query languages."""
_PREFIX_LETTERS = 2
MOST_TERMS = 24

# Outside the metadata: a virtual table on one database, weighted words in one column on the other.
_TABLE = table(NAME)


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchWords:
    """What an entry is found by, the weightiest first: its names, its surroundings, its text, all sounds."""

    track_id: int
    names: Terms
    scene: Terms
    body: Terms


def is_search_table(name: str | None) -> bool:
    """Whether a table belongs to the search: FTS5 keeps several beside its own."""
    return bool(name and _SHADOW.fullmatch(name))


def index_words(connection: Connection, entries: Sequence[SearchWords]) -> None:
    """Make entries findable by these words and no longer by others."""
    forget(connection, [entry.track_id for entry in entries])
    if not entries:
        return
    if connection.dialect.name == "sqlite":
        columns = "rowid, names, scene, body, sounds"
        insert = f"INSERT INTO {NAME} ({columns}) VALUES (:id, :names, :scene, :body, :sounds)"
        connection.execute(sql(insert), [_sqlite_row(entry) for entry in entries])
    else:
        insert = f"INSERT INTO {NAME} (track_id, document) VALUES (:id, CAST(:document AS tsvector))"
        connection.execute(sql(insert), [_postgresql_row(entry) for entry in entries])


def forget(connection: Connection, track_ids: Sequence[int]) -> None:
    """Make entries unfindable."""
    key = "rowid" if connection.dialect.name == "sqlite" else "track_id"
    if track_ids:
        delete = sql(f"DELETE FROM {NAME} WHERE {key} = :id")
        connection.execute(delete, [{"id": track_id} for track_id in track_ids])


def find(
    connection: Connection, terms: Terms, *, exact: str, visible: ColumnElement[bool], limit: int
) -> list[int]:
    """Ids of the entries that hold any of the terms, best first; a title that is just this comes before."""
    # A single character is looked for only where nothing longer was said: 期 alone is in too many words.
    longer = [word for word in terms.words if len(word) > 1]
    words, sounds = _tokens(longer or terms.words), _tokens(terms.sounds)
    if not words and not sounds:
        return []
    if connection.dialect.name == "sqlite":
        return _find_sqlite(connection, words, sounds, exact=exact, visible=visible, limit=limit)
    return _find_postgresql(connection, words, sounds, exact=exact, visible=visible, limit=limit)


def _tokens(words: Iterable[str]) -> list[str]:
    return [word for word in dict.fromkeys(words) if _TOKEN.fullmatch(word)][:MOST_TERMS]


def _is_prefix(token: str) -> bool:
    return token.isascii() and token.isalpha() and len(token) >= _PREFIX_LETTERS


def _sqlite_row(entry: SearchWords) -> dict[str, object]:
    sounds = _sounds(entry)
    return {
        "id": entry.track_id,
        "names": " ".join(_every(entry.names.words)),
        "scene": " ".join(_every(entry.scene.words)),
        "body": " ".join(_every(entry.body.words)),
        "sounds": " ".join(_every(sounds)),
    }


def _sounds(entry: SearchWords) -> tuple[str, ...]:
    names, scene = entry.names, entry.scene
    return (*names.sounds, *scene.sounds, *names.initials, *scene.initials)


def _every(words: Iterable[str]) -> list[str]:
    return [word for word in dict.fromkeys(words) if _TOKEN.fullmatch(word)]


def _find_sqlite(
    connection: Connection,
    words: list[str],
    sounds: list[str],
    *,
    exact: str,
    visible: ColumnElement[bool],
    limit: int,
) -> list[int]:
    parts = [f'{{names scene body}} : "{word}"' for word in words]
    parts += [f'sounds : "{sound}"{"*" if _is_prefix(sound) else ""}' for sound in sounds]
    matches = literal_column(NAME).op("MATCH")(bindparam("wanted", " OR ".join(parts)))
    # Smaller is better (https://sqlite.org/fts5.html#the_bm25_function).
    rank: ColumnElement[float] = literal_column(f"bm25({NAME}, 10.0, 5.0, 1.0, 4.0)")
    query = (
        select(talk_tracks.c.id)
        .join(_TABLE, literal_column(f"{NAME}.rowid") == talk_tracks.c.id)
        .where(matches, visible)
        .order_by((talk_tracks.c.title == exact).desc(), rank, talk_tracks.c.id)
        .limit(limit)
    )
    return list(connection.execute(query).scalars())


def _postgresql_row(entry: SearchWords) -> dict[str, object]:
    weights: dict[str, str] = {}
    sounds = _sounds(entry)
    parts = (("A", entry.names.words), ("B", entry.scene.words), ("D", entry.body.words))
    for weight, words in parts:
        for word in _every(words):
            weights.setdefault(f"w{word}", weight)
    for sound in _every(sounds):
        weights.setdefault(f"s{sound}", "C")
    return {"id": entry.track_id, "document": " ".join(f"{word}:1{at}" for word, at in weights.items())}


def _find_postgresql(
    connection: Connection,
    words: list[str],
    sounds: list[str],
    *,
    exact: str,
    visible: ColumnElement[bool],
    limit: int,
) -> list[int]:
    weights: ColumnElement[object] = literal_column("CAST('{0.1, 0.4, 0.5, 1.0}' AS real[])")
    document: ColumnElement[object] = literal_column(f"{NAME}.document")
    found: dict[int, None] = {}
    # Names first: ranking every text that holds a common pair of characters would take most of the time.
    for places in ("ABC", ""):
        parts = [_lexeme("w", word, places=places) for word in words]
        parts += [_lexeme("s", sound, places=places, prefix=_is_prefix(sound)) for sound in sounds]
        wanted = sql("CAST(:wanted AS tsquery)").bindparams(wanted=" | ".join(parts))
        rank = func.ts_rank(weights, document, wanted)
        query = (
            select(talk_tracks.c.id)
            .join(_TABLE, literal_column(f"{NAME}.track_id") == talk_tracks.c.id)
            .where(document.op("@@")(wanted), visible)
            .order_by((talk_tracks.c.title == exact).desc(), rank.desc(), talk_tracks.c.id)
            .limit(limit)
        )
        found |= dict.fromkeys(connection.execute(query).scalars())
        if len(found) >= limit:
            break
    return list(found)[:limit]


def _lexeme(kind: str, token: str, *, places: str, prefix: bool = False) -> str:
    marks = f"{'*' if prefix else ''}{places}"
    return f"{kind}{token}:{marks}" if marks else f"{kind}{token}"
