"""What the repository says about itself in several places must agree."""

import json
import re
import tomllib
from itertools import chain

import yaml
from book_pages import ROOT

import embedlab

LOCKS = ("requirements.lock", "requirements-uv.lock", "book/lite/requirements.lock")


def read(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def locked_versions(text: str) -> dict[str, str]:
    """Return name to version; a package with environment markers may stand there twice."""
    return dict(re.findall(r"^([A-Za-z0-9._-]+)==([^ ;\\]+)", text, re.M))


def unhashed(text: str) -> list[str]:
    """Return the requirements of a lock file that no hash follows."""
    blocks = re.split(r"\n(?=[A-Za-z0-9])", text.strip())
    return [block.split()[0] for block in blocks if "--hash=sha256:" not in block]


def test_lock_files_pin_and_hash_everything_and_name_no_registry():
    for name in LOCKS:
        text = read(name)
        assert locked_versions(text)
        assert unhashed(text) == []
        assert "://" not in text
        assert "index-url" not in text


def test_negative_control_an_unhashed_requirement_is_found():
    assert unhashed("a==1 \\\n    --hash=sha256:00\nb==2\n    # via a\n") == ["b==2"]


def test_javascript_lock_names_no_registry_and_hashes_everything():
    lock = json.loads(read("package-lock.json"))
    assert "://registry" not in read("package-lock.json")
    packages = [package for name, package in lock["packages"].items() if name]
    assert packages
    assert all("integrity" in package and "resolved" not in package for package in packages)


def test_fixed_pins_are_in_the_lock():
    versions = locked_versions(read("requirements.lock"))
    assert versions["jupyter-book"] == "1.0.4.post1"
    assert versions["nbgrader"] == "0.9.6"


def test_every_direct_dependency_is_locked():
    project = tomllib.loads(read("pyproject.toml"))["project"]
    locked = {name.lower().replace("_", "-") for name in locked_versions(read("requirements.lock"))}
    asked = [*project["dependencies"], *chain(*project["optional-dependencies"].values())]
    names = {re.match(r"[A-Za-z0-9._-]+", item)[0].lower() for item in asked} - {"embedlab"}
    assert names <= locked, names - locked


def test_version_is_the_same_everywhere():
    version = embedlab.__version__
    assert yaml.safe_load(read("CITATION.cff"))["version"] == version
    assert f"embedlab-{version}-py3-none-any.whl" in read("book/assignments.md")
    assert re.search(rf"^## {re.escape(version)} ", read("CHANGELOG.md"), re.M)


def test_workflows_run_the_scripts_that_maintainers_run():
    workflows = {
        path.stem: yaml.safe_load(path.read_text(encoding="utf-8"))
        for path in (ROOT / ".github" / "workflows").glob("*.yml")
    }
    assert set(workflows) == {"checks", "publish", "canary"}
    commands = {
        name: [
            step["run"] for job in flow["jobs"].values() for step in job["steps"] if "run" in step
        ]
        for name, flow in workflows.items()
    }
    assert "bash .ci/run" in commands["checks"]
    assert "make course" in commands["publish"]
    assert {"UNLOCKED=1 bash .ci/run", "make twice", "make links"} <= set(commands["canary"])
    # In YAML 1.1 the key `on` is read as true.
    assert "schedule" in workflows["canary"][True]


def test_make_commands_named_in_the_documents_exist():
    targets = set(re.findall(r"^([a-z-]+):.*## ", read("Makefile"), re.M))
    for name in ("README.md", "CONTRIBUTING.md"):
        lines = re.findall(r"\bmake ([a-z ]+?)(?= {2,}|`|\n|$|#|;)", read(name))
        named = {word for line in lines for word in line.split()}
        assert named & targets
        assert named - {"and", "make"} <= targets, named - targets
