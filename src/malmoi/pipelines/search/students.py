"""What the students are made of: vocabulary, lexical parts, translation tables, training pairs."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from malmoi.core.files import Record
from malmoi.corpora.corpus import Corpus, Document
from malmoi.corpora.splits import free_segments
from malmoi.encoder.alignment import merge, translation_table
from malmoi.encoder.lexical import WRITTEN, Lexical, Table, Weighting
from malmoi.encoder.negatives import mine
from malmoi.encoder.vocabulary import Vocabulary, build
from malmoi.recipe import SearchRecipe
from malmoi.retrieval.passages import Pages
from malmoi.runs.run import Run, Stage
from malmoi.synonyms import apply
from malmoi.synthesis import glossary
from malmoi.synthesis.roundtrip import Search
from malmoi.text.morphemes import clean

if TYPE_CHECKING:
    from malmoi.synonyms.verification.verify import Verdict


@dataclass(frozen=True)
class Variant:
    """A student, or one with something left out. `neural` false: the lexical part alone."""

    name: str
    about: str
    glossary: bool = False
    queries: bool = False
    parallel: bool = False
    neural: bool = True
    group: str = "ours"
    synonyms: bool = False


V0 = Variant("lexical v0", "the vocabulary with IDF, untrained", neural=False, group="baseline")
V1 = Variant("v1", "trained on titles and headings alone")
V2 = Variant("v2", "the same, with what the teacher wrote", glossary=True, queries=True)
WITH_SYNONYMS, WITHOUT_SYNONYMS = "v2 + synonyms", "v2 without synonyms"
"""The student beside v2 where it learns without them, and where it learns from them."""


def variants(recipe: SearchRecipe, has_segments: bool) -> list[Variant]:
    """The students to be compared: v0, v1, v2, and v2 with each thing left out in turn.

    Where there are synonyms, v2 stands there with and without them, whatever else is left out.
    """
    written = recipe.queries.enabled
    used = written and recipe.queries.train
    aligned = has_segments and recipe.parallel.use
    verified = recipe.synonyms.enabled
    paired = verified and recipe.synonyms.train
    v2 = replace(
        V2, glossary=recipe.glossary.enabled, queries=used, parallel=aligned, synonyms=paired
    )
    chosen = [V0, V1, v2]
    chosen.append(
        replace(v2, name="v2 without neural", about="its lexical part alone", neural=False)
    )
    if paired:
        chosen.append(replace(v2, name=WITHOUT_SYNONYMS, about="", synonyms=False))
    elif verified:
        chosen.append(
            replace(v2, name=WITH_SYNONYMS, about="with verified pairs too", synonyms=True)
        )
    if recipe.evaluation.ablations:
        if v2.glossary and (used or aligned or paired):  # else that is v1
            chosen.append(replace(v2, name="v2 without glossary", about="", glossary=False))
        if used:
            chosen.append(replace(v2, name="v2 without queries", about="", queries=False))
        elif written:
            chosen.append(replace(v2, name="v2 + queries", about="", queries=True))
        if aligned:
            chosen.append(replace(v2, name="v2 without parallel", about="", parallel=False))
        elif has_segments:
            chosen.append(
                replace(v2, name="v2 + parallel", about="with aligned text too", parallel=True)
            )
    is_ablation = {V0.name, V1.name, v2.name}
    return [v if v.name in is_ablation else replace(v, group="ablation") for v in chosen]


def document_text(document: Document, written: Sequence[str] = ()) -> str:
    """What the document encoder reads: title, body and, after a form feed, written lines."""
    return document.full_text + (WRITTEN + "\n".join(written) if written else "")


@dataclass(frozen=True)
class Verified:
    """The stage in which Korean–English pairs were verified, and its verdicts."""

    stage: Stage
    verdicts: Sequence[Verdict]


def vocabulary_name(variant: Variant) -> str:
    """The stage of a variant's vocabulary: students that know the same English words share one."""
    name = "vocabulary"
    name += "-parallel" if variant.parallel else ""
    return name + ("-synonyms" if variant.synonyms else "")


def make_vocabulary(
    run: Run,
    recipe: SearchRecipe,
    variant: Variant,
    corpus: Stage,
    of: Corpus,
    terms: Stage,
    queries: Stage,
    synonyms: Verified | None = None,
) -> tuple[Stage, Vocabulary]:
    """Stage `vocabulary`: one tokenizer for every student of the run, whatever it has learned from.

    Students with aligned text or synonyms have their own, with their English words
    (`vocabulary_name`). `synonyms` are used for a variant that learns from them.
    """
    known = synonyms if variant.synonyms else None
    after = [corpus, terms, queries, *([known.stage] if known else ())]
    stage = run.stage(vocabulary_name(variant), {"version": 1}, after)
    if not stage.done:
        english = sorted({word for record in terms.records() for word in record["english"]})
        english += [r["text"] for r in queries.records() if r["language"] == "en"]
        if variant.parallel:
            segments = free_segments(of, recipe.corpus.test_share)
            english += [segment.english for segment in segments]
        english += apply.english_terms(known.verdicts) if known else []
        texts = [document_text(document) for document in of.documents]
        build(texts, english).save(stage.folder)
        stage.finish()
    return stage, Vocabulary.load(stage.folder)


def weighting(
    recipe: SearchRecipe, vocabulary: Vocabulary, documents: Sequence[Document]
) -> Weighting:
    """The recipe's weights of words, with the corpus's average length in content pieces."""
    section = recipe.encoder
    lengths = [len(ids) for ids in vocabulary.encode([document_text(d) for d in documents])]
    return Weighting(
        k1=section.k1,
        b=section.b,
        title=section.title_weight,
        lead=section.lead_weight,
        lead_words=section.lead_words,
        translation=section.translation_weight,
        written=section.doc2query_weight,
        average_length=float(np.mean(lengths)),
    )


def table_of(
    variant: Variant,
    recipe: SearchRecipe,
    vocabulary: Vocabulary,
    terms: Stage,
    of: Corpus,
    synonyms: Verified | None = None,
) -> Table:
    """The translations that a variant knows."""
    table: Table = {}
    if variant.glossary:
        table = glossary.to_table(terms.records(), vocabulary, recipe.glossary.min_share)
    if variant.parallel:
        segments = free_segments(of, recipe.corpus.test_share)
        table = merge(table, translation_table(segments, vocabulary))
    if variant.synonyms and synonyms:
        table = merge(table, apply.to_table(synonyms.verdicts, vocabulary))
    return table


def lexical_of(vocabulary: Vocabulary, weights: Weighting, table: Table) -> Lexical:
    """A variant's lexical part."""
    return Lexical(vocabulary.tokenizer, vocabulary.content, weights, table)


def training_pairs(
    run: Run,
    recipe: SearchRecipe,
    corpus: Stage,
    of: Corpus,
    queries: Stage,
    pages: Pages,
    lexical: Search,
) -> Stage:
    """Stage `pairs`: queries with their document, mined negatives and the dense teacher's scores.

    `kind` tells titles and headings, which every corpus has, from what the teacher wrote. A text
    that a person wrote as a query, of either split, is no training query.
    """
    section = recipe.training
    depends = {
        "negatives": section.num_negatives,
        "depth": section.mined_depth,
        "margin": section.margin,
        "hide_own": section.mask_own_query,
        "dense": pages.identity,
    }
    stage = run.stage("pairs", depends, [corpus, queries])
    if stage.done:
        return stage
    human = {_same(query.text) for query in of.queries}
    own = _own_pairs(of.documents, section.mask_own_query)
    pairs = [*own, *_written_pairs(queries.records())]
    seen: set[tuple[str, str]] = set()
    kept = []
    for pair in pairs:
        key = (_same(pair["query"]), pair["document"])
        if key[0] and key[0] not in human and key not in seen:
            seen.add(key)
            kept.append(pair)
    texts = [pair["query"] for pair in kept]
    positives = [pair["document"] for pair in kept]
    mined = mine(
        texts,
        positives,
        lexical=lexical,
        dense=pages.search,
        scores=pages.scores,
        count=section.num_negatives,
        depth=section.mined_depth,
        margin=section.margin,
    )
    stage.fill(
        {**pair, "negatives": names, "scores": [round(score, 5) for score in scores]}
        for pair, (names, scores) in zip(kept, mined, strict=True)
    )
    stage.finish(
        pairs=len(kept), same_as_human=sum(_same(pair["query"]) in human for pair in pairs)
    )
    return stage


def _own_pairs(documents: Iterable[Document], hide: bool) -> list[Record]:
    pairs: list[Record] = []
    for document in documents:
        if not document.text.strip():
            continue
        headings = [section.heading for section in document.sections]
        for kind, texts in (("title", [document.title]), ("heading", headings)):
            pairs += [
                _pair(text, document.id, kind, text if hide else "")
                for text in texts
                if text and (kind == "title" or text != document.title)
            ]
    return pairs


def _written_pairs(records: Iterable[Record]) -> list[Record]:
    return [_pair(r["text"], r["document"], r["kind"], "") for r in records]


def _pair(query: str, document: str, kind: str, without: str) -> dict[str, Any]:
    return {"query": query, "document": document, "kind": kind, "without": without}


def _same(text: str) -> str:
    return clean(text).casefold()
