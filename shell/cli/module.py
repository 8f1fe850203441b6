"""`vividly module`: what to load to work on one module."""

from typing import Annotated

import typer

from shell.cli.console import put_json
from shell.module_card import BUDGET, card_of, module_names


def module(
    name: Annotated[str, typer.Argument(help="Such as rag; without it, all modules are listed.")] = "",
    *,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Example: vividly module rag

    The files of a module, the interfaces that it uses, and what each costs in tokens.
    """
    if name and name not in module_names():
        raise typer.BadParameter(f"no module {name}; there are {', '.join(module_names())}")
    cards = [card_of(each) for each in ([name] if name else module_names())]
    if as_json:
        put_json([card.document() for card in cards] if not name else cards[0].document())
        return
    for card in cards:
        typer.echo(f"{card.name}: {card.tokens:,} of {BUDGET:,} tokens")
        for file in card.files if name else ():
            typer.echo(f"  {file.tokens:7,}  {file.path}")
        if name:
            typer.echo(f"uses, {sum(file.tokens for file in card.uses):,} tokens:")
        for file in card.uses if name else ():
            typer.echo(f"  {file.tokens:7,}  {file.path}")
