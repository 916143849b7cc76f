"""What runs on the hosting service does what it says, with nothing it does not need."""

import re
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parent.parent
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
PINNED = re.compile(r"[\w.-]+/[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+")
# The most that any job may have, and no more than this.
ALLOWED = {
    ("test.yml", "test"): {"contents": "read"},
    ("publish.yml", "build"): {"contents": "read", "pages": "read"},
    ("publish.yml", "deploy"): {"pages": "write", "id-token": "write"},
}


def load(path):
    # BaseLoader: "on" stays a word, where YAML 1.1 makes it true
    return yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.BaseLoader)


@pytest.fixture(params=WORKFLOWS, ids=lambda path: path.name)
def workflow(request):
    return request.param


def steps(workflow):
    return [step for job in load(workflow)["jobs"].values() for step in job["steps"]]


def test_there_are_two():
    assert [path.name for path in WORKFLOWS] == ["publish.yml", "test.yml"]


def test_actions_are_pinned_by_commit(workflow):
    text = workflow.read_text(encoding="utf-8")
    uses = re.findall(r"uses:\s*(.+)", text)
    assert len(uses) == sum("uses" in step for step in steps(workflow))
    assert [use for use in uses if not PINNED.fullmatch(use)] == []


def test_an_action_has_one_version_everywhere():
    pins = {}
    for path in WORKFLOWS:
        for use in re.findall(r"uses:\s*(.+)", path.read_text(encoding="utf-8")):
            pins.setdefault(use.partition("@")[0], set()).add(use)
    assert {action: found for action, found in pins.items() if len(found) > 1} == {}


def test_permissions_are_the_least(workflow):
    content = load(workflow)
    assert "permissions" in content, "state them for the workflow, if only as {}"
    for name, job in content["jobs"].items():
        assert job.get("permissions", content["permissions"]) == ALLOWED[workflow.name, name]


def test_checkout_leaves_no_token_behind(workflow):
    for step in steps(workflow):
        if step.get("uses", "").startswith("actions/checkout@"):
            assert step["with"]["persist-credentials"] == "false"


def test_scripts_hold_no_expressions(workflow):
    # ${{ ... }} in a script is pasted into it unquoted: values belong in env.
    assert [step["run"] for step in steps(workflow) if "${{" in step.get("run", "")] == []
    assert "github.event." not in workflow.read_text(encoding="utf-8")
    assert "secrets." not in workflow.read_text(encoding="utf-8")


def test_each_job_ends_in_time(workflow):
    for job in load(workflow)["jobs"].values():
        assert int(job["timeout-minutes"]) <= 30


def test_triggers():
    assert set(load(WORKFLOWS[1])["on"]) == {"push", "pull_request"}
    publish = load(WORKFLOWS[0])["on"]
    assert publish["push"] == {"branches": ["main"]}
    assert set(publish) <= {"push", "workflow_dispatch"}


def test_the_commands_are_the_projects_own():
    runs = {path.name: [s["run"] for s in steps(path) if "run" in s] for path in WORKFLOWS}
    assert runs == {"publish.yml": ["make site"], "test.yml": ["make test"]}


def test_the_site_learns_its_addresses_from_the_host():
    environment = next(s["env"] for s in steps(WORKFLOWS[0]) if s.get("run") == "make site")
    assert environment == {
        "SITE_URL": "${{ steps.pages.outputs.base_url }}/",
        "REPO_URL": "${{ github.server_url }}/${{ github.repository }}",
        "EDIT_URI": "${{ github.server_url }}/${{ github.repository }}"
        "/edit/${{ github.ref_name }}/docs/",
    }


def test_ci_runs_make_test_and_nothing_else():
    script = ROOT / ".ci" / "run"
    assert script.stat().st_mode & 0o111, "run: chmod +x .ci/run"
    lines = script.read_text(encoding="utf-8").splitlines()
    assert lines[:2] == ["#!/usr/bin/env bash", "set -euo pipefail"]
    assert lines[2].startswith("cd ")
    assert lines[3:] == ["exec make test"]


def test_hooks_and_updates_parse():
    hooks = load(ROOT / ".pre-commit-config.yaml")["repos"]
    assert [repo["repo"] for repo in hooks] == ["local"], "hooks use the project's own tools"
    assert all(hook["language"] == "system" for hook in hooks[0]["hooks"])
    updates = load(ROOT / ".github" / "dependabot.yml")["updates"]
    assert {update["package-ecosystem"] for update in updates} == {"pip", "github-actions"}
    assert all(int(update["cooldown"]["default-days"]) >= 7 for update in updates)
