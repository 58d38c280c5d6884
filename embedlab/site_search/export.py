"""The files of the search: two that a browser loads as scripts, and a report for the book's page.

They are scripts, because a page that is opened from a disk may load those and nothing else. The
first one holds the texts, which is enough to search by words; the second one the vectors.
"""

import gzip
import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from embedlab.files import replacing
from embedlab.paragraphs import Paragraph, content_version, read_paragraphs
from embedlab.pretrained import Pretrained
from embedlab.site_search.codes import parsed, written
from embedlab.site_search.index import Meaning, SearchIndex, build_index, searchable
from embedlab.site_search.judging import DEPTHS, Quality, answerable, judge
from embedlab.site_search.questions import ASKED, QUESTIONS, TYPED
from embedlab.stopwords import STOPWORDS

TEXTS, VECTORS, REPORT = "ask-texts.js", "ask-vectors.js", "ask-report.json"
_VARIABLES = {TEXTS: "askTexts", VECTORS: "askVectors"}


@dataclass(frozen=True)
class Report:
    """What the book's page says about its search.

    Attributes:
        version: Changes with each file.
        n_paragraphs: How many are searched.
        n_words: How many words have a vector; 0 without the weights.
        sizes: For each file its bytes, and its bytes compressed by gzip.
        n_typed: Questions as a reader types them, that can be answered.
        n_asked: Those of quizzes, interviews and exercises.
        depths: The numbers of hits that ``qualities`` are about.
        qualities: One for each ranking.
    """

    version: str
    n_paragraphs: int
    n_words: int
    sizes: dict[str, tuple[int, int]]
    n_typed: int
    n_asked: int
    depths: tuple[int, ...]
    qualities: tuple[Quality, ...]


def write_search(book: Path, output: Path, cache: Path, model: Pretrained | None) -> Report:
    """Write the search of a book.

    Args:
        book: The folder of its pages.
        output: Where the files go.
        cache: Where the teacher's vectors are kept.
        model: The teacher; None writes a search by words.

    Raises:
        ValueError: If the folder holds no pages.
    """
    index, encoded = build_index(searchable(read_paragraphs(book)), model, cache)
    questions = answerable(index, QUESTIONS)
    qualities = tuple(judge(index, questions, encoded, model)) if questions else ()
    output.mkdir(parents=True, exist_ok=True)
    (output / VECTORS).unlink(missing_ok=True)
    contents = {TEXTS: _texts(index)}
    if index.meaning is not None:
        contents[VECTORS] = _vectors(index.meaning)
    sizes = {name: _write_script(output / name, content) for name, content in contents.items()}
    report = Report(
        version=content_version(index.paragraphs),
        n_paragraphs=len(index.paragraphs),
        n_words=0 if index.meaning is None else len(index.meaning.words),
        sizes=sizes,
        n_typed=len(set(questions) & set(TYPED)),
        n_asked=len(set(questions) & set(ASKED)),
        depths=DEPTHS,
        qualities=qualities,
    )
    # The last one: the build looks at its date, and must not take half a search for a whole one.
    text = json.dumps(asdict(report), ensure_ascii=False, indent=1)
    with replacing(output / REPORT) as file:
        file.write(f"{text}\n".encode())
    return report


def read_report(folder: Path) -> Report:
    """Return the report that ``write_search`` has written."""
    found = json.loads((folder / REPORT).read_text(encoding="utf-8"))
    qualities = tuple(
        Quality(
            quality["ranking"],
            tuple(quality["n_found"]),
            tuple((low, high) for low, high in quality["intervals"]),
            quality["agreement"],
        )
        for quality in found["qualities"]
    )
    sizes = {name: (raw, compressed) for name, (raw, compressed) in found["sizes"].items()}
    changed = {"qualities": qualities, "sizes": sizes, "depths": tuple(found["depths"])}
    return Report(**found | changed)


def read_index(folder: Path) -> SearchIndex:
    """Return the index from the very files that a browser loads."""
    texts = _read_script(folder / TEXTS)
    sections = texts["sections"]
    paragraphs = tuple(
        Paragraph(sections[i][0], tuple(sections[i][2]), sections[i][1], text, "text")
        for i, text in texts["paragraphs"]
    )
    if not (folder / VECTORS).is_file():
        return SearchIndex(paragraphs, None)
    vectors = _read_script(folder / VECTORS)
    codes = (parsed(vectors[kind]) for kind in ("wordCodes", "paragraphCodes"))
    return SearchIndex(paragraphs, Meaning(tuple(vectors["words"].split(" ")), *codes))


def _texts(index: SearchIndex) -> dict[str, Any]:
    sections: dict[tuple[str, str, tuple[str, ...]], int] = {}
    paragraphs = [
        (sections.setdefault(_section(paragraph), len(sections)), paragraph.text)
        for paragraph in index.paragraphs
    ]
    return {
        "hasVectors": index.meaning is not None,
        "stopwords": " ".join(sorted(STOPWORDS)),
        "sections": list(sections),
        "paragraphs": paragraphs,
    }


def _section(paragraph: Paragraph) -> tuple[str, str, tuple[str, ...]]:
    return paragraph.page, paragraph.anchor, paragraph.headings


def _vectors(meaning: Meaning) -> dict[str, Any]:
    return {
        "words": " ".join(meaning.words),
        "wordCodes": written(meaning.word_codes),
        "paragraphCodes": written(meaning.paragraph_codes),
    }


def _write_script(path: Path, content: dict[str, Any]) -> tuple[int, int]:
    """Write an object as a script that names it, and return its bytes, plain and compressed."""
    text = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
    script = f"window.{_VARIABLES[path.name]}={text};\n".encode()
    with replacing(path) as file:
        file.write(script)
    return len(script), compressed_bytes(script)


def compressed_bytes(content: bytes) -> int:
    """Return how many bytes a server sends that compresses with gzip."""
    return len(gzip.compress(content, mtime=0))


def _read_script(path: Path) -> Any:
    script = path.read_text(encoding="utf-8")
    return json.loads(script.partition("=")[2].rstrip(";\n"))


def summary(report: Report) -> str:
    """Return a report as a sentence."""
    size = sum(compressed for _, compressed in report.sizes.values()) / 1000
    by = f"{report.n_words} word vectors" if report.n_words else "words only: no weights installed"
    told = f"{report.n_paragraphs} paragraphs, {by}, {size:.0f} kB compressed"
    n = report.n_typed + report.n_asked
    found = "; ".join(f"{quality.ranking} {quality.n_found[-1]}" for quality in report.qualities)
    return f"{told}; of {n} questions answered among the first {report.depths[-1]}: {found}"
