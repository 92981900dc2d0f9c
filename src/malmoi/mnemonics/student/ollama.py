"""A Modelfile, so that `ollama create malmoi -f Modelfile` runs the student.

It says what the GGUF can't: the system prompt that the student was taught with, the decoding, and
the chat template as Go writes it. Ollama guesses a template where none is given, and a small model
under another's template writes rubbish.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from malmoi.core.errors import StudentError
from malmoi.core.files import write_atomically

CHATML = (
    "{{ if .System }}<|im_start|>system\n{{ .System }}<|im_end|>\n{{ end }}"
    "<|im_start|>user\n{{ .Prompt }}<|im_end|>\n<|im_start|>assistant\n"
)
GEMMA = (
    "<start_of_turn>user\n{{ if .System }}{{ .System }}\n\n{{ end }}{{ .Prompt }}<end_of_turn>\n"
    "<start_of_turn>model\n"
)
TEMPLATES = {CHATML: "<|im_end|>", GEMMA: "<end_of_turn>"}
"""Templates as Ollama writes them, and what ends a turn in each."""


def write_modelfile(
    target: Path,
    gguf: Path,
    model: Path,
    system: str,
    *,
    temperature: float = 0.0,
    context: int = 1024,
    stop: Sequence[str] = (),
) -> Path:
    """Write a Modelfile for `gguf`, which stands beside `target` or anywhere else.

    Args:
        target: the file to be written.
        gguf: the weights.
        model: the safetensors folder that they come from: its chat template is translated.
        system: the system prompt of the training.
        temperature: 0 is greedy.
        context: most tokens of prompt and answer.
        stop: texts that end an answer, besides the template's own.

    Raises:
        StudentError: the chat template is none that is known in Ollama's form, or the system prompt
            holds what a Modelfile can't.
    """
    if '"""' in system:
        raise StudentError('the system prompt holds """, which a Modelfile can\'t: take it out')
    from malmoi.mnemonics.student.weights import load_tokenizer

    template = go_template(load_tokenizer(str(model)), str(model))
    near = gguf.resolve().parent == target.resolve().parent
    ends = dict.fromkeys([TEMPLATES[template], *stop])
    lines = [
        f"FROM {'./' + gguf.name if near else gguf.resolve()}",
        f'TEMPLATE """{template}"""',
        *([f'SYSTEM """{system}"""'] if system else []),
        f"PARAMETER temperature {temperature:g}",
        f"PARAMETER num_ctx {context}",
        *(f'PARAMETER stop "{end}"' for end in ends),
    ]
    write_atomically(target, "\n".join(lines) + "\n")
    return target


def go_template(tokenizer: object, model: str) -> str:
    """The template in Go that writes what the tokenizer's own (in Jinja) does.

    Both are rendered on a chat and compared, so that a template that only looks alike is refused.

    Raises:
        StudentError: none of the known ones does.
    """
    turns = [{"role": "system", "content": "S0 s"}, {"role": "user", "content": "P0 p"}]
    rendered: str = tokenizer.apply_chat_template(  # type: ignore[attr-defined]
        turns, tokenize=False, add_generation_prompt=True
    )
    begin = getattr(tokenizer, "bos_token", None) or ""
    for template in TEMPLATES:
        # Ollama adds the token that begins a text by itself.
        plain = render(template, "S0 s", "P0 p")
        if rendered in (plain, begin + plain):
            return template
    raise StudentError(
        f"the chat template of {model} is none that is known in Ollama's form (ChatML, Gemma): "
        "write TEMPLATE yourself, or run the GGUF with llama-server, which reads its own template"
    )


def render(template: str, system: str, prompt: str) -> str:
    """What Ollama makes of one of `TEMPLATES` (an `if` on the system prompt, two variables)."""
    before, rest = template.split("{{ if .System }}")
    inner, after = rest.split("{{ end }}", 1)
    text = before + (inner if system else "") + after
    return text.replace("{{ .System }}", system).replace("{{ .Prompt }}", prompt)
