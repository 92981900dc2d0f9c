"""An OpenAPI 3.1 document out of the models that the API checks and answers with."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel

from malmoi.core.version import installed_version

REFERENCE = "#/components/schemas/{model}"
ERRORS = {
    "400": "What was asked for can't be done.",
    "404": "There is no such thing.",
    "422": "A parameter is not what it must be.",
    "503": "It took too long.",
}


@dataclass(frozen=True)
class Operation:
    """A GET of the API.

    Attributes:
        path: its address.
        about: what it gives.
        parameters: of its query.
        answer: what it gives, or each item of it.
        several: whether it gives a list.
    """

    path: str
    about: str
    parameters: type[BaseModel]
    answer: type[BaseModel]
    several: bool


def document(operations: Iterable[Operation], error: type[BaseModel]) -> dict[str, Any]:
    """The description of an API whose errors are `error`."""
    schemas: dict[str, Any] = {}
    paths = {}
    for operation in operations:
        reference = {"$ref": _add(operation.answer, schemas)}
        found = {"type": "array", "items": reference} if operation.several else reference
        failure = {"$ref": _add(error, schemas)}
        responses = {"200": {"description": operation.about, **_content(found)}}
        responses |= {
            status: {"description": about, **_content(failure)} for status, about in ERRORS.items()
        }
        paths[operation.path] = {
            "get": {
                "operationId": operation.path.rpartition("/")[2],
                "summary": operation.about,
                "parameters": _parameters(operation.parameters),
                "responses": responses,
            }
        }
    return {
        "openapi": "3.1.0",
        "info": {"title": "malmoi serve", "version": installed_version()},
        "paths": paths,
        "components": {"schemas": schemas},
    }


def _parameters(model: type[BaseModel]) -> list[dict[str, Any]]:
    schema = model.model_json_schema()
    required = schema.get("required", [])
    found = []
    for name, values in schema.get("properties", {}).items():
        about = values.pop("description", "")
        values.pop("title", None)
        each = {"name": name, "in": "query", "required": name in required, "schema": values}
        found.append(each | ({"description": about} if about else {}))
    return found


def _add(model: type[BaseModel], schemas: dict[str, Any]) -> str:
    """Put a model and those inside it among the schemas; its reference."""
    schema = model.model_json_schema(ref_template=REFERENCE, mode="serialization")
    schemas |= schema.pop("$defs", {})
    schemas[model.__name__] = schema
    return REFERENCE.format(model=model.__name__)


def _content(schema: dict[str, Any]) -> dict[str, Any]:
    return {"content": {"application/json": {"schema": schema}}}
