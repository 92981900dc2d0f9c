"""What a run will lack, and what follows from it: said before a teacher is asked or paid."""

from __future__ import annotations

import logging
from pathlib import Path

from malmoi.core.errors import StudentError
from malmoi.corpora import splits
from malmoi.corpora.corpus import Corpus
from malmoi.encoder.excerpts import has_excerpts, untitled
from malmoi.encoder.pairs import distinct, own_pairs
from malmoi.pipelines.search.context import SearchContext, is_pooled
from malmoi.recipe import SearchRecipe

logger = logging.getLogger(__name__)

NOTHING_HELD_OUT = "No queries that people wrote are held out, so nothing is proved."


def say(context: SearchContext) -> None:
    """Log the notes of a run whose training pairs aren't made yet.

    Raises:
        StudentError: there is nothing to train on, or nothing to tell a document from.
    """
    if not (context.run.folder / "pairs" / "records.jsonl").is_file():
        for note in notes(context.recipe, context.whole, context.run.folder):
            logger.warning(note)


def notes(recipe: SearchRecipe, corpus: Corpus, folder: Path | None = None) -> list[str]:
    """A sentence for each thing that the corpus or the recipe doesn't give, and what follows.

    `folder` is the run's, perhaps begun already.

    Raises:
        StudentError: there is nothing to train on, or nothing to tell a document from.
    """
    return [
        *_of_size(recipe, corpus, folder),
        *_of_training(corpus),
        *_of_the_teacher(recipe),
        *_of_queries(corpus, recipe.corpus.test_share),
    ]


def nothing_held_out(corpus: Corpus, share: float) -> str:
    """Why no query is held out, and how to get some."""
    dev, _ = splits.held_out(corpus, share)
    if dev:
        return (
            f"{NOTHING_HELD_OUT} All {len(dev)} queries belong to documents of the development "
            f"part: raise corpus.test_share (now {share:g}), or add queries to other documents."
        )
    if corpus.queries:
        return (
            f"{NOTHING_HELD_OUT} No document is judged relevant to any of the "
            f"{len(corpus.queries)} queries: look at the qrels."
        )
    return (
        f"{NOTHING_HELD_OUT} The corpus has no queries: give them with judgements as a BEIR folder "
        "(docs/corpora.md), 50 or more."
    )


def _of_training(corpus: Corpus) -> list[str]:
    if len(corpus.documents) < 2:
        raise StudentError(
            "the corpus has a single document; expected at least two, since an encoder learns to "
            "tell documents apart"
        )
    own = own_pairs(corpus.documents, hide=False)
    own = distinct(own, corpus.query_texts)
    bare = untitled(corpus.documents, own)
    if not bare:
        return []
    if not own and not has_excerpts(bare):
        raise StudentError(
            f"none of the {len(corpus.documents)} documents has a title, a heading or a content "
            "word, so there is nothing to train on: look at corpus.text_field and corpus.language"
        )
    return [
        f"{len(bare)} of {len(corpus.documents)} documents have no title or heading that could be "
        "a training query: sentences, phrases and terms of their own text are used"
    ]


def _of_size(recipe: SearchRecipe, corpus: Corpus, folder: Path | None) -> list[str]:
    documents, section = len(corpus.documents), recipe.evaluation
    if not is_pooled(recipe, documents, folder):
        return []
    return [
        f"{documents:,} documents are more than evaluation.max_documents "
        f"({section.max_documents:,}): words are counted in all of them; what is embedded, learned "
        f"from and compared is a pool of {section.pool_documents:,} (judged ones, those that words "
        "rank first, others by hash). `malmoi index` then encodes all"
    ]


def _of_the_teacher(recipe: SearchRecipe) -> list[str]:
    teaches = (
        recipe.glossary.enabled,
        recipe.dictionary.enabled,
        recipe.queries.enabled and recipe.queries.train,
        recipe.parallel.use,
        recipe.synonyms.enabled and recipe.synonyms.train,
    )
    if any(teaches):
        return []
    return [
        "nothing is learned from (glossary.enabled, dictionary.enabled, queries.train, "
        "parallel.use and synonyms.train are off): v2 learns what v1 does"
    ]


def _of_queries(corpus: Corpus, share: float) -> list[str]:
    dev, test = splits.held_out(corpus, share)
    found = []
    if not dev:
        cause = "all queries are held out" if test else "there are no queries that people wrote"
        found.append(
            f"{cause}, so none is left to develop on: of each student the neural part stays as it "
            "begins, and BM25 has its usual weights"
        )
    if not test:
        found.append(nothing_held_out(corpus, share))
    return found
