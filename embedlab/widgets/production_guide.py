"""A guide to choosing a model: a table, and questions that rule models out with their reasons."""

import html
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from embedlab.numerics import require
from embedlab.pictures import NOISE, quantity

Model: TypeAlias = Mapping[str, Any]
# Whether a model fits a wish, and why or why not.
Rule: TypeAlias = Callable[[Model], tuple[bool, str]]

_TASKS = {
    "similarity": "compare texts",
    "classes": "sort texts into classes",
    "retrieval": "find passages for questions",
    "cross-lingual": "find across languages",
    "pictures": "find pictures by text",
}
_MEGABYTE = 1e6


@dataclass(frozen=True)
class Guide:
    """Models in a table, and questions whose answers rule some of them out, with reasons.

    It is HTML with a style sheet of its own and no script: a chosen answer shows its reasons.
    """

    markup: str

    def _repr_html_(self) -> str:
        return self.markup

    def __repr__(self) -> str:
        return "A guide to choosing a model."


def megabytes(model: Model) -> float:
    """Return the memory of a model's parameters in single precision, in MB."""
    return float(4 * model["parameters"] / _MEGABYTE)


def wishes(milliseconds: Callable[[Model], float]) -> dict[str, dict[str, Rule]]:
    """Return the guide's questions, their answers, and what each answer asks of a model.

    Args:
        milliseconds: An estimate of the time that a model needs for one question.
    """

    def task(key: str) -> Rule:
        return lambda m: (
            key in m["tasks"],
            f"{'made for' if key in m['tasks'] else 'not named for'} this: {_TASKS[key]}",
        )

    def memory(limit: float) -> Rule:
        return lambda m: (
            megabytes(m) <= limit,
            f"{quantity(round(megabytes(m)))} MB of numbers"
            if m["parameters"]
            else "no numbers to load",
        )

    def latency(limit: float) -> Rule:
        return lambda m: (
            milliseconds(m) <= limit,
            f"about {quantity(round(milliseconds(m)))} ms for a question of this chapter"
            if m["work"]
            else "a lookup, no network to run",
        )

    def languages(m: Model) -> tuple[bool, str]:
        return not m["languages"].startswith("English"), f"languages: {m['languages']}"

    def length(limit: int) -> Rule:
        return lambda m: (
            m["max_tokens"] is None or m["max_tokens"] >= limit,
            f"reads {quantity(m['max_tokens'])} tokens at once"
            if m["max_tokens"]
            else "no limit of its own",
        )

    return {
        "Task": {text: task(key) for key, text in _TASKS.items()},
        "Memory for the model": {
            "100 MB": memory(100),
            "1 GB": memory(1000),
            "10 GB": memory(10_000),
        },
        "Time for a question, one processor core": {
            # Far from every estimate, so that a record made again rules out the same models.
            "20 ms": latency(20),
            "1 second": latency(1000),
        },
        "Languages": {"many": languages, "English": lambda m: (True, "English will do")},
        "Texts": {"sentences and paragraphs": length(64), "whole pages, uncut": length(2000)},
        "Data of your own": {
            "no pairs": lambda m: (True, "works as it comes"),
            "some hundred pairs": lambda m: (
                m["trainable"] != "nothing",
                f"can be trained: {m['trainable']}"
                if m["trainable"] != "nothing"
                else "nothing to train",
            ),
        },
        "Use": {
            "research": lambda m: (True, f"license: {m['license']}"),
            "a product": lambda m: (m["commercial"], f"license: {m['license']}"),
        },
    }


def decision_guide(models: Sequence[Model], milliseconds: Callable[[Model], float]) -> Guide:
    """Return a table of models with a question above each of its columns' subjects.

    Args:
        models: What is to be chosen from: ``name``, ``what``, ``tasks``, ``parameters``, ``work``
            (multiplications for a token), ``languages``, ``max_tokens`` (None for no limit),
            ``license``, ``commercial`` and ``trainable``.
        milliseconds: An estimate of the time that a model needs for one question.

    Raises:
        ValueError: If there is no model.
    """
    require(len(models) > 0, "models", "hold at least one", "none")
    questions = wishes(milliseconds)
    fields, styles, reasons = [], [], [""] * len(models)
    for i, (question, answers) in enumerate(questions.items()):
        buttons = []
        for j, (answer, rule) in enumerate(answers.items()):
            key = f"guide-{i}-{j}"
            buttons.append(
                f'<label><input type="radio" name="guide-{i}" id="{key}"> '
                f"{html.escape(answer)}</label>"
            )
            chosen = f".guide:has(#{key}:checked)"
            styles.append(
                f"{chosen} li.{key}{{display:list-item}}"
                f"{chosen} tr:has(li.{key}.guide-no){{--guide:{NOISE}}}"
                f"{chosen} tr:has(li.{key}.guide-no) .guide-out{{display:block}}"
            )
            for n, model in enumerate(models):
                fits, reason = rule(model)
                mark, kind = ("✓", "yes") if fits else ("✗", "no")
                reasons[n] += f'<li class="{key} guide-{kind}">{mark} {html.escape(reason)}</li>'
        fields.append(f"<fieldset><legend>{question}</legend>{''.join(buttons)}</fieldset>")
    body = "".join(_row(model, items) for model, items in zip(models, reasons, strict=True))
    heads = "".join(f'<th scope="col">{name}</th>' for name in ("model", *_COLUMNS, "your answers"))
    return Guide(
        f'<form class="guide" aria-label="A guide to choosing a model">'
        f"<style>{_STYLE}@supports selector(:has(a)){{.guide li{{display:none}}{''.join(styles)}}}"
        f'</style><div class="guide-questions">{"".join(fields)}</div>'
        f'<button type="reset">Start again</button>'
        f"<table><thead><tr>{heads}</tr></thead><tbody>{body}</tbody></table></form>"
    )


_COLUMNS: dict[str, Callable[[Model], str]] = {
    "memory": lambda m: f"{quantity(round(megabytes(m)))} MB" if m["parameters"] else "none",
    "languages": lambda m: str(m["languages"]),
    "tokens": lambda m: quantity(m["max_tokens"]) if m["max_tokens"] else "any number",
    "license": lambda m: str(m["license"]),
}
_STYLE = """
html[data-theme="dark"] .bd-content div.cell_output .output.text_html:has(.guide) {
background-color: transparent; color: inherit; padding: 0; }
.guide-questions { display: grid; gap: .6rem; margin: 1rem 0 .6rem;
grid-template-columns: repeat(auto-fit, minmax(13rem, 1fr)); }
.guide fieldset { border: 1px solid var(--pst-color-border); border-radius: .3rem;
padding: .2rem .7rem .5rem; margin: 0; min-width: 0; }
.guide legend { float: none; width: auto; font-size: .95rem; font-weight: 600; margin: 0;
padding: 0 .2rem; }
.guide label { display: block; margin: 0; }
.guide button { font: inherit; color: inherit; background: var(--pst-color-surface);
border: 1px solid var(--pst-color-border); border-radius: .3rem; padding: .2rem .8rem; }
.guide :focus-visible { outline: 3px solid var(--pst-color-accent); outline-offset: 2px; }
.guide table { width: 100%; margin: .8rem 0; border-collapse: collapse; color: inherit;
font-size: .9rem; }
.guide :is(th, td) { text-align: left; vertical-align: top; padding: .4rem .5rem;
white-space: normal; background: transparent; color: inherit; }
.guide tbody tr { border-top: 1px solid var(--pst-color-border);
border-left: .3rem solid var(--guide, #009E73); }
.guide ul { list-style: none; margin: 0; padding: 0; }
.guide-what { font-weight: 400; display: block; }
.guide-out { display: none; }
@media (max-width: 700px) { .guide thead { display: none; }
.guide :is(tr, td, tbody th) { display: block; padding: .1rem .6rem; }
.guide tbody tr { padding: .4rem 0; }
.guide td[data-name]::before { content: attr(data-name) ": "; font-weight: 600; } }
"""


def _row(model: Model, reasons: str) -> str:
    cells = "".join(
        f'<td data-name="{name}">{html.escape(show(model))}</td>' for name, show in _COLUMNS.items()
    )
    return (
        f'<tr><th scope="row">{html.escape(model["name"])}'
        f'<span class="guide-what">{html.escape(model["what"])}</span>'
        f'<span class="guide-out">✗ ruled out</span></th>{cells}'
        f"<td><ul>{reasons}</ul></td></tr>"
    )
