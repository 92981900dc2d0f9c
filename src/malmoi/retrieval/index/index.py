"""An index and its query encoder together: from a text to results that explain themselves."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from malmoi.core.executors import LOCAL, Executor
from malmoi.corpora.corpus import Corpus
from malmoi.retrieval.fusion import DENSE_WEIGHT
from malmoi.retrieval.index.manifest import WEIGHT_BITS
from malmoi.retrieval.index.passages import QueryEmbedder
from malmoi.retrieval.index.vector_index import Hit, VectorIndex
from malmoi.retrieval.query import AnalysedQuery, QueryEncoder

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix


@dataclass(frozen=True, slots=True)
class Match:
    """A token that query and document share; its part of the score is `contribution`.

    Its syllables are composed, whatever the tokenizer has.
    """

    token: str
    query_weight: float
    document_weight: float

    @property
    def contribution(self) -> float:
        """Query weight times document weight; a result's contributions add up to its score."""
        return self.query_weight * self.document_weight


@dataclass(frozen=True, slots=True)
class Result:
    """A document found; `matches` begin with the token that counted most. Ranks begin at 1.

    `dense` is what the similarity of its best passage adds to the score of a hybrid search.
    """

    rank: int
    score: float
    id: str
    title: str
    matches: tuple[Match, ...]
    dense: float = 0.0


class Encoder(Protocol):
    """What encodes the documents of an index: `malmoi.Encoder`."""

    source: str
    """Its folder, empty where it was not saved."""

    def encode_documents(self, texts: Sequence[str]) -> csr_matrix:
        """Vectors of documents [texts, vocabulary]."""
        ...

    def save(self, folder: str | Path) -> None:
        """Write it to a folder."""
        ...


class Index:
    """Documents in a folder that are searched by text, in milliseconds and without torch.

    Searching is exact, and safe while another process builds (docs/search.md).

    Attributes:
        vectors: the documents' vectors, to be searched by vector, added to, deleted from.
        query_encoder: turns a query into weights of tokens.
        query_embedder: turns it into a vector, where the index has vectors of passages.

    Example:
        >>> index = malmoi.Index.build("index", encoder, corpus)
        >>> len(index)
        30
        >>> best = malmoi.Index.open("index").search("배추 절이는 시간", k=10)[0]
        >>> best.id, best.title
        ('kimchi', '김치 담그기')
        >>> abs(best.score - sum(match.contribution for match in best.matches)) < 1e-5
        True
    """

    def __init__(self, vectors: VectorIndex, query_encoder: QueryEncoder, dense: str = "") -> None:
        self.vectors, self.query_encoder = vectors, query_encoder
        self.query_embedder = QueryEmbedder(vectors, dense)

    @classmethod
    def open(cls, folder: str | Path, *, dense: str = "") -> Index:
        """Open an index as it is now.

        Args:
            folder: what `Index.build` or `malmoi index` wrote.
            dense: embeds the queries of hybrid searches: where the model lies that embedded the
                passages, if it has moved since.

        Returns:
            The index as it is now; open it again to see what was written since.

        Raises:
            RunError: there is no index in the folder, or it is damaged or of another format.
            StudentError: the index has no query encoder.
        """
        return cls(VectorIndex.open(Path(folder)), QueryEncoder(Path(folder)), dense)

    @classmethod
    def build(
        cls,
        folder: str | Path,
        encoder: Encoder | str | Path,
        corpus: Corpus,
        *,
        mirror: bool = False,
        executor: Executor = LOCAL,
        dense: str = "",
        weight_bits: int = WEIGHT_BITS,
    ) -> Index:
        """Encode a corpus into an index, which is made if it isn't there.

        A document that is indexed as it is, is not encoded again; one that changed is replaced.

        Args:
            folder: the index's.
            encoder: encodes the documents; also a folder that holds one.
            corpus: the documents.
            mirror: delete what the index holds and the corpus does not.
            executor: a `RayExecutor` encodes on the machines of a cluster.
            dense: embeds passages for hybrid search: "e5+use" (the embedded ones), "e5", a hub id
                or a path of a sentence-transformers model. Empty: as the index has it, none where
                it is new.
            weight_bits: significant bits of a weight that a new index keeps: 17 for a smaller one
                whose scores are within 8e-6 of the encoder's.

        Returns:
            The index, open.

        Raises:
            SourceError: there are no documents, or an id stands twice.
            StudentError: the encoder is missing, or gives all documents empty vectors.
            RunError: the index was built with another encoder, or embedded by another.
        """
        from malmoi.retrieval.index.building import build_index

        documents = [(d.id, d.title, d.text) for d in corpus.documents]
        with _saved(encoder) as model:
            loaded = None if isinstance(encoder, str | Path) or executor.distributed else encoder
            build_index(
                model,
                documents,
                Path(folder),
                total=len(documents),
                mirror=mirror,
                executor=executor,
                encode=loaded.encode_documents if loaded else None,
                dense=dense,
                weight_bits=weight_bits,
            )
        return cls.open(folder)

    def __len__(self) -> int:
        return len(self.vectors)

    def analyse(self, text: str) -> AnalysedQuery:
        """How a query is searched: its weights, what was corrected, what the corpus doesn't have.

        Args:
            text: the query, as for `search`.

        Returns:
            `weights` by token, `corrections` ("데이타" for "데이터") and `unknown` words, which add
            nothing, each with the corpus's words of nearly its spelling.
        """
        return self.query_encoder.analyse(text)

    def search(
        self, text: str, k: int = 10, *, hybrid: bool = False, dense_weight: float = DENSE_WEIGHT
    ) -> list[Result]:
        """The `k` best documents of the index as it was when opened or refreshed.

        Words that the corpus doesn't have are corrected where it is clear what is meant, and else
        add nothing; `analyse` says which.

        Args:
            text: in any language that the encoder knows.
            k: results at most; a document that shares no token with the query is none, unless the
                search is hybrid.
            hybrid: add the similarity of the best passage, by the dense model that the index was
                built with.
            dense_weight: what one standard deviation of similarity over the index counts then.

        Returns:
            Results, each with `rank`, `score`, `id`, `title` and `matches`: the tokens that query
            and document share, the one that counted most first. Their contributions and `dense` add
            up to the score. A text of nothing but spaces has none.

        Raises:
            RunError: a hybrid search of an index that lacks vectors of passages.
            StudentError: its dense model can't be loaded.
        """
        weights = self.query_encoder.encode(text)
        query = self.query_encoder.dimensions(weights)
        if not hybrid:
            hits = self.vectors.search(query, k)
        elif text.strip():
            vector = self.query_embedder.embed(text)
            hits = self.vectors.search_hybrid(query, vector, k, dense_weight)
        else:
            hits = []
        return [self._result(rank, hit) for rank, hit in enumerate(hits, 1)]

    def _result(self, rank: int, hit: Hit) -> Result:
        matches = [
            Match(self.query_encoder.readable(dimension), *weights)
            for dimension, weights in hit.matches.items()
        ]
        matches.sort(key=lambda match: (-match.contribution, match.token))
        return Result(rank, hit.score, hit.id, hit.title, tuple(matches), hit.dense)


@contextmanager
def _saved(encoder: Encoder | str | Path) -> Iterator[Path]:
    """The folder of an encoder, for as long as this context holds where it was not saved."""
    if isinstance(encoder, str | Path):
        yield Path(encoder)
    elif encoder.source:
        yield Path(encoder.source)
    else:
        with tempfile.TemporaryDirectory() as temporary:
            encoder.save(Path(temporary) / "model")
            encoder.source = ""  # of a folder that is about to go
            yield Path(temporary) / "model"
