"""`malmoi opensearch package`: an encoder as the files that a cluster's ml-commons registers.

The lexical and the neural part read different tokens, and ml-commons has one tokenizer a model, so
they are two models; an ingest pipeline adds their weights (`malmoi.retrieval.opensearch.deploy`).
"""

from __future__ import annotations

import io
import json
import logging
import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from malmoi.core.errors import StudentError
from malmoi.core.files import make_folder_atomically, write_atomically
from malmoi.retrieval.opensearch import package as packages
from malmoi.retrieval.opensearch import tokenizer_json
from malmoi.retrieval.query import QueryEncoder

if TYPE_CHECKING:
    from malmoi.encoder.modeling import DocumentEncoder

logger = logging.getLogger(__name__)

PROBES = (
    "문서 인쇄\n프린터를 고르고 인쇄할 쪽을 정합니다. Deleting the strings, 셀 3개를 바꿉니다.",
    "\n표와 행, table and row\n\n합계",
    "길이\n" + "검색어 하나로 문서를 찾습니다. Search the pages. " * 60,
)
"""Texts whose weights a cluster must give as we do; the last has more tokens than DJL's limit."""


def package(model: Path, out: Path) -> list[packages.Package]:
    """Write the packages of the encoder at `model` into the folder `out`, which is replaced.

    `out` gets query.zip and lexical.zip and, where the encoder has a network, neural.zip and
    limits.json; a JSON file beside each zip (see `malmoi.retrieval.opensearch.package`),
    probes.json and a README.md.

    Raises:
        StudentError: there is no encoder, its queries need a network too, or it can't be scripted.
    """
    from malmoi.encoder.building import document_encoder, load

    encoder = document_encoder(load(model))
    if encoder.two_sided:
        raise StudentError(
            "This encoder's queries go through its network (encoder.two_sided); ml-commons' "
            "SPARSE_TOKENIZE has a table alone. Train one with two_sided = false."
        )
    made: list[packages.Package] = []

    def fill(folder: Path) -> None:
        made.append(packages.write_query(model, folder))
        made.append(packages.write(folder, packages.LEXICAL, lexical_files(encoder, model)))
        if encoder.neural:
            logger.info("scripting the network")
            made.append(packages.write(folder, packages.NEURAL, neural_files(encoder)))
            # A model of an earlier version has one limit, which its network keeps to.
            if (new := getattr(encoder, "keep_new", None)) is not None:
                packages.write_limits(folder, {"present": encoder.keep, "new": new})
        queries = QueryEncoder(model)
        titles = [text.partition("\n")[0] for text in PROBES if text.partition("\n")[0]]
        weights = {title: queries.token_weights(title) for title in titles}
        packages.write_probes(folder, weights, document_weights(encoder, PROBES))
        write_atomically(folder / "README.md", readme(made))

    make_folder_atomically(out, fill)
    found = packages.read(out)
    size = sum(each.file.stat().st_size for each in found) / 1e6
    logger.info(f"{len(found)} packages in {out}, {size:.0f} MB")
    return found


def lexical_files(encoder: DocumentEncoder, model: Path) -> dict[str, bytes]:
    """The lexical part's tokenizer.json and model.pt."""
    from malmoi.encoder.export.torchscript import FORM_FEED, LINE_END, LexicalWeights, scripted

    marks = (LINE_END, FORM_FEED)
    tokenizer = json.loads((model / "tokenizer.json").read_text(encoding="utf-8"))
    tokenizer = tokenizer_json.without_specials(tokenizer_json.with_marks(tokenizer, marks))
    ids = tokenizer_json.ids(tokenizer)
    module = LexicalWeights(encoder.lexical, *(ids[mark] for mark in marks))
    return {
        "tokenizer.json": tokenizer_json.text_of(tokenizer_json.unlimited(tokenizer)).encode(),
        "model.pt": saved(scripted(module)),
    }


def neural_files(encoder: DocumentEncoder) -> dict[str, bytes]:
    """The neural part's tokenizer.json and model.pt. The encoder's body is changed to float32.

    Raises:
        StudentError: the body or its tokenizer is of a kind that can't be packaged.
    """
    from malmoi.encoder.export.torchscript import (
        FORM_FEED,
        LINE_END,
        NeuralWeights,
        scripted,
        traced,
    )

    prefix = encoder.document_prefix
    if prefix and not prefix[-1].isspace():
        raise StudentError(
            f"document_prefix is {prefix!r}; a packaged encoder needs one that ends in a space, "
            "so that its tokens don't depend on the title."
        )
    marks = (LINE_END, FORM_FEED)
    vocabulary = encoder.lexical.tokenizer
    pieces = [str(vocabulary.id_to_token(i)) for i in range(encoder.size)]
    tokenizer = json.loads(encoder.body_tokenizer.backend_tokenizer.to_str())
    tokenizer = tokenizer_json.pieces_first(tokenizer, pieces)
    tokenizer = tokenizer_json.with_marks(tokenizer, marks)
    ids = tokenizer_json.ids(tokenizer)
    body = traced(encoder.body)
    module = NeuralWeights(body, encoder, encoder.size, *(ids[mark] for mark in marks))
    return {
        "tokenizer.json": tokenizer_json.text_of(tokenizer_json.unlimited(tokenizer)).encode(),
        "model.pt": saved(scripted(module)),
    }


def saved(script: Any) -> bytes:
    """TorchScript as a file's content."""
    import torch

    buffer = io.BytesIO()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # deprecated, but what the servers read
        torch.jit.save(script, buffer)
    return buffer.getvalue()


def document_weights(encoder: DocumentEncoder, texts: Sequence[str]) -> dict[str, dict[str, float]]:
    """Text → token → weight, the body in float32 as a cluster computes it."""
    import torch

    if encoder.body is not None:
        encoder.body.float()
    found = {}
    for text in texts:
        with torch.inference_mode():
            row = encoder(encoder.preprocess([text]))["sentence_embedding"][0]
        tokens = {int(i): float(row[i]) for i in row.nonzero().flatten()}
        name = encoder.lexical.tokenizer.id_to_token
        found[text] = {str(name(i)): weight for i, weight in tokens.items()}
    return found


def readme(written: Sequence[packages.Package]) -> str:
    """How the packages go into a cluster, with REST calls alone."""
    rows = "\n".join(
        f"| {p.role}.zip | {p.config['function_name']} | "
        f"{p.config['model_content_size_in_bytes']:,} | `{p.sha256}` |"
        for p in written
    )
    return _README.format(rows=rows, chunk=f"{packages.CHUNK:,}")


_README = """# A sparse encoder for OpenSearch's ml-commons

| file | function name | bytes | SHA-256 |
|---|---|---|---|
{rows}

`malmoi opensearch deploy FOLDER` does all of the following and compares `probes.json` afterwards.

For each zip (`lexical` stands for any of them):

```sh
curl -X PUT "$URL/_cluster/settings" -H 'Content-Type: application/json' -d '
  {{"persistent": {{"plugins.ml_commons.allow_registering_model_via_local_file": true}}}}'
curl -X POST "$URL/_plugins/_ml/models/_register_meta" -H 'Content-Type: application/json' \\
  -d @lexical.json                                       # → model_id
split -b {chunk} -d -a 3 lexical.zip chunk-              # chunk-000, chunk-001, …
curl -X POST "$URL/_plugins/_ml/models/$MODEL_ID/upload_chunk/0" \\
  -H 'Content-Type: application/json' --data-binary @chunk-000
curl -X POST "$URL/_plugins/_ml/models/$MODEL_ID/_deploy"    # → task_id
curl "$URL/_plugins/_ml/tasks/$TASK_ID"                      # until COMPLETED
```

A document model's text is the title, a line end and the body. Its weights are what `lexical` gives
and what `neural` adds: the `present` highest weights of tokens that `lexical` has (0: all of them),
and the `new` highest of others (`limits.json`; all where there is none). docs/opensearch-deploy.md
has the ingest pipeline that joins and adds.
A query's model_id is the query model's:

```json
{{"query": {{"neural_sparse": {{"features": {{"query_text": "…", "model_id": "…"}}}}}}}}
```
"""
