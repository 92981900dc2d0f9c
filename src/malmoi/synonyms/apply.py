"""Verified pairs at work: three uses, one for each thing that can be searched with.

    BM25              `word_synonyms`: alternatives of query words, scored as Lucene's SynonymQuery
    sparse queries    `expansion`: tokens added to a query's, weighed and capped
    sparse documents  `to_table`: English pieces active in the Korean documents (lexical.py)

The first two leave the documents as they are: a new dictionary is in force with the next query. The
third wants the student made again; then a query needs no dictionary at all, and costs nothing more.

A pair works in its direction: with "en=>ko" the Korean term may be added where the English one
stands (in a query), with "ko=>en" the English one where the Korean stands (in a document, too).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from malmoi.encoder.lexical import Table
from malmoi.encoder.translations import TranslatedTerm, glossary_table
from malmoi.encoder.vocabulary import Vocabulary
from malmoi.retrieval.expansion import Expansion, units
from malmoi.retrieval.query import QueryEncoder
from malmoi.retrieval.synonyms import Synonyms
from malmoi.text.morphemes import content_words_of

if TYPE_CHECKING:
    import numpy as np

    from malmoi.synonyms.verification.verify import Verdict

DIRECTIONS = ("en=>ko", "ko=>en")
MAX_ALTERNATIVES = 4
"""Alternatives of one term; more of them dilute a query (measured on development queries)."""

Entries = dict[tuple[str, ...], dict[tuple[str, ...], float]]


def word_synonyms(
    verdicts: Sequence[Verdict],
    directions: Sequence[str] = DIRECTIONS,
    limit: int = MAX_ALTERNATIVES,
) -> Synonyms[str]:
    """The accepted pairs over content words, each alternative with weight 1, as Lucene has it.

    Args:
        verdicts: pairs; rejected ones are left out.
        directions: directions that are used.
        limit: alternatives of one term, the most probable first.
    """
    found = [each for direction in directions for each in directed(verdicts, direction)]
    texts = list(dict.fromkeys(text for source, target, _ in found for text in (source, target)))
    words = dict(zip(texts, map(tuple, content_words_of(texts)), strict=True))
    entries: Entries = {}
    for source, target, verdict in found:
        _put(entries, words[source], words[target], verdict.probability)
    return Synonyms({term: dict.fromkeys(_best(to, limit), 1.0) for term, to in entries.items()})


def expansion(
    verdicts: Sequence[Verdict],
    vocabulary: Vocabulary,
    weights: np.ndarray[Any, Any],
    scales: Mapping[str, float],
    limit: int = MAX_ALTERNATIVES,
) -> Expansion:
    """What queries of a sparse encoder get added: weight = scale · the token's own query weight.

    Args:
        verdicts: pairs; rejected ones are left out.
        vocabulary: the encoder's.
        weights: its query weights [vocabulary].
        scales: direction → factor (≥ 0); one that is missing or 0 is not used.
        limit: alternatives of one term, the most probable first.
    """
    entries: dict[tuple[str, ...], dict[str, float]] = {}
    for direction, scale in scales.items():
        found = list(directed(verdicts, direction)) if scale > 0 else []
        texts = sorted({text for source, target, _ in found for text in (source, target)})
        encodings = vocabulary.tokenizer.encode_batch(texts, add_special_tokens=False)
        encoded = dict(zip(texts, encodings, strict=True))
        alternatives: Entries = {}
        for source, target, verdict in found:
            _put(
                alternatives,
                tuple(units(encoded[source])),
                tuple(
                    token
                    for i, token in zip(encoded[target].ids, encoded[target].tokens, strict=True)
                    if i in vocabulary.content
                ),
                verdict.probability,
            )
        ids = vocabulary.tokenizer.get_vocab()
        for term, to in alternatives.items():
            row = entries.setdefault(term, {})
            for token in dict.fromkeys(token for tokens in _best(to, limit) for token in tokens):
                weight = round(scale * float(weights[ids[token]]), 4)
                if weight > 0:
                    row[token] = max(row.get(token, 0.0), weight)
    return Expansion(entries)


def expand_queries(verdicts: Sequence[Verdict], model: Path, scale: float = 1.0) -> Expansion:
    """Have queries that are encoded with `model` expanded by verified pairs.

    `synonyms.json` is written beside `tokenizer.json` and `idf.json`, in a model's folder or an
    index's; delete it to search without. English terms get their Korean alternatives; the other
    way round only adds noise where documents are Korean (docs/synonyms.md).

    Raises:
        StudentError: the folder holds no query encoder.
    """
    import numpy as np
    from tokenizers import Tokenizer

    known = QueryEncoder(model).weights
    tokenizer = Tokenizer.from_file(str(model / "tokenizer.json"))
    weights = np.zeros(tokenizer.get_vocab_size(), np.float32)
    for token, weight in known.items():
        if (number := tokenizer.token_to_id(token)) is not None:
            weights[number] = weight
    vocabulary = Vocabulary(tokenizer, frozenset(np.flatnonzero(weights > 0).tolist()))
    made = expansion(verdicts, vocabulary, weights, {"en=>ko": scale})
    made.save(model)
    return made


def to_table(verdicts: Iterable[Verdict], vocabulary: Vocabulary) -> Table:
    """English pieces that a Korean term makes active in documents, with the pair's probability.

    Pairs are taken that let the English term be added where the Korean one stands ("both" and
    "ko=>en"). Every word of a longer English term is active.
    """
    english: dict[str, dict[str, float]] = {}
    for korean, term, verdict in directed(verdicts, "ko=>en"):
        row = english.setdefault(korean, {})
        row[term] = max(row.get(term, 0.0), verdict.probability)
    records = [TranslatedTerm(stem=korean, english=row) for korean, row in english.items()]
    return glossary_table(records, vocabulary, floor=0.0)


def english_terms(verdicts: Iterable[Verdict]) -> list[str]:
    """The accepted English terms: a vocabulary made with them has pieces for `to_table`."""
    return sorted({v.english for v in verdicts if v.accepted})


def directed(verdicts: Iterable[Verdict], direction: str) -> Iterator[tuple[str, str, Verdict]]:
    """(asked for, found as well, verdict) of the accepted pairs that work in a direction."""
    for v in verdicts:
        if v.accepted and v.direction in ("both", direction):
            source, target = (
                (v.english, v.korean) if direction == "en=>ko" else (v.korean, v.english)
            )
            yield source, target, v


def _put(
    entries: Entries, source: tuple[str, ...], target: tuple[str, ...], probability: float
) -> None:
    """Note an alternative, unless analysis left nothing of either side, or made them the same."""
    if source and target and source != target:
        row = entries.setdefault(source, {})
        row[target] = max(row.get(target, 0.0), probability)


def _best(alternatives: Mapping[tuple[str, ...], float], limit: int) -> list[tuple[str, ...]]:
    """The most probable alternatives, equals in the order of their text."""
    return sorted(alternatives, key=lambda target: (-alternatives[target], target))[:limit]
