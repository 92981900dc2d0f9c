from __future__ import annotations

from pathlib import Path

import pytest

from malmoi.core.errors import StudentError
from malmoi.mnemonics.student import weights
from malmoi.mnemonics.student.ollama import (
    CHATML,
    GEMMA,
    TEMPLATES,
    go_template,
    render,
    write_modelfile,
)
from tests.helpers.tiny_llama import TEMPLATE, make_tiny_llama

GEMMA_JINJA = (
    "{{ bos_token }}{% if messages[0].role == 'system' %}{% set first = messages[0].content + "
    "'\n\n' %}{% set turns = messages[1:] %}{% else %}{% set first = '' %}{% set turns = messages "
    "%}{% endif %}{% for m in turns %}<start_of_turn>{{ 'model' if m.role == 'assistant' else "
    "m.role }}\n{{ first if loop.first else '' }}{{ m.content | trim }}<end_of_turn>\n{% endfor %}"
    "{% if add_generation_prompt %}<start_of_turn>model\n{% endif %}"
)


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_tiny_llama(tmp_path_factory.mktemp("base") / "tiny")


def test_a_modelfile_says_what_the_weights_cannot(base: Path, tmp_path: Path) -> None:
    weights = tmp_path / "student-Q8_0.gguf"
    file = write_modelfile(
        tmp_path / "Modelfile", weights, base, "Write\nfour lines.", stop=("<|im_end|>", "###")
    )
    assert file.read_text(encoding="utf-8") == (
        "FROM ./student-Q8_0.gguf\n"
        f'TEMPLATE """{CHATML}"""\n'
        'SYSTEM """Write\nfour lines."""\n'
        "PARAMETER temperature 0\n"
        "PARAMETER num_ctx 1024\n"
        'PARAMETER stop "<|im_end|>"\n'
        'PARAMETER stop "###"\n'
    )


def test_weights_elsewhere_are_named_by_their_path(base: Path, tmp_path: Path) -> None:
    weights = tmp_path / "weights" / "a.gguf"
    file = write_modelfile(tmp_path / "out" / "Modelfile", weights, base, "", temperature=0.7)
    text = file.read_text(encoding="utf-8")
    assert f"FROM {weights.resolve()}\n" in text
    assert "SYSTEM" not in text
    assert "temperature 0.7\n" in text


def test_a_system_prompt_that_would_end_its_own_quotes(base: Path, tmp_path: Path) -> None:
    with pytest.raises(StudentError, match='"""'):
        write_modelfile(tmp_path / "Modelfile", tmp_path / "a.gguf", base, 'say """now"""')


@pytest.mark.parametrize(("jinja", "go"), [(TEMPLATE, CHATML), (GEMMA_JINJA, GEMMA)])
def test_a_template_in_go_writes_what_the_one_in_jinja_does(
    tmp_path: Path, jinja: str, go: str
) -> None:
    tokenizer = weights.load_tokenizer(str(make_tiny_llama(tmp_path / "m", template=jinja)))
    assert go_template(tokenizer, "m") == go
    for system in ("Be brief.", ""):
        turns = [{"role": "system", "content": system}] if system else []
        turns.append({"role": "user", "content": "A word: lamp\nand more"})
        text = tokenizer.apply_chat_template(turns, tokenize=False, add_generation_prompt=True)
        begin = tokenizer.bos_token if go == GEMMA else ""
        assert begin + render(go, system, "A word: lamp\nand more") == text


def test_a_template_that_only_looks_alike_is_refused(tmp_path: Path) -> None:
    near = TEMPLATE.replace("<|im_end|>\n", "<|im_end|>")
    tokenizer = weights.load_tokenizer(str(make_tiny_llama(tmp_path / "m", template=near)))
    with pytest.raises(StudentError, match="TEMPLATE yourself"):
        go_template(tokenizer, "m")


def test_each_template_is_ended_by_its_own_mark() -> None:
    assert all(end in template for template, end in TEMPLATES.items())
