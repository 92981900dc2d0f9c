"""Draw docs/card.png: a card as Anki shows it on a phone, by day and by night.

    python benchmarks/card_picture.py opulent --out docs/card.png

Needs Chromium (`apt-get install chromium fonts-noto-cjk fonts-roboto-unhinted`).
"""

from __future__ import annotations

import argparse
import html
import shutil
import subprocess
import tempfile
from pathlib import Path

from malmoi.lexicon.lookup import Lexicon
from malmoi.mnemonics.cards import Card
from malmoi.mnemonics.export.anki import page
from malmoi.mnemonics.writer.card import write_card

WIDTH, SCALE = 390, 1.5


def picture(card: Card, out: Path, height: int) -> None:
    frames = "".join(
        f'<iframe style="width:{WIDTH}px;height:{height}px;border:0" '
        f'srcdoc="{html.escape(page(card, night))}"></iframe>'
        for night in (False, True)
    )
    browser = shutil.which("chromium") or "google-chrome"
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "card.html"
        source.write_text(
            f'<!doctype html><meta charset="utf-8"><body style="margin:0;display:flex">{frames}',
            "utf-8",
        )
        flags = [
            "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--no-first-run",
            "--disable-background-networking", f"--user-data-dir={folder}/profile",
            f"--force-device-scale-factor={SCALE}", f"--window-size={2 * WIDTH},{height}",
        ]  # fmt: skip
        shot = f"--screenshot={out.absolute()}"
        subprocess.run([browser, *flags, shot, source.as_uri()], check=True, capture_output=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("word")
    parser.add_argument("--learner", default="en", help="en or ko: with a Korean gloss")
    parser.add_argument("--height", type=int, default=720)
    parser.add_argument("--out", type=Path, default=Path("docs/card.png"))
    options = parser.parse_args()
    card = write_card(options.word, Lexicon.open(), learner=options.learner)
    if card is None:
        raise SystemExit(f"no card for {options.word!r}: name another word")
    picture(card, options.out, options.height)


if __name__ == "__main__":
    main()
