import json
import zipfile

import pytest
from tokenizers import Tokenizer, models, pre_tokenizers

from malmoi.core.errors import StudentError
from malmoi.retrieval.opensearch.package import (
    CHUNK,
    identity,
    read,
    read_probes,
    write,
    write_probes,
    write_query,
)


@pytest.fixture
def model(tmp_path):
    folder = tmp_path / "model"
    folder.mkdir()
    vocabulary = {"[UNK]": 0, "표": 1, "삽입": 2, "을": 3, "침묵": 4}
    tokenizer = Tokenizer(models.WordLevel(vocabulary, "[UNK]"))
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    tokenizer.save(str(folder / "tokenizer.json"))
    weights = {"표": 2.5, "삽입": 1.25, "침묵": 0.0}
    (folder / "idf.json").write_text(json.dumps(weights, ensure_ascii=False))
    return folder


def test_a_query_package_weighs_as_the_model_does(model, tmp_path):
    package = write_query(model, tmp_path / "out")
    with zipfile.ZipFile(package.file) as archive:
        assert archive.namelist() == ["idf.json", "tokenizer.json"]
        idf = json.loads(archive.read("idf.json"))
        tokenizer = Tokenizer.from_str(archive.read("tokenizer.json").decode())
    decoded = [tokenizer.decode([i]) for i in tokenizer.encode("표 을 삽입 침묵 ☃").ids]
    # as ml-commons reads it: what decodes to nothing is left out, what has no IDF would weigh 1
    assert {t: idf.get(t, 1.0) for t in decoded if t} == {"표": 2.5, "삽입": 1.25}


def test_the_configuration_is_what_register_meta_wants(model, tmp_path):
    package = write_query(model, tmp_path / "out")
    config = json.loads((tmp_path / "out" / "query.json").read_text())
    assert config == package.config
    assert config["function_name"] == "SPARSE_TOKENIZE"
    assert config["model_content_size_in_bytes"] == package.file.stat().st_size
    assert config["total_chunks"] == 1
    assert package.sha256[:12] in config["name"]


def test_the_same_files_are_the_same_bytes(tmp_path):
    one = write(tmp_path / "1", "lexical", {"a": b"1", "b": b"2"})
    two = write(tmp_path / "2", "lexical", {"b": b"2", "a": b"1"})
    three = write(tmp_path / "3", "lexical", {"a": b"1", "b": b"3"})
    assert one.file.read_bytes() == two.file.read_bytes()
    assert one.name == two.name != three.name


def test_chunks_cover_the_zip(tmp_path):
    big = tmp_path / "big"
    big.write_bytes(bytes(range(256)) * 16)
    package = write(tmp_path, "lexical", {"model.pt": big})
    assert package.config["total_chunks"] == 1
    size = package.config["model_content_size_in_bytes"]
    assert (package.config["total_chunks"] - 1) * CHUNK < size <= CHUNK


def test_packages_are_read_with_the_query_first(model, tmp_path):
    out = tmp_path / "out"
    write(out, "neural", {"a": b"1"})
    write(out, "lexical", {"a": b"2"})
    with pytest.raises(StudentError, match="no packages"):
        read(out)
    write_query(model, out)
    packages = read(out)
    assert [package.role for package in packages] == ["query", "lexical", "neural"]
    name = identity(packages)
    write(out, "neural", {"a": b"3"})
    assert identity(read(out)) != name


def test_a_zip_that_was_cut_is_found(model, tmp_path):
    package = write_query(model, tmp_path / "out")
    package.file.write_bytes(package.file.read_bytes()[:-1])
    with pytest.raises(StudentError, match="changed or cut"):
        read(tmp_path / "out")
    package.file.unlink()
    with pytest.raises(StudentError, match=r"no query\.zip"):
        read(tmp_path / "out")


def test_probes_come_back(tmp_path):
    assert read_probes(tmp_path) == {"queries": {}, "documents": {}}
    write_probes(tmp_path, {"표": {"표": 2.5}}, {"표\n행": {"행": 1.0}})
    assert read_probes(tmp_path)["documents"]["표\n행"] == {"행": 1.0}
