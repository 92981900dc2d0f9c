"""What became of a document's query, in words that a language model can learn from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from malmoi.core.ledger import Reject
from malmoi.synthesis.queries import Ask, Candidate
from malmoi.synthesis.reflection import Tried
from malmoi.synthesis.roundtrip import Ranks, rank_all
from malmoi.synthesis.trials import Setting, read
from malmoi.synthesis.variants import Variant
from malmoi.teachers import Reply

PEOPLE_SHOWN = 5
REASONS = {
    "chatter": "it talks to the user or repeats labels instead of being a query",
    "script": "it is in the wrong script or language",
    "not keywords": "it is a sentence or has particles, where keywords are wanted",
    "not a question": "it asks nothing, where a question is wanted",
    "generic": "its words fit any text",
    "copied from exemplars": "it repeats an example of the instructions",
    "copied from document": "it copies the text",
    "same for many documents": "the same was written for many texts",
    "round trip": "a search with it does not find this text",
    "truncated": "it is too long",
    "bad JSON": "the reply is not the JSON that was asked for",
}


def tell(
    setting: Setting, variant: Variant, asks: Sequence[Ask], replies: Sequence[Reply]
) -> dict[str, Tried]:
    """What each document's query was and what became of it, by document.

    The score is the reciprocal of the better rank in the round trip (0 where it didn't survive),
    and what development queries to the document gain in nDCG@10.

    Args:
        setting: what it is judged by.
        variant: the prompt.
        asks: one for each document.
        replies: the teacher's.
    """
    candidates, lost = read(asks, replies)
    kept, rejected, _ = setting.survivors(variant, candidates)
    mine = [candidate for candidate in kept if candidate.passage]  # not relabelled
    reasons = {str(each.candidate["document"]): each for each in [*lost, *rejected]}
    found = {candidate.document: candidate for candidate in reversed(mine)}
    k = setting.section.round_trip_k
    ranked = list(found.values())
    ranks = rank_all(ranked, setting.dense, setting.lexical, k or 10, setting.language)
    by_document = {c.document: rank for c, rank in zip(ranked, ranks, strict=True)}
    gains = setting.gains([ask.document for ask in asks], kept)
    shown = {ask.document: _shown(ask) for ask in asks}
    return {
        name: _tried(setting, name, shown[name], found, by_document, reasons, gains)
        for name in shown
    }


def _tried(
    setting: Setting,
    document: str,
    shown: str,
    kept: Mapping[str, Candidate],
    ranks: Mapping[str, Ranks],
    reasons: Mapping[str, Reject],
    gains: Mapping[str, float],
) -> Tried:
    """What became of one document's query.

    Args:
        setting: what it is judged by.
        document: its id.
        shown: what the teacher saw of it.
        kept: document → the query that survived.
        ranks: document → where that finds it.
        reasons: document → what didn't survive.
        gains: development query → what it gained.
    """
    own = setting.asked([document])
    people = [query.text for query in setting.dev if query.id in own][:PEOPLE_SHOWN]
    also = f" People look for this text with: {'; '.join(people)}." if people else ""
    if document in kept:
        rank = ranks[document]
        places = [place for place in (rank.dense, rank.lexical) if place]
        best = min(places, default=0)
        gain = sum(gains.get(query, 0.0) for query in own) / max(len(own), 1)
        said = f"Kept: a search with it finds this text at place {best}." if best else "Kept."
        if own:
            said += f" People's own queries gain {gain:+.2f} from its words."
        score = (1 / best if best else 0.0) + gain
        return Tried(shown, kept[document].text, score, said + also)
    reject = reasons.get(document)
    reason = reject.reason if reject else "a search with it finds another text first"
    query = str(reject.candidate.get("text", reject.raw)) if reject else ""
    return Tried(shown, query[:200], 0.0, f"Rejected: {REASONS.get(reason, reason)}.{also}")


def _shown(ask: Ask) -> str:
    """What the teacher was shown of the text: the end of the prompt."""
    request = ask.request
    text = request.messages[-1].content if request.messages else request.prompt.split("\n\n")[-1]
    return text.strip()
