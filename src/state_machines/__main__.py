"""Check, tell and draw state machines: `python -m state_machines check|steps|draw FILE...`."""

from __future__ import annotations

import argparse
import json
import os
import re
import signal
import sys
import tempfile
from dataclasses import asdict
from pathlib import Path
from typing import Any

from state_machines import DefinitionError, Machine, all_states, history, load
from state_machines.defects import Defect
from state_machines.history import HistoryError
from state_machines.steps import plain, steps

EPILOG = "Status: 0 all is right, 1 something is wrong with a definition, 2 with the command."


def main(arguments: list[str] | None = None) -> int:
    """Run the command line; return 0, or 1 where a definition has defects or cannot be read."""
    parser = argparse.ArgumentParser(
        prog="python -m state_machines", description=__doc__, epilog=EPILOG
    )
    commands = parser.add_subparsers(dest="command", required=True)
    for name, words in (
        ("check", "say what Step Functions would refuse, and why"),
        ("steps", "say in words what each state does"),
        ("draw", "draw as SVG, or as PNG where -o ends so"),
    ):
        command = commands.add_parser(name, help=words, description=words, epilog=EPILOG)
        command.add_argument("files", nargs="+", type=Path, metavar="FILE", help="JSON or YAML")
        command.add_argument("--json", action="store_true", help="answer in JSON, for programs")
        if name == "draw":
            command.add_argument(
                "-o", "--output", type=Path, help="the drawing; usual is FILE with .svg"
            )
            command.add_argument("--scheme", choices=("light", "dark"), default="light")
            command.add_argument("--title", help="the drawing's name; usual is the Comment")
            command.add_argument("--history", type=Path, help="an execution, drawn over it")
    given = parser.parse_args(arguments)
    if given.command == "draw" and len(given.files) > 1 and (given.output or given.history):
        parser.error("-o and --history are for one definition")
    answers = [_answer(given, path) for path in given.files]
    if given.json:
        print(json.dumps(answers, ensure_ascii=False, indent=2))
    else:
        for answer in answers:
            found = sys.stdout if given.command == "check" or answer["right"] else sys.stderr
            print("\n".join(_lines(answer)), file=found)
    return 0 if all(answer["right"] for answer in answers) else 1


def _answer(given: argparse.Namespace, path: Path) -> dict[str, Any]:
    """Return what a command says about one file, in the form of `--json`."""
    answer: dict[str, Any] = {"file": str(path), "right": False}
    try:
        machine = load(path)
        if given.command == "check":
            answer["requests checked"], defects = _request_defects(machine)
            if defects:
                raise DefinitionError(str(path), defects)
            answer["states"] = sum(1 for _ in all_states(machine))
        elif given.command == "steps":
            answer["steps"] = [plain(step, bullets=True) for step in steps(machine)]
        else:
            answer["drawing"] = str(_draw(given, path, machine))
        answer["right"] = True
    except DefinitionError as error:
        answer["defects"] = [asdict(defect) for defect in error.defects]
    except (HistoryError, ImportError, OSError) as error:
        answer["error"] = str(error)
    return answer


def _lines(answer: dict[str, Any]) -> list[str]:
    """Return an answer as lines for people."""
    if "defects" in answer:
        return [f"{answer['file']}:{Defect(**defect)}" for defect in answer["defects"]]
    if "error" in answer:
        return [answer["error"]]
    if "steps" in answer:
        return answer["steps"]
    if "drawing" in answer:
        return [answer["drawing"]]
    checked = "" if answer["requests checked"] else "; for requests to AWS, install botocore"
    states = "1 state" if answer["states"] == 1 else f"{answer['states']} states"
    return [f"{answer['file']}: {states}, no defects{checked}"]


def _request_defects(machine: Machine) -> tuple[bool, list[Defect]]:
    try:
        from state_machines import requests
    except ImportError:
        return False, []
    return True, requests.check(machine)


def _draw(given: argparse.Namespace, path: Path, machine: Machine) -> Path:
    from state_machines.drawing import draw, png

    stem = path.name.split(".")[0]
    output = given.output or path.with_name(f"{stem}.svg")
    execution = history.load(given.history, machine) if given.history else None
    svg = draw(
        machine,
        title=given.title or machine.comment or stem,
        scheme=given.scheme,
        id_prefix="asl-" + re.sub(r"[^A-Za-z0-9_-]", "-", stem),
        execution=execution,
    )
    _replace(output, png(svg) if output.suffix == ".png" else svg.encode())
    return output


def _replace(path: Path, data: bytes) -> None:
    """Write a file whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(data)
        Path(name).chmod(0o644)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


if __name__ == "__main__":
    if hasattr(signal, "SIGPIPE"):  # end quietly when `head` has seen enough
        signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    sys.exit(main())
