"""A judging session: queries, pools, and what each judge said of each document.

    judgements/my-queries/
      session.json            name, collection, systems, depth
      queries.jsonl           id, text
      pools.jsonl             query → documents in the order that judges see, and the rankings
      judges/mina.jsonl       a line for each key that was pressed, on the disk before the next page
      beir/                   corpus, queries and qrels/test.tsv: what `malmoi evaluate` reads
      qrels.trec              the same judgements, in TREC's form

All judges see the same documents in the same order, and no system's name. Several judges' grades of
a document are one in the qrels: their median, the lower one of two.
"""

from __future__ import annotations

import json
import re
import time
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from statistics import median_low
from threading import Lock

from malmoi.core.errors import RunError
from malmoi.core.files import (
    Record,
    append_line,
    drop_torn_line,
    read_lines,
    write_atomically,
    write_lines,
)
from malmoi.corpora.corpus import Corpus, Document, Qrels, Query
from malmoi.corpora.readers.beir import language_of, qrels_text, write_beir

SESSION, QUERIES, POOLS, JUDGES = "session.json", "queries.jsonl", "pools.jsonl", "judges"
GRADES = (0, 1, 2, 3)
NAME = re.compile(r"[\w][\w.-]{0,63}")
"""Of sessions and judges, which name files."""

_SPACE = re.compile(r"\s")
_KEEPING = Lock()
"""Judges' keys come one after the other, so that the qrels hold all of them."""

Pair = tuple[str, str]
"""A query's id and a document's."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """What a judge said of a document; `grade` is None where it was skipped."""

    query: str
    document: str
    grade: int | None
    note: str = ""


@dataclass(frozen=True)
class Session:
    """A session in its folder."""

    folder: Path
    name: str
    collection: str
    systems: tuple[str, ...]
    depth: int

    @classmethod
    def create(
        cls,
        folder: Path,
        collection: str,
        systems: Sequence[str],
        depth: int,
        queries: Sequence[str],
        documents: Sequence[Document],
    ) -> Session:
        """Begin a session; `session.json`, which makes it one, is written last.

        Args:
            folder: its own, named as the session is.
            collection: the name of what is searched.
            systems: whose results are pooled.
            depth: documents of each system and query that are judged.
            queries: their texts.
            documents: of the collection, to be written beside the judgements.

        Raises:
            RunError: there is a session of this name, the name can't be one, or there is no query
                or no system.
        """
        check_name(folder.name)
        if (folder / SESSION).exists():
            raise RunError(f"there is a session {folder.name!r} already; choose another name")
        if not queries or not systems:
            raise RunError("a session needs a query and a system at least")
        records = [{"id": f"q{n}", "text": text} for n, text in enumerate(queries, 1)]
        write_lines(folder / QUERIES, records)
        asked = tuple(Query(r["id"], r["text"], language_of(r["text"])) for r in records)
        write_beir(Corpus(folder.name, tuple(documents), asked), folder / "beir")
        values = {"collection": collection, "systems": list(systems), "depth": depth}
        write_atomically(folder / SESSION, json.dumps(values, ensure_ascii=False) + "\n")
        return cls.open(folder)

    @classmethod
    def open(cls, folder: Path) -> Session:
        """A session as it is.

        Raises:
            RunError: there is none.
        """
        path = folder / SESSION
        if not path.is_file():
            raise RunError(f"there is no session {folder.name!r}")
        values = json.loads(path.read_text(encoding="utf-8"))
        systems = tuple(values["systems"])
        return cls(folder, folder.name, values["collection"], systems, values["depth"])

    @cached_property
    def queries(self) -> dict[str, str]:
        """Id → text, in their order."""
        return {record["id"]: record["text"] for record in read_lines(self.folder / QUERIES)}

    @cached_property
    def pools(self) -> dict[str, Record]:
        """Query → its pool, for those that have one (a session is opened for each request)."""
        return {record["query"]: record for record in read_lines(self.folder / POOLS)}

    def add_pool(self, pool: Record) -> None:
        """Keep a query's pool."""
        drop_torn_line(self.folder / POOLS)
        append_line(self.folder / POOLS, pool, sync=True)
        self.pools[pool["query"]] = pool

    @property
    def unpooled(self) -> list[dict[str, str]]:
        """The queries without a pool yet."""
        return [{"id": i, "text": t} for i, t in self.queries.items() if i not in self.pools]

    @property
    def pairs(self) -> list[Pair]:
        """All that is to be judged, as far as it is pooled."""
        return [
            (query, document)
            for query in self.queries
            if query in self.pools
            for document in self.pools[query]["documents"]
        ]

    def judges(self) -> list[str]:
        """Names of those who have begun."""
        return sorted(path.stem for path in (self.folder / JUDGES).glob("*.jsonl"))

    def judgements(self, judge: str) -> dict[Pair, Judgement]:
        """What a judge says now, in the order of judging; what was undone is gone."""
        check_name(judge)
        made: list[Judgement] = []
        for r in read_lines(self.folder / JUDGES / f"{judge}.jsonl"):
            if r.get("undo"):
                made = made[:-1]
            else:
                made.append(Judgement(r["query"], r["document"], r["grade"], r.get("note", "")))
        return {(each.query, each.document): each for each in made}

    def judge(self, judge: str, judgement: Judgement) -> None:
        """Keep a judgement; it is on the disk, and in the qrels, when this returns.

        Raises:
            RunError: it is of nothing that is judged here, or the grade is none.
        """
        if judgement.grade not in (*GRADES, None):
            raise RunError(f"{judgement.grade!r} is no grade; expected 0 to 3")
        if (judgement.query, judgement.document) not in self.pairs:
            raise RunError("this document isn't judged for this query in this session")
        more = {"note": judgement.note} if judgement.note else {}
        values = {"query": judgement.query, "document": judgement.document} | more
        self._append(judge, values | {"grade": judgement.grade})

    def undo(self, judge: str) -> None:
        """Take back the judge's last judgement, if there is one."""
        if self.judgements(judge):
            self._append(judge, {"undo": True})

    def grades(self) -> dict[Pair, dict[str, int]]:
        """What was graded → judge → grade."""
        found: dict[Pair, dict[str, int]] = {}
        for judge in self.judges():
            for pair, judgement in self.judgements(judge).items():
                if judgement.grade is not None:
                    found.setdefault(pair, {})[judge] = judgement.grade
        return found

    def qrels(self) -> dict[str, dict[str, int]]:
        """Query → document → the judges' median grade."""
        qrels: dict[str, dict[str, int]] = {}
        grades = self.grades()
        for query, document in self.pairs:
            if (query, document) in grades:
                each = grades[query, document].values()
                qrels.setdefault(query, {})[document] = median_low(each)
        return qrels

    def write_qrels(self) -> None:
        """Write the qrels as BEIR and TREC have them."""
        qrels = self.qrels()
        write_atomically(self.folder / "beir" / "qrels" / "test.tsv", qrels_text(qrels))
        write_atomically(self.folder / "qrels.trec", trec_qrels(qrels))

    def _append(self, judge: str, values: Record) -> None:
        check_name(judge)
        path = self.folder / JUDGES / f"{judge}.jsonl"
        with _KEEPING:
            drop_torn_line(path)
            append_line(path, values | {"time": round(time.time(), 1)}, sync=True)
            self.write_qrels()


def sessions(folder: Path) -> list[Session]:
    """The sessions of a folder, by name."""
    return [Session.open(path.parent) for path in sorted(folder.glob(f"*/{SESSION}"))]


def check_name(name: str) -> None:
    """Refuse what can't name a session or a judge.

    Raises:
        RunError: it can't.
    """
    if not NAME.fullmatch(name):
        raise RunError(
            f"{name[:64]!r} can't be a name: use letters, digits, '.', '-' and '_' (64 at most)"
        )


def trec_qrels(qrels: Qrels) -> str:
    """Judgements as TREC has them: four columns; white space in an id is written as "_"."""
    return "".join(
        f"{query} 0 {_SPACE.sub('_', document)} {grade}\n"
        for query, judged in qrels.items()
        for document, grade in judged.items()
    )
