"""The scripted modules against what they must compute, without a server."""

import io
import json

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from tokenizers import Tokenizer

from malmoi.encoder.building import document_encoder
from malmoi.encoder.export.packaging import lexical_files, neural_files, saved
from malmoi.encoder.export.torchscript import LexicalWeights, scripted
from malmoi.encoder.lexical import Lexical, Weighting
from malmoi.retrieval.opensearch import tokenizer_json
from tests.helpers.tiny_student import DOCUMENTS, tiny_base, tiny_encoder, tiny_parts

TEXTS = [
    *DOCUMENTS.values(),
    "",
    "\n",
    "문서",
    "문서 인쇄",
    "\n문서 인쇄",
    "문서\n\n\n인쇄\n문서",
    "문서\n그리고 없는 말",
    "표 삽입\n" + "행과 열의 수를 정하고 표를 삽입합니다. 차트 축의 눈금을 바꿉니다. " * 20,
    "문서\n인쇄\f표 삽입\n표 표\n차트",
    "문서\f표",
    "\f표",
    "문서\n인쇄\f",
]


def read(files: dict[str, bytes]):
    """A package's tokenizer and its module, loaded as a server would."""
    tokenizer = Tokenizer.from_str(files["tokenizer.json"].decode())
    return tokenizer, torch.jit.load(io.BytesIO(files["model.pt"]))


def run(tokenizer: Tokenizer, module, texts: list[str]) -> torch.Tensor:
    """Weights of one padded batch."""
    rows = [encoding.ids for encoding in tokenizer.encode_batch(texts)]
    longest = max(map(len, rows))
    ids = torch.tensor([row + [0] * (longest - len(row)) for row in rows]).long()
    mask = torch.tensor([[1] * len(row) + [0] * (longest - len(row)) for row in rows]).long()
    shape = (len(rows), longest)
    out = module({"input_ids": ids.reshape(shape), "attention_mask": mask.reshape(shape)})
    return out["output"]


def table_of(lexical: Lexical) -> Lexical:
    """Translations of terms of one to five pieces, some beginning alike, one too long."""
    ids = [i for i in sorted(lexical.content) if i != 3]
    text = lexical.ids([DOCUMENTS["table"]])[0]
    lexical.table = {
        (text[0],): {3: 0.5, ids[0]: 0.25},
        tuple(text[0:2]): {3: 0.75},
        tuple(text[2:5]): {3: 1.0},
        tuple(text[2:7]): {ids[1]: 0.125},
        tuple(text[1:7]): {ids[2]: 1.0},
        (text[3], text[3]): {ids[3]: 1.0},
    }
    return lexical


@pytest.fixture(scope="module", params=["mean", "max"])
def encoder(request, tmp_path_factory):
    base = tiny_base(tmp_path_factory.mktemp("base"))
    module = document_encoder(tiny_encoder(base, pooling=request.param))
    table_of(module.lexical)
    module.forget()
    return module


@pytest.fixture(scope="module")
def model(encoder, tmp_path_factory):
    folder = tmp_path_factory.mktemp("model")
    encoder.lexical.tokenizer.save(str(folder / "tokenizer.json"))
    return folder


def vectors(lexical: Lexical, texts: list[str]) -> torch.Tensor:
    rows = torch.zeros(len(texts), lexical.tokenizer.get_vocab_size())
    for row, weights in zip(rows, lexical.vectors(texts), strict=True):
        row[list(weights)] = torch.tensor(list(weights.values()))
    return rows


def test_the_lexical_module_gives_the_same_numbers(encoder, model):
    tokenizer, module = read(lexical_files(encoder, model))
    wanted = vectors(encoder.lexical, TEXTS)
    assert torch.equal(run(tokenizer, module, TEXTS), wanted)
    assert wanted[:, 3].count_nonzero() >= 2  # translations were among them


def test_a_text_alone_weighs_as_in_a_batch(encoder, model):
    tokenizer, module = read(lexical_files(encoder, model))
    together = run(tokenizer, module, TEXTS)
    for text, row in zip(TEXTS, together, strict=True):
        assert torch.equal(run(tokenizer, module, [text])[0], row), text


@given(
    st.lists(st.sampled_from(["문서", "인쇄", "표", "print", "그리고", "\n", "\f"]), max_size=40),
    st.integers(0, 6),
)
@settings(max_examples=60)
def test_any_order_of_words_and_marks_weighs_the_same(words, lead_words):
    _, lexical, _ = tiny_parts()
    name = lexical.tokenizer.token_to_id
    a, b, c = name("문서"), name("인쇄"), name("print")
    lexical.table = {(a, b): {c: 0.7}, (a, b, a): {b: 0.9}, (b,): {c: 0.3}, (a, a, a, a, a): {c: 1}}
    lexical.weighting = Weighting(lead_words=lead_words, average_length=7.0)
    size = lexical.tokenizer.get_vocab_size()
    marks = {"\n": size, "\f": size + 1}
    text = " ".join(words)
    ids = [marks[w] if w in marks else name(w) for w in words]
    row = LexicalWeights(lexical, size, size + 1).weigh(torch.tensor(ids).long())
    assert torch.equal(row, vectors(lexical, [text])[0])


def test_a_table_of_nothing_and_terms_too_long_are_no_trouble():
    _, lexical, _ = tiny_parts()
    size = lexical.tokenizer.get_vocab_size()
    ids = lexical.ids([DOCUMENTS["table"]])[0]
    bare = LexicalWeights(lexical, size, size + 1)
    assert torch.equal(bare.weigh(torch.tensor(ids)), vectors(lexical, [text_of(lexical, ids)])[0])
    lexical.table = {tuple(ids[:6]): {3: 1.0}, (): {3: 1.0}}
    assert LexicalWeights(lexical, size, size + 1).nodes == size


def text_of(lexical: Lexical, ids: list[int]) -> str:
    return " ".join(lexical.tokenizer.id_to_token(i) for i in ids)


def neural_part(encoder, texts: list[str]) -> torch.Tensor:
    """What the network gives, of which the ingest pipeline chooses."""
    with torch.inference_mode():
        features = encoder.preprocess(texts)
        return encoder._padded(encoder(features)["activation"])


def test_the_neural_module_gives_what_the_encoder_chooses_of(encoder):
    wanted = neural_part(encoder, TEXTS)
    tokenizer, module = read(neural_files(encoder))
    found = run(tokenizer, module, TEXTS)
    assert (wanted != 0).sum() > 30
    torch.testing.assert_close(found, wanted, rtol=1e-4, atol=1e-5)
    again = torch.cat([run(tokenizer, module, [text]) for text in TEXTS])
    torch.testing.assert_close(again, found, rtol=1e-4, atol=1e-5)


def test_it_hands_over_so_many_candidates(encoder, monkeypatch):
    monkeypatch.setattr("malmoi.encoder.export.torchscript.CANDIDATES", 2)
    wanted = neural_part(encoder, TEXTS)
    tokenizer, module = read(neural_files(encoder))
    found = run(tokenizer, module, TEXTS)
    assert (found > 0).sum(1).max() == 2
    best = wanted.topk(2, dim=1)
    wanted = torch.zeros_like(wanted).scatter(1, best.indices, best.values)
    torch.testing.assert_close(found, wanted, rtol=1e-4, atol=1e-5)


def test_a_model_of_before_adds_as_it_did(encoder):
    """Its one limit is the network's; the pipeline adds all."""
    keep, new = encoder.keep, encoder.keep_new
    encoder.keep, encoder.keep_new = 3, None
    try:
        with torch.inference_mode():
            features = encoder.preprocess(TEXTS)
            lexical = encoder._padded(features["lexical"].clone())
            wanted = encoder(features)["sentence_embedding"] - lexical
        tokenizer, module = read(neural_files(encoder))
    finally:
        encoder.keep, encoder.keep_new = keep, new
    torch.testing.assert_close(run(tokenizer, module, TEXTS), wanted, rtol=1e-4, atol=1e-5)


def test_a_document_without_a_body_gets_nothing(encoder):
    tokenizer, module = read(neural_files(encoder))
    assert run(tokenizer, module, ["", "문서 인쇄", "문서\n", "문서\f표\n표"]).count_nonzero() == 0


def test_a_model_of_titles_reads_them(encoder):
    texts = ["", "문서 인쇄", "표 삽입\n", "차트 만들기\n셀 범위를 고릅니다."]
    encoder.title_windows = True
    encoder.forget()
    try:
        wanted = neural_part(encoder, texts)
        tokenizer, module = read(neural_files(encoder))
    finally:
        encoder.title_windows = False
        encoder.forget()
    assert wanted[0].count_nonzero() == 0
    assert wanted[1].count_nonzero() + wanted[2].count_nonzero() > 0
    torch.testing.assert_close(run(tokenizer, module, texts), wanted, rtol=1e-4, atol=1e-5)


def test_its_dimensions_decode_to_our_pieces(encoder):
    tokenizer, _ = read(neural_files(encoder))
    vocabulary = encoder.lexical.tokenizer
    for piece in sorted(encoder.lexical.content):
        assert tokenizer.decode([piece]) == vocabulary.id_to_token(piece)


def test_the_embeddings_are_kept_in_half_where_nothing_is_lost(tmp_path):
    base = tiny_base(tmp_path)
    whole = document_encoder(tiny_encoder(base, precision="float32"))
    half = document_encoder(tiny_encoder(base, precision="bfloat16"))
    for encoder, dtype in ((whole, torch.float32), (half, torch.bfloat16)):
        _, module = read(neural_files(encoder))
        table = dict(module.named_parameters())["body.body.embeddings.word_embeddings.weight"]
        assert table.dtype == dtype


def test_marks_are_no_pieces(encoder, model):
    for files in (lexical_files(encoder, model), neural_files(encoder)):
        tokenizer = json.loads(files["tokenizer.json"])
        ids = tokenizer_json.ids(tokenizer)
        assert {ids["\n"], ids["\f"]}.isdisjoint(range(encoder.size))


def test_a_script_is_saved_and_loaded():
    _, lexical, _ = tiny_parts()
    size = lexical.tokenizer.get_vocab_size()
    content = saved(scripted(LexicalWeights(lexical, size, size + 1)))
    module = torch.jit.load(io.BytesIO(content))
    empty = torch.zeros(1, 0, dtype=torch.long)
    assert module({"input_ids": empty, "attention_mask": empty})["output"].shape == (1, size)
