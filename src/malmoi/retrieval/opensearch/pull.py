"""`malmoi opensearch pull`: the documents of an index into a folder, as one moment has them.

OUT/
  corpus.jsonl    {"_id", "title", "text"}: a BEIR corpus, which `malmoi index` reads
  vectors.jsonl   {"_id", "weights": {token: weight}}, exactly the weights that were pushed
  index.json      the index's name, what was pushed into it, its settings and mapping
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from malmoi.core.errors import ClusterError, SourceError
from malmoi.core.files import make_folder_atomically, to_line
from malmoi.core.progress import Progress
from malmoi.retrieval.opensearch.connection import calling, connect
from malmoi.retrieval.opensearch.indexes import refresh
from malmoi.retrieval.opensearch.mapping import DIGEST, FEATURES, TEXT, TITLE
from malmoi.retrieval.opensearch.source import digest_of

if TYPE_CHECKING:
    from opensearchpy import OpenSearch

PAGE = 500
"""Documents in one answer."""


def pull(name: str, out: Path, url: str = "") -> int:
    """Write the documents of an alias or index to the folder `out`; say how many.

    Each document's digest is computed again and compared with the one it was pushed with.

    Raises:
        ClusterError: there is no such index, or it has not what was pushed.
        SourceError: `out` holds something that an earlier pull didn't write.
    """
    if out.exists() and not (out / "index.json").is_file() and any(out.iterdir()):
        raise SourceError(f"{out} holds something else; name a new folder, or an earlier pull's.")
    client = connect(url)
    with calling(f"look at {name}"):
        found: dict[str, Any] = client.indices.get(index=name)
    if len(found) != 1:
        raise ClusterError(f"{name} is {len(found)} indexes ({', '.join(found)}); name one.")
    ((index, state),) = found.items()
    refresh(client, index)
    with calling(f"count {index}"):
        total = int(client.count(index=index)["count"])

    def fill(folder: Path) -> None:
        about = {"index": index, "settings": state["settings"], "mappings": state["mappings"]}
        text = json.dumps(about, ensure_ascii=False, indent=1) + "\n"
        (folder / "index.json").write_text(text, encoding="utf-8")
        written = _write(folder, documents(client, index), index, total)
        if written != total:
            raise ClusterError(
                f"{index} gave {written} documents and counted {total}; pull again when nothing "
                "is written there."
            )

    make_folder_atomically(out, fill)
    return total


def documents(client: OpenSearch, index: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Id and fields of every document of an index, as it is when the first is asked for.

    Raises:
        ClusterError: the cluster doesn't answer.
    """
    body = {"size": PAGE, "sort": ["_doc"]}
    with calling(f"read {index}"):
        page = client.search(index=index, body=body, params={"scroll": "5m"})
    while hits := page["hits"]["hits"]:
        yield from ((hit["_id"], hit["_source"]) for hit in hits)
        with calling(f"read {index}"):
            page = client.scroll(body={"scroll_id": page["_scroll_id"], "scroll": "5m"})
    with calling(f"read {index}"):
        client.clear_scroll(body={"scroll_id": page["_scroll_id"]})


def _write(
    folder: Path, source: Iterator[tuple[str, dict[str, Any]]], index: str, total: int
) -> int:
    wrong: list[str] = []
    with (
        (folder / "corpus.jsonl").open("w", encoding="utf-8") as corpus,
        (folder / "vectors.jsonl").open("w", encoding="utf-8") as vectors,
        Progress(f"pull from {index}", total) as progress,
    ):
        for identifier, fields in source:
            if fields.get(DIGEST) != digest_of(fields):
                wrong.append(identifier)
            texts = {"title": fields.get(TITLE, ""), "text": fields.get(TEXT, "")}
            corpus.write(to_line({"_id": identifier, **texts}))
            vectors.write(to_line({"_id": identifier, "weights": fields.get(FEATURES, {})}))
            progress.advance()
    if wrong:
        raise ClusterError(
            f"{len(wrong)} documents of {index} are not as they were pushed "
            f"({', '.join(wrong[:3])}): something else writes there. Push again."
        )
    return progress.done
