"""The command ``search-index`` of ``embedlab``."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from embedlab.errors import CommandError

if TYPE_CHECKING:
    from embedlab.pretrained import Pretrained

app = typer.Typer()


@app.command()
def search_index(
    output: Annotated[Path, typer.Option(help="The folder for the files.")] = Path("_build/search"),
    book: Annotated[Path, typer.Option(help="The folder of the book's pages.")] = Path("book"),
    cache: Annotated[
        Path | None, typer.Option(help="Where vectors are kept; beside the output if left out.")
    ] = None,
    words_only: Annotated[
        bool, typer.Option("--words-only", help="As if the weights were not installed.")
    ] = False,
) -> None:
    """Write the search box's files; without the published weights it compares words only."""
    # Imported here: no other command needs it.
    from embedlab.site_search.export import summary, write_search

    kept = cache if cache is not None else output.parent / f"{output.name}-vectors"
    try:
        model = None if words_only else _installed()
        print(summary(write_search(book, output, kept, model)))
    except (ValueError, FileNotFoundError) as error:
        raise CommandError(str(error)) from error


def _installed() -> "Pretrained | None":
    """Return the published weights, or None if they or what reads them are not there."""
    from embedlab.pretrained import minilm

    try:
        return minilm()
    except ModuleNotFoundError:
        return None
