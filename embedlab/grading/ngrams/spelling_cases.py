"""Words made from a seed, for the checks of what is made of characters.

The pools say what is special about their words, so that a mistake shows whichever is drawn.
"""

import numpy as np

from embedlab.grading.cases import draw_words
from embedlab.grading.declaration import Arguments

# Five to seven letters from a to z.
PLAIN = (
    "where", "playing", "kitten", "garden", "window", "paper", "stone", "horse", "bridge",
    "summer", "cloudy", "market", "forest", "winter",
)  # fmt: skip
OF_TWO = ("at", "go", "my", "on", "up", "we")
OF_THREE = ("cat", "dog", "run", "sun", "the", "ice")
# The same two, or three, letters in a row more than once.
REPEATING_TWO = ("banana", "papaya", "cocoa", "onion", "decide", "murmur")
REPEATING_THREE = ("murmur", "tartar", "alfalfa", "couscous", "mississippi", "banana")
CAPITALIZED = ("Berlin", "Madrid", "Lisbon", "McCarthy", "UNESCO", "Vienna")
# More bytes than characters. Each has a letter that Unicode can also write as two characters.
ACCENTED = ("naïve", "café", "crème", "été", "łódź", "şehir", "jalapeño")
OTHER_SCRIPTS = ("кошка", "γάτα", "東京都", "ωmega", "नमस्ते", "ok🙂!", "straße")
PUNCTUATED = ("don't", "co-op", "42nd", "e-mail", "3.14", "o'clock")


def repeating_words(rng: np.random.Generator) -> list[Arguments]:
    """Return (word, n) with n-grams that repeat, and without."""
    return [
        (_draw(rng, REPEATING_TWO), 2),
        (_draw(rng, PLAIN), 3),
        (_draw(rng, REPEATING_THREE), 3),
        (_draw(rng, REPEATING_TWO), 1),
        (str(rng.choice(["a", "h", "m", "o"])) * 4, 2),
        ("".join(rng.choice(["a", "b"], 14)), 3),
    ]


def words_of_any_characters(rng: np.random.Generator) -> list[Arguments]:
    """Return (word, n) with capital letters, accents, other scripts, digits and punctuation."""
    pools = [(CAPITALIZED, 3), (ACCENTED, 2), (OTHER_SCRIPTS, 3), (PUNCTUATED, 2), (ACCENTED, 3)]
    return [(_draw(rng, pool), n) for pool, n in pools]


def words_to_mark(rng: np.random.Generator) -> list[Arguments]:
    """Return (word, n), n from 1 to the length of the padded word, which may be the marks alone."""
    short, plain = _draw(rng, OF_THREE), _draw(rng, PLAIN)
    return [
        (short, 2),
        ("", 2),
        (plain, 3),
        (plain, 1),
        (short, len(short) + 1),
        (short, len(short) + 2),
        (_draw(rng, PLAIN), 4),
    ]


def short_words(rng: np.random.Generator) -> list[Arguments]:
    """Return (word, n), n longer than the padded word, and two words that are long enough."""
    short = _draw(rng, OF_TWO)
    return [
        # First: what a function keeps from one call to the next then shows in all others.
        (_draw(rng, OF_THREE), 2),
        (short, 6),
        (short, len(short) + 3),
        ("", 3),
        (_draw(rng, OF_THREE), int(rng.integers(6, 12))),
        (_draw(rng, PLAIN), 3),
    ]


def words_for_every_length(rng: np.random.Generator) -> list[Arguments]:
    """Return (word, n_min, n_max), n_max at most the length of the word: one length and several."""
    return [
        (_draw(rng, PLAIN), 3, 5),
        (_draw(rng, PLAIN), 2, 4),
        (_draw(rng, PLAIN), 4, 4),
        (_draw(rng, REPEATING_TWO), 2, 5),
        (_draw(rng, CAPITALIZED), 1, 3),
        (_draw(rng, ACCENTED), 2, 3),
    ]


def words_with_ends(rng: np.random.Generator) -> list[Arguments]:
    """Return (word, n_min, n_max): n_max also beyond the padded word, n_min beyond the bare one."""
    return [
        (_draw(rng, OF_THREE), 1, 2),
        (_draw(rng, OF_TWO), 3, 5),
        (_draw(rng, OF_THREE), 2, 5),
        (_draw(rng, PLAIN), 3, 5),
        (_draw(rng, PLAIN), 4, 5),
        (_draw(rng, OF_THREE), 2, 9),
    ]


def words_as_a_whole(rng: np.random.Generator) -> list[Arguments]:
    """Return (word, n_min, n_max), the padded word longer, within the range, and shorter.

    No word has n_max + 1 letters: an n-gram that is one too long would be the bare word.
    """
    plain, accented = (
        tuple(word for word in pool if len(word) > n_max + 1)
        for pool, n_max in ((PLAIN, 4), (ACCENTED, 2))
    )
    return [
        (_draw(rng, plain), 2, 4),
        (_draw(rng, OF_TWO), 5, 6),
        (_draw(rng, OF_THREE), 2, 5),
        (_draw(rng, accented), 1, 2),
    ]


def _draw(rng: np.random.Generator, pool: tuple[str, ...]) -> str:
    return draw_words(rng, 1, pool)[0]
