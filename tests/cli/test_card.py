from __future__ import annotations

import pytest

from malmoi.cli.card import card
from malmoi.core.errors import SourceError


def test_a_wrong_option_is_named_before_any_work() -> None:
    with pytest.raises(SourceError, match="--learner: saw 'de', expected en or ko"):
        card(["candid"], learner="de")
