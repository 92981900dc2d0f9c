"""Variants of a prompt that may write better queries: other exemplars, more text, other words.

    for variant in variants(prompts, titled=True, people=exemplars):
        print(variant.name, variant.about)          # "english/fewer exemplars" …

A variant differs from the prompt in one thing, so that its figures say what that is worth. None
is made that can't be (an exemplar fewer than there are, no text where there are no titles).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from malmoi.core.files import stable_share
from malmoi.corpora.corpus import Document, Qrels, Query, passages
from malmoi.recipe import QueriesSection
from malmoi.synthesis import filters
from malmoi.synthesis.prompts import Exemplar, Prompt, excerpt
from malmoi.synthesis.queries import Candidate, passage_title

AS_IT_IS = "as it is"
MIN_PEOPLE = 3
"""A variant with people's queries as exemplars has at least so many."""

OTHER_WORDS = {
    ("ko", "question"): (
        "글을 아직 읽지 않은 사람이 제 말로 물을 질문을 글마다 하나 적었다. "
        "글에 나온 낱말을 되도록 쓰지 않았다."
    ),
    ("ko", "keywords"): (
        "글을 아직 읽지 않은 사람이 검색창에 입력할 낱말을 글마다 조사 없이 적었다. "
        "글에 나온 낱말을 되도록 쓰지 않았다."
    ),
    ("ko", "any"): "글을 아직 읽지 않은 사람이 제 말로 입력할 검색어를 글마다 하나 적었다.",
    ("en", "question"): "Texts, and the question in other words of somebody who hasn't read them.",
    ("en", "keywords"): "Texts, and the English words that somebody who hasn't read them types.",
    ("en", "any"): "Texts, and the English query of somebody who hasn't read them.",
}
"""Language and form of a query → an instruction that asks for words that aren't in the text."""
OTHER_MIXED = (
    "글을 아직 읽지 않은 사람이 한국어와 영어 낱말을 섞어 입력할 검색어를 글마다 적었다. "
    "글에 나온 낱말을 되도록 쓰지 않았다."
)


@dataclass(frozen=True)
class Variant:
    """A prompt to be tried; `name` is "<kind>/<what differs>"."""

    name: str
    about: str
    prompt: Prompt

    @property
    def is_base(self) -> bool:
        """Whether it is the prompt as the recipe has it."""
        return self.name == f"{self.prompt.kind}/{AS_IT_IS}"


def variants(
    prompts: Mapping[str, Prompt], titled: bool, people: Mapping[str, Sequence[Exemplar]]
) -> list[Variant]:
    """The variants of each kind that is written from passages, the prompt as it is first.

    Args:
        prompts: by kind.
        titled: documents have titles, so that a title alone says something.
        people: kind → exemplars made of people's queries (`people_exemplars`).
    """
    made: list[Variant] = []
    for kind, prompt in prompts.items():
        if prompt.of != "passage":
            continue
        changed = {AS_IT_IS: ("the prompt of the recipe", prompt)}
        changed |= _exemplars(prompt, people.get(kind, ())) | _texts(prompt, titled)
        other = OTHER_WORDS[prompt.language, prompt.form]
        other = OTHER_MIXED if prompt.script == "mixed" else other
        if other != prompt.instruction:
            changed["other words"] = (
                "asks for words that the text lacks",
                _with(prompt, instruction=other),
            )
        made += [Variant(f"{kind}/{name}", *rest) for name, rest in changed.items()]
    return made


def _exemplars(prompt: Prompt, people: Sequence[Exemplar]) -> dict[str, tuple[str, Prompt]]:
    """Fewer exemplars, in another order, or people's."""
    own = prompt.exemplars
    found: dict[str, tuple[str, Prompt]] = {}
    if len(own) > 3:
        half = own[: (len(own) + 1) // 2]
        found["fewer exemplars"] = f"the first {len(half)}", _with(prompt, exemplars=half)
    if len(own) > 1:
        found["exemplars reversed"] = "the last comes first", _with(prompt, exemplars=own[::-1])
    if len(people) >= MIN_PEOPLE:
        shown = tuple(people[: max(len(own), MIN_PEOPLE)])
        about = "queries that people wrote for documents of development"
        found["people's exemplars"] = about, _with(prompt, exemplars=shown)
        mixed = (*own[: len(own) // 2], *people[: max(len(own) // 2, 1)])
        found["half people's"] = "the prompt's first, then people's", _with(prompt, exemplars=mixed)
    return found


def _texts(prompt: Prompt, titled: bool) -> dict[str, tuple[str, Prompt]]:
    """More or less of the text."""
    words = prompt.excerpt_words
    found: dict[str, tuple[str, Prompt]] = {}
    if words:
        found["more text"] = f"{2 * words} words", _with(prompt, excerpt_words=2 * words)
    if words > 1:
        found["less text"] = f"{words // 2} words", _with(prompt, excerpt_words=words // 2)
    if words and titled:
        found["title alone"] = "no text at all", _with(prompt, excerpt_words=0)
    return found


def _with(prompt: Prompt, **changed: object) -> Prompt:
    return prompt.model_copy(update=changed)


def people_exemplars(
    prompts: Mapping[str, Prompt],
    documents: Sequence[Document],
    queries: Sequence[Query],
    qrels: Qrels,
    section: QueriesSection,
    passage_words: int,
) -> dict[str, list[Exemplar]]:
    """Exemplars of people's queries for each kind, one a document, in the order of their hash.

    Only queries that the kind's filters would keep: of its language, script and form.

    Args:
        prompts: by kind.
        documents: what exemplars may be made of; nothing else may be tried on them.
        queries: that people wrote, none of them held out.
        qrels: judge them.
        section: the recipe's limits.
        passage_words: whitespace words of a passage.
    """
    texts = {document.id: document for document in documents}
    pairs = [
        (query, document)
        for query in sorted(queries, key=lambda query: stable_share(query.id, "exemplars"))
        for document, grade in qrels.get(query.id, {}).items()
        if grade > 0 and document in texts
    ]
    found: dict[str, list[Exemplar]] = {}
    for kind, prompt in prompts.items():
        mine = [(q, d) for q, d in pairs if q.language == prompt.language]
        candidates = [Candidate(q.id, d, "", kind, q.language, q.text) for q, d in mine]
        candidates = list({candidate.id: candidate for candidate in candidates}.values())
        bare = {kind: prompt.model_copy(update={"exemplars": ()})}
        context = filters.make_context(candidates, (), section, bare)
        survivors, _, _ = filters.apply(candidates, context)
        first = {c.document: c for c in reversed(survivors)}  # the first of each document stays
        found[kind] = [
            _exemplar(texts[c.document], c.text, prompt, passage_words)
            for c in survivors
            if first[c.document] is c
        ]
    return found


def _exemplar(document: Document, query: str, prompt: Prompt, passage_words: int) -> Exemplar:
    passage = passages(document, passage_words)[0]
    text = excerpt(passage.text, prompt.excerpt_words)
    title = passage_title(document.title, passage.heading)
    return Exemplar(title=title, text=text, queries=(" ".join(query.split()),))


def renamed(variant: Variant, name: str, about: str) -> Variant:
    """The variant under another name of its kind."""
    return replace(variant, name=f"{variant.prompt.kind}/{name}", about=about)
