"""What the students are made of: vocabulary, lexical parts, translation tables, training pairs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from malmoi.encoder.alignment import translation_table
from malmoi.encoder.dictionary import (
    Dictionary,
    Source,
    aligned_source,
    corpus_vocabulary,
    merge_sources,
    pairs_table,
)
from malmoi.encoder.excerpts import excerpt_pairs
from malmoi.encoder.fitting import is_trained
from malmoi.encoder.pairs import distinct, normalised, own_pairs, with_negatives, written_pairs
from malmoi.encoder.translations import glossary_table, merge
from malmoi.encoder.vocabulary import Vocabulary
from malmoi.pipelines.search.context import SearchContext
from malmoi.recipe import SearchRecipe
from malmoi.runs.run import Stage
from malmoi.runs.states import depends_of, is_done
from malmoi.synonyms import apply

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
    vectors: bool = False
    packages: bool = False

    @property
    def dictionary(self) -> bool:
        """Whether it has a merged dictionary, beside or without what a teacher wrote."""
        return self.vectors or self.packages


V0 = Variant("lexical v0", "the vocabulary with IDF, untrained", neural=False, group="baseline")
V1 = Variant("v1", "trained on titles and headings alone")
V2 = Variant("v2", "the same, with what the teacher wrote", glossary=True, queries=True)
EXCERPTS = "trained on titles, headings, sentences, phrases and terms of the corpus alone"
"""What is said of v1 where most documents have neither title nor heading."""
WITH_SYNONYMS, WITHOUT_SYNONYMS = "v2 + synonyms", "v2 without synonyms"
"""The student beside v2 where it learns without them, and where it learns from them."""


def variants(recipe: SearchRecipe, has_segments: bool, has_titles: bool = True) -> list[Variant]:
    """The students to be compared: v0, v1, v2, and v2 with each thing left out in turn.

    Where there are synonyms, v2 stands there with and without them, whatever else is left out.
    """
    written = recipe.queries.enabled
    used = written and recipe.queries.train
    aligned = has_segments and recipe.parallel.use
    verified = recipe.synonyms.enabled
    dictionary = recipe.dictionary
    paired = verified and (recipe.synonyms.train or bool(dictionary.enabled))
    v2 = replace(
        V2,
        glossary=recipe.glossary.enabled,
        queries=used,
        parallel=aligned,
        synonyms=paired,
        vectors=bool(dictionary.enabled and dictionary.vectors),
        packages=bool(dictionary.enabled and dictionary.packages),
    )
    chosen = [V0, V1 if has_titles else replace(V1, about=EXCERPTS), v2]
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
        if v2.glossary and (used or aligned or paired or v2.dictionary):  # else that is v1
            chosen.append(replace(v2, name="v2 without glossary", about="", glossary=False))
        if v2.dictionary:
            chosen += [
                replace(v2, name="v2 without vectors", about="", vectors=False, neural=False),
                replace(v2, name="v2 without packages", about="", packages=False, neural=False),
            ]
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


def without_network(variant: Variant, recipe: SearchRecipe) -> Variant | None:
    """What stands beside a v2 whose network was left out; None where that is v2.

    What leaves something of v2 out has no network either; what has more is trained, for its network
    may show a gain.

    Args:
        variant: an ablation of v2.
        recipe: tells what v2 learns from.
    """
    trained_on_queries = recipe.queries.enabled and recipe.queries.train
    if variant.queries != trained_on_queries and not recipe.encoder.doc2query_weight:
        return None  # only a network learns from queries
    return replace(variant, neural=False) if "without" in variant.name else variant


@dataclass(frozen=True)
class Verified:
    """The stage in which Korean–English pairs were verified, and its verdicts."""

    stage: Stage
    verdicts: Sequence[Verdict]


@dataclass(frozen=True)
class TrainingData:
    """The stages that students learn from."""

    glossary: Stage
    queries: Stage
    pairs: Stage
    synonyms: Verified | None = None

    def verified_for(self, variant: Variant) -> Verified | None:
        """The verified pairs, for a variant that learns from them."""
        return self.synonyms if variant.synonyms else None


def vocabulary_name(variant: Variant) -> str:
    """The stage of a variant's vocabulary: students that know the same English words share one."""
    name = "vocabulary-dictionary" if variant.dictionary else "vocabulary"
    name += "-parallel" if variant.parallel else ""
    return name + ("-synonyms" if variant.synonyms else "")


def make_vocabulary(
    context: SearchContext, data: TrainingData, variant: Variant
) -> tuple[Stage, Vocabulary]:
    """Stage `vocabulary`: one tokenizer for every student of the run, whatever it has learned from.

    Students with aligned text or synonyms have their own, with their English words
    (`vocabulary_name`).
    """
    verified = data.verified_for(variant)
    after = [context.corpus_stage, data.glossary, data.queries]
    after += [verified.stage] if verified else []
    common = context.recipe.dictionary.common_words if variant.dictionary else 0
    depends = {"version": 1} | ({"common_words": common} if variant.dictionary else {})
    headwords = variant.dictionary and context.recipe.dictionary.packages and context.in_english
    depends |= {"headwords": 1} if headwords else {}
    stage = context.run.stage(vocabulary_name(variant), depends, after)
    if not stage.done:
        english = sorted({word for record in data.glossary.records() for word in record["english"]})
        english += [r["text"] for r in data.queries.records() if r["language"] == "en"]
        if variant.parallel:
            english += [segment.english for segment in context.free_segments]
        english += apply.english_terms(verified.verdicts) if verified else []
        pairs = ((p.korean, p.english) for p in context.packaged.pairs) if headwords else ()
        read = context.pieces
        corpus_vocabulary(context.texts, english, common, pairs, read).save(stage.folder)
        stage.finish()
    return stage, Vocabulary.load(stage.folder)


def translations(
    context: SearchContext, data: TrainingData, variant: Variant, vocabulary: Vocabulary
) -> Dictionary:
    """The translations that a variant knows, and who says so.

    Args:
        context: the run's.
        data: the glossary, and verified pairs.
        variant: which of them it learns from.
        vocabulary: the variant's.
    """
    sources: list[Source] = []
    if variant.glossary:
        floor = context.recipe.glossary.min_share
        records = data.glossary.records()
        sources.append(Source("teacher", glossary_table(records, vocabulary, floor)))
    if verified := data.verified_for(variant):
        sources.append(Source("verified", apply.to_table(verified.verdicts, vocabulary)))
    segments = context.free_segments if variant.parallel else ()
    if not variant.dictionary:
        if segments:
            sources.append(Source("aligned", translation_table(segments, vocabulary)))
        return Dictionary(merge(*(source.table for source in sources)))
    if variant.packages:
        packaged = context.packaged
        pairs = ((pair.korean, pair.english) for pair in packaged.pairs)
        sources.append(Source("packages", pairs_table(pairs, vocabulary)))
        segments = (*segments, *packaged.segments)
    if segments:
        sources.append(aligned_source(segments, vocabulary, context.texts))
    vectors = context.word_vectors if variant.vectors else None
    return merge_sources(sources, vocabulary, vectors, reverse=context.in_english)


def training_pairs(context: SearchContext, queries: Stage) -> Stage:
    """Stage `pairs`: queries with their document, mined negatives and the dense scores.

    Where most documents have neither title nor heading, those give excerpts of their text. Where no
    student is trained, pairs are kept to be looked at, and nothing is mined for them.
    """
    section, corpus, passages = context.recipe.training, context.corpus, context.passages
    trained = is_trained(context.recipe.encoder, section, context.dev)
    before = context.run.folder, "pairs"
    if not trained and is_done(*before) and "mined" not in depends_of(*before):
        trained = True  # an earlier version mined for all, and what it finished stays
    depends = {
        "negatives": section.num_negatives,
        "depth": section.mined_depth,
        "margin": section.margin,
        "hide_own": section.mask_own_query,
        "dense": passages.identity,
    }
    if not trained:
        depends["mined"] = False
    if context.untitled:
        depends |= {"excerpts": 1, "seed": context.recipe.seed}
    sources = context.named("evaluation.dense_model")
    stage = context.run.stage("pairs", depends, [*context.corpus_stages, queries], sources)
    if stage.done:
        return stage
    human, hide = context.human, section.mask_own_query
    own = own_pairs(corpus.documents, hide)
    own += excerpt_pairs(context.untitled, human, context.recipe.seed, hide)
    pairs = [*own, *written_pairs(queries.records())]
    kept = distinct(pairs, human)
    if trained:
        stage.fill(with_negatives(kept, section, context.search_words, passages))
    else:
        stage.fill({**pair, "negatives": [], "scores": []} for pair in kept)
    taken = set(map(normalised, human))
    same = sum(normalised(pair["query"]) in taken for pair in pairs)
    stage.finish(pairs=len(kept), same_as_human=same)
    return stage
