"""Each thing that the room does can be asked for from the command line, and by a program."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import pytest
from lxml import etree

from state_machines import load
from state_machines.__main__ import main

DATA = Path(__file__).parent / "definitions"
RIGHT, BROKEN = str(DATA / "all-types.json"), str(DATA / "broken-unreachable.json")
YAML = """\
Comment: waits for it
StartAt: Ask
States:
  Ask:
    Type: Task
    Resource: !GetAtt Function.Arn
    Next: Wait
  Wait:
    Type: Wait
    Timestamp: 2026-11-24T10:00:00Z
    End: true
"""
# Eight levels of lists, each of nine times the one before: 43 million values when written out.
BOMB = "a: &a [x]\n" + "".join(
    f"{b}: &{b} [{','.join(['*' + a] * 9)}]\n" for a, b in pairwise("abcdefghi")
)


def test_a_right_definition_has_status_0_and_a_wrong_one_1(capsys):
    assert main(["check", RIGHT]) == 0
    assert capsys.readouterr().out == f"{RIGHT}: 6 states, no defects\n"
    assert main(["check", RIGHT, BROKEN, str(DATA / "none.json")]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert lines[1].startswith(f"{BROKEN}:10: state 'Second': no state leads to it; ")
    assert "No such file" in lines[2]


def test_a_request_that_the_api_refuses_is_a_defect(capsys, tmp_path):
    path = tmp_path / "x.asl.json"
    task = {"Type": "Task", "Resource": "arn:aws:states:::sagemaker:createModel", "End": True}
    task["Parameters"] = {"ModelNam": "x", "ExecutionRoleArn": "arn:aws:iam::123456789012:role/r"}
    path.write_text(json.dumps({"StartAt": "Save", "States": {"Save": task}}))
    assert main(["check", str(path)]) == 1
    assert "ModelNam" in capsys.readouterr().out


def test_programs_get_json(capsys):
    assert main(["check", "--json", RIGHT, BROKEN]) == 1
    right, wrong = json.loads(capsys.readouterr().out)
    assert right == {"file": RIGHT, "right": True, "requests checked": True, "states": 6}
    (defect,) = wrong["defects"]
    assert (defect["line"], defect["state"]) == (10, "Second")
    assert set(defect) == {"line", "state", "reason", "remedy"}
    assert main(["steps", "--json", RIGHT]) == 0
    (told,) = json.loads(capsys.readouterr().out)
    assert len(told["steps"]) == 6 and "**" not in "".join(told["steps"])


def test_yaml_is_read_as_version_1_2(tmp_path):
    path = tmp_path / "x.yml"
    path.write_text(
        "StartAt: Is it?\nStates:\n"
        "  Is it?: {Type: Choice, Choices: [{Variable: $.a, IsNull: True, Next: Yes}],\n"
        "    Default: No}\n"
        "  Yes: {Type: Wait, Seconds: 10, End: true}\n"
        "  No: {Type: Fail, Error: 1:30, Cause: 2026-01-01}\n"
    )
    machine = load(path)
    assert machine.states["Is it?"].default == "No"
    assert machine.states["No"].raw["Error"] == "1:30"
    assert machine.states["Yes"].raw["Seconds"] == 10


def test_yaml_is_read_and_keeps_times_and_tags(capsys, tmp_path):
    path = tmp_path / "x.asl.yaml"
    path.write_text(YAML)
    assert main(["steps", str(path)]) == 0
    assert "Wait pauses: until 2026-11-24T10:00:00Z" in capsys.readouterr().out
    path.write_text(YAML.replace("Next: Wait", "Next: Wiat"))
    assert main(["check", str(path)]) == 1
    assert f"{path}:4: state 'Ask': Next leads to 'Wiat'" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("StartAt: [", "1: definition: not valid YAML"),
        ("a: &a {b: 1}\na: *c", "2: definition: not valid YAML"),
        ("", "1: definition: the definition is not an object"),
        ("StartAt: A\nStates:\n  A: {Type: Pass, Type: Wait, End: true}", "'Type' is there twice"),
        ("x: !Ref Y\nx: 1", "the key 'x' is there twice"),
        ("[" * 3000, "nested too deeply"),
        (BOMB, "nested too deeply"),
    ],
)  # fmt: skip
def test_what_is_no_yaml_is_named_by_line(capsys, tmp_path, text, part):
    path = tmp_path / "x.yml"
    path.write_text(text)
    assert main(["check", str(path)]) == 1
    assert part in capsys.readouterr().out


def test_a_drawing_is_written_beside_its_definition_or_where_it_is_asked_for(tmp_path, capsys):
    path = tmp_path / "all.asl.json"
    path.write_bytes(Path(RIGHT).read_bytes())
    assert main(["draw", str(path)]) == 0
    assert capsys.readouterr().out == f"{tmp_path / 'all.svg'}\n"
    out = tmp_path / "new" / "a.png"
    assert main(["draw", str(path), "-o", str(out), "--scheme", "dark", "--title", "A"]) == 0
    assert out.read_bytes().startswith(b"\x89PNG")
    assert main(["draw", str(path), "-o", str(out.with_suffix(".svg")), "--title", "A loop"]) == 0
    assert etree.parse(out.with_suffix(".svg")).getroot()[0].text == "A loop"
    assert sorted(each.name for each in out.parent.iterdir()) == ["a.png", "a.svg"]
    assert main(["draw", BROKEN, "-o", str(tmp_path / "none.svg")]) == 1
    assert "no state leads to it" in capsys.readouterr().err
    assert not (tmp_path / "none.svg").exists()
    with pytest.raises(SystemExit) as usage:
        main(["draw", RIGHT, BROKEN, "-o", str(out)])
    assert usage.value.code == 2


def test_it_works_without_the_site_and_without_what_it_does_not_need(tmp_path):
    """The linter, the words and the drawing need nothing but Python for JSON and JSONPath."""
    code = (
        "import sys\n"
        "sys.modules |= dict.fromkeys(['workshop_notes', 'yaml', 'jsonata', 'botocore'])\n"
        "from state_machines.__main__ import main\n"
        "status = [main([c, *sys.argv[1:]]) for c in ('check', 'steps', 'draw')]\n"
        "sys.exit(sum(status))"
    )
    path = tmp_path / "loop.json"
    path.write_bytes(Path(RIGHT).read_bytes())
    done = subprocess.run(
        [sys.executable, "-c", code, str(path)],
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": "src"},
        cwd=Path(__file__).parents[2],
    )
    assert done.returncode == 0, done.stderr
    assert "for requests to AWS, install botocore" in done.stdout
