"""A judge that follows a rule, for tests."""

from __future__ import annotations

import json
import re

from malmoi.mnemonics.judging import rubric
from malmoi.teachers import Reply, Request
from tests.helpers.scripted_teacher import ScriptedTeacher


def rule_judge(
    identity: str = "rules", always: str = "", broken: str = "never", dies_after: int | None = None
) -> ScriptedTeacher:
    """Judges by rule: prefers a text that holds GOOD, and gives it better marks."""

    def answer(request: Request) -> Reply:
        asked = request.messages[-1].content
        text = "I would rather not." if broken in asked else _verdict(asked, always)
        return Reply(text, prompt_tokens=10, cost=0.5)

    return ScriptedTeacher(answer, identity=identity, ahead=7, dies_after=dies_after)


def _verdict(asked: str, always: str) -> str:
    texts = re.findall(r"<<<\n(.*?)\n>>>", asked, re.DOTALL)
    good = ["GOOD" in text for text in texts]
    if len(texts) == 2:
        better = always or ("tie" if good[0] == good[1] else "AB"[good.index(True)])
        return json.dumps({"reason": "so", "better": better})
    marks = {c.key: ("no", "yes")[good[0]] if c.yes_no else 2 + 2 * good[0]
             for c in rubric.CRITERIA}  # fmt: skip
    return f"Sure!\n```json\n{json.dumps({'reason': 'so', **marks})}\n```"
