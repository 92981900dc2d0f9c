"""Whether a value read from JSON is what a TypedDict says."""

from __future__ import annotations

from typing import Any, Literal, NotRequired, get_args, get_origin, get_type_hints, is_typeddict


def misfits(value: Any, kind: Any, at: str = "") -> list[str]:
    """Where `value` differs from the type `kind`: missing and unknown keys, other types."""
    if kind is Any:
        return []
    if is_typeddict(kind):
        if not isinstance(value, dict):
            return [f"{at}: {type(value).__name__}"]
        hints = get_type_hints(kind)
        # `__required_keys__` alone misses a NotRequired whose annotation is still a string.
        extras = get_type_hints(kind, include_extras=True)
        optional = {key for key, hint in extras.items() if get_origin(hint) is NotRequired}
        required = kind.__required_keys__ - optional
        missing = [f"{at}.{key} is missing" for key in required - value.keys()]
        unknown = [f"{at}.{key} is unknown" for key in value.keys() - hints.keys()]
        inner = [misfits(value[k], hints[k], f"{at}.{k}") for k in hints.keys() & value.keys()]
        return [*missing, *unknown, *(each for part in inner for each in part)]
    origin, arguments = get_origin(kind), get_args(kind)
    if origin is dict:
        parts = value.items() if isinstance(value, dict) else [(at, 0)]
        return [each for k, v in parts for each in misfits(v, arguments[1], f"{at}.{k}")]
    if origin is list:
        if not isinstance(value, list | tuple):
            return [f"{at}: {type(value).__name__}"]
        return [each for v in value for each in misfits(v, arguments[0], f"{at}[]")]
    if origin is tuple:
        pairs = zip(value, arguments, strict=True)
        return [each for v, k in pairs for each in misfits(v, k, f"{at}[]")]
    if origin is Literal:
        return [] if value in arguments else [f"{at}: {value!r}"]
    if origin is not None:  # a union
        tried = [misfits(value, each, at) for each in arguments]
        return [] if [] in tried else tried[0]
    fits = isinstance(value, kind) or (kind is float and isinstance(value, int))
    return [] if fits else [f"{at}: {type(value).__name__}"]
