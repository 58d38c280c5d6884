"""The course's data: the source page's toy corpus, the artificial world, public test sets.

The toy data are part of the package. The public files are looked for in the folder given as
an argument or by the environment variable EMBEDLAB_DATA; three of them are otherwise
downloaded once, with a checksum, into the user's cache. Nothing else in the package goes to
the network.
"""

import math
import os
from pathlib import Path
from sys import intern

import numpy as np

from embedlab.numerics import require
from embedlab.vectors import Embeddings
from embedlab.world import World, world

__all__ = [
    "World",
    "city_vectors",
    "load_google_analogies",
    "load_novels",
    "load_sentences",
    "load_simlex999",
    "load_wordsim353",
    "toy_corpus",
    "world",
]

# The evaluation files as release 4.3.3 of gensim carries them in its test data.
EVALUATION_URL = "https://raw.githubusercontent.com/piskvorky/gensim/4.3.3/gensim/test/test_data/"
_SHA256 = {
    "wordsim353.tsv": "f92a022fc2537793a15bc3a8c162ebcd74990e033a228bb6388cb71e4c0b1e1d",
    "simlex999.txt": "d5e0501971478a511430ee880bd0121e94ac701ba86d90544d83e6d2ba3db05d",
    "questions-words.txt": "8c29b3332afc46f3fb8be04cb5297bf96f39aa7131272dff57869b4485b22a36",
}

_TOY_CORPUS = """
the king ruled the kingdom
the queen ruled the kingdom
the prince will be king
the princess will be queen
man and woman are humans
boy and girl are children
king is a man who rules
queen is a woman who rules
the dog chased the cat
the cat sat on the mat
"""

_CITY_VECTORS = {
    "berlin": (2.0, 5.0),
    "germany": (3.0, 5.0),
    "madrid": (2.0, 4.0),
    "barcelona": (3.2, 4.0),
    "spain": (3.0, 4.1),
    "trade": (3.0, 1.0),
    "law": (2.0, 3.0),
    "court": (3.0, 0.0),
    "stream": (0.0, 3.0),
    "current": (0.0, 3.0),
    "the": (1.0, 1.0),
    "and": (1.0, 1.0),
}


def toy_corpus() -> list[list[str]]:
    """Return the ten sentences on which the source page trains Word2Vec.

    >>> sentences = toy_corpus()
    >>> len(sentences), sum(len(sentence) for sentence in sentences)
    (10, 53)
    """
    return [line.split() for line in _TOY_CORPUS.strip().splitlines()]


def city_vectors() -> Embeddings:
    """Return the source page's practice table: twelve words in two dimensions.

    >>> city_vectors()["berlin"].tolist()
    [2.0, 5.0]
    """
    # Embeddings checks the table on construction: distinct words, finite rows.
    return Embeddings(tuple(_CITY_VECTORS), np.array(list(_CITY_VECTORS.values())))


def load_wordsim353(
    folder: str | Path | None = None, *, base_url: str = EVALUATION_URL
) -> list[tuple[str, str, float]]:
    """Return WordSim-353: 353 pairs with human ratings of relatedness from 0 to 10.

    Words are spelled as in the file, some with capitals.

    Args:
        folder: Where ``wordsim353.tsv`` may lie; without it, EMBEDLAB_DATA.
        base_url: Where it is downloaded from when it is in no folder, ending in a slash.

    Raises:
        ValueError: If the folder does not exist, or the file is malformed, not UTF-8 or, when
            downloaded, not the known file.
        OSError: If the file cannot be read or downloaded.
        ModuleNotFoundError: If it has to be downloaded and pooch is not installed.

    Source: Finkelstein et al. 2002, "Placing search in context", doi:10.1145/503104.503110.
    """
    return _read_scores(_find("wordsim353.tsv", folder, base_url))


def load_simlex999(
    folder: str | Path | None = None, *, base_url: str = EVALUATION_URL
) -> list[tuple[str, str, float]]:
    """Return SimLex-999: 999 pairs with human ratings of similarity proper from 0 to 10.

    Args:
        folder: Where ``simlex999.txt`` may lie; without it, EMBEDLAB_DATA.
        base_url: Where it is downloaded from when it is in no folder, ending in a slash.

    Raises:
        ValueError, OSError, ModuleNotFoundError: As ``load_wordsim353``.

    Source: Hill et al. 2015, arXiv:1408.3456.
    """
    return _read_scores(_find("simlex999.txt", folder, base_url))


def load_google_analogies(
    folder: str | Path | None = None, *, base_url: str = EVALUATION_URL
) -> dict[str, list[tuple[str, str, str, str]]]:
    """Return the Google analogy test set: 14 sections of (a, b, c, d), a : b :: c : d.

    In ``vectors.analogy`` the question is ``analogy(embeddings, b, a, c)``. Words are spelled
    as in the file, names with capitals.

    Args:
        folder: Where ``questions-words.txt`` may lie; without it, EMBEDLAB_DATA.
        base_url: Where it is downloaded from when it is in no folder, ending in a slash.

    Raises:
        ValueError, OSError, ModuleNotFoundError: As ``load_wordsim353``.

    Source: Mikolov et al. 2013, arXiv:1301.3781, section 4.1.
    """
    path = _find("questions-words.txt", folder, base_url)
    sections: dict[str, list[tuple[str, str, str, str]]] = {}
    section: list[tuple[str, str, str, str]] | None = None
    for number, line in _lines(path):
        words = line.split()
        if words[0] == ":" and len(words) == 2:
            section = sections.setdefault(words[1], [])
        elif section is not None and words[0] != ":" and len(words) == 4:
            section.append((words[0], words[1], words[2], words[3]))
        else:
            rule = "be ': section' or, inside a section, four words"
            require(False, f"line {number} of {path}", rule, line)
    _require_content(path, any(sections.values()))
    return sections


def load_sentences(path: str | Path) -> list[list[str]]:
    """Return the sentences of a text file as token lists: one sentence a line, split at spaces.

    Raises:
        FileNotFoundError: If there is no such file.
        ValueError: If the file is empty or not UTF-8.
    """
    path = Path(path).expanduser()
    # Interned, a word that occurs a hundred thousand times is stored once.
    sentences = [[intern(word) for word in line.split()] for _, line in _lines(path)]
    _require_content(path, bool(sentences))
    return sentences


def load_novels(folder: str | Path | None = None) -> list[list[str]]:
    """Return the sentences of ``novels.txt`` as token lists; see ``load_sentences``.

    Args:
        folder: Where the file lies; without it, EMBEDLAB_DATA.

    Raises:
        ValueError: If the folder does not exist, or the file is empty or not UTF-8.
        FileNotFoundError: If the file is not there; it is not downloaded.
    """
    name = "novels.txt"
    path = _in_folder(name, folder)
    if path is None:
        raise FileNotFoundError(
            f"{name} is not part of the package and has no download; put it into a folder (one "
            "sentence a line, words separated by spaces) and name the folder with the argument "
            "or with EMBEDLAB_DATA"
        )
    return load_sentences(path)


def _in_folder(name: str, folder: str | Path | None) -> Path | None:
    """Return the file in the user's folder, or None if there is no folder or no such file."""
    source = "folder" if folder is not None else "EMBEDLAB_DATA"
    place = folder if folder is not None else os.environ.get("EMBEDLAB_DATA") or None
    if place is None:
        return None
    path = Path(place).expanduser()
    require(path.is_dir(), source, "be an existing folder", str(place), "create it or correct it")
    return path / name if (path / name).is_file() else None


def _find(name: str, folder: str | Path | None, base_url: str) -> Path:
    """Return the path of a file, in the user's folder or else downloaded."""
    path = _in_folder(name, folder)
    return path if path is not None else _download(name, base_url)


def _download(name: str, base_url: str) -> Path:
    """Return the path of a file in pooch's cache, which holds it only if its checksum is right."""
    is_web_folder = base_url.startswith(("http://", "https://")) and base_url.endswith("/")
    require(is_web_folder, "base_url", "begin with http:// or https:// and end with /", base_url)
    remedy = f"put {name} into a folder and name the folder with EMBEDLAB_DATA"
    try:
        import pooch
    except ModuleNotFoundError as error:
        raise ModuleNotFoundError(
            f"downloading {name} needs pooch: pip install pooch, or {remedy}"
        ) from error
    try:
        path = pooch.retrieve(
            f"{base_url}{name}",
            known_hash=f"sha256:{_SHA256[name]}",
            fname=name,
            path=pooch.os_cache("embedlab"),
        )
    # First, because some errors of requests, with which pooch downloads, are both.
    except OSError as error:
        raise OSError(
            f"{base_url}{name} could not be downloaded ({type(error).__name__}); check the "
            f"connection, or {remedy}"
        ) from error
    except ValueError as error:
        raise ValueError(
            f"the download of {base_url}{name} must have SHA-256 {_SHA256[name]}, got another "
            f"file and discarded it; try again, or {remedy}"
        ) from error
    return Path(path)


def _lines(path: Path) -> list[tuple[int, str]]:
    """Return the lines of a text file with their numbers, without blank lines."""
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise ValueError(
            f"{path} must be UTF-8 text, got byte 0x{error.object[error.start]:02x} at offset "
            f"{error.start}; save it as UTF-8"
        ) from error
    return [(number, line) for number, line in enumerate(text.split("\n"), 1) if line.strip()]


def _read_scores(path: Path) -> list[tuple[str, str, float]]:
    """Return the (word, word, score) of each line; lines that begin with # are comments."""
    pairs = []
    for number, line in _lines(path):
        if line.startswith("#"):
            continue
        name, rule = f"line {number} of {path}", "be word, word and number, separated by tabs"
        fields = [field.strip() for field in line.split("\t")]
        require(len(fields) == 3 and all(fields), name, rule, line)
        try:
            score = float(fields[2])
        except ValueError:
            score = math.nan
        require(math.isfinite(score), name, rule, line)
        pairs.append((fields[0], fields[1], score))
    _require_content(path, bool(pairs))
    return pairs


def _require_content(path: Path, has_content: bool) -> None:
    require(has_content, str(path), "hold data", "none", "get the file again")
