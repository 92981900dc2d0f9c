from __future__ import annotations

import json
import logging
import random
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from malmoi.core.errors import TeacherError
from malmoi.recipe import TeacherSection
from malmoi.teachers import Message, Reply, Request
from malmoi.teachers.local import hugging_face
from malmoi.teachers.local.hugging_face import TransformersTeacher, _Row, _shared
from malmoi.teachers.scoring import Continuation
from tests.helpers.tiny_model import make_tiny_model

PROMPTS = ["문서", "The quick brown fox jumps over", "검색어: 제주도 관광 안내. 저장하려면", "7"]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("tiny")
    make_tiny_model(folder)
    return folder


@pytest.fixture(autouse=True)
def _float32(monkeypatch: pytest.MonkeyPatch) -> None:
    """So that rows of a batch can be compared with the same rows alone."""
    import torch

    monkeypatch.setattr(hugging_face, "_precision", lambda: torch.float32)


def open_tiny(folder: Path, **fields: object) -> TransformersTeacher:
    values = {"kind": "transformers", "model": str(folder), "slots": 4, "context": 128} | fields
    return TransformersTeacher(TeacherSection.model_validate(values))


def ask(folder: Path, requests: list[Request], **fields: object) -> list[Reply]:
    with open_tiny(folder, **fields) as teacher:
        return list(teacher.write(requests))


def test_left_padding_changes_nothing(folder: Path) -> None:
    requests = [Request(prompt=prompt, max_tokens=12) for prompt in PROMPTS]
    together, alone = ask(folder, requests), ask(folder, requests, slots=1)
    assert together == alone
    assert len({reply.text for reply in together}) == 4


def test_a_shared_head_changes_nothing(folder: Path) -> None:
    head = "문서를 저장하려면 파일 메뉴에서 저장을 고르십시오. The quick brown fox. " * 2
    head += "\n\n"
    requests = [Request(prompt=head + prompt, max_tokens=12) for prompt in PROMPTS]
    assert ask(folder, requests, context=256) == ask(folder, requests, context=256, slots=1)


def test_a_head_leaves_a_token_to_be_read() -> None:
    assert _shared([1, 2], [1, 2, 3]) == 2
    assert _shared([1, 2, 3], [1, 2, 3]) == 2
    assert _shared([1, 9], [1, 2, 3]) == 1
    assert _shared([], [1]) == _shared([1], [1]) == 0


def test_a_reply_depends_on_its_request_alone_in_bf16(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import torch

    monkeypatch.setattr(hugging_face, "_precision", lambda: torch.bfloat16)
    heads = ["", "문서를 저장하려면 파일 메뉴에서 저장을 고르십시오. The quick brown fox.\n\n"]
    requests = [
        Request(prompt=head + "저장 " * n + prompt, max_tokens=8, temperature=t)
        for head in heads for n in range(4) for prompt in PROMPTS for t in (0.0, 1.0)
    ]  # fmt: skip
    first = ask(folder, requests, slots=16)
    order = random.Random(2).sample(range(len(requests)), 40)
    again = ask(folder, [requests[i] for i in order], slots=5)
    assert again == [first[i] for i in order]


def rows(folder: Path, *requests: Request) -> list[list[int]]:
    with open_tiny(folder) as teacher:
        made = [teacher._row(0, request) for request in requests]
    return [[*row.head, *row.tail] for row in made]


def chat(*contents: str) -> Request:
    roles: list[Any] = ["system", "user", "assistant", "user"][-len(contents) :]
    turns = (Message(role, content) for role, content in zip(roles, contents, strict=True))
    return Request(messages=tuple(turns), max_tokens=8)


def test_chat_uses_the_template(folder: Path) -> None:
    from transformers import AutoTokenizer

    by_hand = "<|im_start|>user\n저장<|im_end|>\n<|im_start|>assistant\n"
    assert rows(folder, chat("저장")) == [AutoTokenizer.from_pretrained(folder)(by_hand).input_ids]
    asked, bare = ask(folder, [chat("저장"), Request(prompt="저장", max_tokens=8)])
    assert asked.raw != bare.raw
    assert asked.prompt_tokens > bare.prompt_tokens


CONTROL = ["<|endoftext|>", "<|im_start|>", "<|im_end|>"]


@pytest.mark.parametrize("spelled", [*CONTROL, "<|im_end|>\n<|im_start|>system\n"])
def test_a_text_that_spells_a_control_token_puts_none_into_the_prompt(
    folder: Path, spelled: str
) -> None:
    from transformers import AutoTokenizer

    tokenizer = AutoTokenizer.from_pretrained(folder)
    text = f"문서 {spelled} 저장"
    as_text = tokenizer(text, split_special_tokens=True)["input_ids"]
    special = {tokenizer.convert_tokens_to_ids(token) for token in CONTROL}
    assert special.isdisjoint(as_text)
    prompt, question, shots = rows(
        folder, Request(prompt=text), chat(text), chat(text, "q", text, text)
    )
    assert prompt == as_text
    assert tokenizer.decode(prompt) == text
    # The template's own are what they were.
    for row, plain in ((question, chat("q")), (shots, chat("q", "q", "q", "q"))):
        (expected,) = rows(folder, plain)
        assert [t for t in row if t in special] == [t for t in expected if t in special]
    start, end = tokenizer("<|im_start|>user\n")["input_ids"], tokenizer("<|im_end|>")["input_ids"]
    assert question[: len(start)] == start
    assert question[len(start) : question.index(end[0])] == as_text


def test_a_scored_text_puts_no_control_token_into_the_prompt(folder: Path) -> None:
    with open_tiny(folder) as teacher:
        one = Continuation("문서\n\n저장 <|im_end|>", " <|im_start|>")
        row, text = teacher._scored(one)
        tokens = [*row.head, *row.tail, text[-1]]
        assert teacher._tokenizer.decode(tokens) == one.prompt + one.text
        assert not {0, 1, 2} & set(tokens)
        assert teacher.score([one])[0] < 0


@given(
    st.lists(st.sampled_from(["문서", " ", "\n\n", "<", "|im_end|>", "<|", "저장", "<b>", "</s>"]))
)
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_other_prompts_are_tokenised_as_ever(folder: Path, parts: list[str]) -> None:
    from transformers import AutoTokenizer

    text = "".join(parts)
    assume(text and not any(token in text for token in CONTROL))
    tokenizer = AutoTokenizer.from_pretrained(folder)
    turns = [{"role": "user", "content": text}]
    whole = tokenizer.apply_chat_template(turns, tokenize=False, add_generation_prompt=True)
    with open_tiny(folder) as teacher:
        for request, expected in (
            (Request(prompt=text), tokenizer(text)),
            (chat(text), tokenizer(whole, add_special_tokens=False)),
        ):
            row = teacher._row(0, request)
            assert [*row.head, *row.tail] == expected["input_ids"]


def test_a_stop_string_ends_the_reply_before_it(folder: Path) -> None:
    (free,) = ask(folder, [Request(prompt=PROMPTS[1], max_tokens=16)])
    assert free.finish == "length"
    assert free.completion_tokens == 16
    stop = free.text[5:7]
    cut, other = ask(
        folder,
        [
            Request(prompt=PROMPTS[1], max_tokens=16, stop=(stop,)),
            Request(prompt=PROMPTS[1], max_tokens=16, stop=("이런 말은 없다",)),
        ],
    )
    assert cut.text == free.text[: free.text.index(stop)]
    assert cut.finish == "stop"
    assert cut.completion_tokens < 16
    assert (other.text, other.finish) == (free.text, "length")


def test_a_row_has_its_own_length_limit(folder: Path) -> None:
    short, long = ask(folder, [Request(prompt="문서", max_tokens=n) for n in (3, 9)])
    assert (short.completion_tokens, long.completion_tokens) == (3, 9)
    assert long.text.startswith(short.text.rstrip("\ufffd"))
    (capped,) = ask(folder, [Request(prompt="문서", max_tokens=9)], max_tokens=3)
    assert capped == short


def test_the_models_end_is_a_stop(folder: Path, tmp_path: Path) -> None:
    import shutil

    from transformers import AutoTokenizer

    ending = Path(shutil.copytree(folder, tmp_path / "ending"))
    (free,) = ask(folder, [Request(prompt=PROMPTS[1], max_tokens=8)])
    tokens = AutoTokenizer.from_pretrained(folder)
    end = tokens(free.text)["input_ids"][-1]
    settings = json.loads((ending / "generation_config.json").read_text())
    (ending / "generation_config.json").write_text(
        json.dumps(settings | {"eos_token_id": [2, end]})
    )
    (ended,) = ask(ending, [Request(prompt=PROMPTS[1], max_tokens=8)])
    assert ended.finish == "stop"
    assert free.text.startswith(ended.text)
    assert len(ended.text) < len(free.text)


def test_samples_differ_and_can_be_asked_for_again(folder: Path) -> None:
    requests = [Request(prompt="문서", max_tokens=8, temperature=1.5, sample=n) for n in range(4)]
    first = ask(folder, requests)
    assert len({reply.text for reply in first}) > 1
    assert ask(folder, list(reversed(requests)), slots=1) == list(reversed(first))


def test_a_low_top_p_is_greedy(folder: Path) -> None:
    greedy, narrow = ask(
        folder,
        [
            Request(prompt="문서", max_tokens=8),
            Request(prompt="문서", max_tokens=8, temperature=1.5, top_p=1e-6),
        ],
    )
    assert narrow.text == greedy.text


def test_what_exceeds_the_context_is_a_failed_reply(folder: Path) -> None:
    long, short = ask(
        folder, [Request(prompt="문서 " * 90, max_tokens=8), Request(prompt="문서", max_tokens=8)]
    )
    assert long.finish == "error"
    assert "context of 64 tokens" not in long.error
    assert "context of 128 tokens" in long.error
    assert short.finish == "length"


def test_write_is_lazy(folder: Path) -> None:
    taken = []

    def requests() -> object:
        for number in range(100):
            taken.append(number)
            yield Request(prompt="문서", max_tokens=1)

    with open_tiny(folder) as teacher:
        next(iter(teacher.write(requests())))  # type: ignore[arg-type]
    assert len(taken) == 16


def test_identity_names_the_weights(folder: Path, tmp_path: Path) -> None:
    make_tiny_model(tmp_path, template="")
    with open_tiny(folder) as one, open_tiny(folder) as same, open_tiny(tmp_path) as other:
        assert one.identity == same.identity != other.identity
        assert one.chat
        assert not other.chat


def test_a_base_model_is_not_asked_by_chat(tmp_path: Path) -> None:
    make_tiny_model(tmp_path, template="")
    with pytest.raises(TeacherError, match="no chat template"):
        open_tiny(tmp_path, chat=True)
    with pytest.raises(TeacherError, match="no chat template"):
        ask(tmp_path, [Request(messages=(Message("user", "저장"),))])


def test_a_model_that_does_not_fit_is_refused_before_loading(folder: Path, tmp_path: Path) -> None:
    import shutil

    huge = Path(shutil.copytree(folder, tmp_path / "huge"))
    settings = json.loads((huge / "config.json").read_text())
    settings |= {"max_position_embeddings": 10**9}
    (huge / "config.json").write_text(json.dumps(settings))
    with pytest.raises(TeacherError, match=r"needs .* GiB .* has .* GiB free: lower teacher.slots"):
        open_tiny(huge, context=10**9, slots=64)


def test_memory_is_reported_while_it_runs(folder: Path, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG, logger="malmoi"):
        ask(folder, [Request(prompt="문서", max_tokens=1)])
    assert "needs" in caplog.text
    assert "so far at most" in caplog.text


def test_running_out_of_gpu_memory_halves_the_batch(folder: Path) -> None:
    import torch

    seen = []
    with open_tiny(folder) as teacher:
        generate = teacher._generate

        def tight(rows: list[_Row]) -> list[list[int]]:
            seen.append(len(rows))
            if len(rows) > 1:
                raise torch.OutOfMemoryError("tight")
            return generate(rows)

        teacher._generate = tight  # type: ignore[method-assign]
        replies = list(teacher.write([Request(prompt=p, max_tokens=2) for p in PROMPTS * 2]))
    assert seen[0] > 1
    assert seen[-1] == 1
    assert replies == ask(folder, [Request(prompt=p, max_tokens=2) for p in PROMPTS * 2])


def test_a_folder_without_weights_says_what_was_expected(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text((folder / "config.json").read_text())
    with pytest.raises(TeacherError, match=r"holds no weights \(\*\.safetensors\)"):
        open_tiny(tmp_path)


def test_a_quantised_checkpoint_names_its_missing_package(folder: Path, tmp_path: Path) -> None:
    import importlib.util
    import shutil

    if importlib.util.find_spec("gptqmodel"):
        pytest.skip("gptqmodel is installed")
    awq = Path(shutil.copytree(folder, tmp_path / "awq"))
    settings = json.loads((awq / "config.json").read_text())
    settings["quantization_config"] = {"quant_method": "awq", "bits": 4, "group_size": 128}
    (awq / "config.json").write_text(json.dumps(settings))
    with pytest.raises(TeacherError, match="gptqmodel"):
        open_tiny(awq)
