"""A teacher inside this process: llama.cpp through `xllamacpp`, one sequence to a server.

    with EmbeddedTeacher(recipe.teacher) as teacher:
        for reply in teacher.write(requests):
            print(reply.text)

**A reply depends on its request alone**, bit for bit, on a CPU: not on what else is in flight, on
the order, on the threads, nor on what is already in the prompt cache. So a run that was killed and
resumed has the same records as one that was not. Continuous batching can't give that (the kernels
for one row and for many round differently, and at 270M parameters a third of the texts change), so
the CPUs are shared among servers that decode one sequence at a time. What else it takes, each
measured by `benchmarks/teachers.py`:

- flash attention off: its tiles depend on the number of rows;
- repacked weights off (`no_extra_bufts`): so do their kernels;
- a full-size cache for sliding-window attention: otherwise no prompt prefix can be reused, and
  few-shot prompts cost ten times as much;
- no prompt evaluated as a single row, and no written text reused as a prompt: see `_Engine`.

It is also faster here than batching: the servers don't wait for one another. On a GPU, one server
batches `slots` sequences, and texts may differ in their last digits' consequences between runs.
"""

from __future__ import annotations

import json
import queue
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from types import TracebackType
from typing import Any

import httpx

from malmoi.core.errors import TeacherError
from malmoi.core.files import stable_hash
from malmoi.core.processes import cores
from malmoi.models.weights import find_weights, gguf_metadata, sha256_of
from malmoi.recipe import TeacherSection
from malmoi.teachers import Reply, Request
from malmoi.teachers.local.control_tokens import ControlTokens, from_gguf
from malmoi.teachers.replies import split_thinking

SAMPLING = {"top_k": 40, "min_p": 0.05, "repeat_penalty": 1.0}
"""llama.cpp's own defaults, spelled out so that a new version can't change what is written."""

DEFAULT_CONTEXT = 2048

PREFIXES = 4
"""How many different prompt heads a server keeps: a run asks for a few kinds of things in turn."""

_END = 32
"""Characters at a prompt's end that are always evaluated again: more than one token, so never a
single row."""
_OTHER_END = "\n§ 0 1 2"


class EmbeddedTeacher:
    """A GGUF model in this process.

    Args:
        section: a resolved `[teacher]` table. `model` is a path, a package or a hub id; the
            `threads` are shared among at most `slots` servers; a prompt and its reply have room
            for `context` tokens.

    Raises:
        TeacherError: xllamacpp or the weights are missing, or the weights can't be loaded.
    """

    def __init__(self, section: TeacherSection) -> None:
        try:
            import xllamacpp
        except ImportError as error:
            raise TeacherError(
                "the embedded teacher needs xllamacpp, which is not installed: "
                "`pip install malmoi[embedded]`, or choose a teacher over HTTP"
            ) from error
        path = find_weights(section.model)
        has_template = bool(gguf_metadata(path).get("tokenizer.chat_template"))
        self.chat = has_template if section.chat is None else section.chat
        if self.chat and not has_template:
            raise TeacherError(
                f"{path.name} is a base model: it has no chat template, so it can't be asked by "
                "chat. Set teacher.chat = false, or choose an instruction-tuned model"
            )
        self.identity = f"{path.name}@sha256:{sha256_of(path)} xllamacpp=={xllamacpp.__version__}"
        self._has_template = has_template
        self._section = section
        self._engines = _start(path, section)
        self._idle: queue.LifoQueue[_Engine] = queue.LifoQueue()
        for engine in self._engines:
            for _ in range(engine.at_once):
                self._idle.put(engine)
        self._at_once = self._idle.qsize()
        self._pool = ThreadPoolExecutor(self._at_once, thread_name_prefix="teacher")

    @property
    def address(self) -> str:
        """Base address of the first server's HTTP port ("http://127.0.0.1:PORT", without /v1).

        What comes over it is batched with what `write` asks, and can change its last digits.
        """
        return self._running()[0].address

    def write(self, requests: Iterable[Request]) -> Iterator[Reply]:
        """Answer each request, in order; at most two requests a sequence are taken ahead.

        Raises:
            TeacherError: the server failed, or a chat was asked of a model without a template.
        """
        waiting: deque[Future[Reply]] = deque()
        try:
            for request in requests:
                waiting.append(self._pool.submit(self._answer, request))
                if len(waiting) >= 2 * self._at_once:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()
        finally:
            for future in waiting:
                future.cancel()

    def _answer(self, request: Request) -> Reply:
        self._running()
        if request.messages and not self._has_template:
            raise TeacherError(
                f"{self.identity} has no chat template, but a chat was asked of it: "
                "ask it by `prompt` (teacher.chat = false)"
            )
        body: dict[str, Any] = {
            "max_tokens": allowed_tokens(request, self._section),
            "temperature": request.temperature,
            "top_p": request.top_p,
            "stop": list(request.stop),
            "seed": request_seed(request),
            **SAMPLING,
        }
        if request.schema is not None:
            schema = closed(request.schema)
            if request.messages:
                named = {"name": "reply", "schema": schema}
                body["response_format"] = {"type": "json_schema", "json_schema": named}
            else:
                body["json_schema"] = schema
        engine = self._idle.get()
        try:
            return _reply(engine.ask(request, body))
        except RuntimeError as error:
            raise TeacherError(f"the embedded llama.cpp server failed: {error}") from error
        finally:
            self._idle.put(engine)

    def _running(self) -> list[_Engine]:
        if not self._engines:
            raise TeacherError("this embedded teacher was closed: open it again")
        return self._engines

    def close(self) -> None:
        """Wait for what is being written, then free the model."""
        self._pool.shutdown(wait=True, cancel_futures=True)
        self._idle = queue.LifoQueue()
        self._engines = []

    def __enter__(self) -> EmbeddedTeacher:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


class _Engine:
    """One llama.cpp server that decodes one sequence at a time, and keeps several prompt heads.

    llama.cpp evaluates only what of a prompt is not yet in its slot's cache. Two ways of reusing
    it would make a reply depend on what came before: where all but the last token is cached, that
    token is evaluated as a single row, by another kernel; and where a prompt goes on from an
    earlier prompt and its reply, the reply's tokens were evaluated as single rows. Before either,
    the slot is taken back to a clean prefix (or, where there is little to keep, emptied).
    """

    def __init__(self, server: Any, control: ControlTokens, prefixes: int, at_once: int) -> None:
        self._server, self._control = server, control
        self._seen = [""] * prefixes if at_once == 1 else []
        self._used = [0] * prefixes
        self._clock = 0
        self.at_once = at_once

    @property
    def address(self) -> str:
        return str(self._server.listening_address)

    def ask(self, request: Request, body: dict[str, Any]) -> dict[str, Any]:
        """llama.cpp's answer to `request` with the sampling in `body`."""
        if not self._seen:
            return self._call(request, request.prompt, body | {"cache_prompt": True})
        asked = _as_text(request)
        shared = [_common_prefix(asked, seen) for seen in self._seen]
        slot = max(range(len(shared)), key=lambda index: shared[index])
        if shared[slot] * 2 < len(asked):
            slot = min(range(len(shared)), key=lambda index: self._used[index])
        keep = min(shared[slot], len(asked) - _END)
        clean = shared[slot] <= len(asked) - _END and shared[slot] < len(self._seen[slot])
        last = request.messages[-1].content if request.messages else request.prompt
        cut = keep - _END - (len(asked) - len(last))
        reuse = clean or cut > _END
        self._clock += 1
        self._used[slot], self._seen[slot] = self._clock, ""
        if reuse and not clean:
            back = {"id_slot": slot, "cache_prompt": True, "max_tokens": 1, "temperature": 0}
            self._call(request, last[:cut] + _OTHER_END, back)
        answer = self._call(request, last, body | {"id_slot": slot, "cache_prompt": reuse})
        self._seen[slot] = asked
        return answer

    def _call(self, request: Request, last: str, body: dict[str, Any]) -> dict[str, Any]:
        """Ask with `last` for the prompt, or for the last message's content."""
        contents = [*(message.content for message in request.messages[:-1]), last]
        marked, cut = self._control.mark(contents)
        turns = [
            {"role": message.role, "content": content}
            for message, content in zip(request.messages, marked, strict=False)
        ]
        if cut:
            return self._call_with_tokens(turns, marked[-1], cut, body)
        if not turns:
            answer: dict[str, Any] = self._server.handle_completions(body | {"prompt": last})
            return answer
        answer = self._server.handle_chat_completions(body | {"messages": turns})
        return answer

    def _call_with_tokens(
        self, turns: list[dict[str, str]], prompt: str, cut: str, body: dict[str, Any]
    ) -> dict[str, Any]:
        """The same where a text spells a control token: llama.cpp would read one in any text that
        it tokenises, so it is sent tokens."""
        if turns:
            prompt = self._post("/apply-template", {"messages": turns})["prompt"]
            if shape := body.get("response_format"):
                body = body | {"json_schema": shape["json_schema"]["schema"]}
                del body["response_format"]
        tokens: list[int] = []
        for piece in prompt.split(cut):
            asked = {"content": piece, "add_special": not tokens, "parse_special": True}
            tokens += self._post("/tokenize", asked)["tokens"]
        answer: dict[str, Any] = self._server.handle_completions(body | {"prompt": tokens})
        for choice in answer.get("choices", []) if turns else []:
            opened = "<think>" if prompt.rstrip().endswith("<think>") else ""
            choice["message"] = {"content": opened + choice["text"]}
        return answer

    def _post(self, path: str, body: dict[str, Any]) -> Any:
        try:
            response = httpx.post(
                self.address + path, content=json.dumps(body), timeout=60, trust_env=False
            )
            return response.raise_for_status().json()
        except httpx.HTTPError as error:
            raise RuntimeError(f"{path}: {error}") from error


def _as_text(request: Request) -> str:
    """A request's prompt as one text whose end is the prompt's, or the last message's."""
    turns = [f"{m.role}\0{m.content}" for m in request.messages]
    return "\0".join(turns) if turns else request.prompt


def _common_prefix(left: str, right: str) -> int:
    """Length of the longest common prefix, in characters (bisected: slices compare fast)."""
    low, high = 0, min(len(left), len(right))
    while low < high:
        middle = (low + high + 1) // 2
        if left[:middle] == right[:middle]:
            low = middle
        else:
            high = middle - 1
    return low


def _start(path: Path, section: TeacherSection) -> list[_Engine]:
    """Servers that share the CPUs, or one that batches on a GPU."""
    import xllamacpp

    kinds = [device.get("type") for device in xllamacpp.get_device_info()]
    gpu = any(
        kind != xllamacpp.ggml_backend_dev_type.GGML_BACKEND_DEVICE_TYPE_CPU for kind in kinds
    )
    context = section.context or DEFAULT_CONTEXT
    threads = section.threads or cores()
    servers = 1 if gpu else min(section.slots, threads)
    at_once = section.slots if gpu else 1
    params = xllamacpp.CommonParams()
    params.model.path = str(path)
    params.n_parallel = section.slots if gpu else PREFIXES
    params.n_ctx = context * params.n_parallel
    params.cpuparams.n_threads = threads // servers
    params.swa_full = True
    params.cache_ram_mib = 0
    params.n_ctx_checkpoints = 0
    params.verbosity = 0
    params.warmup = False
    params.endpoint_metrics = True  # see `_serve`
    params.fit_params = False  # it would shrink the context silently where memory is short
    if not gpu:
        params.no_extra_bufts = True
        params.flash_attn_type = xllamacpp.llama_flash_attn_type.LLAMA_FLASH_ATTN_TYPE_DISABLED
    try:
        control = from_gguf(path)
        return [_Engine(_serve(params), control, PREFIXES, at_once) for _ in range(servers)]
    except RuntimeError as error:
        raise TeacherError(
            f"llama.cpp can't load {path} {servers} times with {params.n_ctx} tokens of context "
            f"({error}): if the file is whole and its architecture is one that xllamacpp "
            f"{xllamacpp.__version__} knows, memory is short; lower teacher.slots or "
            "teacher.context, or take a smaller model"
        ) from error


def _serve(params: Any) -> Any:
    """A llama.cpp server that has begun its work.

    One that is freed before its thread has begun waits for that thread forever, in C++, where no
    signal gets through. Its figures come from that thread, so it has begun when they are there.
    """
    import xllamacpp

    server = xllamacpp.Server(params)
    server.handle_metrics()
    return server


def _reply(answer: dict[str, Any]) -> Reply:
    """llama.cpp's answer (OpenAI's shape, or `{"error": …}`) as a Reply."""
    if "error" in answer:
        error = answer["error"]
        return Reply("", finish="error", error=str(error.get("message", error)))
    choice = answer["choices"][0]
    usage = answer.get("usage", {})
    message = choice.get("message")
    if message is None:
        raw = text = str(choice.get("text") or "")
        thinking = ""
    else:
        raw = str(message.get("content") or "")
        reasoning = str(message.get("reasoning_content") or "")
        text, thinking = split_thinking(raw, reasoning)
        raw = f"<think>{reasoning}</think>{raw}" if reasoning else raw
    return Reply(
        text=text,
        raw=raw,
        thinking=thinking,
        finish="length" if choice.get("finish_reason") == "length" else "stop",
        prompt_tokens=int(usage.get("prompt_tokens", 0)),
        completion_tokens=int(usage.get("completion_tokens", 0)),
    )


def allowed_tokens(request: Request, section: TeacherSection) -> int:
    """Most tokens a reply may have: what was asked for, room to think, under the recipe's cap."""
    wanted = request.max_tokens + section.thinking_tokens
    return min(wanted, section.max_tokens or wanted)


def request_seed(request: Request) -> int:
    """A seed in [0, 2^31) that depends on the request alone, its sample number included."""
    turns = [[m.role, m.content] for m in request.messages]
    asked = [turns, request.prompt, request.max_tokens, request.temperature, request.top_p]
    key = [*asked, list(request.stop), request.schema, request.sample]
    return int(stable_hash(key), 16) % 2**31


def closed(schema: Any) -> Any:
    """`schema` with `additionalProperties: false` in every object that says nothing about it.

    Without it llama.cpp lets the model invent properties until it runs out of tokens.
    """
    if isinstance(schema, list):
        return [closed(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    inner = {
        key: {name: closed(part) for name, part in value.items()}
        if key in ("properties", "$defs", "definitions") and isinstance(value, dict)
        else value
        if key in ("enum", "const", "default", "examples")
        else closed(value)
        for key, value in schema.items()
    }
    if "properties" in inner:
        inner.setdefault("additionalProperties", False)
    return inner
