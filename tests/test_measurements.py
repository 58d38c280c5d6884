import json
import platform
import re
from datetime import date
from pathlib import Path

import pytest

from embedlab import __version__, measurements
from embedlab.measurements import (
    describe_machine,
    describe_versions,
    provenance,
    read_record,
    write_record,
)

ROWS = [{"load": "search", "p50": 1.25, "errors": 0, "note": None}, {"load": "größer", "p50": 2.5}]


def test_a_record_is_read_back_as_it_was_written(tmp_path):
    path = tmp_path / "measured" / "service.json"
    written = write_record(path, "A service under load.", ROWS, packages=["scipy"])
    assert read_record(path) == written
    assert written.rows == tuple(ROWS)
    assert written.about == "A service under load."
    assert abs((date.fromisoformat(written.made) - date.today()).days) <= 1
    assert set(written.versions) == {"python", "embedlab", "numpy", "scipy"}
    assert written.versions["python"] == platform.python_version()
    assert written.versions["embedlab"] == __version__


def test_the_file_is_plain_json_with_an_end_of_line(tmp_path):
    path = tmp_path / "r.json"
    write_record(path, "x", ROWS)
    text = path.read_text(encoding="utf-8")
    assert text.endswith("}\n")
    assert "größer" in text
    assert set(json.loads(text)) == {"about", "made", "machine", "versions", "rows"}


def test_it_names_a_kind_of_machine_and_no_machine(tmp_path):
    path = tmp_path / "r.json"
    machine = write_record(path, "x", ROWS).machine
    assert set(machine) == {"processor", "model", "cores", "memory_gib", "system"}
    assert machine["cores"] >= 1
    text = path.read_text(encoding="utf-8")
    host = platform.node()
    # A host could be called like an architecture; that tells nothing.
    assert host in machine.values() or not host or f'"{host}' not in text
    assert str(tmp_path) not in text
    assert str(Path.home()) not in text
    assert re.search(r'"[/\\]', text) is None


@pytest.mark.parametrize(
    ("cpuinfo", "model"),
    [
        ("model name\t: AMD EPYC 7763  64-Core Processor\n", "AMD EPYC 7763 64-Core Processor"),
        ("model name : Intel(R) Xeon(R) CPU @ 2.20GHz", "Intel(R) Xeon(R) CPU @ 2.20GHz"),
        ("model name\t: build-host-17 virtual\n", None),
        ("processor : 0\n", None),
    ],
)
def test_only_a_name_of_a_maker_is_kept(monkeypatch, cpuinfo, model):
    monkeypatch.setattr(Path, "read_text", lambda *_, **__: cpuinfo)
    assert describe_machine()["model"] == model


def test_what_a_system_does_not_tell_is_none(monkeypatch):
    def fail(*_, **__):
        raise OSError

    monkeypatch.setattr(Path, "read_text", fail)
    monkeypatch.setattr(measurements.os, "sysconf", fail, raising=False)
    machine = describe_machine()
    assert machine["model"] is None
    assert machine["memory_gib"] is None


def test_the_sentence_for_a_page(tmp_path):
    record = write_record(tmp_path / "r.json", "x", ROWS)
    text = provenance(record)
    assert record.made in text
    assert f"{record.machine['cores']} cores" in text
    assert f"numpy {record.versions['numpy']}" in text


@pytest.mark.parametrize("value", [float("nan"), float("inf"), {1, 2}, object()])
def test_what_json_cannot_hold_is_refused_and_nothing_is_written(tmp_path, value):
    with pytest.raises(ValueError, match="rows must hold what JSON can"):
        write_record(tmp_path / "r.json", "x", [{"p50": value}])
    assert list(tmp_path.iterdir()) == []


def test_no_rows_are_refused(tmp_path):
    with pytest.raises(ValueError, match="rows must hold a measurement"):
        write_record(tmp_path / "r.json", "x", [])


def test_a_package_that_is_not_there_is_refused():
    with pytest.raises(ValueError, match="packages must be installed, got 'no-such-package'"):
        describe_versions(["no-such-package"])


@pytest.mark.parametrize(
    "text",
    [
        *(None, "", "{}", '{"rows": []}', "[1]", "{"),
        '{"about": "", "made": "", "machine": 3, "versions": {}, "rows": []}',
        '{"about": "", "made": "", "machine": {}, "versions": {}, "rows": "abc"}',
        '{"about": 1, "made": "", "machine": {}, "versions": {}, "rows": []}',
    ],
)
def test_what_is_no_record_is_refused(tmp_path, text):
    path = tmp_path / "r.json"
    if text is not None:
        path.write_text(text, encoding="utf-8")
    with pytest.raises(ValueError, match=r"r\.json must be a record of measurements"):
        read_record(path)
