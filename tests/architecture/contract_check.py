"""Run in a process of its own: writes one import after the other into a copied tree and says what each breaks.

Standard input: JSON, a list of `[file, line]` lists, one list a seed. Standard output: JSON, the ids broken by each.
The current directory is the copied tree; the only argument is the import-linter configuration.
"""

import json
import sys
from pathlib import Path

sys.path.insert(0, str(Path.cwd()))

from importlinter import configuration
from importlinter.application import use_cases

configuration.configure()


def broken(config: str) -> list[str]:
    """The ids of the contracts that the tree breaks now."""
    options = use_cases.read_user_options(config)
    use_cases._register_contract_types(options)
    report = use_cases.create_report(options, cache_dir=None)
    failed = {contract.name for contract, check in report.get_contracts_and_checks() if not check.kept}
    return sorted(entry["id"] for entry in options.contracts_options if entry["name"] in failed)


def broken_with(config: str, seed: list[list[str]]) -> list[str]:
    """The ids broken while the seed stands in the tree."""
    before = {Path(name): Path(name).read_text(encoding="utf-8") if Path(name).exists() else None for name, _ in seed}
    for name, line in seed:
        Path(name).parent.mkdir(parents=True, exist_ok=True)
        with Path(name).open("a", encoding="utf-8") as file:
            file.write(f"\n{line}\n")
    try:
        return broken(config)
    finally:
        for path, text in before.items():
            path.unlink() if text is None else path.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    seeds = json.load(sys.stdin)
    found = [broken_with(sys.argv[1], seed) for seed in seeds]
    sys.stdout.write("\n" + json.dumps(found) + "\n")
