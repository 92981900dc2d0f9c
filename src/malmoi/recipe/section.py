"""What all tables of a recipe share.

A field marked `operational` (a time limit, a number of connections) does not change what is
written, so it is no part of a fingerprint. A field that is `renamed` keeps the name it had in
fingerprints and in what older versions wrote, so that a finished run stays finished. One that is
`added` later is left out of fingerprints where it has its default, for the same reason.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, get_args

from pydantic import BaseModel, ConfigDict, Field
from pydantic.fields import FieldInfo


def operational(default: Any, *, old: str = "", **more: Any) -> Any:
    """A field that changes how fast or where work is done, never what comes out."""
    extra: dict[str, Any] = {"operational": True} | ({"old": old} if old else {})
    return Field(default, json_schema_extra=extra, **more)


def renamed(old: str, default: Any, **more: Any) -> Any:
    """A field that was called `old`: fingerprints still call it that, recipes may not."""
    return Field(default, json_schema_extra={"old": old}, **more)


def added(default: Any, **more: Any) -> Any:
    """A field that earlier versions lacked: what was finished without it stays finished."""
    return Field(default, json_schema_extra={"added": True}, **more)


class Section(BaseModel):
    """A table of a recipe: unknown keys are errors."""

    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)


def fingerprint_part(section: BaseModel) -> dict[str, Any]:
    """A section as JSON values without its operational fields, under the names they had first.

    Fields that were added later are part of it where they are set to something else.
    """
    values = {}
    for name, field in type(section).model_fields.items():
        usual = _extra(field, "added") and getattr(section, name) == field.default
        if not _extra(field, "operational") and not usual:
            inner = getattr(section, name)
            nested = isinstance(inner, BaseModel)
            key = old_name(field) or name
            values[key] = fingerprint_part(inner) if nested else _first_names(inner)
    return values


def old_name(field: FieldInfo) -> str:
    """What a field of a section was called in earlier versions ("" where it has its first name)."""
    return str(_extra(field, "old") or "")


def with_new_names(values: Any, model: type[BaseModel]) -> Any:
    """JSON values of a section, perhaps of an earlier version, under the names of today.

    Fields that the earlier version lacked have their defaults.
    """
    if isinstance(values, list):
        return [with_new_names(value, model) for value in values]
    if not isinstance(values, dict):
        return values
    new = {old_name(field): name for name, field in model.model_fields.items()}
    inner = dict(inner_sections(model))
    later = {n: _json(f.default) for n, f in model.model_fields.items() if _extra(f, "added")}
    named = later | {new.get(key, key): value for key, value in values.items()}
    return {
        key: with_new_names(value, inner[key]) if key in inner else value
        for key, value in named.items()
    }


def _json(default: Any) -> Any:
    return default.model_dump(mode="json") if isinstance(default, BaseModel) else default


def inner_sections(model: type[BaseModel]) -> Iterator[tuple[str, type[BaseModel]]]:
    """The fields of a section that hold one section, or several in a tuple, each with its type."""
    for name, field in model.model_fields.items():
        for kind in (field.annotation, *get_args(field.annotation)):
            if isinstance(kind, type) and issubclass(kind, BaseModel):
                yield name, kind


def _first_names(value: Any) -> Any:
    """A field's value as JSON values; sections inside a tuple are kept whole."""
    if isinstance(value, BaseModel):
        fields = type(value).model_fields.items()
        return {
            old_name(field) or name: _first_names(getattr(value, name)) for name, field in fields
        }
    return [_first_names(each) for each in value] if isinstance(value, tuple) else value


def _extra(field: FieldInfo, key: str) -> Any:
    extra = field.json_schema_extra
    return extra.get(key) if isinstance(extra, dict) else None
