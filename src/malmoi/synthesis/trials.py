"""What a prompt's queries are worth, measured on a sample of documents.

    setting = Setting(documents, dev, qrels, …)
    trial = setting.judge(variant, asks, replies)      # survival, round trip, ΔnDCG, examples

A query is worth something if it survives the filters and the round trip, and if it helps people's
queries to find its document. That is measured without training: the surviving queries are added to
their documents' words (doc2query), and BM25F ranks the corpus for all development queries, before
and after. What it does to queries of other documents counts, too: a query of words that fit any
document pushes its own in front of theirs. Where there are no development queries, the round trip's
rank stands for all this.

    score = survival × ΔnDCG          with development queries (mean over their languages)
    score = survival × MRR            without; MRR is of the better of both rankings
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypedDict

import numpy as np

from malmoi.core.ledger import Reject
from malmoi.corpora.corpus import Document, Qrels, Query
from malmoi.evaluation.compare import HEADLINE
from malmoi.evaluation.metrics import per_query
from malmoi.recipe import QueriesSection
from malmoi.retrieval.bm25 import BM25F, AnalysedDocuments
from malmoi.synthesis import filters
from malmoi.synthesis.queries import Ask, Candidate, parse
from malmoi.synthesis.roundtrip import Search, round_trip
from malmoi.synthesis.variants import Variant
from malmoi.teachers import Reply
from malmoi.text.morphemes import content_words_of
from malmoi.text.unicode import usual_form

EXAMPLES = 8
DEPTH = 10


class Found(TypedDict):
    """nDCG@10 of a language's development queries to the sample, without and with what was written;
    what queries to other documents gain or lose is in `after`, as if it were these'."""

    queries: int
    before: float
    after: float


class Trial(TypedDict):
    """A variant's figures on a sample of documents."""

    variant: str
    kind: str
    about: str
    prompt: dict[str, Any]
    documents: int
    written: int
    kept: int
    survival: float
    """Kept / written; a reply without a query counts as written."""
    mrr: float | None
    """Mean reciprocal rank in the round trip of what passed the filters."""
    ndcg: dict[str, Found]
    delta: float | None
    """Mean over languages of nDCG@10 after − before; None without development queries."""
    score: float
    rejected: dict[str, int]
    examples: list[dict[str, str]]
    gains: dict[str, float]
    """Development query → nDCG@10 after − before: all to the sample, and others that changed."""


@dataclass
class Setting:
    """Where variants are tried: the corpus and its searches, the same for all of them."""

    analysed: AnalysedDocuments
    """The words of the documents that are ranked for development queries."""
    documents: Sequence[Document]
    dev: Sequence[Query]
    qrels: Qrels
    section: QueriesSection
    language: str
    dense: Search
    lexical: Search

    def judge(
        self, variant: Variant, asks: Sequence[Ask], replies: Sequence[Reply]
    ) -> tuple[Trial, list[Reject]]:
        """The figures of what a teacher replied, and the candidates that didn't survive.

        Args:
            variant: the prompt.
            asks: what was asked of the teacher, of one sample of documents.
            replies: what it replied to each.
        """
        candidates, rejects = read(asks, replies)
        kept, lost, mrr = self.survivors(variant, candidates)
        rejects += lost
        written = len(candidates) + len(rejects) - len(lost)
        survival = len(kept) / written if written else 0.0
        sample = sorted({ask.document for ask in asks})
        gains = self.gains(sample, kept)
        found = self._found(sample, gains)
        delta = (
            float(np.mean([f["after"] - f["before"] for f in found.values()])) if found else None
        )
        worth = delta if delta is not None else (1.0 if mrr is None else mrr)
        trial: Trial = {
            "variant": variant.name,
            "kind": variant.prompt.kind,
            "about": variant.about,
            "prompt": variant.prompt.model_dump(mode="json"),
            "documents": len(sample),
            "written": written,
            "kept": len(kept),
            "survival": survival,
            "mrr": mrr,
            "ndcg": found,
            "delta": delta,
            "score": survival * worth,
            "rejected": dict(Counter(reject.reason for reject in rejects)),
            "examples": [{"document": c.document, "text": c.text} for c in kept[:EXAMPLES]],
            "gains": gains,
        }
        return trial, rejects

    def survivors(
        self, variant: Variant, candidates: Sequence[Candidate]
    ) -> tuple[list[Candidate], list[Reject], float | None]:
        """Those that pass filters and round trip, the others, and the mean reciprocal rank."""
        prompts = {variant.prompt.kind: variant.prompt}
        given = filters.make_context(candidates, self.documents, self.section, prompts)
        passed, rejects, _ = filters.apply(candidates, given)
        kept, lost, report = round_trip(
            passed, self.dense, self.lexical, self.section, self.language
        )
        ranks = report["round_trip"]["ranks"].get(variant.prompt.kind)
        unranked = None if not self.section.round_trip_k else 0.0
        return kept, [*rejects, *lost], ranks["mrr"] if ranks else unranked

    def gains(self, sample: Sequence[str], kept: Sequence[Candidate]) -> dict[str, float]:
        """Development query → what the queries in `kept` add to its nDCG@10: those to documents of
        the sample, and others that gain or lose."""
        own = self.asked(sample)
        if not own:
            return {}
        added: dict[str, list[str]] = {name: [] for name in sample}
        words = content_words_of(usual_form(candidate.text) for candidate in kept)
        for candidate, found in zip(kept, list(words), strict=True):
            if candidate.document in added:  # a relabelled one may belong elsewhere
                added[candidate.document] += found
        before, after = self.before, self._scores(added)
        return {q: after[q] - before[q] for q in before if q in own or after[q] != before[q]}

    def asked(self, sample: Sequence[str]) -> set[str]:
        """The development queries that a document of the sample is relevant to."""
        inside = set(sample)
        return {q.id for q in self._queries if inside & self._judged[q.id].keys()}

    def _found(self, sample: Sequence[str], gains: Mapping[str, float]) -> dict[str, Found]:
        """The means of each language."""
        own, found = self.asked(sample), {}
        for language in sorted({query.language for query in self.dev}):
            every = [query.id for query in self._queries if query.language == language]
            mine = [query for query in every if query in own]
            if mine:
                before = sum(self.before[query] for query in mine) / len(mine)
                gained = sum(gains.get(query, 0.0) for query in every) / len(mine)
                found[language] = Found(queries=len(mine), before=before, after=before + gained)
        return found

    @cached_property
    def before(self) -> dict[str, float]:
        """nDCG@10 of each development query without anything written."""
        return self._scores({}) if self._queries else {}

    @cached_property
    def _judged(self) -> dict[str, dict[str, int]]:
        """Development query → relevant documents among those that are ranked."""
        ranked = set(self.analysed.ids)
        return {
            query.id: {
                name: grade
                for name, grade in self.qrels.get(query.id, {}).items()
                if grade > 0 and name in ranked
            }
            for query in self.dev
        }

    @cached_property
    def _queries(self) -> list[Query]:
        """The development queries that can be scored."""
        return [query for query in self.dev if self._judged[query.id]]

    @cached_property
    def _words(self) -> list[list[str]]:
        return list(content_words_of(usual_form(query.text) for query in self._queries))

    def _scores(self, added: Mapping[str, Sequence[str]]) -> dict[str, float]:
        """nDCG@10 of each development query, with words added to documents."""
        of = self.analysed
        texts = tuple(
            [*text, *added[name]] if added.get(name) else text
            for name, text in zip(of.ids, of.texts, strict=True)
        )
        ranking = BM25F(AnalysedDocuments(of.ids, of.titles, texts))
        ids = [query.id for query in self._queries]
        run = ranking.run(list(zip(ids, self._words, strict=True)), k=DEPTH)
        values = per_query(run, self._judged, ids)[HEADLINE]
        return dict(zip(ids, values.tolist(), strict=True))


def read(asks: Sequence[Ask], replies: Sequence[Reply]) -> tuple[list[Candidate], list[Reject]]:
    """The candidates of all replies, and the replies that hold none."""
    candidates: list[Candidate] = []
    rejects: list[Reject] = []
    for ask, reply in zip(asks, replies, strict=True):
        parsed = parse(ask, reply)
        if isinstance(parsed, Reject):
            rejects.append(parsed)
        else:
            candidates += parsed
    return candidates, rejects
