"""Part of a real open textbook, small enough for a test: a few modules, everything else as published."""

import re
import shutil
from collections.abc import Collection
from pathlib import Path


def physics_of(oer_dir: Path, folder: Path, modules: Collection[str]) -> Path:
    """The container of the physics book with these modules only, as the new folder."""
    source = oer_dir / "physics"
    for name in ("META-INF", "collections"):
        shutil.copytree(source / name, folder / name)
    for name in ("SOURCE.json", "ATTRIBUTION.md"):
        shutil.copy(source / name, folder / name)
    for module in modules:
        shutil.copytree(source / "modules" / module, folder / "modules" / module)
    collection = folder / "collections" / "physics.collection.xml"
    collection.chmod(0o644)
    kept = [
        line
        for line in collection.read_text().splitlines()
        if not (found := re.search(r'module document="(\w+)"', line)) or found[1] in modules
    ]
    collection.write_text("\n".join(kept))
    return folder
