"""Judge: sessions, one document at a time, and what came of it."""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated, Literal

from pydantic import BaseModel, Field
from starlette.responses import Response

from malmoi.core.errors import RunError
from malmoi.corpora.readers.beir import qrels_text
from malmoi.evaluation.compare import Comparison, score_rows
from malmoi.pipelines.search.relevance import results as sums
from malmoi.pipelines.search.relevance.query_logs import MAX_QUERIES, read_queries
from malmoi.pipelines.search.relevance.session import (
    NAME,
    Judgement,
    Session,
    check_name,
    sessions,
    trec_qrels,
)
from malmoi.web.pages import address, page, see
from malmoi.web.preparing import prepare
from malmoi.web.views.search import Name
from malmoi.web.visit import MAX_BODY, Refused, Visit

MAX_NOTE = 2000
FEW = 20
"""Queries below which intervals say little."""
VERDICTS = {"gain": "verdict_gain", "loss": "verdict_loss", "no gain": "verdict_none"}


class NewSession(BaseModel):
    """The form of a session; `system-0` … beside it say which systems are pooled."""

    name: Annotated[str, Field(pattern=f"^{NAME.pattern}$")]
    collection: Name
    depth: Annotated[int, Field(ge=1, le=50)] = 10
    limit: Annotated[int, Field(ge=1, le=MAX_QUERIES)] = 50
    queries: Annotated[str, Field(max_length=MAX_BODY)]


class Key(BaseModel):
    """A key that a judge pressed; `place` is the document's in its query's pool."""

    query: Name
    place: Annotated[int, Field(ge=0)]
    grade: Literal["0", "1", "2", "3", "skip"]
    note: Annotated[str, Field(max_length=MAX_NOTE)] = ""


class Judge(BaseModel):
    """Who judges."""

    judge: Annotated[str, Field(pattern=f"^{NAME.pattern}$")]


class CollectionChoice(BaseModel):
    """Whose systems the form of a new session offers."""

    collection: Name = ""


def judge(visit: Visit) -> Response:
    """The sessions, and the form of a new one."""
    workspace = visit.workspace
    names = list(workspace.collections())
    chosen = visit.query(CollectionChoice).collection or (names[0] if names else "")
    systems = workspace.collection(chosen).systems if chosen else ()
    found = sessions(workspace.settings.judgements)
    return page(
        visit,
        "judge.html",
        names=names,
        chosen=chosen,
        systems=systems,
        sessions=[(session, _progress(session)) for session in found],
    )


def new(visit: Visit) -> Response:
    """Begin a session."""
    asked = visit.posted(NewSession)
    collection = visit.workspace.collection(asked.collection)
    systems = [
        name for n, name in enumerate(collection.systems) if visit.form.get(f"system-{n}") == name
    ]
    folder = visit.workspace.settings.judgements / asked.name
    queries = read_queries(asked.queries, asked.limit)
    session = Session.create(
        folder, asked.collection, systems, asked.depth, queries, collection.documents
    )
    prepare(visit.workspace, session)
    return see(address("judge", session.name))


def session(visit: Visit) -> Response:
    """A session: who has judged how much, who comes in, what can be taken out."""
    found = _session(visit)
    prepare(visit.workspace, found)
    return page(visit, "session.html", session=found, progress=_progress(found), exports=EXPORTS)


def enter(visit: Visit) -> Response:
    """Go on as a judge."""
    found = _session(visit)
    return see(address("judge", found.name, "as", visit.posted(Judge).judge))


def item(visit: Visit) -> Response:
    """The next document of a judge, or that there is none."""
    found, judge = _session(visit), _judge(visit)
    prepare(visit.workspace, found)
    made = found.judgements(judge)
    pairs = found.pairs
    following = next((pair for pair in pairs if pair not in made), None)
    shown = None
    if following:
        collection = visit.workspace.collection(found.collection)
        row = collection.rows.get(following[1])
        if row is None:
            raise RunError(
                f"{found.collection} has no document {following[1][:100]!r} any more: this "
                "session was made of another corpus"
            )
        shown = collection.documents[row]
    return page(
        visit,
        "item.html",
        session=found,
        judge=judge,
        pair=following,
        query=found.queries[following[0]] if following else "",
        document=shown,
        place=found.pools[following[0]]["documents"].index(following[1]) if following else 0,
        done=len(made),
        total=len(pairs),
        of_query=len(found.pools[following[0]]["documents"]) if following else 0,
        waiting=len(found.unpooled),
        can_undo=bool(made),
    )


def press(visit: Visit) -> Response:
    """Keep a judgement, and go on to the next document."""
    found, judge = _session(visit), _judge(visit)
    key = visit.posted(Key)
    grade = None if key.grade == "skip" else int(key.grade)
    documents = found.pools.get(key.query, {}).get("documents", [])
    if key.place >= len(documents):
        raise Refused(HTTPStatus.NOT_FOUND, "document_none")
    note = key.note.replace("\r\n", "\n").strip()
    found.judge(judge, Judgement(key.query, documents[key.place], grade, note))
    return see(address("judge", found.name, "as", judge))


def undo(visit: Visit) -> Response:
    """Take the last judgement back, and show its document again."""
    found, judge = _session(visit), _judge(visit)
    found.undo(judge)
    return see(address("judge", found.name, "as", judge))


def results(visit: Visit) -> Response:
    """Agreement, and the systems with intervals."""
    found = _session(visit)
    compared = sums.comparison(found)
    tables = []
    if compared:
        tables = [(lang, n, *score_rows(compared, lang)) for lang, n in compared["queries"].items()]
    return page(
        visit,
        "judged.html",
        session=found,
        progress=_progress(found),
        agreement=sums.agreement(found),
        tables=tables,
        tests=_tests(visit, compared) if compared else [],
        few=compared is not None and sum(compared["queries"].values()) < FEW,
        notes=[
            (judge, each)
            for judge in found.judges()
            for each in found.judgements(judge).values()
            if each.note
        ],
    )


def _tests(visit: Visit, compared: Comparison) -> list[list[str]]:
    """A row for each pair of systems and language: the difference, Holm's p, the verdict."""
    rows = []
    for test in compared["comparisons"]:
        ends = f"[{test['low']:+.3f}, {test['high']:+.3f}]"
        rows.append(
            [
                f"{test['a']} − {test['b']}",
                visit.text("korean" if test["language"] == "ko" else "english"),
                f"{test['difference']:+.3f} {ends}".replace("-", "−"),
                f"{test['p_holm']:.3f}",
                visit.text(VERDICTS[test["verdict"]]),
            ]
        )
    return rows


EXPORTS = {
    "qrels.tsv": "text/tab-separated-values",
    "qrels.trec": "text/plain",
    "quepid.csv": "text/csv",
}


def export(visit: Visit) -> Response:
    """The judgements as a file."""
    found, name = _session(visit), visit.path("file")
    if name not in EXPORTS:
        raise Refused(HTTPStatus.NOT_FOUND, "error_no_page")
    if name == "quepid.csv":
        text = sums.quepid_csv(found)
    else:
        text = (qrels_text if name == "qrels.tsv" else trec_qrels)(found.qrels())
    headers = {"content-disposition": f'attachment; filename="{found.name}-{name}"'}
    content = text.encode("utf-8", "replace")
    return Response(content, headers=headers, media_type=f"{EXPORTS[name]}; charset=utf-8")


def _session(visit: Visit) -> Session:
    """The session of the address; names are looked up, never joined to a path unseen."""
    name = visit.path("session")
    for found in sessions(visit.workspace.settings.judgements):
        if found.name == name:
            return found
    raise Refused(HTTPStatus.NOT_FOUND, "session_none")


def _judge(visit: Visit) -> str:
    judge = visit.path("judge")
    check_name(judge)
    return judge


def _progress(session: Session) -> dict[str, tuple[int, int]]:
    """Judge → documents judged, and all."""
    total = len(session.pairs)
    return {judge: (len(session.judgements(judge)), total) for judge in session.judges()}
