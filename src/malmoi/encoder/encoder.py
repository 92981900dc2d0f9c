"""The sparse encoder as Python users have it: fit on a corpus, encode, save, load."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from malmoi.core.errors import SourceError
from malmoi.core.version import installed_version
from malmoi.corpora.corpus import Corpus, Query, Segment
from malmoi.encoder.building import CARD_HEAD, CARD_USAGE
from malmoi.encoder.lexical import Table
from malmoi.encoder.translations import TranslatedTerm
from malmoi.encoder.vocabulary import Vocabulary
from malmoi.recipe import (
    CorpusSection,
    DictionarySection,
    EncoderSection,
    GlossarySection,
    TrainingSection,
)

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix
    from sentence_transformers import SparseEncoder

    from malmoi.encoder.pairs import MinedPair
    from malmoi.retrieval.query import QueryEncoder

Translations = Iterable[TranslatedTerm] | Iterable[Segment]
"""A glossary (records with `stem` and `english`), or aligned text."""

CARD = f"""{CARD_HEAD}
A learned-sparse encoder for Korean and English, made by Malmoi {{version}}. Queries need
`tokenizer.json` and `idf.json` alone, no network.

{CARD_USAGE}"""


class Encoder:
    """A learned-sparse encoder: texts become vectors with a weight for each word that matters.

    Queries need no network: a tokenizer and a table of weights. Documents are weighed by
    statistics, with translations, and by a network unless the encoder was fit without.

    Attributes:
        model: sentence-transformers' `SparseEncoder`, for all that it can do.
        source: the folder or hub id that the encoder was loaded from or saved to, "" for none.

    Example:
        >>> encoder = malmoi.Encoder.fit(corpus, config=malmoi.EncoderConfig(neural=False))
        >>> encoder.save("model")
        >>> encoder = malmoi.Encoder.load("model")
        >>> documents = encoder.encode_documents([d.full_text for d in corpus.documents])
        >>> queries = encoder.encode_queries(["배추 절이는 시간"])
        >>> best = (queries @ documents.T).toarray().argmax()
        >>> corpus.documents[best].title
        '김치 담그기'
    """

    def __init__(self, model: SparseEncoder, source: str = "") -> None:
        self.model, self.source = model, source

    @classmethod
    def fit(
        cls,
        corpus: Corpus,
        translations: Iterable[Translations] = (),
        config: EncoderSection | None = None,
        training: TrainingSection | None = None,
        *,
        dictionary: DictionarySection | None = None,
        development: Sequence[Query] = (),
        dense_model: str = "",
        folder: str | Path | None = None,
        seed: int = 13,
    ) -> Encoder:
        """Fit an encoder to a corpus: weigh its words, then train the network, if there is one.

        The network learns from titles and headings (where most documents have none, from their
        own sentences, phrases and terms), with mined negatives and a dense model's scores. Queries
        of the corpus are never trained on.

        Args:
            corpus: what will be searched.
            translations: glossaries, which `write_glossary` writes, or aligned text
                (`corpus.segments`): English words that a document's Korean terms make active.
            config: the vocabulary, the lexical part and the network (None: the defaults).
            training: how the network learns (None: the defaults).
            dictionary: give words their nearest ones of the other language as well, in both
                directions; its `packages` are a recipe's alone (None: `translations` alone).
            development: queries of the corpus that choose the best state by nDCG@10 with the
                corpus's `qrels` (none: the last state that is healthy).
            dense_model: whose scores are learned, by hub id or path (empty: the embedded e5).
            folder: keeps checkpoints, figures and embeddings; a fit that was stopped goes on from
                there (None: nothing is kept).
            seed: of the batches' order, and of excerpts where there are no titles.

        Returns:
            The encoder, not saved yet.

        Raises:
            SourceError: `translations` holds something else.
            StudentError: the corpus has no words, there is nothing to train on, a model can't be
                loaded, or training made the encoder collapse or left it dense.

        Example:
            >>> encoder = malmoi.Encoder.fit(
            ...     corpus, translations=[glossary], config=malmoi.EncoderConfig(neural=False)
            ... )
            >>> encoder.encode_queries(["temperature"]).nnz
            1
        """
        from malmoi.encoder.fitting import fit_neural
        from malmoi.encoder.lexical_fit import document_text, fit_lexical

        config, training = config or EncoderSection(), training or TrainingSection()
        sources = [_translations(source) for source in translations]
        texts = [document_text(document) for document in corpus.documents]
        if dictionary is None:
            vocabulary = _vocabulary(texts, sources)
            table = _table(sources, vocabulary)
        else:
            vocabulary = _vocabulary(texts, sources, dictionary.common_words)
            table = _dictionary(texts, sources, vocabulary, dictionary)
            config = config.model_copy(update={"translation_weight": dictionary.weight})
        start = fit_lexical(corpus.documents, vocabulary, table, config)
        start.warn_of_wordless()
        if not config.neural:
            from malmoi.encoder.building import build_encoder

            return cls(build_encoder(vocabulary, start.lexical, start.weights, config))
        with _folder(folder) as work:
            pairs, passages = _pairs(corpus, training, dense_model, work, seed)
            model, _ = fit_neural(
                start,
                pairs,
                training,
                work / "training",
                passages=passages,
                dev=development,
                qrels=corpus.qrels,
                seed=seed,
                label="encoder",
            )
        return cls(model.eval())

    @classmethod
    def load(cls, source: str | Path) -> Encoder:
        """Load what `save` or a run wrote, or any model that SparseEncoder loads.

        No code that comes with a model is run, unless malmoi saved it.

        Args:
            source: a folder, or a model's hub id.

        Returns:
            The encoder, ready to encode.

        Raises:
            StudentError: there is no such model, it can't be loaded, or it brings code of its own.
        """
        from malmoi.models.sparse import load

        return cls(load(Path(source)), str(source))

    def save(self, folder: str | Path) -> None:
        """Write the encoder to a folder, which is replaced where it exists.

        sentence-transformers' `SparseEncoder(folder, trust_remote_code=True)` loads it as well.

        Args:
            folder: where it goes; it is there whole or not at all.

        Raises:
            OSError: the folder can't be written.
        """
        from malmoi.encoder.building import is_ours, save

        if is_ours(self.model):
            save(self.model, Path(folder), CARD.format(version=installed_version()))
        else:
            self.model.save_pretrained(str(folder))
        self.source = str(folder)

    def encode_documents(self, texts: Sequence[str]) -> csr_matrix:
        """Vectors of documents.

        Args:
            texts: each a title, a line end and a body, as `document.full_text` is.

        Returns:
            Float32 [texts, vocabulary], weights above 0.

        Raises:
            SourceError: `texts` is one text.
        """
        from malmoi.models.sparse import encode_documents

        return encode_documents(self.model, _several(texts))

    def encode_queries(self, texts: Sequence[str]) -> csr_matrix:
        """Vectors of queries, by the table alone. An index also corrects words it doesn't know.

        Args:
            texts: in any language that the encoder knows.

        Returns:
            Float32 [texts, vocabulary]; a row is empty where no word of its text is known.

        Raises:
            SourceError: `texts` is one text.
        """
        from malmoi.models.sparse import encode_queries

        return encode_queries(self.model, _several(texts))

    @property
    def search_encoder(self) -> QueryEncoder | None:
        """What an index made with this encoder encodes queries with; None where none can be."""
        from malmoi.encoder.building import document_encoder, is_ours, query_parameter
        from malmoi.encoder.vectors import search_encoder
        from malmoi.retrieval.query import QueryEncoder, encodes_queries

        folder = Path(self.source).expanduser()
        if self.source and encodes_queries(folder):
            return QueryEncoder(folder)
        if not is_ours(self.model):
            return None
        weights = query_parameter(self.model).detach().float().cpu().numpy()
        return search_encoder(document_encoder(self.model).lexical, weights)


def _several(texts: Sequence[str]) -> Sequence[str]:
    if isinstance(texts, str):
        raise SourceError(f"saw one text, {texts[:40]!r}; expected a list of texts: [text]")
    return texts


def _translations(source: Any) -> list[Any]:
    """What one source of translations holds, of which all is a glossary's or all is aligned."""
    items = [] if isinstance(source, str | Mapping) else list(source)
    aligned = all(isinstance(item, Segment) for item in items)
    listed = all(isinstance(i, Mapping) and {"stem", "english"} <= i.keys() for i in items)
    if isinstance(source, str | Mapping) or not (aligned or listed):
        raise SourceError(
            f"translations: saw {str(source)[:60]!r}. Expected a list of glossaries and aligned "
            "texts: translations=[glossary, corpus.segments]; Glossary.load reads a glossary."
        )
    return items


@contextmanager
def _folder(folder: str | Path | None) -> Iterator[Path]:
    """The user's folder, or one that is gone afterwards."""
    if folder is not None:
        yield Path(folder)
    else:
        with tempfile.TemporaryDirectory() as temporary:
            yield Path(temporary)


def _vocabulary(
    texts: Sequence[str], sources: Sequence[Sequence[Any]], common: int = 0
) -> Vocabulary:
    """The corpus's pieces, with the English ones of the translations and the commonest ones."""
    from malmoi.encoder.dictionary import corpus_vocabulary

    words = {
        word
        for source in sources
        for record in source
        if not isinstance(record, Segment)
        for word in record["english"]
    }
    english = sorted(words)
    english += [s.english for source in sources for s in source if isinstance(s, Segment)]
    return corpus_vocabulary(texts, english, common)


def _table(sources: Sequence[Sequence[Any]], vocabulary: Vocabulary) -> Table:
    from malmoi.encoder.alignment import translation_table
    from malmoi.encoder.translations import merge

    tables = [
        translation_table(source, vocabulary)
        if _is_aligned(source)
        else _glossary_table(source, vocabulary)
        for source in sources
    ]
    return merge(*tables)


def _is_aligned(source: Sequence[Any]) -> bool:
    return bool(source) and isinstance(source[0], Segment)


def _glossary_table(records: Sequence[Any], vocabulary: Vocabulary) -> Table:
    from malmoi.encoder.translations import glossary_table

    return glossary_table(records, vocabulary, GlossarySection().min_share)


def _dictionary(
    texts: Sequence[str],
    sources: Sequence[Sequence[Any]],
    vocabulary: Vocabulary,
    section: DictionarySection,
) -> Table:
    """The merged table of translations and nearest words.

    Args:
        texts: of the documents.
        sources: glossaries and aligned text.
        vocabulary: the corpus's.
        section: the settings.
    """
    from malmoi.encoder.dictionary import Source, aligned_source, languages, merge_sources
    from malmoi.models.dense import word_encoder

    named = [
        aligned_source(source, vocabulary, texts)
        if _is_aligned(source)
        else Source("teacher", _glossary_table(source, vocabulary))
        for source in sources
    ]
    vectors = word_encoder(section.vectors_model) if section.vectors else None
    return merge_sources(named, vocabulary, vectors, reverse=languages(texts)[1]).table


def _pairs(
    corpus: Corpus, training: TrainingSection, dense_model: str, folder: Path, seed: int
) -> tuple[list[MinedPair], Any]:
    """The corpus's own pairs with their negatives, and the dense passages that score them.

    Args:
        corpus: the documents, and queries that are never trained on.
        training: the settings.
        dense_model: hub id or path (empty: the embedded e5).
        folder: keeps embeddings.
        seed: chooses excerpts.
    """
    from malmoi.encoder.excerpts import excerpt_pairs, untitled
    from malmoi.encoder.pairs import distinct, own_pairs, with_negatives
    from malmoi.retrieval.bm25 import BM25F, analyse
    from malmoi.retrieval.passages import DensePassages

    passages = DensePassages(
        corpus.documents, CorpusSection().passage_words, dense_model, folder / "embeddings"
    )
    human = corpus.query_texts
    pairs = distinct(own_pairs(corpus.documents, training.mask_own_query), human)
    bare = untitled(corpus.documents, pairs)
    pairs = distinct([*pairs, *excerpt_pairs(bare, human, seed, training.mask_own_query)], human)
    words = BM25F(analyse((d.id, d.title, d.text) for d in corpus.documents))
    return list(with_negatives(pairs, training, words.search, passages)), passages
