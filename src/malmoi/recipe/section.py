"""What all tables of a recipe share.

A field marked `operational` (a time limit, a number of connections) does not change what is
written, so it is no part of a fingerprint.
"""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict, Field


def operational(default: Any, **more: Any) -> Any:
    """A field that changes how fast or where work is done, never what comes out."""
    return Field(default, json_schema_extra={"operational": True}, **more)


class Section(BaseModel):
    """A table of a recipe: unknown keys are errors."""

    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)


def fingerprint_part(section: BaseModel) -> dict[str, Any]:
    """A section as JSON values without its operational fields, at any depth."""
    return _without_operational(section, section.model_dump(mode="json"))


def _without_operational(section: BaseModel, values: dict[str, Any]) -> dict[str, Any]:
    kept = {}
    for name, field in type(section).model_fields.items():
        extra = field.json_schema_extra
        if isinstance(extra, dict) and extra.get("operational"):
            continue
        inner = getattr(section, name)
        nested = isinstance(inner, BaseModel)
        kept[name] = _without_operational(inner, values[name]) if nested else values[name]
    return kept
