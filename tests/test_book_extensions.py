"""The book's own Sphinx extensions, as far as they can be tried without a build."""

import importlib.util

import pytest
from book_pages import ROOT
from nbformat.v4 import new_output


def extension(name: str):
    path = ROOT / "book" / "extensions" / f"{name}.py"
    specification = importlib.util.spec_from_file_location(f"book_{name}", path)
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    return module


def printed(*pieces: str):
    return [new_output("stream", name="stdout", text=piece) for piece in pieces]


@pytest.mark.parametrize(
    "pieces",
    [("one\ntwo\n",), ("one", "\ntwo\n"), ("one\n", "two\n"), ("o", "ne\ntw", "o", "\n")],
)
def test_printed_text_does_not_depend_on_how_it_arrived(pieces):
    (output,) = extension("streams").join(printed(*pieces))
    assert output.text == "one\ntwo\n"


def test_negative_control_myst_nb_alone_adds_an_empty_line():
    (output,) = extension("streams")._finish(printed("one", "\ntwo\n"))
    assert output.text == "one\n\ntwo\n"


def test_other_outputs_stay_where_they_are():
    shown = new_output("display_data", data={"text/plain": "42"})
    outputs = extension("streams").join([*printed("a\n"), shown, *printed("b\n")])
    assert [output.output_type for output in outputs] == ["stream", "display_data"]
    assert outputs[0].text == "a\nb\n"
