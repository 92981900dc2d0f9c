"""Pools that are made while a judge is at work already, a session at a time."""

from __future__ import annotations

import logging
from pathlib import Path
from threading import Lock, Thread

from malmoi.core.errors import MalmoiError
from malmoi.pipelines.search.relevance.pooling import pool
from malmoi.pipelines.search.relevance.session import Session
from malmoi.web.workspace import Workspace

logger = logging.getLogger(__name__)

_busy: dict[Path, Thread] = {}
_lock = Lock()


def prepare(workspace: Workspace, session: Session) -> Thread | None:
    """Make the pools that a session lacks, in a thread; None where it lacks none.

    A server that was killed in between goes on when the session is next looked at.
    """
    if not session.unpooled:
        return None
    with _lock:
        thread = _busy.get(session.folder)
        if thread is None or not thread.is_alive():
            thread = Thread(target=_prepare, args=(workspace, session.folder), daemon=True)
            _busy[session.folder] = thread
            thread.start()
    return thread


def _prepare(workspace: Workspace, folder: Path) -> None:
    try:
        session = Session.open(folder)
        collection = workspace.collection(session.collection)
        for query in session.unpooled:
            session.add_pool(pool(collection, session.systems, query, session.depth))
    except (MalmoiError, OSError) as error:
        logger.warning(f"{folder.name}: its results can't be pooled: {error}")
