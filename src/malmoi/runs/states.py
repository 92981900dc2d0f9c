"""What the stages of a run say of themselves (`stage.json`), without opening the run."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from malmoi.core.files import Record
from malmoi.runs.sources import FILE, Digests, Source
from malmoi.runs.stage import STATE


def stale(
    folder: Path, sources: Mapping[str, Source], digests: Digests | None = None
) -> dict[str, str]:
    """The stages of a run that would be made anew because a source has changed → which has.

    Args:
        folder: of the run.
        sources: what its recipe names, by key.
        digests: what is known of them (None: what was saved).
    """
    digests = digests or Digests(folder / FILE)
    stages = _in_use(folder, digests)
    why: dict[str, str] = {}

    def reason(name: str) -> str:
        if name not in why:
            own = [
                change
                for key, recorded in stages[name].get("sources", {}).items()
                if key in sources
                for change in digests.changes(recorded, sources[key])
            ]
            above = (reason(other) for other in stages[name]["after"] if other in stages)
            why[name] = ", ".join(own) or next(filter(None, above), "")
        return why[name]

    return {name: reason(name) for name in stages if reason(name)}


def gone(folder: Path, sources: Mapping[str, Source]) -> dict[str, list[str]]:
    """The sources that stages were made from and that aren't there any more.

    Args:
        folder: of the run.
        sources: what its recipe names, by key.

    Returns:
        Key → the stages that read it and aren't finished.
    """
    digests = Digests(folder / FILE)
    missing: dict[str, list[str]] = {}
    for name, state in _in_use(folder, digests).items():
        for key, recorded in state.get("sources", {}).items():
            if key in sources and digests.is_gone(recorded, sources[key]):
                missing.setdefault(key, []).extend([] if state["done"] else [name])
    return missing


def is_done(folder: Path, name: str) -> bool:
    """Whether a stage of the run in `folder` is finished."""
    state = state_of(folder / name)
    return state is not None and bool(state["done"])


def depends_of(folder: Path, name: str) -> Record:
    """What a stage of the run in `folder` depended on when it was begun; {} for one that wasn't."""
    state = state_of(folder / name)
    depends = state["depends"] if state else {}
    return depends if isinstance(depends, dict) else {}


def after_of(folder: Path, name: str) -> list[str]:
    """The stages that a stage of the run in `folder` came after; none for one that wasn't begun."""
    state = state_of(folder / name)
    return list(state["after"]) if state else []


def kept_as(folder: Path, name: str, key: str, now: Any) -> Any:
    """What a finished stage was made with where the code has moved on; `now` for any other stage.

    A finished run stays finished though its writer or its prompt has a new version.

    Args:
        folder: the run's.
        name: the stage's.
        key: the part of its `depends` that the code, not the user, decides.
        now: its value in this version.
    """
    return depends_of(folder, name).get(key, now) if is_done(folder, name) else now


def state_of(folder: Path) -> Record | None:
    """The state of a stage; None for a folder that is none."""
    try:
        state: Record = json.loads((folder / STATE).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    return state


def versions(folder: Path) -> dict[Path, Record]:
    """The states of a stage and of what was moved aside of it, by folder."""
    folders = [folder, *sorted(folder.parent.glob(f"{folder.name}~*"))]
    return {each: state for each in folders if (state := state_of(each)) is not None}


def stage_folders(folder: Path) -> list[Path]:
    """The stages of a run, without what was moved aside."""
    folders = [path.parent for path in sorted(folder.glob(f"[!.]*/{STATE}"))]
    return [each for each in folders if "~" not in each.name]


def _in_use(folder: Path, digests: Digests) -> dict[str, Record]:
    """The states of a run's stages in their order, but for those that its last end did without."""
    states = [state for each in stage_folders(folder) if (state := state_of(each)) is not None]
    ordered = sorted(states, key=lambda state: (state["number"], state["name"]))
    used = digests.stages or [state["name"] for state in ordered]
    return {state["name"]: state for state in ordered if state["name"] in used}
