"""A teacher inside this process: llama.cpp through `xllamacpp`, several sequences at once.

    with EmbeddedTeacher(recipe.teacher) as teacher:
        for reply in teacher.write(requests):
            print(reply.text)

The server that does the work also listens on `teacher.address`, and speaks OpenAI's protocol there.
"""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from types import TracebackType
from typing import Any

from malmoi.errors import TeacherError
from malmoi.files import stable_hash
from malmoi.recipe import TeacherSection
from malmoi.teacher import Reply, Request
from malmoi.teacher.weights import find_weights, gguf_metadata, sha256_of

SAMPLING = {"top_k": 40, "min_p": 0.05, "repeat_penalty": 1.0}
"""llama.cpp's own defaults, spelled out so that a new version can't change what is written."""

DEFAULT_CONTEXT = 2048


class EmbeddedTeacher:
    """A GGUF model in this process.

    Args:
        section: a resolved `[teacher]` table. `model` is a path, a package or a hub id; `slots`
            sequences of `context` tokens each are decoded together by `threads` threads.

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
        template = str(gguf_metadata(path).get("tokenizer.chat_template", ""))
        self.chat = bool(template) if section.chat is None else section.chat
        self._has_template = bool(template)
        if self.chat and not template:
            raise TeacherError(
                f"{path.name} is a base model: it has no chat template, so it can't be asked by "
                "chat. Set teacher.chat = false, or choose an instruction-tuned model"
            )
        self.identity = f"{path.name}@sha256:{sha256_of(path)} xllamacpp=={xllamacpp.__version__}"
        self._slots = section.slots
        self._max_tokens = section.max_tokens
        self._server: Any = _start(path, section)
        self._pool = ThreadPoolExecutor(2 * self._slots, thread_name_prefix="teacher")

    @property
    def address(self) -> str:
        """Base address of the server's HTTP port ("http://127.0.0.1:PORT", without /v1)."""
        return str(self._running().listening_address)

    def write(self, requests: Iterable[Request]) -> Iterator[Reply]:
        """Answer each request, in order; at most two requests a slot are taken ahead.

        Raises:
            TeacherError: the server failed, or a chat was asked of a model without a template.
        """
        waiting: deque[Future[Reply]] = deque()
        try:
            for request in requests:
                waiting.append(self._pool.submit(self._answer, request))
                if len(waiting) >= 2 * self._slots:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()
        finally:
            for future in waiting:
                future.cancel()

    def _answer(self, request: Request) -> Reply:
        server = self._running()
        body: dict[str, Any] = {
            "max_tokens": min(request.max_tokens, self._max_tokens or request.max_tokens),
            "temperature": request.temperature,
            "top_p": request.top_p,
            "stop": list(request.stop),
            "seed": request_seed(request),
            "cache_prompt": True,
            **SAMPLING,
        }
        if request.messages:
            if not self._has_template:
                raise TeacherError(
                    f"{self.identity} has no chat template, but a chat was asked of it: "
                    "ask it by `prompt` (teacher.chat = false)"
                )
            body["messages"] = [{"role": m.role, "content": m.content} for m in request.messages]
            if request.schema is not None:
                schema = {"name": "reply", "schema": closed(request.schema)}
                body["response_format"] = {"type": "json_schema", "json_schema": schema}
            call = server.handle_chat_completions
        else:
            body["prompt"] = request.prompt
            if request.schema is not None:
                body["json_schema"] = closed(request.schema)
            call = server.handle_completions
        try:
            answer = call(body)
        except RuntimeError as error:
            raise TeacherError(f"the embedded llama.cpp server failed: {error}") from error
        return _reply(answer)

    def _running(self) -> Any:
        if self._server is None:
            raise TeacherError("this embedded teacher was closed: open it again")
        return self._server

    def close(self) -> None:
        """Wait for what is being written, then free the model."""
        self._pool.shutdown(wait=True, cancel_futures=True)
        self._server = None

    def __enter__(self) -> EmbeddedTeacher:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


def _start(path: Any, section: TeacherSection) -> Any:
    import xllamacpp

    context = section.context or DEFAULT_CONTEXT
    params = xllamacpp.CommonParams()
    params.model.path = str(path)
    params.n_parallel = section.slots
    params.n_ctx = context * section.slots
    params.cpuparams.n_threads = section.threads or cpu_count()
    params.verbosity = 0
    params.warmup = False
    params.fit_params = False  # it would shrink the context silently where memory is short
    try:
        return xllamacpp.Server(params)
    except RuntimeError as error:
        raise TeacherError(
            f"llama.cpp can't load {path} with {section.slots} slots of {context} tokens "
            f"({error}): if the file is whole and its architecture is one that xllamacpp "
            f"{xllamacpp.__version__} knows, memory is short; lower teacher.slots or "
            "teacher.context, or take a smaller model"
        ) from error


def cpu_count() -> int:
    """CPUs that this process may use (a container's or taskset's share, where the system says)."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _reply(answer: dict[str, Any]) -> Reply:
    """llama.cpp's answer (OpenAI's shape, or `{"error": …}`) as a Reply."""
    if "error" in answer:
        error = answer["error"]
        return Reply("", finish="error", error=str(error.get("message", error)))
    choice = answer["choices"][0]
    usage = answer.get("usage", {})
    message = choice.get("message", {})
    text = str(choice.get("text", message.get("content")) or "")
    thinking = str(message.get("reasoning_content") or "")
    return Reply(
        text=text,
        raw=f"<think>{thinking}</think>{text}" if thinking else text,
        thinking=thinking,
        finish="length" if choice.get("finish_reason") == "length" else "stop",
        prompt_tokens=int(usage.get("prompt_tokens", 0)),
        completion_tokens=int(usage.get("completion_tokens", 0)),
    )


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
