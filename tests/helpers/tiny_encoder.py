"""A SparseEncoder that is made in a second: static queries, documents by a one-layer BERT."""

from __future__ import annotations

import json
from pathlib import Path

WORDS = [
    "당뇨병",
    "치료",
    "서울",
    "날씨",
    "비빔밥",
    "만들기",
    "제주도",
    "관광",
    "diabetes",
    "weather",
]


def make_encoder(folder: Path, bias: float = 0.0, scale: float = 20.0) -> Path:
    """`bias` −1000 gives empty vectors; `scale` 0 gives all documents the same one."""
    import torch
    from sentence_transformers import SparseEncoder
    from sentence_transformers.base.modules import Router
    from sentence_transformers.sparse_encoder.modules import (
        MLMTransformer,
        SparseStaticEmbedding,
        SpladePooling,
    )
    from tokenizers import Tokenizer
    from tokenizers.models import WordLevel
    from tokenizers.pre_tokenizers import Whitespace
    from transformers import BertConfig, BertForMaskedLM, PreTrainedTokenizerFast

    special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
    vocabulary = {word: n for n, word in enumerate([*special, *WORDS])}
    inner = Tokenizer(WordLevel(vocabulary, "[UNK]"))
    inner.pre_tokenizer = Whitespace()
    names = {f"{s.strip('[]').lower()}_token": s for s in special}
    tokenizer = PreTrainedTokenizerFast(tokenizer_object=inner, model_max_length=32, **names)
    torch.manual_seed(0)
    sizes = {"hidden_size": 16, "num_hidden_layers": 1, "num_attention_heads": 2}
    sizes |= {"intermediate_size": 16, "max_position_embeddings": 40}
    config = BertConfig(vocab_size=len(vocabulary), **sizes)
    bert = BertForMaskedLM(config)
    with torch.no_grad():
        bert.cls.predictions.decoder.weight.mul_(scale)
        bert.cls.predictions.decoder.bias.fill_(bias)
    base = folder.parent / f"{folder.name}-bert"
    bert.save_pretrained(base)
    tokenizer.save_pretrained(base)
    folder.mkdir()
    weights = {word: 1.0 + n / 4 for n, word in enumerate(WORDS)}
    (folder / "idf.json").write_text(json.dumps(weights, ensure_ascii=False), encoding="utf-8")
    query = SparseStaticEmbedding.from_json(str(folder / "idf.json"), tokenizer=tokenizer)
    router = Router.for_query_document(
        query_modules=[query], document_modules=[MLMTransformer(str(base)), SpladePooling("max")]
    )
    SparseEncoder(modules=[router]).save_pretrained(str(folder))
    return folder
