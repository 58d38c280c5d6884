"""Sphinx extension: the directive `quiz`, a question whose every option explains itself.

    :::{quiz} Which is longer?
    - [ ] One mile

      No: 1.6 kilometers.
    - [x] Two kilometers

      Right: a mile has 1.6.
    :::

An option opens by click, Enter or the space bar and shows its explanation. It needs neither a
kernel nor JavaScript: it is the browser's own `details` element.
"""

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective
from sphinx.writers.html5 import HTML5Translator

WRONG, RIGHT = "[ ] ", "[x] "


class quiz_block(nodes.General, nodes.Element):  # noqa: N801 (docutils names its nodes so)
    """A question with its options."""


class quiz_option(nodes.General, nodes.Element):  # noqa: N801
    """An option: a paragraph that states it, then its explanation."""


class Quiz(SphinxDirective):
    """A question, and a list of options with one explanation each."""

    required_arguments = 1
    final_argument_whitespace = True
    has_content = True

    def run(self) -> list[nodes.Node]:
        """Return the question and its options."""
        question, _ = self.state.inline_text(self.arguments[0], self.lineno)
        content = nodes.Element()
        self.state.nested_parse(self.content, self.content_offset, content)
        number = self.env.new_serialno("quiz")
        block = quiz_block(number=number)
        block += nodes.paragraph("", "", *question, classes=["quiz-question"])
        if len(content) != 1 or not isinstance(content[0], nodes.bullet_list):
            raise self.error("a quiz must be one list of options, each beginning with [ ] or [x]")
        block += [self._option(item, number) for item in content[0].children]
        n_right = sum(bool(node["right"]) for node in block.findall(quiz_option))
        if n_right != 1 or len(content[0]) < 2:
            raise self.error(f"a quiz must have one right option among several, got {n_right}")
        return [block]

    def _option(self, item: nodes.Element, number: int) -> quiz_option:
        paragraph = item[0]
        start = paragraph[0] if len(paragraph) else None
        mark = str(start)[: len(RIGHT)]
        if not isinstance(start, nodes.Text) or mark not in (WRONG, RIGHT):
            raise self.error(f"an option must begin with [ ] or [x], got {paragraph.astext()!r}")
        if len(item) < 2:
            raise self.error(f"an option must be explained, {paragraph.astext()!r} is not")
        paragraph.replace(start, nodes.Text(str(start)[len(RIGHT) :]))
        return quiz_option("", *item.children, right=mark == RIGHT, number=number)


def visit_quiz(self: HTML5Translator, node: quiz_block) -> None:
    """Open the question's group."""
    self.body.append('<div class="quiz" role="group" aria-label="Question">')


def depart_quiz(self: HTML5Translator, node: quiz_block) -> None:
    """Close it."""
    self.body.append("</div>\n")


def visit_option(self: HTML5Translator, node: quiz_option) -> None:
    """Write the option as a summary, and what it opens."""
    # Options of one question share a name: opening one closes the one before.
    kind = "right" if node["right"] else "wrong"
    self.body.append(f'<details class="quiz-option quiz-{kind}" name="quiz-{node["number"]}">')
    # A real letter and not the style's, since an option may be nothing but a formula, which not
    # every reader of screens can speak.
    letter = chr(ord("A") + node.parent.index(node) - 1)
    self.body.append(f'<summary><span class="quiz-letter">{letter}.</span> ')
    for child in node[0].children:
        child.walkabout(self)
    verdict = "Right." if node["right"] else "Not this one."
    self.body.append(f'</summary><div class="quiz-why"><p class="quiz-verdict">{verdict}</p>')
    for child in node.children[1:]:
        child.walkabout(self)
    self.body.append("</div></details>")
    raise nodes.SkipNode


def setup(app: Sphinx) -> dict[str, bool]:
    """Register the extension with Sphinx."""
    app.add_node(quiz_block, html=(visit_quiz, depart_quiz))
    app.add_node(quiz_option, html=(visit_option, None))
    app.add_directive("quiz", Quiz)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
