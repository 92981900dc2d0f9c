import os
import platform
import subprocess
import sys

import pytest
import torch

from malmoi.encoder.building import build_encoder, document_encoder, save
from malmoi.encoder.modeling import HIDDEN_FROM, HIDDEN_TO, _max_by_owner, hide, visible
from malmoi.models.sparse import load
from tests.helpers.tiny_student import (
    DOCUMENTS,
    tiny_base,
    tiny_encoder,
    tiny_parts,
    tiny_section,
)

TEXTS = list(DOCUMENTS.values())


@pytest.fixture(scope="module")
def base(tmp_path_factory):
    return tiny_base(tmp_path_factory.mktemp("base"))


@pytest.fixture
def module(base):
    return document_encoder(tiny_encoder(base))


def vectors(module, texts=TEXTS):
    with torch.no_grad():
        return module(module.preprocess(texts))["sentence_embedding"]


def lexical(module, texts=TEXTS):
    return module.preprocess(texts)["lexical"]


def test_the_neural_part_only_adds(module):
    added = vectors(module) - lexical(module)
    assert (added >= 0).all()
    assert ((added > 0).sum(1) > 0).all()


def test_it_adds_to_content_pieces_alone(module):
    added = (vectors(module) - lexical(module)) > 0
    assert not added[:, module.content_mask == 0].any()


def test_present_and_new_pieces_have_limits_of_their_own(base, tmp_path):
    encoder = tiny_encoder(base, top_k=3, new_top_k=2)
    module = document_encoder(encoder)
    with torch.no_grad():
        module.head.bias.fill_(1.0)
        module.head.bias[5] = 3.0
    known = lexical(module) > 0
    added = vectors(module)[:, : module.width] - lexical(module)
    assert ((added > 0) & known).sum(1).tolist() == [3] * len(TEXTS)
    assert ((added > 0) & ~known).sum(1).tolist() == [2] * len(TEXTS)
    assert (added[:, 5] > 0).all()  # the highest of its kind, whichever that is
    save(encoder, tmp_path / "model", "")
    again = document_encoder(load(tmp_path / "model"))
    torch.testing.assert_close(vectors(again), vectors(module))


def test_without_new_pieces_the_present_ones_are_all_raised(base):
    module = document_encoder(tiny_encoder(base, top_k=0, new_top_k=0))
    with torch.no_grad():
        module.head.bias.fill_(1.0)
    assert torch.equal(vectors(module)[:, : module.width] > 0, lexical(module) > 0)
    assert (vectors(module)[:, : module.width] > lexical(module))[lexical(module) > 0].all()


def test_new_and_present_pieces_are_among_the_candidates(module, monkeypatch):
    code = sys.modules[type(module).__module__]
    monkeypatch.setattr(code, "CANDIDATES", 4)
    assert ((vectors(module) - lexical(module)) > 0).sum(1).max() <= 4


def test_a_model_of_before_has_one_limit_for_all_pieces(module):
    module.keep, module.keep_new = 3, None
    assert ((vectors(module) - lexical(module)) > 0).sum(1).tolist() == [3] * len(TEXTS)
    assert "keep_new" not in module.get_config_dict()


def test_without_its_neural_part_it_is_the_lexical(module):
    module.neural = False
    assert torch.equal(vectors(module), lexical(module))


def test_a_document_without_a_body_has_no_neural_part(module):
    module.forget()
    texts = ["문서 인쇄", TEXTS[1], "표 삽입\n\f표를 삽입하는 법"]
    added = ((vectors(module, texts) - lexical(module, texts)) > 0).sum(1)
    assert added[0] == added[2] == 0
    assert added[1] > 0


def test_a_corpus_of_titles_has_windows_of_them(base, tmp_path):
    """Saved with the model; a model of texts is saved as before."""
    vocabulary, words, weights = tiny_parts()
    titles = [text.split("\n")[0] + "\n" for text in TEXTS]
    section = tiny_section(base, threshold=0.0)
    encoder = build_encoder(vocabulary, words, weights, section, texts=titles)
    module = document_encoder(encoder)
    windows = module.windows(["문서 인쇄\n", "\n", hide("표 삽입\n", "표 삽입")])
    assert list(map(len, windows)) == [1, 0, 0]
    assert ((vectors(module, titles) - lexical(module, titles)) > 0).any()
    save(encoder, tmp_path / "titles", "")
    assert document_encoder(load(tmp_path / "titles")).title_windows
    assert "title_windows" not in document_encoder(tiny_encoder(base)).get_config_dict()


def test_what_follows_the_form_feed_is_not_read_but_weighs(module):
    module.forget()
    plain, written = TEXTS[0], TEXTS[0] + "\fprint 매크로"
    assert module.windows([plain]) == module.windows([written])
    assert not torch.equal(lexical(module, [plain]), lexical(module, [written]))


def test_windows_hold_prefix_title_and_the_next_stretch(module):
    (windows,) = module.windows([TEXTS[0]])
    head = module.body_tokenizer("passage: 문서 인쇄", add_special_tokens=False)["input_ids"]
    head = head[: module.title_tokens + 3]
    body = module.body_tokenizer(TEXTS[0].split("\n")[1], add_special_tokens=False)["input_ids"]
    read = [ids[1 + len(head) : -1] for ids in windows]
    assert all(ids[: 1 + len(head)] == [2, *head] and ids[-1] == 3 for ids in windows)
    assert [i for part in read for i in part] == body
    assert all(len(part) == module.window for part in read[:-1])


def test_a_long_document_is_read_up_to_most_windows(module):
    (windows,) = module.windows(["제목\n" + "가나다라 " * 500])
    assert len(windows) == module.most_windows


def test_the_largest_logit_of_any_window_counts(module):
    module.forget()
    features = module.preprocess([TEXTS[0]])
    with torch.no_grad():
        each = module.head(module.pool(features["input_ids"], features["attention_mask"]))
        expected = torch.log1p(each.relu()).amax(0) * module.content_mask
        assert torch.allclose(module(features)["activation"][0], expected)


def test_a_window_that_does_not_win_gets_no_gradient():
    rows = torch.tensor([[1.0, -0.5], [2.0, -0.3], [0.0, 7.0]], requires_grad=True)
    best = _max_by_owner(rows, torch.tensor([1, 1, 3]), 5)
    assert torch.equal(best[1], torch.tensor([2.0, -0.3]))
    assert (best[[0, 2, 4]] == -1).all()
    best.relu().sum().backward()
    assert torch.equal(rows.grad, torch.tensor([[0.0, 0.0], [1.0, 0.0], [0.0, 1.0]]))


def test_remembered_documents_get_the_same_vectors(module):
    remembered = vectors(module)
    assert "states" in module.preprocess(TEXTS)
    module.forget()
    assert "input_ids" in module.preprocess(TEXTS)
    assert torch.allclose(vectors(module), remembered, atol=1e-6)


def test_a_batch_does_not_change_a_documents_vector(module):
    module.forget()
    alone = torch.cat([vectors(module, [text]) for text in TEXTS])
    assert torch.allclose(alone, vectors(module), atol=1e-5)


def test_windows_of_like_lengths_are_read_together(module, monkeypatch):
    lengths = [5, 60, 7, 30, 6, 31, 8]
    ids = torch.ones(len(lengths), 60, dtype=torch.long)
    mask = (torch.arange(60) < torch.tensor(lengths)[:, None]).long()
    with torch.inference_mode():
        whole = module.pool(ids * 5, mask)
        read = []
        plain = module._pool
        monkeypatch.setattr(
            module, "_pool", lambda i, m: read.append(tuple(i.shape)) or plain(i, m)
        )
        monkeypatch.setattr("malmoi.encoder.modeling.TOGETHER", 3)
        parts = module.pool(ids * 5, mask)
    assert read == [(3, 7), (3, 31), (1, 60)]
    assert torch.allclose(whole, parts, atol=1e-5)
    module.pool(ids * 5, mask)
    assert read[3:] == [(7, 60)], "training reads a batch as it is"


def test_states_are_shared_through_a_file(base, tmp_path):
    first = document_encoder(tiny_encoder(base, tmp_path / "states.npz"))
    second = document_encoder(tiny_encoder(base))
    second.forget()
    second.load_states(tmp_path / "states.npz")
    known = set(second._states)
    second.remember(TEXTS)
    assert set(second._states) == known == set(first._states)


def test_states_of_another_body_are_not_taken(module):
    key = module._key([1, 2, 3])
    module.base = "another"
    assert module._key([1, 2, 3]) != key


@pytest.mark.parametrize(
    ("words", "hidden"),
    [("문서 인쇄", 0), ("쪽을", 1), ("없는 말", None), ("", None)],
)
def test_hide(words, hidden):
    text = hide(TEXTS[0], words)
    assert visible(text).count(words) == TEXTS[0].count(words) - (hidden is not None) or not words
    assert text.replace(HIDDEN_FROM, "").replace(HIDDEN_TO, "") == TEXTS[0]
    if hidden is not None:
        assert HIDDEN_FROM in text.split("\n")[hidden]


def test_hide_prefers_a_whole_line():
    assert visible(hide("제목\n표 만들기는 쉽다\n표 만들기\n끝", "표 만들기")).split("\n")[2] == ""


def test_hidden_words_are_neither_weighed_nor_read(module):
    text = hide(TEXTS[0], "문서 인쇄")
    word = module.lexical.ids(["인쇄"])[0][0]
    assert lexical(module, [TEXTS[0]])[0, word] > 0
    assert lexical(module, [text])[0, word] == 0
    open_windows, windows = module.windows([TEXTS[0], text])
    assert len(open_windows) == len(windows)
    title = module.body_tokenizer("문서 인쇄", add_special_tokens=False)["input_ids"]
    assert [len(a) - len(b) for a, b in zip(open_windows, windows, strict=True)] == [
        len(title)
    ] * len(windows)


def test_splade_pooling_reads_every_token(base):
    module = document_encoder(tiny_encoder(base, pooling="max"))
    features = module.preprocess(TEXTS[:1])
    assert "states" not in features
    with torch.no_grad():
        out = module(features)
    assert ((out["sentence_embedding"] - out["lexical"]) >= 0).all()
    assert out["activation"].max() > 0


def test_the_last_layers_are_trained_where_asked(base):
    module = document_encoder(tiny_encoder(base, unfreeze_layers=1))
    trained = {n for n, p in module.body.named_parameters() if p.requires_grad}
    assert trained
    assert all("layer.1." in name for name in trained)
    assert "states" not in module.preprocess(TEXTS)


def test_a_frozen_body_stays_in_evaluation_mode(module):
    module.train()
    assert module.training
    assert not module.body.training


def test_a_two_sided_encoder_expands_queries(base):
    encoder = tiny_encoder(base, two_sided=True)
    words = document_encoder(encoder).preprocess(["셀을 합칠"], task="query")["lexical"][0] > 0
    query = encoder.encode_query("셀을 합칠").to_dense()
    assert words.sum() == 2
    assert (query[words] > 0).all()
    assert (query > 0).sum() > words.sum()


@pytest.mark.skipif(platform.machine() != "x86_64", reason="oneDNN's limit is one of x86-64")
def test_a_processor_without_bfloat16_takes_float32(base, tmp_path):
    """An encoder that was saved where there is bfloat16 chooses anew where it is loaded."""
    encoder = tiny_encoder(base, precision="bfloat16")
    save(encoder, tmp_path / "model", "")
    program = (
        "import sys; from malmoi.encoder.building import document_encoder, load;"
        "from pathlib import Path; m = document_encoder(load(Path(sys.argv[1])));"
        "print(m.dtype, m.computes, next(m.body.parameters()).dtype)"
    )
    environment = os.environ | {"ONEDNN_MAX_CPU_ISA": "AVX2"}
    found = subprocess.run(
        [sys.executable, "-c", program, str(tmp_path / "model")],
        env=environment, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert found.stdout.split() == ["bfloat16", "float32", "torch.float32"]


def test_float32_stays_what_was_asked_for(base):
    assert document_encoder(tiny_encoder(base, precision="float32")).computes == "float32"
