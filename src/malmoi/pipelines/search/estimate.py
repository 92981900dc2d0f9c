"""How long a run would take: how much work it is, by how fast this machine was seen to do it.

    parts = estimate(recipe, documents, asked, measure(documents))
    spoken(parts)  # "about 40 minutes (an estimate; …)"

What a finished stage of the run's folder took goes before any measurement: it knows the endpoint,
the model and the machine. Elsewhere the machine multiplies matrices and analyses some of the
corpus for a second or two. Good to a factor of two or three.
"""

from __future__ import annotations

import math
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from malmoi.core.errors import RecipeError
from malmoi.corpora.corpus import Corpus, Document
from malmoi.pipelines.duration import Machine, Part, measured, writing
from malmoi.pipelines.search.context import is_pooled
from malmoi.pipelines.search.students import variants
from malmoi.recipe import EncoderSection, SearchRecipe, fingerprint_part
from malmoi.recipe.reader import load_dumped
from malmoi.runs.run import RECIPE, status
from malmoi.synonyms import plan as synonym_plan
from malmoi.synthesis import glossary, queries
from malmoi.synthesis.prompts import Prompt
from malmoi.teachers import Request
from malmoi.teachers.presets import resolve
from malmoi.text.morphemes import morphemes

SAMPLE = 60
"""Documents that are analysed to see how fast that is."""

# How much work things are, from the models' sizes; and how that work compares with the product of
# two float32 matrices, from a run of the demo beside a measurement on the same machine.
_BODY = 21e6
"""Parameters of the embedded base's layers: its table of words is looked up, not multiplied."""
_TOKEN_CHARACTERS = 2.0
"""Characters of Korean text in a token of the base."""
_STEP_QUERY = 1.8e9
"""Operations of a training step for each query of its batch."""
_PASSES = 4
"""How often a corpus is analysed: for terms, filters, the vocabulary, the lexical part."""
_ENCODER, _PLAIN = 1.4, 0.5
"""Speed of the encoder beside that of float32 matrices, and what is left of it without bf16."""


def requests_of(
    recipe: SearchRecipe,
    corpus: Corpus,
    prompts: Mapping[str, Prompt] | None = None,
    folder: Path | None = None,
) -> dict[str, list[Request]]:
    """What a run would ask of its teacher: stage → requests.

    Args:
        recipe: what would be done.
        corpus: what is read.
        prompts: those of queries by kind, the recipe's where None.
        folder: the run's, perhaps begun already.
    """
    chat = bool(resolve(recipe.teacher).chat)
    documents = corpus.documents
    terms = glossary.find_terms(documents, recipe.glossary) if recipe.glossary.enabled else []
    written: list[Request] = []
    if recipe.queries.enabled:
        asked_of = pooled_documents(recipe, documents, folder)
        plan = queries.plan(asked_of, recipe.queries, chat, recipe.corpus.passage_words, prompts)
        written = [ask.request for ask in plan]
    paired = synonym_plan.requests(recipe.synonyms, chat, recipe.glossary.subject)
    return {
        "glossary": glossary.requests(terms, recipe.glossary, chat),
        "candidates": written,
        "synonyms-asked": list(paired),
    }


def measure(documents: Sequence[Document]) -> Machine:
    """This machine's speeds, with a sample of the documents themselves."""
    step = max(1, len(documents) // SAMPLE)
    texts = [document.full_text[:4000] for document in documents[::step][:SAMPLE]]
    list(morphemes(texts[:1]))  # the analyser is loaded here
    began = time.process_time()  # of this process alone, whatever else the machine does
    list(morphemes(texts))
    seconds = max(time.process_time() - began, 1e-6)
    return measured(sum(map(len, texts)) / seconds)


def estimate(
    recipe: SearchRecipe,
    documents: Sequence[Document],
    asked: Mapping[str, Sequence[Request]],
    machine: Machine,
    folder: Path | None = None,
) -> list[Part]:
    """The parts of a run from its beginning, each with its time.

    Args:
        recipe: what would be done.
        documents: of its corpus.
        asked: stage ("glossary", "candidates", "synonyms-asked") → what it would ask the teacher.
        machine: as `measure` sees it.
        folder: of the run, perhaps begun, whose stages say how fast they were.
    """
    seen = _seen(recipe, folder)
    parts = [
        writing(name, requests, recipe.teacher, machine, seen.get(name))
        for name, requests in asked.items()
        if requests
    ]
    size = sum(len(document.full_text) for document in documents)
    parts.append(Part("reading", _PASSES * size / machine.characters, "measured"))
    students = [v for v in variants(recipe, has_segments=False) if v.neural]
    if recipe.encoder.neural and students:
        read = pooled_documents(recipe, documents, folder)
        parts.append(_training(recipe, read, machine, len(students), seen))
    return parts


def pooled_documents(
    recipe: SearchRecipe, documents: Sequence[Document], folder: Path | None = None
) -> Sequence[Document]:
    """As many of the documents as a run embeds: all, or, of a large corpus, a pool's number.

    Args:
        recipe: sets the limit.
        documents: of the corpus.
        folder: the run's, perhaps begun already.
    """
    if not is_pooled(recipe, len(documents), folder):
        return documents
    # Spread over the corpus, so that they are as long as the others on average.
    size = recipe.evaluation.pool_documents
    return [documents[number * len(documents) // size] for number in range(size)]


def indexing(recipe: SearchRecipe, documents: Sequence[Document], machine: Machine) -> list[Part]:
    """What encoding all documents takes with the network, words included.

    Args:
        recipe: the encoder's.
        documents: to be encoded.
        machine: as `measure` sees it.
    """
    size = sum(len(document.full_text) for document in documents)
    words = Part("words", size / machine.characters, "measured")
    if not recipe.encoder.neural or recipe.encoder.base:
        return [words]
    tokens = _tokens(recipe.encoder, documents)
    return [words, Part("network", 2 * _BODY * tokens / _speed(machine), "measured")]


def _training(
    recipe: SearchRecipe,
    documents: Sequence[Document],
    machine: Machine,
    students: int,
    seen: Mapping[str, float],
) -> Part:
    """The base's states of all documents, once, and the steps of each student."""
    steps = students * recipe.training.steps
    if "student" in seen:
        return Part("students", steps * seen["student"], "as fast as in this run")
    if recipe.encoder.base:
        return Part("students", None, "how large encoder.base is, isn't looked up")
    work = 2 * _BODY * _tokens(recipe.encoder, documents)
    work += steps * recipe.training.batch_size * _STEP_QUERY
    return Part("students", work / _speed(machine), "measured")


def _tokens(encoder: EncoderSection, documents: Sequence[Document]) -> int:
    """Tokens that the base reads of documents."""
    windows = sum(
        min(
            encoder.max_windows,
            math.ceil(len(document.full_text) / (encoder.window * _TOKEN_CHARACTERS)) or 1,
        )
        for document in documents
    )
    return windows * (encoder.window + encoder.title_tokens)


def _speed(machine: Machine) -> float:
    """Operations a second of the encoder."""
    return machine.operations * (_ENCODER if machine.bf16 else _PLAIN)


def _seen(recipe: SearchRecipe, folder: Path | None) -> dict[str, float]:
    """Seconds a call of the stages that a run has finished; "student": seconds a step."""
    if folder is None or not (folder / RECIPE).is_file():
        return {}
    try:
        before = load_dumped(folder / RECIPE, SearchRecipe)
    except RecipeError:  # another job's run: it says nothing of this one
        return {}
    if fingerprint_part(before.teacher) != fingerprint_part(recipe.teacher):
        return {}
    seen: dict[str, float] = {}
    samples = {"glossary": before.glossary.samples, "candidates": 1, "synonyms-asked": 1}
    trained = []
    for stage in status(folder):
        written = stage.counts.get("records", 0) + sum(stage.rejected.values())
        if stage.done and stage.name in samples and written:
            seen[stage.name] = stage.seconds / (written * samples[stage.name])
        if stage.done and stage.name.startswith("student-v") and stage.seconds > 1:
            trained.append(stage.seconds)
    if trained:
        seen["student"] = sum(trained) / (len(trained) * before.training.steps)
    return seen
