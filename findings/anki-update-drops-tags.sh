#!/bin/sh
# anki 26.9.3 and 25.9.5, packages by genanki 0.13.1: a package that updates a note takes away the tags
# that the learner gave it, "leech" among them, which Anki itself had set; a text file does not.
#
# The learner's schedule and lapses stay, so nobody notices until a search for tag:leech or for a tag
# of one's own finds less than before. In a text file the header "#tags:…" adds to a note's tags; a
# column of tags (#tags column) replaces them as a package does. And where the learner has added a
# field to the note type, a package updates nothing; with "Merge note types" it does, and empties
# that field.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
cat > "$folder/check.py" <<'PYTHON'
import sys
import time
from pathlib import Path

import genanki
from anki.buildinfo import version
from anki.collection import Collection, ImportAnkiPackageOptions, ImportAnkiPackageRequest
from anki.import_export_pb2 import ImportCsvRequest

folder = Path(sys.argv[1]) / version
folder.mkdir()
collection = Collection(str(folder / "collection.anki2"))
moment = time.time()


def package(back: str, **options: bool) -> list[int]:
    """Import a package with one note; how many notes were new, updated and left as conflicting."""
    global moment
    moment += 60  # a package updates a note only if its modification time is later
    model = genanki.Model(
        1_700_000_001, "Word", fields=[{"name": "Front"}, {"name": "Back"}],
        templates=[{"name": "Card", "qfmt": "{{Front}}", "afmt": "{{Back}}"}],
    )
    deck = genanki.Deck(1_700_000_002, "Words")
    deck.add_note(genanki.Note(model=model, fields=["abate", back], guid="abate", tags=["ours"]))
    path = str(folder / "words.apkg")
    genanki.Package(deck).write_to_file(path, timestamp=moment)
    request = ImportAnkiPackageRequest(
        package_path=path, options=ImportAnkiPackageOptions(**options)
    )
    log = collection.import_anki_package(request).log
    collection.models._clear_cache()
    return [len(log.new), len(log.updated), len(log.conflicting)]


def text(back: str, header: str, column: str = "") -> None:
    path = folder / "words.txt"
    path.write_text(f"#separator:tab\n#notetype:Word\n#guid column:1\n{header}\n"
                    f"abate\tabate\t{back}{column}\n")
    metadata = collection.get_csv_metadata(path=str(path), delimiter=None)
    collection.import_csv(ImportCsvRequest(path=str(path), metadata=metadata))


def note():
    return collection.get_note(collection.find_notes("Front:abate")[0])


def learned() -> None:
    """The learner tags the note, and Anki finds that it is a leech."""
    there = note()
    there.tags = ["leech", "mine", "ours"]
    collection.update_note(there)
    (card,) = there.cards()
    card.lapses, card.reps, card.ivl, card.type, card.queue = 9, 20, 33, 2, 2
    collection.update_card(card)


def seen() -> tuple[str, list[str], int]:
    return note()["Back"], note().tags, note().cards()[0].lapses


assert package("lessen") == [1, 0, 0]
learned()
text("as text", "#tags:ours")
print(version, "text, #tags:ours", seen())
assert seen() == ("as text", ["leech", "mine", "ours"], 9)
text("column", "#tags column:4", "\tours")
print(version, "text, #tags column", seen())
assert seen() == ("column", ["ours"], 9)
learned()
assert package("become less") == [0, 1, 0]
print(version, "package", seen())
assert seen() == ("become less", ["ours"], 9)

model = collection.models.by_name("Word")
collection.models.add_field(model, collection.models.new_field("Mine"))
collection.models.update_dict(model)
there = note()
there["Mine"] = "from grandmother"
collection.update_note(there)
assert package("with a field more") == [0, 0, 1]
assert (note()["Back"], note()["Mine"]) == ("become less", "from grandmother")
assert package("merged", merge_notetypes=True) == [0, 1, 0]
print(version, "merged note types", note()["Back"], repr(note()["Mine"]))
assert (note()["Back"], note()["Mine"]) == ("merged", "")
collection.close()
PYTHON
for version in 25.9.5 26.9.3; do
    "$folder/venv/bin/pip" install --quiet genanki==0.13.1 anki==$version
    "$folder/venv/bin/python" "$folder/check.py" "$folder"
done
