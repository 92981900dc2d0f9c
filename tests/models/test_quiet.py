from __future__ import annotations

import subprocess
import sys


def test_hushed_transformers_shows_no_bar_and_no_deprecation_of_its_own() -> None:
    code = (
        "import warnings; from malmoi.models.quiet import *; silence_transformers()\n"
        "from transformers.utils import logging\n"
        "warnings.warn_explicit('its own', FutureWarning, 'x.py', 1, module='transformers.x')\n"
        "warnings.warn_explicit('ours', FutureWarning, 'x.py', 2, module='malmoi.text.morphemes')\n"
        "print(logging.is_progress_bar_enabled())"
    )
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert result.stdout.strip() == "False"
    assert "ours" in result.stderr
    assert "its own" not in result.stderr
