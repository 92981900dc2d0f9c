"""Builds the sparse encoder, saves it as a folder that sentence-transformers loads, loads it.

    queries:    SparseStaticEmbedding   a learnable weight for each piece that stands in the query
    documents:  DocumentEncoder         words weighed by statistics + what a network adds

A saved folder has at its root, beside sentence-transformers' files, `tokenizer.json` and `idf.json`
(what queries need, without torch), `lexical.json`, and the code that the document side needs.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from malmoi.core.errors import StudentError
from malmoi.core.executors import LOCAL, Executor
from malmoi.core.files import make_folder_atomically, stable_share, write_atomically
from malmoi.core.progress import track
from malmoi.encoder.distributed_states import DistributedStates
from malmoi.encoder.document_side import document_side
from malmoi.encoder.excerpts import sentences
from malmoi.encoder.heads import head_from_queries, head_from_words, script_of
from malmoi.encoder.lexical import WRITTEN, Lexical, runs, split
from malmoi.encoder.vectors import query_vectors
from malmoi.encoder.vocabulary import PAD, UNKNOWN, Vocabulary
from malmoi.recipe import EncoderSection
from malmoi.retrieval.query import ABSENT

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from sentence_transformers import SparseEncoder
    from torch import Tensor
    from torch.nn import Parameter

    from malmoi.encoder.modeling import DocumentEncoder

CARD_HEAD = """---
language: [ko, en]
library_name: sentence-transformers
pipeline_tag: feature-extraction
tags: [sentence-transformers, sparse-encoder, learned-sparse-retrieval, inference-free]
---
"""
"""How the model card of any saved encoder begins."""

CARD_USAGE = """```python
from sentence_transformers import SparseEncoder

encoder = SparseEncoder("PATH", trust_remote_code=True)   # modeling.py and lexical.py beside this
documents = encoder.encode_document(["title\\nbody of a document"])
queries = encoder.encode_query(["표에 행 삽입", "insert table rows"])
print(encoder.similarity(queries, documents))
```
"""
"""What a model card says of loading the encoder without malmoi."""

CODE = ("modeling.py", "lexical.py")
"""Files that travel with a saved model."""

SENTENCES = 3000
"""Sentences of a corpus that the words' vectors are fitted to."""


def build_encoder(
    vocabulary: Vocabulary,
    lexical: Lexical,
    weights: NDArray[np.float32],
    section: EncoderSection | None = None,
    *,
    texts: Sequence[str] = (),
    states: Path | None = None,
    executor: Executor = LOCAL,
) -> SparseEncoder:
    """An untrained encoder.

    Args:
        vocabulary: the pieces of both sides.
        lexical: weighs documents' words.
        weights: weight of each piece in queries [vocabulary], as `idf` gives them.
        section: the recipe's settings.
        texts: document texts of the corpus, whose windows the head is initialised over; they are
            remembered, so that training on them is fast.
        states: .npz file in which the windows' states are kept between students.
        executor: computes states; a distributed one with bodies that its workers load.

    Raises:
        StudentError: sizes don't fit, or a neural part without texts to initialise it over.
    """
    from sentence_transformers import SparseEncoder
    from sentence_transformers.sparse_encoder.modules import Router, SparseStaticEmbedding

    section = section or EncoderSection()
    if len(weights) != len(vocabulary):
        raise StudentError(f"{len(weights)} weights for a vocabulary of {len(vocabulary)} pieces")
    documents = document_side(lexical, section)
    if executor.distributed:
        documents.compute_states = DistributedStates(lexical, section, executor)
    if section.neural:
        if not texts:
            raise StudentError("the neural part's head is initialised over texts, but none came")
        # A corpus of titles alone would leave the neural part nothing to read.
        bodies = sum(bool(split(text)[1].strip()) for text in texts)
        documents.title_windows = bodies < len(texts) / 2
        _initialise_head(documents, vocabulary, section, texts, states, weights)
    query: Any = documents
    if section.two_sided:
        documents.query_weight.data.copy_(_tensor(weights))
    else:
        query = SparseStaticEmbedding(_tokenizer(vocabulary), _tensor(weights), frozen=False)
    router = Router.for_query_document(query_modules=[query], document_modules=[documents])
    return SparseEncoder(modules=[router], similarity_fn_name="dot", device=None)


def _tensor(weights: NDArray[np.float32]) -> Tensor:
    import torch

    return torch.from_numpy(np.ascontiguousarray(weights, np.float32)).clone()


def _tokenizer(vocabulary: Vocabulary) -> Any:
    from tokenizers import Tokenizer
    from transformers import PreTrainedTokenizerFast

    return PreTrainedTokenizerFast(  # type: ignore[no-untyped-call]
        tokenizer_object=Tokenizer.from_str(vocabulary.tokenizer.to_str()),
        pad_token=PAD,
        unk_token=UNKNOWN,
        model_max_length=4096,
    )


def _initialise_head(
    module: DocumentEncoder,
    vocabulary: Vocabulary,
    section: EncoderSection,
    texts: Sequence[str],
    states: Path | None,
    weights: NDArray[np.float32],
) -> None:
    """Set the head's rows and biases.

    Args:
        module: the document side, whose states of the texts' windows are remembered.
        vocabulary: has the words.
        section: the recipe's settings.
        texts: of the corpus.
        states: .npz file that keeps states.
        weights: of words in queries [vocabulary].
    """
    import torch

    if states is not None:
        module.load_states(states)
    track = _track("encoder states")
    module.remember(texts, track)
    windows = [ids for each in module.windows(texts) for ids in each]
    if not windows:
        raise StudentError("all texts are empty, so the neural part has nothing to read")
    content = sorted(vocabulary.content)
    found = module.states(windows, track=track).numpy()
    forms = [vocabulary.readable(i) for i in content]
    words = module.embed_queries(forms, _track("word states"))
    if section.head == "words":
        rows, biases = head_from_words(words.numpy(), found, section.slope, section.threshold)
    else:
        asked = _sample(texts)
        vectors = module.embed_queries(asked, _track("states of sentences")).numpy()
        queries = query_vectors(asked, vocabulary, weights)[:, content]
        foreign = ~np.isin(content, [i for ids in vocabulary.encode(texts) for i in ids])
        rows, biases = head_from_queries(
            words.numpy(),
            found,
            queries,
            vectors,
            section.similarity_weight,
            list(map(script_of, forms)),
            foreign,
        )
    if states is not None:
        module.save_states(states)
    head: Any = module.head
    with torch.no_grad():
        head.weight.zero_()
        head.bias.fill_(-1.0)
        head.weight[content] = torch.from_numpy(rows)
        head.bias[content] = torch.from_numpy(biases)


def _sample(texts: Sequence[str]) -> list[str]:
    """Sentences of the texts, chosen by hash."""
    found = {sentence for text in texts for sentence in sentences(text.partition(WRITTEN)[0])}
    return sorted(found, key=stable_share)[:SENTENCES]


def _track(label: str) -> Any:
    return lambda steps: track(steps, label, len(steps))


def is_ours(encoder: SparseEncoder) -> bool:
    """Whether its document side is Malmoi's, with a lexical part."""
    sides: Any = getattr(encoder[0], "sub_modules", {})
    return "document" in sides and hasattr(sides["document"][0], "lexical")


def document_encoder(encoder: SparseEncoder) -> DocumentEncoder:
    """The document side of an encoder."""
    router: Any = encoder[0]
    module: Any = router.sub_modules["document"][0]
    return module  # type: ignore[no-any-return]


def query_parameter(encoder: SparseEncoder) -> Parameter:
    """The learnable weight of each piece in queries [vocabulary]."""
    router: Any = encoder[0]
    query: Any = router.sub_modules["query"][0]
    weight: Parameter = query.query_weight if hasattr(query, "query_weight") else query.weight
    return weight


def query_weights(encoder: SparseEncoder) -> dict[str, float]:
    """Token → weight (> 0) of the content pieces, as `idf.json` holds them."""
    lexical = document_encoder(encoder).lexical
    weights = query_parameter(encoder).detach().float().cpu().numpy()
    pieces = [i for i in sorted(lexical.content) if weights[i] > 0]
    return {str(lexical.tokenizer.id_to_token(i)): float(weights[i]) for i in pieces}


def save(encoder: SparseEncoder, folder: Path, card: str) -> None:
    """Save an encoder atomically, `card` as its README.md.

    Args:
        folder: replaced where it exists.
        card: the model card: data, figures, licence.
    """
    module = document_encoder(encoder)

    def fill(temporary: Path) -> None:
        encoder.save(str(temporary), create_model_card=False)
        here = Path(__file__).parent
        for name in CODE:
            shutil.copy(here / name, temporary / name)
        for file in (temporary / "router_config.json", temporary / "modules.json"):
            _name_travelling_code(file)
        module.lexical.save(temporary)
        weights = query_weights(encoder)
        write_atomically(temporary / "idf.json", json.dumps(weights, ensure_ascii=False))
        write_atomically(temporary / ABSENT, json.dumps(runs(module.lexical.absent)))
        write_atomically(temporary / "README.md", card)

    make_folder_atomically(folder, fill)


def _name_travelling_code(file: Path) -> None:
    """Let the folder name its own modeling.py, not this package or a copy's place in a cache."""
    config = json.loads(file.read_text(encoding="utf-8"))
    types = config.get("types", {}) if isinstance(config, dict) else {}
    for name, kind in types.items():
        if kind.endswith("modeling.DocumentEncoder"):
            types[name] = "modeling.DocumentEncoder"
    write_atomically(file, json.dumps(config, indent=2))


def load(folder: Path, neural: bool = True) -> SparseEncoder:
    """Load what `save` wrote; `neural=False` gives it without its neural part.

    Raises:
        StudentError: the folder is missing or holds no such encoder.
    """
    from sentence_transformers import SparseEncoder

    if not (folder / "router_config.json").is_file():
        raise StudentError(f"{folder} holds no encoder (no router_config.json); train one first")
    encoder = SparseEncoder(str(folder), trust_remote_code=True)
    if not neural:
        document_encoder(encoder).neural = False
    return encoder.eval()
