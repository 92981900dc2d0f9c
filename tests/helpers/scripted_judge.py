"""A judge that follows a rule, for tests."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from itertools import islice

from malmoi.mnemonics.judging import rubric
from malmoi.teachers import Reply, Request


class Rules:
    """Judges by rule: prefers a text that holds GOOD, and gives it better marks."""

    chat = True

    def __init__(self, identity: str = "rules", always: str = "", broken: str = "never") -> None:
        self.identity = identity
        self.always = always
        self.broken = broken
        self.asked: list[Request] = []

    def write(self, requests: Iterable[Request]) -> Iterator[Reply]:
        # Reads ahead, as real teachers do.
        source = iter(requests)
        while block := list(islice(source, 7)):
            self.asked += block
            for request in block:
                yield Reply(self.answer(request.messages[-1].content), prompt_tokens=10, cost=0.5)

    def answer(self, asked: str) -> str:
        if self.broken in asked:
            return "I would rather not."
        texts = re.findall(r"<<<\n(.*?)\n>>>", asked, re.DOTALL)
        good = ["GOOD" in text for text in texts]
        if len(texts) == 2:
            better = self.always or ("tie" if good[0] == good[1] else "AB"[good.index(True)])
            return json.dumps({"reason": "so", "better": better})
        marks = {c.key: ("no", "yes")[good[0]] if c.yes_no else 2 + 2 * good[0]
                 for c in rubric.CRITERIA}  # fmt: skip
        return f"Sure!\n```json\n{json.dumps({'reason': 'so', **marks})}\n```"

    def close(self) -> None:
        pass
