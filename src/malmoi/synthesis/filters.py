"""Filters: `(candidate, context) -> reason or None`. The first that gives a reason rejects.

Each is a small function over one candidate; what it needs to know about the corpus stands in a
`Context`. Overlap is counted on content morphemes (`malmoi.text.morphemes`), never on whitespace
words, so that a Korean particle neither hides a copy nor makes one, and every text is read in its
usual form (composed, of usual width). `apply` runs them all in order, keeps what survives, and says
per filter how many it saw, how many it dropped, and shows examples.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from malmoi.core.errors import TeacherError
from malmoi.core.files import Record
from malmoi.core.ledger import Reject
from malmoi.corpora.corpus import Document
from malmoi.recipe import QueriesSection
from malmoi.synthesis.prompts import Prompt
from malmoi.synthesis.queries import Candidate
from malmoi.text.english import light_stem
from malmoi.text.hangul import script_shares
from malmoi.text.morphemes import Morpheme, content_words_of, morphemes
from malmoi.text.unicode import usual_form

EXAMPLES = 5
"""Examples that a report shows for each filter."""


@dataclass(slots=True)
class Context:
    """What filters know: the section, prompts, and the morphemes of candidates and documents.

    `kept` grows while candidates pass: later ones are compared with it.
    """

    section: QueriesSection
    prompts: Mapping[str, Prompt]
    words: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """Candidate id → content words of its text."""
    tags: dict[str, list[Morpheme]] = field(default_factory=dict)
    """Candidate id → all its morphemes."""
    bodies: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """Document id → content words of its text, in order."""
    exemplars: dict[str, list[frozenset[str]]] = field(default_factory=dict)
    """Kind → content words of each query of its exemplars."""
    spread: dict[tuple[str, ...], int] = field(default_factory=dict)
    """(kind, sorted content words) → number of documents that it was written for."""
    kept: dict[tuple[str, str], list[frozenset[str]]] = field(default_factory=dict)
    """(document, kind) → content words of what was kept."""


Filter = Callable[[Candidate, Context], str | None]


def make_context(
    candidates: Sequence[Candidate],
    documents: Iterable[Document],
    section: QueriesSection,
    prompts: Mapping[str, Prompt],
    earlier: Sequence[Candidate] = (),
) -> Context:
    """Analyse candidates, their documents and the exemplars once, for all filters.

    `earlier` are survivors that the candidates (paraphrases of them) must differ from.

    Args:
        candidates: what is to be filtered.
        documents: those that the candidates are for, and maybe others.
        section: the recipe's thresholds.
        prompts: by kind of query; their exemplars must not be copied.
        earlier: survivors that the candidates (paraphrases of them) must differ from.
    """
    context = Context(section, prompts)
    before = content_words_of(usual_form(e.text) for e in earlier)
    for c, words in zip(earlier, before, strict=True):
        context.kept.setdefault((c.document, c.kind), []).append(frozenset(words))
    texts = [usual_form(c.text) for c in candidates]
    # One after the other: both hold the analyser until they are read to their end.
    analysed = list(content_words_of(texts)), list(morphemes(texts))
    for c, words, tags in zip(candidates, *analysed, strict=True):
        context.words[c.id] = tuple(words)
        context.tags[c.id] = tags
    asked = {c.document for c in candidates}
    bodies = [d for d in documents if d.id in asked]
    for d, words in zip(bodies, content_words_of(usual_form(d.text) for d in bodies), strict=True):
        context.bodies[d.id] = tuple(words)
    for kind, prompt in prompts.items():
        written = [usual_form(q) for e in prompt.exemplars for q in e.queries]
        context.exemplars[kind] = [frozenset(w) for w in content_words_of(written)]
    spread: dict[tuple[str, ...], set[str]] = defaultdict(set)
    for c in candidates:
        spread[_same(c, context)].add(c.document)
    context.spread = {key: len(ids) for key, ids in spread.items()}
    return context


_CHATTER = re.compile(
    r"</?think|<\|?[a-z_]+\|?>|\[/?(?:INST|THINK)\]|```|https?://"
    r"|^(?:sure|okay|certainly|of course|here (?:is|are)|물론|네[,.! ]|알겠습니다|다음은)"
    r"|as an ai\b|i can(?:no|')t|도와드리|죄송"
    r"|(?:검색어|질문|내용|제목|query)\s*:",
    re.IGNORECASE,
)


def chatter(candidate: Candidate, context: Context) -> str | None:
    """Words to the user, thinking, markup, labels of the prompt: not a query at all."""
    return "chatter" if _CHATTER.search(usual_form(candidate.text)) else None


def length(candidate: Candidate, context: Context) -> str | None:
    """Too few or too many content words."""
    words = len(context.words[candidate.id])
    if words < context.section.min_words:
        return "too short"
    return "too long" if words > context.section.max_words else None


def repetitive(candidate: Candidate, context: Context) -> str | None:
    """The same content word three times, or one word said twice and nothing else: a loop."""
    counts = Counter(context.words[candidate.id])
    most = max(counts.values(), default=0)
    return "repetitive" if most >= 3 or (most == 2 and len(counts) == 1) else None


def script(candidate: Candidate, context: Context) -> str | None:
    """Letters of the script that the kind asks for, and no others than Hangul and Latin."""
    hangul, latin = script_shares(usual_form(candidate.text))
    wanted = context.prompts[candidate.kind].script
    right = {
        "hangul": hangul >= 0.3,
        "latin": hangul == 0 and latin > 0,
        "mixed": hangul > 0 and latin > 0 and not _only_particles_in_hangul(candidate, context),
    }[wanted]
    return None if right and hangul + latin > 0.98 else "script"


def _only_particles_in_hangul(candidate: Candidate, context: Context) -> bool:
    return all(word.isascii() for word in context.words[candidate.id])


_PARTICLES = frozenset({"JKS", "JKO", "JX", "JKC"})
_ASKS = re.compile(
    r"(?:나요|까요?|가요|는지요?|은지|ㄴ지|죠|는가|은가|인가|니|냐|지요|을까|할까|어때|뭐야|뭔가요|"
    r"무엇|어떻게|방법은|이유는|차이는|차이점은)\s*\?*$"
)


def form(candidate: Candidate, context: Context) -> str | None:
    """Keywords that are a sentence or carry subject, object or topic particles; questions that ask
    nothing. Particles are told by kiwi's tags, only at the end of a Hangul word.
    """
    wanted = context.prompts[candidate.kind].form
    tags = [m.tag for m in context.tags[candidate.id]]
    if wanted == "keywords" and candidate.language == "ko":
        if "EF" in tags or _PARTICLES & set(tags):
            return "not keywords"
    elif wanted == "question":
        text = usual_form(candidate.text)
        if not (text.endswith("?") or _ASKS.search(text)):
            return "not a question"
    return None


_META = """
문서 글 페이지 내용 제목 주제 설명 정보 무엇 여기 이것 다음 어떤 어떻 하 되 있 없 알 보 방법 사용
이용 사용법 경우 의미 뜻 목적 예 예시 것 수 때
document page text content title topic subject information info description about what how to the
a an of this is it do does use using in for with on and or summary example method way thing
"""
_GENERIC = frozenset(map(light_stem, _META.split()))
"""Words about documents as such, and words that say nothing; a query needs one other."""


def generic(candidate: Candidate, context: Context) -> str | None:
    """Nothing but words that fit any document ("이 문서는 무엇입니까")."""
    return "generic" if all(w in _GENERIC for w in context.words[candidate.id]) else None


def copied_from_exemplars(candidate: Candidate, context: Context) -> str | None:
    """A query of the prompt's own examples, or nearly (Jaccard index of content words ≥ .7)."""
    mine = frozenset(context.words[candidate.id])
    shown = context.exemplars.get(candidate.kind, [])
    return "copied from exemplars" if any(jaccard(mine, e) >= 0.7 for e in shown) else None


def copied_from_document(candidate: Candidate, context: Context) -> str | None:
    """A long stretch of the document's text, morpheme for morpheme.

    Keywords share words with their document, and should; what tells a copy is a long run of them
    in the document's own order.
    """
    words, run = context.words[candidate.id], context.section.copied_words
    body = context.bodies.get(candidate.document, ())
    if len(words) < run or not body:
        return None
    runs = {words[i : i + run] for i in range(len(words) - run + 1)}
    copied = any(body[i : i + run] in runs for i in range(len(body) - run + 1))
    return "copied from document" if copied else None


def duplicate_of_document(candidate: Candidate, context: Context) -> str | None:
    """Nearly the same words as a query of this kind that was kept for the same document; what is
    written from queries must differ from those of every kind.
    """
    mine = frozenset(context.words[candidate.id])
    limit = context.section.near_duplicate
    every = context.prompts[candidate.kind].of == "query"
    kinds = context.prompts if every else (candidate.kind,)
    earlier = (w for kind in kinds for w in context.kept.get((candidate.document, kind), ()))
    return "near-duplicate" if any(jaccard(mine, other) >= limit for other in earlier) else None


def duplicate_across(candidate: Candidate, context: Context) -> str | None:
    """The same words were written for so many documents that they say little about any."""
    count = context.spread.get(_same(candidate, context), 1)
    return "same for many documents" if count > context.section.max_documents_per_query else None


FILTERS: tuple[Filter, ...] = (
    chatter,
    script,
    length,
    repetitive,
    form,
    generic,
    copied_from_exemplars,
    copied_from_document,
    duplicate_across,
    duplicate_of_document,
)
"""In the order they are applied: what costs least and says most comes first."""


def jaccard(one: frozenset[str], other: frozenset[str]) -> float:
    """|one ∩ other| / |one ∪ other|, 0 to 1; two empty sets have 0."""
    union = len(one | other)
    return len(one & other) / union if union else 0.0


def _same(candidate: Candidate, context: Context) -> tuple[str, ...]:
    return (candidate.kind, *sorted(set(context.words[candidate.id])))


@dataclass(slots=True)
class Counts:
    """What one filter saw and dropped, and the first of what it dropped, as (text, reason)."""

    seen: int = 0
    dropped: int = 0
    examples: list[tuple[str, str]] = field(default_factory=list)

    def drop(self, text: str, reason: str) -> None:
        """Count one, and keep it where there is still room for an example."""
        self.dropped += 1
        if len(self.examples) < EXAMPLES:
            self.examples.append((text, reason))

    def record(self) -> Record:
        """As JSON."""
        return {"seen": self.seen, "dropped": self.dropped, "examples": self.examples}


def apply(
    candidates: Iterable[Candidate], context: Context, filters: Sequence[Filter] = FILTERS
) -> tuple[list[Candidate], list[Reject], dict[str, Counts]]:
    """Survivors, rejects (each with its first reason), and counts by filter name, all in order."""
    counts = {f.__name__: Counts() for f in filters}
    survivors: list[Candidate] = []
    rejects: list[Reject] = []
    for candidate in candidates:
        for keeps in filters:
            counted = counts[keeps.__name__]
            counted.seen += 1
            if reason := keeps(candidate, context):
                counted.drop(candidate.text, reason)
                rejects.append(Reject(candidate.record(), reason, candidate.raw))
                break
        else:
            survivors.append(candidate)
            mine = frozenset(context.words[candidate.id])
            context.kept.setdefault((candidate.document, candidate.kind), []).append(mine)
    return survivors, rejects, counts


def check_yield(kept: int, rejects: Sequence[Reject], section: QueriesSection) -> None:
    """Stop a run whose teacher writes rubbish.

    Raises:
        TeacherError: fewer than `section.yield_floor` of at least `section.yield_after`
            candidates survived; the message shows five with their reasons.
    """
    seen = kept + len(rejects)
    if seen < section.min_yield_after or kept >= section.min_yield * seen:
        return
    reasons = Counter(r.reason for r in rejects)
    # One of each reason first, the most frequent first: five of one kind would hide the others.
    ranked = sorted(_numbered(rejects), key=lambda n: (n[0], -reasons[n[1].reason]))
    shown = "\n".join(
        f"  {r.reason}: {(r.candidate.get('text') or r.raw)[:80]!r}" for _, r in ranked[:5]
    )
    raise TeacherError(
        f"only {kept} of {seen} queries that the teacher wrote survived ({kept / seen:.1%}), "
        f"under the floor of {section.min_yield:.0%}. Rejected for "
        + ", ".join(f"{reason} ({n})" for reason, n in reasons.most_common(6))
        + f". For example:\n{shown}\n"
        "Mend the prompts ([queries] prompts), choose a better teacher, or lower "
        "queries.min_yield."
    )


def _numbered(rejects: Iterable[Reject]) -> list[tuple[int, Reject]]:
    """Each reject with how many of its reason came before it."""
    before: Counter[str] = Counter()
    numbered = []
    for reject in rejects:
        numbered.append((before[reject.reason], reject))
        before[reject.reason] += 1
    return numbered
