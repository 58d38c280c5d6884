# ruff: noqa: E501 - code of students, as they write it
"""Scripts and commands for those who read: the student's feedback, formgrader, report, terminal."""

from hostile.attack import Attack

SCRIPTS = r"""
<script>alert('PWNED')</script> <SCRIPT SRC=//evil.example/PWNED.js></SCRIPT>
<img src=x onerror=alert('PWNED')> <svg/onload=alert('PWNED')> <body onload=alert('PWNED')>
<a href="javascript:alert('PWNED')">PWNED</a> <iframe srcdoc="<script>alert('PWNED')</script>"></iframe>
<style>body{display:none/*PWNED*/}</style> <meta http-equiv=refresh content="0;url=//evil/PWNED">
<base href="//evil.example/PWNED/"> <form action=//evil/PWNED><input autofocus onfocus=alert('PWNED')></form>
<math><mtext></mtext><mglyph><style><img src=x onerror=alert('PWNED')></style></mglyph></math>
<object data=//evil/PWNED></object><embed src=//evil/PWNED><link rel=stylesheet href=//evil/PWNED>
<!-- --!><img src=x onerror=alert('PWNED')> --> <details open ontoggle=alert('PWNED')>
</pre></div></textarea></title></style></script><script>alert('PWNED')</script>
<table background="javascript:alert('PWNED')"><td style="background:url(//evil/PWNED)">x</td></table>
<video><source onerror=alert('PWNED')></video> <noscript><p title="</noscript><img src=x onerror=alert('PWNED')>">
"""

_MARKDOWN = r"""
[click](javascript:alert('PWNED')) [click](<javascript:alert('PWNED')>) <javascript:alert('PWNED')>
[click](JaVaScRiPt&colon;alert('PWNED')) [click](data:text/html;base64,PHNjcmlwdD4=) [ref] [vb](vbscript:PWNED)
[click](&#106;avascript:alert('PWNED')) [click](java&Tab;script:alert('PWNED'))
[click](\x01javascript:alert('PWNED')) [tab](java&#x09;script:alert('PWNED'))
![x" onerror="alert('PWNED')](y) ![x](y" onerror="alert('PWNED')) ![x](javascript:alert('PWNED'))
[t](y "a" onclick="alert('PWNED')") ![t](y 'a" onerror="alert(1)')

[ref]: javascript:alert('PWNED')

    <script>alert('PWNED')</script>

```html" onmouseover="alert('PWNED')
<script>alert('PWNED')</script>
```

`<script>alert('PWNED')</script>` $<script>alert('PWNED')</script>$ $$\href{javascript:alert('PWNED')}{x}$$
\begin{equation}<img src=x onerror=alert('PWNED')>\end{equation}

<
script>alert('PWNED')</script>

| <img src=x onerror=alert('PWNED')> | b |
|---|---|
| <script>alert('PWNED')</script> | [x](javascript:alert('PWNED')) |
"""


def _everywhere(notebook):
    """Put scripts into metadata, attachments, languages, cell ids and kinds of cells."""
    notebook.metadata["title"] = SCRIPTS
    notebook.metadata["authors"] = [{"name": SCRIPTS}]
    notebook.metadata["kernelspec"] = {
        "name": SCRIPTS,
        "display_name": SCRIPTS,
        "language": SCRIPTS,
    }
    notebook.metadata["language_info"] = {
        "name": SCRIPTS, "pygments_lexer": SCRIPTS, "codemirror_mode": SCRIPTS, "version": SCRIPTS,
    }  # fmt: skip
    notebook.metadata["widgets"] = {
        "application/vnd.jupyter.widget-state+json": {"state": {"x": SCRIPTS}, "version_major": 2}
    }
    for cell in notebook.cells:
        cell.metadata["tags"] = ["<script>alert('PWNED')</script>"]
        cell.metadata["name"] = SCRIPTS
        if cell.cell_type == "markdown":
            if cell.id == "why_unseen_words_have_vectors":
                cell.source = "![a](attachment:PWNED.png) ![b](attachment:text.png)"
            cell.metadata["jupyter"] = {"source_hidden": SCRIPTS}
            cell["attachments"] = {"PWNED.png": {
                "image/png": "\"><script>alert('PWNED')</script>",
                "image/svg+xml\"><script>alert('PWNED')</script>": "PHN2Zz4=",
                "text/html": SCRIPTS,
            }, "text.png": {"text/html\" onerror=\"alert('PWNED')": SCRIPTS}}  # fmt: skip
    for number, kind in enumerate(("raw", "markdown", "heading")):
        notebook.cells.append(
            {"cell_type": kind, "id": f"x{number}", "source": SCRIPTS + _MARKDOWN,
             "metadata": {"raw_mimetype": "text/html", "format": "text/html"}}
        )  # fmt: skip
    return notebook


def _as_comments(text):
    return "".join(f"# {line}\n" for line in text.splitlines())


def _displays(*kinds):
    return f"""
from IPython.display import display
scripts = {SCRIPTS!r}
for kind in {kinds!r}:
    display({{kind: scripts, "text/plain": scripts}}, raw=True)
    display({{kind: scripts}}, raw=True)
print("over")
"""


ATTACKS = [
    Attack(
        "inject_markdown",
        "scripts in the answer in words: HTML, links, pictures, mathematics",
        cells={"why_unseen_words_have_vectors": _as_comments(SCRIPTS + _MARKDOWN)},
    ),
    Attack(
        "inject_missing_picture",
        "pictures that are not there, which would cost the page of feedback",
        cells={"why_unseen_words_have_vectors": "# ![x](attachment:PWNED.png) ![y](attachment:)"},
    ),
    Attack(
        "inject_notebook",
        "scripts in all metadata, attachments, raw cells, and cells of unknown kinds",
        change=_everywhere,
    ),
    Attack(
        "inject_html",
        "scripts in displays of HTML, SVG, Markdown, LaTeX, JavaScript, widgets",
        before=(
            _displays(
                "text/html",
                "image/svg+xml",
                "text/markdown",
                "text/latex",
                "application/javascript",
                "application/json",
                "text/vnd.mermaid",
                "application/pdf",
                "application/vnd.jupyter.widget-view+json",
                "application/vnd.plotly.v1+json",
                "text/html; charset=utf-8",
                "TEXT/HTML",
            ),
        ),
    ),
    Attack(
        "inject_pictures",
        "pictures that end their tag",
        before=(
            r"""
from IPython.display import display
for kind in ["image/png", "image/jpeg", "image/gif"]:
    for data in ["\"><script>alert('PWNED')</script>", "x\" onerror=\"alert('PWNED')", "' onload='PWNED"]:
        display({kind: data}, raw=True)
        display({kind: data}, raw=True, metadata={kind: {"width": data, "height": data, "alt": data},
                "filenames": {kind: "javascript:alert('PWNED')"}})
print("over")
""",
        ),
    ),
    Attack(
        "inject_objects",
        "objects that show scripts by _repr_html_ and its like",
        before=(
            f"scripts = {SCRIPTS!r}\n"
            "class Shown:\n"
            "    _repr_html_ = _repr_markdown_ = _repr_latex_ = lambda self: scripts\n"
            "    _repr_svg_ = _repr_javascript_ = __repr__ = lambda self: scripts\n"
            "    _repr_mimebundle_ = lambda self, **k: {'text/html': scripts, scripts: scripts}\n"
            "Shown()",
            "import pandas as pd\n"
            "pd.DataFrame({'<script>alert(1)</script>PWNED': ['<img src=x onerror=PWNED>']})",
        ),
    ),
    Attack(
        "inject_streams",
        "scripts and commands to the terminal in what is printed",
        before=(
            f"scripts = {SCRIPTS!r}\n"
            + r"""
print(scripts, file=sys.stdout)
print(scripts, file=sys.stderr)
print("\x1b]8;;javascript:alert('PWNED')\x07link\x1b]8;;\x07 \x1b[31mred\x1b[0m \x1b]0;PWNED\x07\x1b[2J")
print("\x1b[38;2;255;0;0\"onmouseover=\"alert('PWNED')m", "\x00\x08\r\x7f\u202e\u2028\ufeff")
""",
        ),
    ),
    Attack(
        "inject_errors",
        "scripts in names, words and sources of exceptions",
        before=(
            f"scripts = {SCRIPTS!r}\nraise ValueError(scripts)",
            "raise type(\"<script>alert('PWNED')</script>\", (Exception,), {})('PWNED')",
            "class E(Exception):\n    def _render_traceback_(self):\n        return [scripts]\nraise E()",
            "class E(Exception):\n    def __str__(self):\n        raise E()\nraise E()",
            "eval(\"<script>alert('PWNED')</script>\")",
            "class Text(str):\n    pass\ne = ValueError()\ne.__notes__ = [scripts]\nraise e",
        ),
    ),
    Attack(
        "inject_functions",
        "scripts and markup in signatures, types, answers, and exceptions of functions",
        before=(f"scripts = {SCRIPTS!r} + '[red]PWNED[/red][/] \\x1b[31m\\ud800\\x00'",),
        cells={
            "word_ngrams": "def word_ngrams(tokens, n):\n    return [scripts]",
            "count_word_ngrams": (
                "def count_word_ngrams(length, n):\n"
                "    raise type(\"<img src=x onerror=alert('PWNED')>[/b]\", (Exception,), {})(scripts)"
            ),
            "char_ngrams": (
                "def char_ngrams(word, n, extra, x=\"<script>alert('PWNED')</script>[/i]\\ud800\"):\n"
                "    return []"
            ),
            "subwords": "subwords = type(\"<script>alert('PWNED')</script>[/x]\\x1b[31m\", (), {})()",
        },
        points=0,
    ),
    Attack(
        "inject_returned_types",
        "types whose names are scripts, and texts that break a page, as answers",
        before=("Kind = type(\"<svg onload=alert('PWNED')>[/bold]\", (), {})",),
        cells={
            "word_ngrams": "def word_ngrams(tokens, n):\n    return Kind()",
            "count_word_ngrams": "def count_word_ngrams(length, n):\n    return '\\ud800\\x00\\x1b[2J'",
            "char_ngrams": "def char_ngrams(word, n):\n    return {'</script>PWNED': Kind}",
            "subwords": "def subwords(word, n_min, n_max):\n    return {'[/red]', '\\ud83d', '\\n'}",
        },
        points=0,
    ),
    Attack(
        "inject_sources",
        "scripts in the sources of cells, comments and strings of functions",
        before=(
            _as_comments(SCRIPTS) + '"""</code></pre><script>alert(\'PWNED\')</script>"""\npass',
            "%%html\n<script>alert('PWNED')</script>",
            "%%javascript\nalert('PWNED')",
            "%%markdown\n<script>alert('PWNED')</script> [x](javascript:alert('PWNED'))",
            "%%svg\n<svg onload=alert('PWNED')></svg>",
            "%%latex\n<script>alert('PWNED')</script>",
        ),
        cells={
            "char_ngrams": (
                "def char_ngrams(word, n):\n"
                '    """</textarea><script>alert(\'PWNED\')</script>"""\n'
                "    return '<script>alert(\"PWNED\")</script>' + 1\n"
            ),
        },
        points=10,
    ),
]
