"""The command ``claims`` of ``embedlab``."""

import os
from pathlib import Path
from typing import Annotated

import typer

from embedlab.errors import CommandError

app = typer.Typer()


@app.command()
def claims(
    output: Annotated[Path, typer.Option(help="The folder for the files.")] = Path("_build/claims"),
    processes: Annotated[
        int, typer.Option(min=0, help="Chapters at a time; 0: as many as there are processors.")
    ] = 0,
) -> None:
    """Check every claim of the source slides again; write claims.json, claims.csv, beyond.json."""
    # Imported here: it brings the whole package along, which no other command needs.
    from embedlab.claims.export import write_ledger

    try:
        print(write_ledger(output, processes or os.cpu_count() or 1))
    except ModuleNotFoundError as error:
        if error.name is not None:  # a library, for which the command line has a sentence
            raise
        raise CommandError(str(error)) from error  # the weights
