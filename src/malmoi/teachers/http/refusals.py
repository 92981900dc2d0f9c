"""Which field of a request an endpoint refuses, read from what its error body says.

    names = refused_fields({"error": {"message": "Unsupported parameter: 'seed'"}})   # ["seed"]

Known are the words of OpenAI, Azure, vLLM, llama.cpp's server, Ollama, DeepSeek, Mistral, Groq,
Anthropic's and Gemini's compatible endpoints, and of the chat templates that local servers apply.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from malmoi.teachers.http.completions import error_message

MAX_PROSE = 400
"""Characters of an error message in which a field is looked for."""

_SIGNS = {
    "temperature": r"\btemperature\b",
    "top_p": r"\btop[_ -]?p\b",
    "seed": r"\b(?:random_?)?seed\b",
    # "stop" is a word of English as well.
    "stop": r"['\"`]stop['\"`]|\bstop[_ ]?(?:sequences?|words?|strings?|tokens?|param\w*|field)\b"
    r"|\b(?:param\w*|fields?|arguments?|name|key|property|inputs?)(?: \w+)?\W{1,3}stop\b"
    r"|^stop\W",
    # llama.cpp's own field for it in completions, or the mode of a `response_format`.
    "json_schema": r"(?<!type )['\"`]?\bjson_schema\b(?!['\"`]? (?:mode|type|format))",
    "length": r"\bmax_?(?:completion_?|output_?|new_?)?tokens\b",
    "schema": r"response_?format|json_?schema|json_?object|schema|grammar|structured.?output",
    "alternation": r"\balternat(?:e|es|ing|ion)\b|\b(?:successive|consecutive|in a row)\b"
    r"|\binterleave",
    "system": r"\bsystem['\"`]?[\s-]*(?:role|message|prompt|instruction)|developer instruction"
    r"|['\"`:]system\b|\brole['\"`]?\W{1,4}system\b|\b(?:only|be)\W+['\"`]?user\b.{0,30}assistant",
}
_SIGNS_IN = re.compile(
    "|".join(f"(?P<{name}>{sign})" for name, sign in _SIGNS.items()), re.IGNORECASE
)
_PATHS = {
    "temperature": "temperature", "top_p": "top_p", "topP": "top_p", "seed": "seed",
    "random_seed": "seed", "stop": "stop", "max_tokens": "length",
    "max_completion_tokens": "length", "response_format": "schema",
    "json_schema": "json_schema",
    "grammar": "schema", "guided_json": "schema", "text": "schema",
}  # fmt: skip

_REFUSAL = re.compile(
    r"support|unknown|unrecogni|unexpected|extra|invalid|instead|unavailable|deprecated|illegal"
    r"|wrong|range|between|strictly|too (?:large|small|high|low)"
    r"|(?:not|n't|cannot|never) (?:be |yet )?(?:allow|permit|accept|implement|enabl|one of|us)"
    r"|cannot find|forbid|disallow|must|should|only|reject|refuse|disable",
    re.IGNORECASE,
)
_NO_SUCH_LENGTH = re.compile(
    r"support|unknown|unrecogni|unexpected|extra|instead|deprecated|cannot find|"
    r"not (?:allowed|permitted|accepted)|forbid",
    re.IGNORECASE,
)
_ROOM = re.compile(
    r"context (?:length|size)|\bprompt|input tokens|\bmessages\b|at least", re.IGNORECASE
)
_MOST = re.compile(
    r"(?:at most|less than or equal to|no more than|maximum (?:value |allowed )?(?:of|is)|<=|"
    r"\[\d+,|\d >)\s*[`'\"]?(\d+)",
    re.IGNORECASE,
)
_STRICT = re.compile(r"\bstrict\b|invalid schema for response_format", re.IGNORECASE)
_QUOTED = re.compile(r"(?:input|received|body|messages)['\"]?\s*[:=]\s*[\[{]")
_LOCATION = re.compile(r"['\"]?loc['\"]?\s*:\s*[(\[]\s*['\"]body['\"]\s*,\s*([^)\]]*)[)\]]")


def refused_fields(data: Any) -> list[str]:
    """The fields that an error body (JSON, or text) refuses.

    They are "temperature", "top_p", "seed", "stop", "length" (`max_tokens` by its name), "schema",
    "json_schema" (a completion's field of this name, where there is one, else the schema),
    "strict" (the schema's flag, or what it asks of a schema), "alternation" (turns of one role in
    a row) and "system". A body that names several in prose is taken to mean the first.
    """
    message = _said(data)
    named: list[str] = []
    for path in [*_paths(data), *_paths_in(message)]:
        head, _, rest = path.partition(".")
        if head.partition("[")[0] == "messages" and "role" in path:
            named.append("alternation" if _sign(message, "alternation") else "system")
        elif head in _PATHS:
            named.append("strict" if _STRICT.search(rest) else _PATHS[head])
    if not named:
        named = _in_prose(message)
    if "schema" in named and _STRICT.search(message):
        named[named.index("schema")] = "strict"
    if "length" in named and (most_tokens(data) or not _NO_SUCH_LENGTH.search(message)):
        named.remove("length")  # its value is refused, not its name
    return list(dict.fromkeys(named))


def most_tokens(data: Any) -> int:
    """The most tokens of a reply that an error body allows; 0 where it's about something else."""
    message = _said(data)
    if not _sign(message, "length") or _ROOM.search(message):
        return 0
    most = _MOST.search(message)
    return int(most[1]) if most else 0


def _said(data: Any) -> str:
    """The server's own words: a proxy's page is none, and says "alternate" in its head."""
    message = error_message(data)
    return "" if message.lstrip().startswith("<") else message


def _in_prose(message: str) -> list[str]:
    # What follows may be the request, quoted: a text about a temperature refuses none.
    message = _QUOTED.split(message)[0][:MAX_PROSE]
    found = [str(match.lastgroup) for match in _SIGNS_IN.finditer(message)]
    if not _REFUSAL.search(message):
        found = [name for name in found if name not in ("seed", "stop", "system")]
    # "temperature and top_p can't both be given": the narrower one is left out.
    if found[:2] == ["temperature", "top_p"] and re.search(r"\bboth\b", message):
        return ["top_p"]
    # "After the optional system message, roles must alternate": it isn't about the first.
    if "alternation" in found:
        return ["alternation"]
    return found[:1]


def _sign(message: str, name: str) -> bool:
    return bool(re.search(_SIGNS[name], message, re.IGNORECASE))


def _paths(data: Any) -> Iterator[str]:
    """The fields that a body names apart from its words ("messages.0.role", "seed")."""
    if isinstance(data, list):
        for item in data:
            yield from _paths(item)
    if not isinstance(data, dict):
        return
    if isinstance(data.get("param"), str):  # OpenAI
        yield data["param"]
    if isinstance(data.get("loc"), list):  # FastAPI: Mistral, vLLM
        yield ".".join(str(step) for step in data["loc"] if step != "body")
    if isinstance(data.get("field"), str) and "description" in data:  # Google
        yield data["field"]
    for name in ("error", "errors", "detail", "details", "message", "fieldViolations"):
        yield from _paths(data.get(name))


def _paths_in(message: str) -> Iterator[str]:
    """The same, where a server has put its list of errors into the message (vLLM)."""
    for match in _LOCATION.finditer(message):
        yield ".".join(step.strip(" '\"") for step in match[1].split(",") if step.strip())
    if message.startswith(("{", "[")):
        try:
            yield from _paths(json.loads(message))
        except ValueError:
            return
