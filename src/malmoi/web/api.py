"""The JSON API: what the pages show, for programs. `/api/openapi.json` describes it."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Annotated, Literal

from pydantic import BaseModel, Field
from starlette.responses import Response

from malmoi.pipelines.search.systems.collection import Collection
from malmoi.pipelines.search.systems.student import tokens_of
from malmoi.pipelines.search.systems.system import Explanation, System
from malmoi.runs.run import lock_holder, status
from malmoi.web.language import messages
from malmoi.web.language import text as text_in
from malmoi.web.openapi import Operation, document
from malmoi.web.views.search import MAX_HITS, MAX_ID, Filters, Name, QueryText
from malmoi.web.visit import Refused, Visit
from malmoi.web.workspace import NoCollection

Required = Annotated[str, Field(min_length=1, max_length=200)]


class Nothing(BaseModel):
    """No parameters."""


class SystemQuery(Filters):
    """A query to one system of a collection."""

    collection: Required = Field(description="As /api/collections names it.")
    system: Required = Field(description="One of the collection's systems.")
    q: QueryText = Field(description="The query.")
    k: Annotated[int, Field(ge=1, le=MAX_HITS)] = 10


class WhyQuery(SystemQuery):
    """Why a document stands where it stands."""

    id: Annotated[str, Field(min_length=1, max_length=MAX_ID)] = Field(description="Its id.")


class RunQuery(BaseModel):
    """A run by its name."""

    run: Name


class CollectionOut(BaseModel):
    """What can be searched."""

    name: str
    kind: Literal["run", "index"]


class CollectionQuery(BaseModel):
    """A collection by its name."""

    collection: Required


class SystemsOut(BaseModel):
    """A collection opened."""

    name: str
    documents: int
    systems: list[str]


class TokenOut(BaseModel):
    """A token of a query and the parts of the document's weight; all add up to `contribution`."""

    token: str
    query_weight: float
    word: float
    translation: float
    neural: float
    unsplit: float
    contribution: float


class HitOut(BaseModel):
    """A document found."""

    rank: int
    score: float
    id: str
    title: str
    date: str
    similarity: float
    tokens: list[TokenOut]


class WeightOut(BaseModel):
    """A token of the query as it is searched."""

    token: str
    weight: float


class CorrectionOut(BaseModel):
    """A word that was taken for another."""

    written: str
    meant: str
    kind: str


class UnknownOut(BaseModel):
    """A word that the corpus doesn't have."""

    word: str
    near: list[str]


class QueryOut(BaseModel):
    """How the query was read."""

    tokens: list[WeightOut]
    corrections: list[CorrectionOut]
    unknown: list[UnknownOut]


class SearchOut(BaseModel):
    """The hits of one system; `total` is how many documents it ranks."""

    system: str
    total: int
    query: QueryOut
    hits: list[HitOut]


class WhyOut(BaseModel):
    """Where a document stands: `rank` is null where it is not ranked, `cutoff` the last hit's."""

    id: str
    title: str
    rank: int | None
    score: float
    cutoff: float | None
    filtered: bool
    similarity: float
    tokens: list[TokenOut]


class RunOut(BaseModel):
    """A run."""

    name: str
    job: Literal["search", "mnemonics"]


class StageOut(BaseModel):
    """A stage of a run."""

    name: str
    done: bool
    items: int
    total: int
    records: int
    rejected: dict[str, int]
    seconds: float


class StagesOut(BaseModel):
    """How far a run is; `writer` is who works on it now, empty where nobody does."""

    name: str
    writer: str
    stages: list[StageOut]


class ErrorOut(BaseModel):
    """Why there is no answer."""

    error: str


def collections(visit: Visit, asked: Nothing) -> list[CollectionOut]:
    """What can be searched."""
    indexes = visit.workspace.settings.indexes
    return [
        CollectionOut(name=name, kind="index" if folder in indexes else "run")
        for name, folder in visit.workspace.collections().items()
    ]


def systems(visit: Visit, asked: CollectionQuery) -> SystemsOut:
    """The systems of a collection."""
    found = _collection(visit, asked.collection)
    return SystemsOut(name=found.name, documents=len(found.documents), systems=list(found.systems))


def search(visit: Visit, asked: SystemQuery) -> SearchOut:
    """The best documents of one system, with what each token adds."""
    collection = _collection(visit, asked.collection)
    system = _system(collection, asked.system)
    ranking = collection.search(asked.system, asked.q, asked.k, asked.filter())
    hits = [
        HitOut(
            rank=hit.rank,
            score=hit.score,
            id=hit.document.id,
            title=hit.document.title,
            date=hit.document.date,
            similarity=hit.explanation.similarity,
            tokens=_tokens(hit.explanation),
        )
        for hit in ranking.hits
    ]
    return SearchOut(
        system=system.name, total=ranking.total, query=_query(system, asked.q), hits=hits
    )


def why(visit: Visit, asked: WhyQuery) -> WhyOut:
    """Where a document stands for a query, and why, whether it is found or not."""
    collection = _collection(visit, asked.collection)
    _system(collection, asked.system)
    if asked.id not in collection.rows:
        raise Refused(HTTPStatus.NOT_FOUND, "document_none")
    found = collection.why(asked.system, asked.q, asked.id, asked.k, asked.filter())
    return WhyOut(
        id=found.document.id,
        title=found.document.title,
        rank=found.rank,
        score=found.score,
        cutoff=found.cutoff,
        filtered=found.filtered,
        similarity=found.explanation.similarity,
        tokens=_tokens(found.explanation),
    )


def runs(visit: Visit, asked: Nothing) -> list[RunOut]:
    """The runs that are there."""
    return [RunOut.model_validate(vars(run)) for run in visit.workspace.runs()]


def stages(visit: Visit, asked: RunQuery) -> StagesOut:
    """How far a run is."""
    run = visit.workspace.run(asked.run)
    if run is None:
        raise Refused(HTTPStatus.NOT_FOUND, "run_none")
    found = [
        StageOut(
            name=stage.name,
            done=stage.done,
            items=stage.items,
            total=stage.total,
            records=sum(n for name, n in stage.counts.items() if name != "rejects"),
            rejected=stage.rejected,
            seconds=stage.seconds,
        )
        for stage in status(run.folder)
    ]
    return StagesOut(name=run.name, writer=lock_holder(run.folder), stages=found)


@dataclass(frozen=True)
class Call(Operation):
    """An operation with the function that answers it."""

    function: Callable[..., BaseModel | Sequence[BaseModel]]

    def __call__(self, visit: Visit) -> Response:
        """Answer in JSON."""
        answer = self.function(visit, visit.query(self.parameters))
        if isinstance(answer, BaseModel):
            return _json(answer.model_dump_json())
        return _json("[" + ",".join(each.model_dump_json() for each in answer) + "]")


CALLS = (
    Call("/api/collections", "What can be searched.", Nothing, CollectionOut, True, collections),
    Call("/api/systems", "A collection's systems.", CollectionQuery, SystemsOut, False, systems),
    Call("/api/search", "The best documents of a system.", SystemQuery, SearchOut, False, search),
    Call("/api/why", "Where a document stands, and why.", WhyQuery, WhyOut, False, why),
    Call("/api/runs", "The runs that are there.", Nothing, RunOut, True, runs),
    Call("/api/stages", "How far a run is.", RunQuery, StagesOut, False, stages),
)


def openapi(visit: Visit) -> Response:
    """The description of all of this."""
    return _json(json.dumps(document(CALLS, ErrorOut), ensure_ascii=False, indent=1))


def error_json(visit: Visit, status: HTTPStatus, said: str) -> Response:
    """An error as JSON; in English, since programs read it."""
    message = text_in(said, "en") if said in messages() else said
    return _json(ErrorOut(error=message).model_dump_json(), status)


def _collection(visit: Visit, name: str) -> Collection:
    try:
        return visit.workspace.collection(name)
    except NoCollection as error:
        raise Refused(HTTPStatus.NOT_FOUND, str(error)) from error


def _system(collection: Collection, name: str) -> System:
    if name not in collection.systems:
        there = ", ".join(collection.systems)
        raise Refused(HTTPStatus.NOT_FOUND, f"{collection.name} has {there}; not {name[:60]!r}")
    return collection.system(name)


def _tokens(explanation: Explanation) -> list[TokenOut]:
    found = [
        TokenOut(
            token=match.token,
            query_weight=match.query_weight,
            word=match.query_weight * match.word,
            translation=match.query_weight * match.translation,
            neural=match.query_weight * match.neural,
            unsplit=match.query_weight * match.unsplit,
            contribution=match.contribution,
        )
        for match in explanation.matches
    ]
    return sorted(found, key=lambda each: (-each.contribution, each.token))


def _query(system: System, text: str) -> QueryOut:
    analysed = system.analyse(text)
    return QueryOut(
        tokens=[WeightOut(token=token, weight=weight) for token, weight in tokens_of(analysed)],
        corrections=[
            CorrectionOut(written=c.written, meant=c.meant, kind=c.kind)
            for c in analysed.corrections
        ],
        unknown=[UnknownOut(word=each.word, near=list(each.near)) for each in analysed.unknown],
    )


def _json(text: str, status: int = HTTPStatus.OK) -> Response:
    return Response(text.encode("utf-8", "replace"), status, media_type="application/json")
