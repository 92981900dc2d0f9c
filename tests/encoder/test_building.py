import subprocess
import sys

import pytest
import torch

from malmoi.core.errors import StudentError
from malmoi.encoder.building import (
    build_encoder,
    document_encoder,
    load,
    query_parameter,
    query_weights,
    save,
)
from malmoi.retrieval.query import QueryEncoder
from tests.helpers.tiny_student import DOCUMENTS, tiny_base, tiny_encoder, tiny_parts, tiny_section

TEXTS = list(DOCUMENTS.values())
QUERIES = ["문서 인쇄", "셀을 합칠 수 print", "그리고"]


@pytest.fixture(scope="module")
def base(tmp_path_factory):
    return tiny_base(tmp_path_factory.mktemp("base"))


@pytest.fixture(scope="module")
def saved(base, tmp_path_factory):
    encoder = tiny_encoder(base)
    folder = tmp_path_factory.mktemp("student") / "model"
    save(encoder, folder, "---\nlicense: mpl-2.0\n---\n# A card")
    return encoder, folder


def dense(encoder, texts, kind="document"):
    encode = encoder.encode_document if kind == "document" else encoder.encode_query
    return encode(texts).to_dense().cpu()


def test_loaded_anew_it_gives_the_same_vectors(saved):
    encoder, folder = saved
    again = load(folder)
    # states remembered from building were computed in batches of another shape: rounding differs
    torch.testing.assert_close(dense(encoder, TEXTS), dense(again, TEXTS), rtol=1e-5, atol=1e-5)
    assert torch.equal(dense(encoder, QUERIES, "query"), dense(again, QUERIES, "query"))


def test_saved_again_it_is_still_the_same(saved, tmp_path):
    _, folder = saved
    save(load(folder), tmp_path / "copy", "card")
    first, second = load(folder), load(tmp_path / "copy")
    one, other = first.state_dict(), second.state_dict()
    assert list(one) == list(other)
    assert all(torch.equal(one[name], other[name]) for name in one)
    torch.testing.assert_close(dense(first, TEXTS), dense(second, TEXTS), rtol=1e-5, atol=1e-5)


def test_sentence_transformers_loads_it_without_malmoi(saved):
    encoder, folder = saved
    code = (
        "import sys\n"
        "sys.modules['malmoi'] = None\n"  # makes `import malmoi` fail
        "from sentence_transformers import SparseEncoder\n"
        f"encoder = SparseEncoder({str(folder)!r}, trust_remote_code=True)\n"
        f"print(float(encoder.encode_document({TEXTS!r}).to_dense().sum()))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert float(done.stdout.split()[-1]) == pytest.approx(float(dense(encoder, TEXTS).sum()))


def test_queries_need_no_torch_and_get_the_same_weights(saved):
    encoder, folder = saved
    reader = QueryEncoder(folder)
    for text, row in zip(QUERIES, dense(encoder, QUERIES, "query"), strict=True):
        ours = reader.dimensions(reader.encode(text))
        assert ours == pytest.approx({int(i): float(row[i]) for i in row.nonzero()[:, 0]})


def test_only_content_pieces_have_a_weight(saved):
    encoder, _ = saved
    weights = query_weights(encoder)
    assert "그리고" not in weights
    assert min(weights.values()) > 0
    assert not dense(encoder, ["그리고"], "query").any()


def test_it_has_its_card_and_its_code(saved):
    _, folder = saved
    assert (folder / "README.md").read_text().startswith("---\nlicense: mpl-2.0")
    files = {"modeling.py", "lexical.py", "lexical.json", "idf.json", "tokenizer.json"}
    assert files | {"absent.json"} <= {file.name for file in folder.iterdir()}


def test_without_its_neural_part_it_is_lexical(saved):
    _, folder = saved
    encoder = load(folder, neural=False)
    module = document_encoder(encoder)
    expected = module.lexical.vectors(TEXTS)
    for row, weights in zip(dense(encoder, TEXTS), expected, strict=True):
        assert {int(i): float(row[i]) for i in row.nonzero()[:, 0]} == pytest.approx(weights)


def test_an_encoder_of_statistics_alone_needs_no_body(base, tmp_path):
    vocabulary, lexical, weights = tiny_parts()
    encoder = build_encoder(vocabulary, lexical, weights, tiny_section(base, neural=False))
    save(encoder, tmp_path / "v0", "card")
    assert torch.equal(dense(encoder, TEXTS), dense(load(tmp_path / "v0"), TEXTS))
    assert not (tmp_path / "v0" / "document_0_DocumentEncoder" / "body").exists()


def test_a_two_sided_encoder_is_loaded_anew(base, tmp_path):
    encoder = tiny_encoder(base, two_sided=True)
    save(encoder, tmp_path / "two", "card")
    again = load(tmp_path / "two")
    assert torch.equal(query_parameter(encoder), query_parameter(again))
    assert torch.equal(dense(encoder, QUERIES, "query"), dense(again, QUERIES, "query"))


def test_a_failed_save_leaves_the_old_model(saved, tmp_path):
    encoder, _ = saved
    save(encoder, tmp_path / "model", "first")
    with pytest.raises(TypeError):
        save(encoder, tmp_path / "model", None)
    assert (tmp_path / "model" / "README.md").read_text() == "first"
    assert [p.name for p in tmp_path.iterdir()] == ["model"]


def test_errors_say_what_is_wrong(base, tmp_path):
    vocabulary, lexical, weights = tiny_parts()
    with pytest.raises(StudentError, match="3 weights for a vocabulary of"):
        build_encoder(vocabulary, lexical, weights[:3], tiny_section(base), texts=TEXTS)
    with pytest.raises(StudentError, match="none came"):
        build_encoder(vocabulary, lexical, weights, tiny_section(base))
    with pytest.raises(StudentError, match="nothing to read"):
        build_encoder(vocabulary, lexical, weights, tiny_section(base), texts=["\n"])
    with pytest.raises(StudentError, match="can't be loaded"):
        build_encoder(vocabulary, lexical, weights, tiny_section(str(tmp_path / "no")), texts=TEXTS)
    with pytest.raises(StudentError, match=r"no router_config\.json"):
        load(tmp_path)


@pytest.mark.slow
def test_the_embedded_base(tmp_path):
    vocabulary, lexical, weights = tiny_parts()
    section = tiny_section("", precision="auto", window=110)
    encoder = build_encoder(vocabulary, lexical, weights, section, texts=TEXTS)
    save(encoder, tmp_path / "model", "card")
    document_encoder(encoder).forget()
    one, two = dense(encoder, TEXTS), dense(load(tmp_path / "model"), TEXTS)
    assert torch.equal(one, two)
