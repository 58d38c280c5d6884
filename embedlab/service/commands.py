"""The command ``serve`` of ``embedlab``."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer()


class Model(StrEnum):
    """The encoders that ``--encoder`` offers."""

    minilm = "minilm"
    hashed = "hashed"


@app.command()
def serve(
    book: Annotated[Path, typer.Option(help="The folder of the book's pages.")] = Path("book"),
    index: Annotated[
        Path | None, typer.Option(help="The file of the index; in _build/ if left out.")
    ] = None,
    host: Annotated[str, typer.Option(help="The address to listen at.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="0: any that is free.")] = 8080,
    keys: Annotated[
        Path | None, typer.Option(help="A file of keys; EMBEDLAB_KEYS if left out.")
    ] = None,
    no_key: Annotated[bool, typer.Option("--no-key", help="Let everyone ask.")] = False,
    encoder: Annotated[Model, typer.Option(help="What makes the vectors.")] = Model.minilm,
    rate: Annotated[str, typer.Option(help="How often a key may ask.")] = "600/minute",
    max_batch: Annotated[
        int, typer.Option(min=1, help="Texts that are encoded together; 1: no batching.")
    ] = 32,
    max_wait: Annotated[
        float, typer.Option(min=0, max=1000, help="Milliseconds that a text waits for others.")
    ] = 2.0,
    max_delay: Annotated[
        float, typer.Option(min=1.1, help="Seconds after which a request that waits is refused.")
    ] = 10.0,
    cache: Annotated[int, typer.Option(min=0, help="Query vectors that are kept.")] = 4096,
) -> None:
    """Serve the search in the book: /embed, /search, /healthz, /metrics; chapter 9 explains it."""
    from embedlab.service.command import Options, serve_book
    from embedlab.service.engine import Limits

    limits = Limits(
        rate=rate,
        max_batch=max_batch,
        max_wait=max_wait / 1000,
        max_delay=max_delay,
        cache_size=cache,
    )
    options = Options(book, index, host, port, keys, no_key, encoder.value, limits)
    serve_book(options, lambda line: print(line, flush=True))
