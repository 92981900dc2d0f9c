from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from malmoi.core.errors import TeacherError
from malmoi.mnemonics.student.generate import generate
from malmoi.mnemonics.student.weights import Prompt
from malmoi.teachers import Request
from tests.helpers.tiny_llama import WORDS, make_tiny_llama

PROMPTS = [Prompt(word, "Answer.", f"{word}?") for word in WORDS]


def requests_of(
    prompts: Sequence[Prompt], max_tokens: int, temperature: float = 0.0, samples: int = 1
) -> list[Request]:
    """Chat requests, `samples` in a row for each prompt, numbered, so that their seeds differ."""
    return [
        Request(
            messages=prompt.messages, max_tokens=max_tokens, temperature=temperature, sample=sample
        )
        for prompt in prompts
        for sample in range(samples)
    ]


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_tiny_llama(tmp_path_factory.mktemp("base") / "tiny")


def test_greedy_replies_come_in_order_and_alike(base: Path) -> None:
    asked = requests_of(PROMPTS, max_tokens=8)
    first = [reply.text for reply in generate(base, asked, context=128)]
    back = [reply.text for reply in generate(base, asked[::-1], context=128)]
    assert len(first) == len(WORDS)
    assert first == back[::-1]
    assert len(set(first)) > 1


def test_it_is_the_chat_of_the_template_that_is_asked(base: Path) -> None:
    """Greedy, against transformers' own decoding of the same chat."""
    import torch
    from transformers import AutoModelForCausalLM, AutoTokenizer

    from malmoi.teachers.local import hugging_face

    (reply,) = generate(base, requests_of(PROMPTS[:1], max_tokens=8), context=128)
    tokenizer = AutoTokenizer.from_pretrained(base)
    model = AutoModelForCausalLM.from_pretrained(base, dtype=hugging_face._precision())
    turns = [{"role": m.role, "content": m.content} for m in PROMPTS[0].messages]
    text = tokenizer.apply_chat_template(turns, tokenize=False, add_generation_prompt=True)
    ids = tokenizer(text, return_tensors="pt")["input_ids"]
    with torch.no_grad():
        new = model.generate(
            ids, attention_mask=torch.ones_like(ids), max_new_tokens=8, do_sample=False
        )
    assert reply.prompt_tokens == ids.shape[1]
    expected = tokenizer.decode(new[0, ids.shape[1] :], skip_special_tokens=True)
    assert reply.raw[:4] == expected[:4]


def test_samples_differ_and_come_again(base: Path) -> None:
    asked = requests_of(PROMPTS[:2], max_tokens=8, temperature=1.0, samples=3)
    assert [request.sample for request in asked] == [0, 1, 2, 0, 1, 2]
    texts = [reply.text for reply in generate(base, asked, context=128)]
    assert len(set(texts)) > 2
    assert texts == [reply.text for reply in generate(base, asked, context=128)]


def test_a_model_that_is_nowhere_is_told() -> None:
    with pytest.raises(TeacherError):
        list(generate(Path("no-such-model-at-all"), requests_of(PROMPTS, max_tokens=8)))
