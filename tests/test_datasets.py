"""Toy data against the source page, loaders against bad files and a real loopback server."""

import hashlib
import os
import socket
import sys
import threading
from collections import Counter
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from embedlab import datasets
from embedlab.datasets import (
    city_vectors,
    load_google_analogies,
    load_novels,
    load_sentences,
    load_simlex999,
    load_wordsim353,
    toy_corpus,
)
from embedlab.vectors import analogy, cosine

REAL_DATA = os.environ.get("EMBEDLAB_DATA")
SCORES = "# comment\nlove\tsex\t6.77\ntiger\ttiger\t10.00\n"
ANALOGIES = (
    ": capitals\nAthens Greece Oslo Norway\n: plural\ncat cats dog dogs\ncat cats cow cows\n"
)
# Loader, its file, and well-formed content of that file.
DOWNLOADED = [
    (load_wordsim353, "wordsim353.tsv", SCORES),
    (load_simlex999, "simlex999.txt", SCORES),
    (load_google_analogies, "questions-words.txt", ANALOGIES),
]
EVERY = [*DOWNLOADED, (load_novels, "novels.txt", "it was late\nshe slept\n")]


@pytest.fixture(autouse=True)
def own_environment(monkeypatch, tmp_path):
    """Keep the tests off the reader's data, cache and proxy."""
    pooch = pytest.importorskip("pooch")
    monkeypatch.delenv("EMBEDLAB_DATA", raising=False)
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.setattr(pooch, "os_cache", lambda project: tmp_path / "cache" / project)


@pytest.fixture
def server():
    """Serve a dict of path -> bytes on the loopback interface and count the requests."""
    files, requests = {}, []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            requests.append(self.path)
            body = files.get(self.path)
            self.send_response(200 if body is not None else 404)
            self.send_header("Content-Length", str(len(body or b"")))
            self.end_headers()
            self.wfile.write(body or b"")

        def log_message(self, *args):
            pass

    with HTTPServer(("127.0.0.1", 0), Handler) as http:
        thread = threading.Thread(target=http.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield f"http://127.0.0.1:{http.server_port}/", files, requests
        http.shutdown()
        thread.join()


# Toy data


def test_toy_corpus_has_the_counts_of_the_source_page():
    sentences = toy_corpus()
    counts = Counter(word for sentence in sentences for word in sentence)
    assert len(sentences) == 10
    assert counts.total() == 53
    assert len(counts) == 27
    assert counts.most_common(1) == [("the", 10)]
    assert counts["king"] == counts["queen"] == 3
    assert sentences[6] == ["king", "is", "a", "man", "who", "rules"]


def test_toy_corpus_is_the_callers_own():
    toy_corpus()[0].append("changed")
    assert toy_corpus()[0] == ["the", "king", "ruled", "the", "kingdom"]


def test_city_vectors_give_the_source_pages_answers():
    cities = city_vectors()
    assert len(cities) == 12
    assert cities.n_dimensions == 2
    assert cities["barcelona"].tolist() == [3.2, 4.0]
    assert cosine(cities["berlin"], cities["madrid"]) == pytest.approx(24 / 580**0.5, rel=1e-12)
    by_hand = 26.4 / (29 * 26.24) ** 0.5
    assert cosine(cities["berlin"], cities["barcelona"]) == pytest.approx(by_hand, rel=1e-12)
    # berlin - germany + spain = (2, 4.1); madrid lies within a degree of it.
    assert analogy(cities, "berlin", "germany", "spain")[0][0] == "madrid"


# Files in the user's folder


@pytest.mark.parametrize(("loader", "name", "content"), EVERY)
def test_a_file_is_read_from_the_argument_or_the_environment(
    loader, name, content, tmp_path, monkeypatch
):
    (tmp_path / name).write_text(content, encoding="utf-8")
    from_argument = loader(tmp_path)
    assert loader(str(tmp_path)) == from_argument
    monkeypatch.setenv("EMBEDLAB_DATA", str(tmp_path))
    assert loader() == from_argument
    # The argument wins: the other folder has other content, which must be the one read.
    other = tmp_path / "other"
    other.mkdir()
    (other / name).write_text(content * 2, encoding="utf-8")
    assert loader(other) != from_argument


def test_contents_are_parsed(tmp_path):
    for _, name, content in EVERY:
        (tmp_path / name).write_text(content, encoding="utf-8")
    expected = [("love", "sex", 6.77), ("tiger", "tiger", 10.0)]
    assert load_wordsim353(tmp_path) == load_simlex999(tmp_path) == expected
    assert load_google_analogies(tmp_path) == {
        "capitals": [("Athens", "Greece", "Oslo", "Norway")],
        "plural": [("cat", "cats", "dog", "dogs"), ("cat", "cats", "cow", "cows")],
    }
    assert load_novels(tmp_path) == [["it", "was", "late"], ["she", "slept"]]


@pytest.mark.parametrize(("loader", "name", "content"), EVERY)
def test_blank_lines_and_windows_line_ends_do_no_harm(loader, name, content, tmp_path):
    (tmp_path / name).write_text(content, encoding="utf-8")
    plain = loader(tmp_path)
    # Bytes, because writing text would translate the line ends once more on Windows.
    (tmp_path / name).write_bytes(content.replace("\n", "\r\n\r\n").encode())
    assert loader(tmp_path) == plain


@pytest.mark.parametrize("loader", [loader for loader, *_ in EVERY])
def test_a_folder_that_does_not_exist_is_named(loader, tmp_path, monkeypatch):
    missing = tmp_path / "missing"
    with pytest.raises(ValueError, match=r"folder must be an existing folder, got .*missing"):
        loader(missing)
    monkeypatch.setenv("EMBEDLAB_DATA", str(missing))
    with pytest.raises(ValueError, match="EMBEDLAB_DATA must be an existing folder"):
        loader()


def test_novels_are_never_downloaded(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"novels\.txt is not part .* put it into a folder"):
        load_novels(tmp_path)
    with pytest.raises(FileNotFoundError, match="or with EMBEDLAB_DATA"):
        load_novels()


def test_a_file_of_ones_own_is_read_like_the_novels(tmp_path):
    path = tmp_path / "own.txt"
    path.write_text("it was late\n\nshe  slept\n", encoding="utf-8")
    assert (
        load_sentences(path)
        == load_sentences(str(path))
        == [["it", "was", "late"], ["she", "slept"]]
    )
    with pytest.raises(FileNotFoundError):
        load_sentences(tmp_path / "missing.txt")


def test_a_corpus_that_is_not_utf8_is_refused_with_the_place(tmp_path):
    path = tmp_path / "latin.txt"
    path.write_bytes("it was\ncaf\xe9\n".encode("latin-1"))
    with pytest.raises(
        ValueError, match=r"latin\.txt must be UTF-8 text, got byte 0xe9 at offset 10"
    ):
        load_sentences(path)


BAD_SCORES = [
    "love\tsex",
    "love\tsex\t6.77\t1",
    "love\tsex\thigh",
    "love\tsex\tnan",
    "love\tsex\tinf",
    "love\t\t6.77",
    "love sex 6.77",
]
BAD_ANALOGIES = ["a b c", "a b c d e", ":", ": two words", ": a b c"]
MALFORMED = [
    *((loader, name, text) for loader, name, _ in DOWNLOADED[:2] for text in BAD_SCORES),
    *((load_google_analogies, "questions-words.txt", text) for text in BAD_ANALOGIES),
]


@pytest.mark.parametrize(("loader", "name", "bad"), MALFORMED)
def test_a_malformed_line_is_named_with_its_file(loader, name, bad, tmp_path):
    good = next(content for _, file, content in DOWNLOADED if file == name)
    (tmp_path / name).write_text(f"{good}\n{bad}\n{good}", encoding="utf-8")
    # Blank lines count, so that the number is the one an editor shows.
    number = good.count("\n") + 2
    with pytest.raises(ValueError, match=rf"line {number} of .*{name} must be ") as error:
        loader(tmp_path)
    assert repr(bad) in str(error.value)


def test_an_analogy_before_the_first_section_is_malformed(tmp_path):
    (tmp_path / "questions-words.txt").write_text("cat cats dog dogs\n", encoding="utf-8")
    with pytest.raises(ValueError, match=r"line 1 of .*inside a section"):
        load_google_analogies(tmp_path)


@pytest.mark.parametrize(("loader", "name", "content"), EVERY)
def test_a_file_that_is_not_utf8_is_refused(loader, name, content, tmp_path):
    (tmp_path / name).write_bytes(content.encode() + b"caf\xe9\n")
    where = rf"{name} must be UTF-8 text, got byte 0xe9 at offset {len(content.encode()) + 3}"
    with pytest.raises(ValueError, match=where):
        loader(tmp_path)


@pytest.mark.parametrize(("loader", "name"), [(loader, name) for loader, name, _ in EVERY])
@pytest.mark.parametrize("content", ["", "\n \n"])
def test_an_empty_file_is_refused(loader, name, content, tmp_path):
    (tmp_path / name).write_text(content, encoding="utf-8")
    with pytest.raises(ValueError, match=f"{name} must hold data"):
        loader(tmp_path)


# Downloads


@pytest.mark.parametrize(("loader", "name", "content"), DOWNLOADED)
def test_a_file_is_downloaded_once_and_kept(loader, name, content, server, monkeypatch, tmp_path):
    base_url, files, requests = server
    files[f"/{name}"] = content.encode()
    monkeypatch.setitem(datasets._SHA256, name, hashlib.sha256(content.encode()).hexdigest())
    (tmp_path / name).write_text(content, encoding="utf-8")
    expected = loader(tmp_path)
    empty = tmp_path / "empty"
    empty.mkdir()
    # A folder without the file does not stop the download.
    assert loader(empty, base_url=base_url) == expected
    assert loader(base_url=base_url) == expected
    assert requests == [f"/{name}"]


def test_a_damaged_cache_is_downloaded_again(server, monkeypatch, tmp_path):
    base_url, files, requests = server
    files["/simlex999.txt"] = SCORES.encode()
    digest = hashlib.sha256(SCORES.encode()).hexdigest()
    monkeypatch.setitem(datasets._SHA256, "simlex999.txt", digest)
    expected = load_simlex999(base_url=base_url)
    (tmp_path / "cache" / "embedlab" / "simlex999.txt").write_text("damaged\t1\t1\n")
    assert load_simlex999(base_url=base_url) == expected
    assert len(requests) == 2


@pytest.mark.parametrize(("loader", "name", "content"), DOWNLOADED)
def test_a_wrong_checksum_leaves_nothing_behind(loader, name, content, server, tmp_path):
    # Well-formed, so that only the checksum can tell it from the real file.
    base_url, files, _ = server
    files[f"/{name}"] = content.encode()
    with pytest.raises(ValueError, match=rf"{name} must have SHA-256 {datasets._SHA256[name]}"):
        loader(base_url=base_url)
    assert [path for path in (tmp_path / "cache").rglob("*") if path.is_file()] == []


@pytest.mark.parametrize("loader", [loader for loader, *_ in DOWNLOADED])
def test_a_missing_download_says_so_in_one_sentence(loader, server):
    base_url, _, requests = server
    with pytest.raises(OSError, match=r"could not be downloaded \(HTTPError\); check .* or put"):
        loader(base_url=base_url)
    assert len(requests) == 1


@pytest.mark.parametrize("loader", [loader for loader, *_ in DOWNLOADED])
def test_offline_gives_the_remedy_in_one_sentence(loader):
    # A port that was free a moment ago refuses the connection, as a dead network does.
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with pytest.raises(OSError, match=r"EMBEDLAB_DATA$") as error:
        loader(base_url=f"http://127.0.0.1:{port}/")
    assert "ConnectionError" in str(error.value)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize("base_url", ["ftp://example.org/", "https://example.org", "data/"])
def test_a_base_url_must_be_a_folder_on_the_web(base_url):
    with pytest.raises(ValueError, match="base_url must begin with http"):
        load_wordsim353(base_url=base_url)


@pytest.mark.parametrize("loader", [loader for loader, *_ in DOWNLOADED])
def test_without_pooch_the_error_says_how_to_get_it(loader, monkeypatch):
    monkeypatch.setitem(sys.modules, "pooch", None)
    with pytest.raises(ModuleNotFoundError, match="pip install pooch, or put"):
        loader()


def test_a_local_file_needs_no_pooch(monkeypatch, tmp_path):
    monkeypatch.setitem(sys.modules, "pooch", None)
    (tmp_path / "simlex999.txt").write_text(SCORES, encoding="utf-8")
    assert len(load_simlex999(tmp_path)) == 2


# The real files

needs_data = pytest.mark.skipif(REAL_DATA is None, reason="EMBEDLAB_DATA is not set")


@pytest.mark.local_data
@needs_data
def test_the_real_word_pairs():
    wordsim, simlex = load_wordsim353(REAL_DATA), load_simlex999(REAL_DATA)
    assert (len(wordsim), len(simlex)) == (353, 999)
    assert wordsim[1] == ("tiger", "cat", 7.35)
    assert simlex[0] == ("old", "new", 1.58)
    assert all(0 <= score <= 10 for *_, score in wordsim + simlex)


@pytest.mark.local_data
@needs_data
def test_the_real_analogies():
    sections = load_google_analogies(REAL_DATA)
    assert len(sections) == 14
    assert sum(len(questions) for questions in sections.values()) == 19544
    assert sections["capital-common-countries"][0] == ("Athens", "Greece", "Baghdad", "Iraq")
    # The published split: 5 semantic sections, 9 that begin with "gram".
    syntactic = [name for name in sections if name.startswith("gram")]
    assert len(syntactic) == 9
    assert sum(len(sections[name]) for name in syntactic) == 10675


@pytest.mark.local_data
@needs_data
@pytest.mark.parametrize("name", datasets._SHA256)
def test_the_checksums_are_those_of_the_real_files(name):
    with open(os.path.join(REAL_DATA, name), "rb") as file:
        assert hashlib.sha256(file.read()).hexdigest() == datasets._SHA256[name]


@pytest.mark.local_data
@needs_data
def test_the_real_novels():
    sentences = load_novels(REAL_DATA)
    assert min(len(sentence) for sentence in sentences) >= 5
    n_tokens = sum(len(sentence) for sentence in sentences)
    # The file is described as 5.0 million words.
    assert 4_950_000 < n_tokens < 5_050_000
