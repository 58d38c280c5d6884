"""What a notebook meets when it runs without a person in front of it."""

import builtins
from collections.abc import Callable

ANSWER = "1"
"""What ``input()`` returns: a word, and a number for those who convert it."""

MAX_QUESTIONS = 1000

STARTUP = "import embedlab.grading.unattended; embedlab.grading.unattended.answer_questions()"
"""What a kernel must run first, so that a call of ``input()`` costs a student nothing."""


def answer_questions() -> None:
    """Make ``input()`` answer by itself, in a kernel or in plain Python.

    A loop that asks until it is told to stop is ended by an ``EOFError`` after many questions.
    """
    answer = _answering()
    try:
        # A kernel puts a function of its own in the place of input() for every cell.
        kernel = get_ipython().kernel  # type: ignore[name-defined]
        kernel.raw_input = kernel.getpass = answer
    except (NameError, AttributeError):
        builtins.input = answer


def _answering() -> Callable[..., str]:
    n_asked = 0

    def answer(prompt: object = "", *_: object) -> str:
        nonlocal n_asked
        n_asked += 1
        if n_asked > MAX_QUESTIONS:
            raise EOFError("nobody is there to answer")
        print(prompt)
        return ANSWER

    return answer
