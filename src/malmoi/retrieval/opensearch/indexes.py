"""The indexes behind a name: which there are, what they hold, which one the alias shows."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from malmoi.core.errors import ClusterError
from malmoi.retrieval.opensearch.connection import calling
from malmoi.retrieval.opensearch.mapping import DIGEST

if TYPE_CHECKING:
    from opensearchpy import OpenSearch

PAGE_SIZE = 5000
"""Documents read at a time."""
REFRESH_SECONDS = 3600.0
"""A refresh clusters all of SEISMIC's new postings: 20,000 documents of 256 dimensions took over a
minute on two cores."""


@dataclass(frozen=True, slots=True)
class Generation:
    """An index NAME-000001 that malmoi made. `live`: the alias shows it. `meta`: see `push`."""

    index: str
    number: int
    live: bool
    meta: dict[str, Any]

    @property
    def content(self) -> str:
        """Fingerprint of what it holds, or is to hold."""
        return str(self.meta.get("content", ""))

    @property
    def analysis(self) -> str:
        """Digest of how it makes words of text; empty in those of an earlier malmoi."""
        return str(self.meta.get("analysis", ""))

    @property
    def complete(self) -> bool:
        """It was filled and verified."""
        return bool(self.meta.get("complete"))


def generations(client: OpenSearch, name: str) -> list[Generation]:
    """The indexes that malmoi made for `name`, oldest first; others of the pattern are left out."""
    with calling(f"list the indexes of {name}"):
        found: dict[str, Any] = client.indices.get(
            index=f"{name}-*",
            params={"allow_no_indices": "true", "expand_wildcards": "open,closed"},
        )
    pattern = re.compile(re.escape(name) + r"-(\d{6,})")
    made = []
    for index, state in found.items():
        match = pattern.fullmatch(index)
        meta = state.get("mappings", {}).get("_meta", {}).get("malmoi", {})
        if match and meta.get("name") == name:
            made.append(Generation(index, int(match[1]), name in state["aliases"], meta))
    return sorted(made, key=lambda one: one.number)


def refresh(client: OpenSearch, index: str) -> None:
    """Let all that was sent be searched, however long that takes.

    Raises:
        ClusterError: the cluster refused, or is gone.
    """
    with calling(f"refresh {index}"):
        client.indices.refresh(index=index, request_timeout=REFRESH_SECONDS)


def require_alias_free(client: OpenSearch, name: str) -> None:
    """`name` is an alias or nothing yet.

    Raises:
        ClusterError: it is an index itself.
    """
    with calling(f"look for {name}"):
        taken = client.indices.exists(index=name) and not client.indices.exists_alias(name=name)
    if taken:
        raise ClusterError(
            f"{name} is an index; expected an alias, or nothing, of that name. Choose another "
            "name, or reindex and delete that index."
        )


def switch(client: OpenSearch, name: str, index: str) -> bool:
    """Move the alias in one call, so that no search sees neither or both. False: it was there."""
    with calling(f"move the alias {name}"):
        client.indices.put_settings(index=index, body={"index": {"refresh_interval": None}})
        shown = (
            set(client.indices.get_alias(name=name))
            if client.indices.exists_alias(name=name)
            else set()
        )
        if shown == {index}:
            return False
        actions = [{"remove": {"index": old, "alias": name}} for old in sorted(shown - {index})]
        actions.append({"add": {"index": index, "alias": name}})
        client.indices.update_aliases(body={"actions": actions})
    return True


def note(client: OpenSearch, index: str, meta: dict[str, Any]) -> None:
    """Write what is known of an index into its mapping."""
    with calling(f"describe {index}"):
        client.indices.put_mapping(index=index, body={"_meta": {"malmoi": meta}})


def digests(client: OpenSearch, index: str, page_size: int = PAGE_SIZE) -> dict[str, str]:
    """Id → digest of every document that a search of `index` can see."""
    found: dict[str, str] = {}
    body: dict[str, Any] = {
        "size": page_size,
        "_source": False,
        "docvalue_fields": [DIGEST],
        "sort": ["_doc"],
    }
    with calling(f"read the digests of {index}"):
        page = client.search(index=index, body=body, params={"scroll": "5m"})
        while hits := page["hits"]["hits"]:
            for hit in hits:
                found[hit["_id"]] = hit.get("fields", {}).get(DIGEST, [""])[0]
            page = client.scroll(body={"scroll_id": page["_scroll_id"], "scroll": "5m"})
        client.clear_scroll(body={"scroll_id": page["_scroll_id"]})
    return found
