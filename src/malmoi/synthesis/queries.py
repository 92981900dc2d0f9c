"""What the teacher is asked, and what its replies hold: asks and candidates, both plain data.

    asks = plan(documents, section, teacher.chat, passage_words)
    for ask, reply in zip(asks, teacher.write(a.request for a in asks)):
        parsed = parse(ask, reply)      # candidates, or a Reject with the reason

Nothing here calls a teacher or judges what a query is worth; that is filters.py and roundtrip.py.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import TypedDict, cast

from malmoi.core.errors import RecipeError
from malmoi.core.files import Record
from malmoi.core.ledger import Reject
from malmoi.corpora.corpus import Document, Passage, passages
from malmoi.recipe import QueriesSection
from malmoi.synthesis.prompts import Prompt, load_prompt, render
from malmoi.teachers import Reply, Request
from malmoi.teachers.replies import BadJSON, TruncatedJSON, parse_json
from malmoi.text.morphemes import clean


@dataclass(frozen=True, slots=True)
class Ask:
    """One request, and what it is about. `id` is "<passage>/<kind>/<sample>"; it never moves."""

    id: str
    document: str
    passage: str
    kind: str
    language: str
    request: Request


class CandidateRecord(TypedDict):
    """A candidate as the stages `candidates`, `queries`, `paraphrases` … keep it."""

    id: str
    document: str
    passage: str
    kind: str
    language: str
    text: str
    raw: str


@dataclass(frozen=True, slots=True)
class Candidate:
    """A query that a teacher wrote. `document` is what it is for, until a round trip relabels it.

    `id` is the ask's, with "/<number>" for each query of one reply; `raw` is the whole reply.
    """

    id: str
    document: str
    passage: str
    kind: str
    language: str
    text: str
    raw: str = ""

    def record(self) -> CandidateRecord:
        """As it stands in a JSON Lines file."""
        return cast(CandidateRecord, asdict(self))


def load_prompts(section: QueriesSection) -> dict[str, Prompt]:
    """The prompts of the section's kinds, in its order; kinds with 0 samples are left out.

    Raises:
        RecipeError: a prompt that is missing or broken, or a negative number of samples.
    """
    for kind, samples in section.kinds.items():
        if samples < 0:
            raise RecipeError(f"queries.kinds.{kind} is {samples}; expected 0 or more samples")
    return {
        kind: load_prompt(kind, section.prompts)
        for kind, samples in section.kinds.items()
        if samples
    }


def plan(
    documents: Iterable[Document],
    section: QueriesSection,
    chat: bool,
    passage_words: int,
    prompts: Mapping[str, Prompt] | None = None,
) -> list[Ask]:
    """What to ask for documents: kind by kind, and in each kind document by document.

    So a server reads the beginning that a kind's prompts share once.

    Args:
        documents: those that queries are written for.
        section: the kinds of queries, and how many of each.
        chat: what the teacher wants (`teacher.chat`).
        passage_words: whitespace words of a passage (`corpus.passage_words`).
        prompts: by kind (None: the section's).
    """
    asked = [
        (document, passage)
        for document in documents
        for passage in _chosen(passages(document, passage_words), section.max_passages)
    ]
    asks = []
    for kind, prompt in (prompts or load_prompts(section)).items():
        if prompt.of != "passage":
            continue
        for document, passage in asked:
            title = passage_title(document.title, passage.heading)
            for sample in range(section.kinds[kind]):
                request = _request(prompt, title, passage.text, chat, sample)
                asks.append(_ask(prompt, document.id, passage.id, request))
    return asks


def plan_from_queries(
    survivors: Iterable[Candidate],
    section: QueriesSection,
    chat: bool,
    prompts: Mapping[str, Prompt] | None = None,
) -> list[Ask]:
    """What to ask for queries that survived: the kinds that are written from queries.

    Args:
        survivors: the queries.
        section: the kinds, and how many of each.
        chat: what the teacher wants (`teacher.chat`).
        prompts: by kind (None: the section's).
    """
    survivors = list(survivors)
    asks = []
    for kind, prompt in (prompts or load_prompts(section)).items():
        if prompt.of != "query":
            continue
        for query in survivors:
            if query.language != prompt.language:
                continue
            for sample in range(section.kinds[kind]):
                request = _request(prompt, "", query.text, chat, sample)
                ask = _ask(prompt, query.document, query.passage, request)
                asks.append(replace(ask, id=f"{query.id}/{kind}/{sample}"))
    return asks


def passage_title(title: str, heading: str) -> str:
    """Title and heading as one line ("title > heading"); a heading that repeats it is left out."""
    return f"{title} > {heading}" if heading and heading != title else title


def _chosen(passages: Sequence[Passage], count: int) -> Sequence[Passage]:
    return passages[:count] if count else passages


def _request(prompt: Prompt, title: str, text: str, chat: bool, sample: int) -> Request:
    """The first sample is greedy: the teacher's best guess, the same on every machine."""
    request = render(prompt, title, text, chat=chat, sample=sample)
    return replace(request, temperature=0.0) if sample == 0 else request


def _ask(prompt: Prompt, document: str, passage: str, request: Request) -> Ask:
    ask_id = f"{passage}/{prompt.kind}/{request.sample}"
    return Ask(ask_id, document, passage, prompt.kind, prompt.language, request)


def parse(ask: Ask, reply: Reply) -> list[Candidate] | Reject:
    """The candidates of one reply, or why it holds none.

    Reasons: "no reply" (the request failed), "empty", "truncated" (cut off by max_tokens), "bad
    JSON" (a chat's reply that can't be read).
    """
    about: Record = {
        "id": ask.id,
        "document": ask.document,
        "passage": ask.passage,
        "kind": ask.kind,
        "language": ask.language,
    }
    raw = reply.raw or reply.text
    if reply.finish == "error":
        return Reject({**about, "error": reply.error}, "no reply", raw)
    if ask.request.messages:
        try:
            texts = list(_strings(parse_json(reply.text, reply.finish, ask.request.schema)))
        except TruncatedJSON:
            return Reject(about, "truncated", raw)
        except BadJSON as error:
            return Reject({**about, "error": str(error)}, "bad JSON", raw)
    elif reply.finish == "length":
        # A query cut in mid-word would be taken for what the teacher meant.
        return Reject(about, "truncated", raw)
    else:
        texts = [reply.text.strip().split("\n", 1)[0]]
    texts = [text for text in map(tidy, texts) if text]
    if not texts:
        return Reject(about, "empty", raw)
    several = len(texts) > 1
    return [
        Candidate(
            f"{ask.id}/{n}" if several else ask.id,
            ask.document,
            ask.passage,
            ask.kind,
            ask.language,
            text,
            raw,
        )
        for n, text in enumerate(dict.fromkeys(texts))
    ]


def _strings(value: object) -> Iterator[str]:
    """The strings of {"queries": [...]}."""
    queries = value.get("queries", []) if isinstance(value, dict) else value
    for query in queries if isinstance(queries, list) else []:
        if isinstance(query, str):
            yield query


_MARKER = re.compile(r"^(?:[-*•·▪]|\d{1,2}[.)]|[QqAa][.:])\s+")
_PAIRS = {'"': '"', "'": "'", "“": "”", "‘": "’", "「": "」", "『": "』", "`": "`"}


def tidy(text: str) -> str:
    """A query without list marks, quotes around the whole of it, or a full stop at its end."""
    text = _MARKER.sub("", clean(text)).strip()
    if len(text) > 1 and _PAIRS.get(text[0]) == text[-1] and text[-1] not in text[1:-1]:
        text = text[1:-1].strip()
    if text.endswith(".") and not text.endswith(".."):
        text = text[:-1].rstrip()
    return text
