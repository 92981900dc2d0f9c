"""A vocabulary of words, six documents and a tiny BERT for the encoder's tests."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from malmoi.encoder.building import build_encoder
from malmoi.encoder.idf import idf
from malmoi.encoder.lexical import Lexical
from malmoi.encoder.lexical_fit import lexical_vectors
from malmoi.encoder.vocabulary import PAD, UNKNOWN, Vocabulary
from malmoi.recipe import EncoderSection

DOCUMENTS = {
    "print": "문서 인쇄\n프린터를 고르고 인쇄할 쪽을 정합니다. 용지 크기를 바꿉니다.",
    "save": "문서 저장\n파일 이름을 쓰고 저장 단추를 누릅니다. 암호를 정할 수 있습니다.",
    "table": "표 삽입\n행과 열의 수를 정하고 표를 삽입합니다. 셀을 합칠 수 있습니다.",
    "chart": "차트 만들기\n셀 범위를 고르고 차트 종류를 정합니다. 축의 눈금을 바꿉니다.",
    "font": "글꼴 바꾸기\n글자를 고르고 글꼴과 크기를 바꿉니다. 굵게 할 수 있습니다.",
    "macro": "매크로 실행\n매크로를 기록하고 실행합니다. 보안 수준을 정합니다.",
}


def tiny_base(folder: Path) -> str:
    """A BERT with random weights (2 layers, 16 wide) and a tokenizer of characters."""
    import torch
    from tokenizers import Tokenizer, models, pre_tokenizers, processors
    from transformers import BertConfig, BertModel, PreTrainedTokenizerFast

    letters = sorted({c for text in DOCUMENTS.values() for c in text if not c.isspace()})
    letters += sorted(set("abcdefghijklmnopqrstuvwxyz:") - set(letters))
    pieces = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", *letters]
    tokenizer: Any = Tokenizer(models.WordLevel({p: n for n, p in enumerate(pieces)}, "[UNK]"))
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [pre_tokenizers.WhitespaceSplit(), pre_tokenizers.Split("", "isolated")]
    )
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]", special_tokens=[("[CLS]", 2), ("[SEP]", 3)]
    )
    names = {"pad_token": "[PAD]", "unk_token": "[UNK]", "cls_token": "[CLS]", "sep_token": "[SEP]"}
    fast = PreTrainedTokenizerFast(tokenizer_object=tokenizer, model_max_length=128, **names)
    torch.manual_seed(5)
    config = BertConfig(
        vocab_size=len(pieces),
        hidden_size=16,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=32,
        max_position_embeddings=128,
    )
    BertModel(config).save_pretrained(folder)
    fast.save_pretrained(folder)
    return str(folder)


def tiny_parts() -> tuple[Vocabulary, Lexical, Any]:
    """Vocabulary (whitespace words; "그리고" is no content word), lexical part and IDF."""
    from tokenizers import Tokenizer, models, pre_tokenizers

    words = sorted({w for text in DOCUMENTS.values() for w in re.findall(r"\w+", text)})
    pieces = [PAD, UNKNOWN, "그리고", "print", *words]
    tokenizer = Tokenizer(models.WordLevel({p: n for n, p in enumerate(pieces)}, UNKNOWN))
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    content = frozenset(range(3, len(pieces)))
    vocabulary = Vocabulary(tokenizer, content)
    lexical = Lexical(tokenizer, content)
    return (
        vocabulary,
        lexical,
        idf(lexical_vectors(lexical, list(DOCUMENTS.values()), len(vocabulary)), vocabulary),
    )


def tiny_section(base: str, **more: Any) -> EncoderSection:
    """Small windows, so that a document has several."""
    values: dict[str, Any] = {"precision": "float32", "window": 12, "threshold": 1.0, "top_k": 8}
    return EncoderSection(base=base, **(values | more))


def tiny_encoder(base: str, states: Path | None = None, **more: Any) -> Any:
    """An untrained encoder of the documents."""
    vocabulary, lexical, weights = tiny_parts()
    texts = list(DOCUMENTS.values())
    section = tiny_section(base, **more)
    return build_encoder(vocabulary, lexical, weights, section, texts=texts, states=states)
