"""A sentence-transformers model of random weights, for what takes one by its path."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

WORDS = "당뇨병 치료 서울 날씨 비빔밥 만들기 제주도 관광 diabetes weather 표 차트".split()


def make_dense(folder: Path, seed: int = 0, width: int = 16, known: Sequence[str] = WORDS) -> str:
    """Save a BERT of one layer with mean pooling; returns its path."""
    import torch
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import Pooling, Transformer
    from transformers import BertConfig, BertModel, BertTokenizerFast

    bert = folder.parent / f"{folder.name}-bert"
    bert.mkdir(parents=True)
    words = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *known]
    (bert / "vocab.txt").write_text("\n".join(words), encoding="utf-8")
    BertTokenizerFast(str(bert / "vocab.txt")).save_pretrained(bert)
    torch.manual_seed(seed)
    sizes = {"hidden_size": width, "num_hidden_layers": 1, "num_attention_heads": 2}
    config = BertConfig(vocab_size=len(words), intermediate_size=16, **sizes)
    BertModel(config).save_pretrained(bert)
    modules = [Transformer(str(bert)), Pooling(width)]
    SentenceTransformer(modules=modules, device="cpu").save(str(folder))
    return str(folder)
