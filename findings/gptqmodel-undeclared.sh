#!/bin/sh
# gptqmodel 7.3.6 (torch 2.13.0, transformers 5.23.0): as pip installs it, it can't be imported.
#
# transformers 5 loads AWQ checkpoints through gptqmodel alone (autoawq is gone from it). gptqmodel
# imports requests and torchvision, and declares neither, so a teacher in 4 bits ends in
# ModuleNotFoundError, twice: for requests, and, once that is there, for torchvision. The second
# import in the same process goes through, over modules that are half there. 7.7.0 declares requests,
# and asks for torch 2.14.1.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet torch==2.13.0 transformers==5.23.0 gptqmodel==7.3.6
cat > "$folder/try.py" <<'PYTHON'
import importlib
import sys
from importlib.metadata import requires, version

assert not [r for r in requires("gptqmodel") if r.lower().startswith(("requests", "torchvision"))]
names = []
for _ in range(2):
    try:
        importlib.import_module("gptqmodel.utils.model")
        names.append("imported")
    except ModuleNotFoundError as error:
        names.append(error.name)
print("gptqmodel", version("gptqmodel"), names)
assert names == [sys.argv[1], "imported"], "the import changed"
PYTHON
"$folder/venv/bin/python" "$folder/try.py" requests 2>/dev/null
"$folder/venv/bin/pip" install --quiet requests==2.34.2
"$folder/venv/bin/python" "$folder/try.py" torchvision 2>/dev/null
