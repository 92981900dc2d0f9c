"""Synonym rules in the tokens that an index's analyzer makes of their terms.

The cluster would refuse the whole file for one term that analysis leaves nothing of, or with a gap
where a particle was ("열의 너비" is 열, nothing, 너비). So each term is analysed by the cluster
itself, and the rules are written in its tokens, which `synonym_graph` then takes word by word. What
comes to nothing is left out and said.

Queries must ask for `auto_generate_synonyms_phrase_query: false`: a synonym of several words would
otherwise have to stand in the document as a phrase, without the gaps that particles leave.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from malmoi.retrieval.opensearch.analysis import request_body
from malmoi.retrieval.opensearch.connection import calling

if TYPE_CHECKING:
    from opensearchpy import OpenSearch

logger = logging.getLogger(__name__)

BATCH_SIZE = 200
"""Terms analysed in one request; the server gives at most 10,000 tokens."""

Rule = tuple[Sequence[str], Sequence[str] | None]
"""Terms that mean the same (and None), or terms that are replaced by those of the second part."""


def token_rules(client: OpenSearch, rules: Sequence[Rule], nori: bool) -> list[str]:
    """Rules in tokens and in Solr's notation, for `mapping.index_body`.

    Raises:
        ClusterError: the cluster can't analyse.
    """
    terms = sorted({term for left, right in rules for term in (*left, *(right or ()))})
    tokens = dict(zip(terms, analyse(client, terms, nori), strict=True))
    written: dict[str, None] = {}
    dropped: list[str] = []
    for left, right in rules:
        if rule := _in_tokens(left, right, tokens):
            written[rule] = None
        else:
            dropped.append(", ".join(left) + (f" => {', '.join(right)}" if right else ""))
    if dropped:
        logger.info(
            f"{len(dropped)} of {len(rules)} synonym rules say nothing once analysed and are left "
            f"out: {'; '.join(dropped[:5])}"
        )
    return list(written)


def analyse(
    client: OpenSearch, terms: Sequence[str], nori: bool, batch_size: int = BATCH_SIZE
) -> list[list[str]]:
    """The tokens that the index analyzer makes of each term, by the cluster itself.

    Args:
        client: of `connection.connect`.
        terms: each may be several words.
        nori: whether Korean is analysed by nori.
        batch_size: terms in one request.
    """
    request = request_body(nori)
    found: list[list[str]] = []
    for start in range(0, len(terms), batch_size):
        batch = terms[start : start + batch_size]
        with calling("analyse synonyms"):
            reply = client.indices.analyze(body={**request, "text": list(batch)})
        found += _by_term(batch, reply["tokens"])
    return found


def _by_term(terms: Sequence[str], tokens: Iterable[dict[str, Any]]) -> list[list[str]]:
    """Tokens by the term they came from: offsets (UTF-16) run on, with one between two terms."""
    ends: list[int] = []
    end = -1
    for term in terms:
        end += len(term.encode("utf-16-le")) // 2 + 1
        ends.append(end)
    found: list[list[str]] = [[] for _ in terms]
    at = 0
    for token in tokens:
        while token["start_offset"] >= ends[at]:
            at += 1
        found[at].append(str(token["token"]))
    return found


def _in_tokens(
    left: Sequence[str], right: Sequence[str] | None, tokens: dict[str, list[str]]
) -> str:
    """The rule in tokens; empty where nothing is left to say."""
    sides = [
        list(dict.fromkeys(" ".join(map(_escaped, tokens[t])) for t in side if tokens[t]))
        for side in (left, right or ())
    ]
    if right:
        return f"{', '.join(sides[0])} => {', '.join(sides[1])}" if all(sides) else ""
    return ", ".join(sides[0]) if len(sides[0]) > 1 else ""


def _escaped(token: str) -> str:
    return re.sub(r"([\\,]|=>)", r"\\\1", token)
