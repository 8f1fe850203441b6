"""`vividly prompts`: the instructions that a language model writes lessons by, and which version of them counts."""

from dataclasses import asdict
from typing import Annotated

import typer

from modules.model_writing.interface import PromptVersion
from shell.cli.console import Bar, put_json, say
from shell.cli.runtime import run
from shell.containers import Container, build_prompt_files

app = typer.Typer(help="Example: vividly prompts list", no_args_is_help=True)
Name = Annotated[str, typer.Argument(help="Name of the prompt, such as lesson.")]
Version = Annotated[str, typer.Argument(help="Version of it, such as 2.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]


@app.command("list")
def list_prompts(*, as_json: AsJson = False) -> None:
    """Example: vividly prompts list

    Shows every version, what is new in it, and how many of a hundred lessons it writes.
    """

    async def work(container: Container, _bar: Bar) -> tuple[PromptVersion, ...]:
        return await container.prompts().versions()

    found = run(work, silent=as_json, library=False)
    if as_json:
        put_json([asdict(one) for one in found])
        return
    for one in found:
        typer.echo(f"{one.name} {one.version}  {one.percent:>3} %  {one.change}")


@app.command()
def check(*, as_json: AsJson = False) -> None:
    """Example: vividly prompts check

    Reads every version and fills it with a fixture; calls no model, needs no database. Exit code 1 with a fault.
    """
    found = build_prompt_files().check()
    if as_json:
        put_json([asdict(one) for one in found])
    else:
        for one in found:
            verdict = "; ".join(one.faults) or "good"
            typer.echo(f"{one.name} {one.version}  {one.characters} characters  {verdict}")
    if any(one.faults for one in found):
        raise typer.Exit(1)


@app.command()
def activate(name: Name, version: Version) -> None:
    """Example: vividly prompts activate lesson 2

    Lets this version write all lessons from now on; running workers follow at once.
    """

    async def work(container: Container, _bar: Bar) -> None:
        await container.prompts().activate(name, version)

    run(work, library=False)
    say(f"{name} {version} writes all lessons now.")


@app.command()
def split(
    name: Name,
    version: Version,
    percent: Annotated[int, typer.Argument(help="How many of a hundred lessons it writes, 1 to 99.")] = 50,
) -> None:
    """Example: vividly prompts split lesson 2 10

    Lets this version write some lessons beside the one that wrote most; the same lesson always falls to the same one.
    """

    async def work(container: Container, _bar: Bar) -> None:
        await container.prompts().split(name, version, percent)

    run(work, library=False)
    say(f"{name} {version} writes {percent} of a hundred lessons now.")


@app.command()
def rollback(name: Name) -> None:
    """Example: vividly prompts rollback lesson

    Goes back to what was before the last activation or split, and to the lessons that were written then.
    """

    async def work(container: Container, _bar: Bar) -> None:
        await container.prompts().rollback(name)

    run(work, library=False)
    say(f"{name} is as it was before.")
