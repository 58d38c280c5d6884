"""A notebook that asks its user when nobody is there."""

import builtins

import pytest

from embedlab.grading import unattended


@pytest.fixture(autouse=True)
def own_input(monkeypatch):
    monkeypatch.setattr(builtins, "input", builtins.input)
    unattended.answer_questions()


def test_an_answer_is_a_word_and_a_number(capsys):
    assert input("How many? ") == unattended.ANSWER
    assert int(input()) == float(input()) == 1
    assert capsys.readouterr().out == "How many? \n\n\n"


def test_a_loop_that_waits_for_another_answer_ends():
    questions = iter(input, "stop")
    assert {next(questions) for _ in range(unattended.MAX_QUESTIONS)} == {unattended.ANSWER}
    with pytest.raises(EOFError, match="nobody is there"):
        next(questions)
