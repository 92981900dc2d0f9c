from __future__ import annotations

from pydantic import BaseModel, Field

from malmoi.web.openapi import Operation, document


class Inner(BaseModel):
    n: int


class Answer(BaseModel):
    inner: list[Inner]


class Asked(BaseModel):
    q: str = Field(max_length=3, description="What for.")
    k: int = 10


class Failed(BaseModel):
    error: str


def test_parameters_answers_and_errors_are_described() -> None:
    made = document([Operation("/api/x", "Gives x.", Asked, Answer, True)], Failed)
    get = made["paths"]["/api/x"]["get"]
    assert get["operationId"] == "x"
    q, k = get["parameters"]
    assert q == {
        "name": "q", "in": "query", "required": True, "description": "What for.",
        "schema": {"maxLength": 3, "type": "string"},
    }  # fmt: skip
    assert not k["required"]
    assert k["schema"]["default"] == 10
    schema = get["responses"]["200"]["content"]["application/json"]["schema"]
    assert schema == {"type": "array", "items": {"$ref": "#/components/schemas/Answer"}}
    assert made["components"]["schemas"].keys() == {"Answer", "Inner", "Failed"}
    assert {"400", "404", "422", "503"} <= get["responses"].keys()
