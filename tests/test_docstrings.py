"""The docstring corpus: sentences of prose, in a fixed order, from files that are only read."""

import ast
import sys
import textwrap

import pytest

from embedlab.docstrings import docstring_sentences
from embedlab.text import tokenize


@pytest.fixture
def package(tmp_path, monkeypatch):
    """A package that must not be imported, with one of everything that is no prose."""
    folder = tmp_path / "never_imported"
    (folder / "tests").mkdir(parents=True)
    (folder / "__init__.py").write_text(
        textwrap.dedent('''
        """The first sentence is here. Another one follows it at once!"""
        raise RuntimeError("imported")

        class Thing:
            """Return the :func:`~pkg.mean` of ``x`` and :math:`y^2` over all rows.

            Parameters
            ----------
            x : array_like of numbers
                The values that are to
                be averaged together.

            >>> these(words) are code not prose
            ===== =====
            .. note:: this line is markup and dropped
            """

            async def f(self):
                """The first sentence is here. Too short."""
        ''')
    )
    (folder / "tests" / "test_it.py").write_text('"""Tests are not read by anyone here."""')
    monkeypatch.syspath_prepend(str(tmp_path))
    return "never_imported"


def test_prose_only_each_sentence_once(package):
    assert [" ".join(sentence) for sentence in docstring_sentences([package])] == [
        "the first sentence is here",
        "another one follows it at once",
        "return the mean of and over all rows",
        "the values that are to be averaged together",
    ]
    assert package not in sys.modules


def test_docstrings_are_found_wherever_python_allows_them_level_by_level(tmp_path, monkeypatch):
    define = "def f(): 'The sentence of the {}.'"
    source = f"""
if 1:
    for x in []:
        {define.format("loop inside")}
    else:
        {define.format("else of the loop")}
elif 2:
    {define.format("second condition")}
try:
    {define.format("attempt")}
except ValueError:
    {define.format("handler")}
else:
    {define.format("else of the attempt")}
finally:
    {define.format("end of the attempt")}
with x, (lambda: 0)() as y:
    class C:
        {define.format("method")}
match x:
    case 1:
        {define.format("case")}
while [g for g in x]:
    async {define.format("coroutine")}
"""
    (tmp_path / "nested_everywhere").mkdir()
    (tmp_path / "nested_everywhere" / "__init__.py").write_text(source)
    monkeypatch.syspath_prepend(str(tmp_path))
    wanted = [
        tokenize(ast.get_docstring(node))
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    ]
    assert len(wanted) == 10
    assert docstring_sentences(["nested_everywhere"]) == wanted


def test_installed_packages_give_enough_real_text_twice_the_same():
    sentences = docstring_sentences(["numpy"])
    assert sentences == docstring_sentences(["numpy"])
    n_tokens = sum(map(len, sentences))
    assert n_tokens > 80_000
    # Prose, not code: function words are as frequent as in any English text.
    share = sum(sentence.count("the") for sentence in sentences) / n_tokens
    assert 0.04 < share < 0.12


@pytest.mark.parametrize("name", ["no_such_package", "math"])
def test_what_is_no_package_is_named(name):
    with pytest.raises(
        ValueError, match=f"packages must be installed Python packages, got '{name}'"
    ):
        docstring_sentences([name])


def test_a_single_name_is_no_list():
    with pytest.raises(ValueError, match="packages must be a list of names"):
        docstring_sentences("numpy")
