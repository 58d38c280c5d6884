"""`make site-offline`: which packages it wants, what it says of wrong ones, and what it does.

Pyodide's own packages cannot be had from a registry: these have their names and other contents.
"""

import hashlib
import json
import zipfile

import browser_packages
import lite
import offline
import pytest
from grading_helpers import ROOT

BASE = "https://cdn.jsdelivr.net/pyodide/v9.8.7/full/"
CONTENT = {"numpy": b"numbers", "scipy": b"science", "threadpoolctl": b"threads", "other": b"-"}
DEPENDS = {"scipy": ["numpy"]}


@pytest.fixture
def pyodide(tmp_path):
    """An npm package of Pyodide, as far as its lock file goes."""
    folder = tmp_path / "pyodide"
    folder.mkdir()
    (folder / "package.json").write_text('{"version": "9.8.7"}', "utf-8")
    packages = {
        name: {
            "name": name,
            "file_name": f"{name}-1-wasm32.whl",
            "sha256": hashlib.sha256(content).hexdigest(),
            "depends": DEPENDS.get(name, []),
        }
        for name, content in CONTENT.items()
    }
    lock = {"info": {}, "packages": packages}
    (folder / browser_packages.NAME).write_text(json.dumps(lock), "utf-8")
    return folder


@pytest.fixture
def wheels(tmp_path):
    """What a maintainer has fetched."""
    folder = tmp_path / "fetched"
    folder.mkdir()
    for name, content in CONTENT.items():
        (folder / f"{name}-1-wasm32.whl").write_bytes(content)
    return folder


@pytest.fixture
def site(tmp_path, pyodide):
    """A built site, whose own build of threadpoolctl lies beside its lock file."""
    folder = tmp_path / "html"
    (folder / "_static" / "pyodide-9.8.7").mkdir(parents=True)
    (folder / "lite" / "pyodide").mkdir(parents=True)
    (folder / "lite" / "files").mkdir()
    (folder / "lite" / "files" / "cosine.ipynb").write_text(json.dumps([lite.IN_BROWSER]))
    own = {"name": "threadpoolctl", "file_name": "threadpoolctl-1-wasm32.whl", "depends": []}
    lock = browser_packages.extended(pyodide, [own])
    (folder / "lite" / "pyodide" / browser_packages.NAME).write_text(json.dumps(lock), "utf-8")
    return folder


def test_packages_are_checked_and_put_into_the_site_once(pyodide, wheels, site):
    files = offline.checked(wheels, pyodide, ["scipy", "threadpoolctl"])
    assert [path.name.split("-")[0] for path in files] == ["numpy", "scipy", "threadpoolctl"]
    offline.bundle(files, site)
    lock_file = site / "lite" / "pyodide" / browser_packages.NAME
    names = {
        name: package["file_name"]
        for name, package in json.loads(lock_file.read_text("utf-8"))["packages"].items()
    }
    assert names["numpy"] == "../../_static/pyodide-9.8.7/numpy-1-wasm32.whl"
    assert (lock_file.parent / names["numpy"]).resolve().read_bytes() == CONTENT["numpy"]
    assert len(list(site.rglob("numpy*"))) == 1
    # What the build carries is untouched, and what nobody asked for stays where it was.
    assert names["threadpoolctl"] == "threadpoolctl-1-wasm32.whl"
    assert names["other"] == f"{BASE}other-1-wasm32.whl"
    # The notebooks no longer say that a public server is asked.
    (text,) = json.loads((site / "lite" / "files" / "cosine.ipynb").read_text("utf-8"))
    assert text == lite.IN_BROWSER.replace(lite.FROM_FAR, lite.FROM_HERE) != lite.IN_BROWSER
    assert "jsdelivr" not in text


def test_missing_and_wrong_files_are_all_named_and_nothing_is_done(pyodide, wheels):
    (wheels / "numpy-1-wasm32.whl").write_bytes(b"numbers of another release")
    (wheels / "scipy-1-wasm32.whl").unlink()
    with pytest.raises(offline.NotReadyError) as caught:
        offline.checked(wheels, pyodide, ["scipy", "threadpoolctl"])
    first, second, third, fourth = str(caught.value).splitlines()
    assert "fetch them again" in first
    assert second.startswith("numpy-1-wasm32.whl has SHA-256 ")
    assert third == f"1 of 3 files are missing from {wheels}; fetch:"
    assert fourth == f"{BASE}scipy-1-wasm32.whl"


def test_a_folder_that_is_no_site_is_refused(wheels, tmp_path):
    with pytest.raises(offline.NotReadyError, match="run `make book` first"):
        offline.bundle([], tmp_path)


def test_what_is_no_folder_is_named(pyodide, tmp_path):
    (tmp_path / "file").touch()
    for name in ("file", "no-such-folder"):
        with pytest.raises(offline.NotReadyError, match=f"{name} is no folder: name the one"):
            offline.checked(tmp_path / name, pyodide, ["numpy"])


@pytest.mark.parametrize("arguments", [[], [""]])
def test_without_a_folder_it_says_how_to_name_one(arguments):
    with pytest.raises(offline.NotReadyError, match="EMBEDLAB_WASM_WHEELS=FOLDER"):
        offline.main(arguments)


def test_the_true_lock_file_leads_to_the_packages_that_need_webassembly(tmp_path):
    lock = ROOT / "node_modules" / "pyodide" / browser_packages.NAME
    if not lock.is_file():
        pytest.skip("Pyodide is not installed: run 'make book'")
    with pytest.raises(offline.NotReadyError) as caught:
        offline.main([str(tmp_path)])
    wanted = str(caught.value)
    version = json.loads((lock.parent / "package.json").read_text("utf-8"))["version"]
    for name in ("numpy", "scipy", "matplotlib", "kiwisolver"):
        assert f"https://cdn.jsdelivr.net/pyodide/v{version}/full/{name}-" in wanted


def test_an_entry_says_what_a_browser_must_know_of_a_wheel(tmp_path):
    wheel = tmp_path / "prompt_toolkit-3-py3-none-any.whl"
    with zipfile.ZipFile(wheel, "w") as archive:
        info = "prompt_toolkit-3.dist-info"
        archive.writestr(f"{info}/METADATA", "Name: Prompt_Toolkit\nVersion: 3\n\nName: no\n")
        for name in ("prompt_toolkit/keys.py", "single.py", f"{info}/licenses/METADATA"):
            archive.writestr(name, "")
    entry = browser_packages.entry(wheel, "there.whl", ["wcwidth"])
    assert (entry["name"], entry["version"]) == ("prompt-toolkit", "3")
    assert entry["imports"] == ["prompt_toolkit", "single"]
    assert entry["depends"] == ["wcwidth"]
    assert entry["sha256"] == hashlib.sha256(wheel.read_bytes()).hexdigest()
