"""What was looked at, and what came of it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at.

    Attributes:
        name: of it.
        ok: it is as it should be.
        seen: what there is.
        remedy: what to do where it isn't ok.
        needed: nothing works without it, or the recipe doesn't.
    """

    name: str
    ok: bool
    seen: str
    remedy: str = ""
    needed: bool = False

    @property
    def stops(self) -> bool:
        """It is needed and lacking."""
        return self.needed and not self.ok
