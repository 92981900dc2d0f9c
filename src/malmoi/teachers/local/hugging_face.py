"""A teacher inside this process: transformers, in batches.

    with TransformersTeacher(recipe.teacher) as teacher:
        for reply in teacher.write(requests):
            print(reply.text)

For bf16 checkpoints, AWQ and GPTQ ones (transformers reads their `quantization_config`), and GGUF
files (unpacked to bf16). Nothing holds a reply to a JSON schema here: read it tolerantly.

**A reply depends on its request alone**, bit for bit, on a CPU: a row's numbers don't depend on the
other rows of a batch, nor on their count from two on, but on its shape (measured: see
`benchmarks/teachers.py`). So what shapes a row is taken from its request: the prompt's head (the
few-shot examples: all before the last blank line, or before the last message) is read once, on its
own, and shared; the tail is padded to a fixed width; only rows with the same head and width make up
a batch, and a lone one gets company. Samples of one prompt are one row until they differ
(`generation.py`). On a GPU the count of rows chooses the kernels as well, so a
batch is always filled up to `slots` rows there: texts then depend on `slots`, but not on what else
is asked.
"""

from __future__ import annotations

import copy
import logging
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from types import TracebackType
from typing import Any

from malmoi.core.errors import TeacherError
from malmoi.core.files import stable_hash
from malmoi.core.threads import spin_briefly
from malmoi.models.checkpoint import checkpoint_of
from malmoi.models.memory import (
    GIB,
    available_memory,
    check_fits,
    need_of,
    peak_memory,
    weights_bytes,
)
from malmoi.models.quiet import silence_transformers
from malmoi.models.weights import find_weights, gguf_metadata, sha256_of
from malmoi.recipe import TeacherSection
from malmoi.teachers import Reply, Request
from malmoi.teachers.local.control_tokens import from_added_tokens
from malmoi.teachers.local.decoding import Sampler, Stopper, cut_at_stop
from malmoi.teachers.local.embedded import allowed_tokens, request_seed
from malmoi.teachers.local.generation import Prompts, generate
from malmoi.teachers.replies import split_thinking
from malmoi.teachers.scoring import Continuation, ScoredRow, score_rows

log = logging.getLogger(__name__)

SHARED_HEAD = 32
"""A prompt head of at least this many tokens is read once for all that share it."""
HEADS = 8
"""Heads whose keys and values are kept: a run asks for a few kinds of things in turn."""
MIN_BATCH = 4
"""Rows a batch has at least: one alone would be computed by other kernels."""
SCORED = 32
"""Rows that are scored together: each logit that is taken is as wide as the vocabulary."""
AHEAD = 4
"""Batches of requests taken ahead, to find rows that go together."""


class TransformersTeacher:
    """A causal language model in this process, on the GPU where there is one.

    Args:
        section: a resolved `[teacher]` table. `model` is a folder, a .gguf file, a package that
            holds one, or a hub id; `slots` is the batch size; `context` the most tokens of a
            prompt and its reply (0: the model's own limit).
        min_batch: rows that are computed together at least.

    Raises:
        TeacherError: a library, a kernel package or the model is missing, or it doesn't fit.
    """

    def __init__(self, section: TeacherSection, min_batch: int = MIN_BATCH) -> None:
        spin_briefly()
        try:
            import torch
            import transformers
        except ImportError as error:
            raise TeacherError(
                f"the transformers teacher needs {error.name}, which is not installed: "
                "`pip install malmoi[train]`"
            ) from error
        if section.threads:
            torch.set_num_threads(section.threads)
        self._section = section
        self._batch, self._min_batch = section.slots, min_batch
        self._heads: dict[tuple[tuple[int, ...], int], Any] = {}
        self._dtype = _precision()
        source = _Source(section.model)
        try:
            config = transformers.AutoConfig.from_pretrained(source.name)
        except Exception as error:  # OSError, ValueError, the hub's validation errors
            raise TeacherError(_unloadable(section.model, error)) from error
        limit = int(getattr(config.get_text_config(), "max_position_embeddings", 0) or 2048)
        self._context = min(section.context or limit, limit)
        self._check_memory(source, config)
        self._tokenizer, self._model = _load(source, self._dtype, section.model)
        self._model.eval()
        added = self._tokenizer.added_tokens_decoder.values()
        self._control = from_added_tokens((token.content, token.special) for token in added)
        template = getattr(self._tokenizer, "chat_template", None)
        self.chat = bool(template) if section.chat is None else section.chat
        if self.chat and not template:
            raise TeacherError(
                f"{section.model} has no chat template (a base model?): set teacher.chat = false, "
                "or choose an instruction-tuned model"
            )
        precision = str(self._dtype).removeprefix("torch.")
        self.identity = (
            f"{source.identity(config)} {precision} template:{stable_hash(template, 8)} "
            f"transformers=={transformers.__version__}"
        )

    def _check_memory(self, source: _Source, config: Any) -> None:
        import torch

        width = self._dtype.itemsize
        need = need_of(config, source.weights(width), self._context, self._batch, width)
        gpu = torch.cuda.is_available()
        if gpu:
            cards = range(torch.cuda.device_count())
            free = sum(torch.cuda.mem_get_info(card)[0] for card in cards)
        else:
            free = available_memory()
        where = "the GPU" if gpu else "memory"
        name = self._section.model
        log.debug("%s needs %.1f GiB; %s has %.1f", name, need.total / GIB, where, free / GIB)
        check_fits(name, need, free, where, self._batch, self._context)

    def write(self, requests: Iterable[Request]) -> Iterator[Reply]:
        """Answer each request, in order; `AHEAD` batches are taken ahead.

        Raises:
            TeacherError: one sequence alone doesn't fit into the GPU's memory.
        """
        source = iter(requests)
        while window := list(islice(source, AHEAD * self._section.slots)):
            yield from self._answer_window(window)

    def score(self, continuations: Sequence[Continuation]) -> list[float]:
        """log P(text | prompt) of each, in nats; the prompt's head is read once, as in `write`.

        Raises:
            TeacherError: a prompt and its text don't fit into the context.
        """
        wanted: dict[ScoredRow, dict[tuple[int, ...], list[int]]] = {}
        for index, one in enumerate(continuations):
            row, text = self._scored(one)
            wanted.setdefault(row, {}).setdefault(text, []).append(index)
        shapes: dict[Any, list[ScoredRow]] = {}
        for row in wanted:
            shapes.setdefault(row.shape, []).append(row)
        scores = [0.0] * len(continuations)
        for rows in shapes.values():
            for start in range(0, len(rows), SCORED):
                batch = rows[start : start + SCORED]
                # A lone row is computed by other kernels: it gets company.
                company = batch + [batch[-1]] * (self._min_batch - len(batch))
                texts = [list(wanted[row]) for row in company]
                found = score_rows(self._model, company, texts, self._read_head)
                for row, logs in zip(batch, found, strict=False):
                    for places, score in zip(wanted[row].values(), logs, strict=True):
                        for place in places:
                            scores[place] = score
        return scores

    def _scored(self, one: Continuation) -> tuple[ScoredRow, tuple[int, ...]]:
        """What is read for a continuation, and its text's tokens; none of those is in the head."""
        (whole,), cut = self._control.mark([one.prompt + one.text])
        tokens = self._tokens(whole, cut)
        (marked,), cut = self._control.mark([one.prompt])
        prompt = self._tokens(marked, cut)
        head = self._tokens(marked[: marked.rfind("\n\n") + 2], cut)
        if len(tokens) > self._context:
            raise TeacherError(
                f"a prompt and its text of {len(tokens)} tokens exceed the context of "
                f"{self._context}: shorten them, or raise teacher.context"
            )
        first = _shared(prompt, tokens)
        shared = min(_shared(head, tokens), first - 1)
        shared = shared if shared >= SHARED_HEAD else 0
        row = ScoredRow(tuple(tokens[:shared]), tuple(tokens[shared:-1]), len(tokens) - first)
        return row, tuple(tokens[first:])

    def _answer_window(self, requests: list[Request]) -> list[Reply]:
        replies: dict[int, Reply] = {}
        groups: dict[tuple[tuple[int, ...], int], list[_Row]] = {}
        for index, request in enumerate(requests):
            row = self._row(index, request)
            if len(row.head) + len(row.tail) + row.cap > self._context:
                replies[index] = self._too_long(row)
            else:
                groups.setdefault((row.head, row.width), []).append(row)
        for rows in groups.values():
            place = 0
            while place < len(rows):
                batch = rows[place : place + self._batch]
                place += len(batch)
                for row, reply in zip(batch, self._answer(batch), strict=True):
                    replies[row.index] = reply
        where, peak = peak_memory()
        log.debug("%d replies; %s so far at most %.2f GiB", len(replies), where, peak / GIB)
        return [replies[index] for index in range(len(requests))]

    def _answer(self, rows: list[_Row]) -> list[Reply]:
        """Replies to a batch, halved for good where the GPU's memory doesn't hold it."""
        import torch

        try:
            written = self._generate(rows)
        except torch.OutOfMemoryError as error:
            self._heads.clear()
            torch.cuda.empty_cache()
            if self._batch == len(rows) == 1:
                raise TeacherError(
                    f"out of GPU memory with a single sequence ({error}): lower teacher.context "
                    f"(now {self._context} tokens), or take a smaller or quantised model"
                ) from error
            self._batch = max(1, self._batch // 2)
            log.warning("out of GPU memory: the batch is now %d sequences", self._batch)
            size = self._batch
            parts = [rows[place : place + size] for place in range(0, len(rows), size)]
            return [reply for part in parts for reply in self._answer(part)]
        return [self._reply(row, tokens) for row, tokens in zip(rows, written, strict=True)]

    def _row(self, index: int, request: Request) -> _Row:
        """A request as tokens; where its head ends depends on the request alone."""
        prompt, last, cut = self._prompt(request)
        special = not request.messages
        tokens = self._tokens(prompt, cut, special)
        end = prompt.rfind("\n\n") + 2 if special else prompt.rfind(last)
        head = self._tokens(prompt[: max(end, 0)], cut, special)
        shared = _shared(head, tokens)
        shared = shared if shared >= SHARED_HEAD else 0
        cap = allowed_tokens(request, self._section)
        opened = prompt.rstrip().endswith("<think>")
        return _Row(index, request, tuple(tokens[:shared]), tokens[shared:], cap, opened)

    def _prompt(self, request: Request) -> tuple[str, str, str]:
        """(prompt, its last message, the mark where both are to be cut)."""
        if not request.messages:
            (prompt,), cut = self._control.mark([request.prompt])
            return prompt, prompt, cut
        if not getattr(self._tokenizer, "chat_template", None):
            raise TeacherError(
                f"{self._section.model} has no chat template, but a chat was asked of it: ask it "
                "by `prompt` (teacher.chat = false)"
            )
        contents, cut = self._control.mark([m.content for m in request.messages])
        turns = [
            {"role": message.role, "content": content}
            for message, content in zip(request.messages, contents, strict=True)
        ]
        text: str = self._tokenizer.apply_chat_template(
            turns, tokenize=False, add_generation_prompt=True
        )
        return text, contents[-1], cut

    def _tokens(self, text: str, cut: str, special: bool = True) -> list[int]:
        """A text's tokens, its pieces tokenised apart; `special`: with what begins and ends it."""
        tokens: list[int] = []
        for number, piece in enumerate(text.split(cut) if cut else [text]):
            begins = special and not number
            tokens += self._tokenizer(piece, add_special_tokens=begins)["input_ids"]
        return tokens

    def _too_long(self, row: _Row) -> Reply:
        return Reply(
            "",
            finish="error",
            error=f"a prompt of {len(row.head) + len(row.tail)} tokens and a reply of up to "
            f"{row.cap} exceed the context of {self._context} tokens: shorten the prompt, or raise "
            "teacher.context",
        )

    def _generate(self, rows: list[_Row]) -> list[list[int]]:
        """What rows of one head and width wrote."""
        import torch

        requests = [row.request for row in rows]
        caps = [row.cap for row in rows]
        return generate(
            self._model,
            Prompts(rows[0].head, [tuple(row.tail) for row in rows], rows[0].width),
            self._read_head,
            Sampler(requests, [request_seed(request) for request in requests]),
            Stopper(self._tokenizer, requests, caps, self._ends()),
            self._batch if torch.cuda.is_available() else self._min_batch,
        )

    def _read_head(self, head: tuple[int, ...], rows: int, padding: int = 0) -> Any:
        """Keys and values of a prompt head, read alone and repeated for every row.

        `padding` tokens may follow it, which are to be masked: what they read is never used.
        """
        known = self._heads.pop((head, padding), None) or self._head_states(head, padding)
        self._heads[head, padding] = known
        while len(self._heads) > HEADS:
            self._heads.pop(next(iter(self._heads)))
        past = copy.deepcopy(known)
        past.batch_repeat_interleave(rows)
        return past

    def _head_states(self, head: tuple[int, ...], padding: int) -> Any:
        import torch

        device = self._model.device
        if not padding:
            ids = torch.tensor([head], device=device)
            return self._model(input_ids=ids, use_cache=True, logits_to_keep=1).past_key_values
        ids = torch.full((1, padding), self._tokenizer.pad_token_id, device=device)
        mask = torch.ones((1, len(head) + padding), dtype=torch.long, device=device)
        mask[:, len(head) :] = 0
        return self._model(
            input_ids=ids,
            attention_mask=mask,
            position_ids=torch.full_like(ids, len(head)),
            past_key_values=self._read_head(head, 1),
            use_cache=True,
            logits_to_keep=1,
        ).past_key_values

    def _ends(self) -> list[int]:
        """Tokens that end a reply: the model's and the tokenizer's."""
        ends = self._model.generation_config.eos_token_id
        known = ends if isinstance(ends, list) else [ends]
        return sorted({end for end in (*known, self._tokenizer.eos_token_id) if end is not None})

    def _reply(self, row: _Row, tokens: list[int]) -> Reply:
        ends = self._ends()
        end = next((place for place, token in enumerate(tokens) if token in ends), None)
        raw = self._tokenizer.decode(tokens[:end], skip_special_tokens=True)
        raw, stopped = cut_at_stop(raw, row.request.stop)
        chat = bool(row.request.messages)
        text, thinking = split_thinking(raw, opened=row.opened) if chat else (raw, "")
        return Reply(
            text=text,
            raw=raw,
            thinking=thinking,
            finish="stop" if stopped or end is not None else "length",
            prompt_tokens=len(row.head) + len(row.tail),
            completion_tokens=len(tokens) if end is None else end + 1,
        )

    def close(self) -> None:
        """Free the model."""
        import torch

        self._model = None
        self._heads.clear()
        if torch.cuda.is_available():
            torch.cuda.empty_cache()

    def __enter__(self) -> TransformersTeacher:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


class _Source:
    """Where a model is: `name` for transformers, and the size of its weights."""

    def __init__(self, model: str) -> None:
        path = Path(model).expanduser()
        self.folder: Path | None = path if (path / "config.json").is_file() else None
        self.gguf: Path | None = None
        self.name = str(path) if self.folder else model
        on_hub = "/" in model and ":" not in model and not model.endswith(".gguf")
        if self.folder is None and (path.exists() or not on_hub):
            self.gguf = find_weights(model)
            self.name = str(checkpoint_of(self.gguf))

    def weights(self, width: int) -> int:
        """Bytes of the weights with `width` bytes a number (a hub's: 0 where it doesn't say)."""
        if self.gguf:
            return int(gguf_metadata(self.gguf)["parameters"]) * width
        if self.folder:
            return weights_bytes(self.folder, width)
        from huggingface_hub import HfApi

        try:
            files = HfApi().model_info(self.name, files_metadata=True).siblings or []
        except Exception as error:  # the hub's client raises a dozen unrelated types
            log.warning("the size of %s is unknown (%s): memory unchecked", self.name, error)
            return 0
        return sum(file.size or 0 for file in files if file.rfilename.endswith(".safetensors"))

    def identity(self, config: Any) -> str:
        """Name and content: a hash of the weights, or the hub's commit."""
        if self.gguf:
            return f"{self.gguf.name}@sha256:{sha256_of(self.gguf)}"
        if self.folder:
            files = sorted(self.folder.glob("*.safetensors")) or sorted(self.folder.glob("*.bin"))
            sums = [sha256_of(file) for file in files]
            return f"{self.folder.resolve().name}@{stable_hash(sums)}"
        return f"{self.name}@{getattr(config, '_commit_hash', None) or 'unknown'}"


@dataclass(frozen=True, slots=True)
class _Row:
    """A request as tokens; `opened`: its prompt ends inside the thinking."""

    index: int
    request: Request
    head: tuple[int, ...]
    tail: list[int]
    cap: int
    opened: bool

    @property
    def width(self) -> int:
        """Tokens of the tail with its padding; one at least, as without any other kernels run."""
        step = 16 if len(self.tail) < 64 else 32
        return (len(self.tail) // step + 1) * step


def _shared(head: list[int], tokens: list[int]) -> int:
    """Tokens that both begin with; at least one of `tokens` is left to be read."""
    pairs = zip(head, tokens[:-1], strict=False)
    different = (place for place, (one, other) in enumerate(pairs) if one != other)
    return next(different, min(len(head), len(tokens) - 1))


def _precision() -> Any:
    """bf16 where the device computes in it, else float32."""
    import torch

    if torch.cuda.is_available():
        return torch.bfloat16 if torch.cuda.is_bf16_supported() else torch.float32
    known = torch.ops.mkldnn._is_mkldnn_bf16_supported()
    return torch.bfloat16 if known else torch.float32


def _load(source: _Source, dtype: Any, model: str) -> tuple[Any, Any]:
    """(tokenizer, model), padded on the left, on the GPU where there is one."""
    import torch
    from transformers import AutoModelForCausalLM, AutoTokenizer

    silence_transformers()
    place = {"device_map": "auto"} if torch.cuda.is_available() else {}
    try:
        tokenizer = AutoTokenizer.from_pretrained(source.name)
        loaded = AutoModelForCausalLM.from_pretrained(source.name, dtype=dtype, **place)
    except ImportError as error:  # a quantised checkpoint's kernels, or gguf
        raise TeacherError(
            f"{model} needs a package that is not installed. transformers says: {error}"
        ) from error
    except (OSError, ValueError, RuntimeError) as error:
        raise TeacherError(_unloadable(model, error)) from error
    tokenizer.padding_side = "left"
    if tokenizer.pad_token_id is None:
        tokenizer.pad_token = tokenizer.eos_token
    if tokenizer.pad_token_id is None:
        raise TeacherError(f"{model}'s tokenizer has neither a padding nor an end token")
    return tokenizer, loaded


def _unloadable(model: str, error: Exception) -> str:
    return (
        f"transformers can't load {model!r} ({type(error).__name__}: {str(error)[:300]}): expected "
        "a folder with config.json and *.safetensors, a .gguf file, or a hub id that can be reached"
    )
