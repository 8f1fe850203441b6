"""Orders to the program, as people have tried them: plain, marked up, and disguised with Unicode."""

import json
from pathlib import Path

# JSON strings, one a line, so that what is invisible can be seen in the file.
ORDERS: tuple[str, ...] = tuple(
    json.loads(line) for line in Path(__file__).with_suffix(".txt").read_text("utf-8").splitlines()
)
