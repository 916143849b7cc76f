"""What runs on the hosting service does what it says, with nothing it does not need."""

import os
import re
import subprocess
from pathlib import Path

import pytest
import yaml

from tests.github import github

ROOT = Path(__file__).resolve().parent.parent
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
PINNED = re.compile(r"[\w.-]+/[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+")
# The most that any job may have, and no more than this.
ALLOWED = {
    ("heavy.yml", "test"): {"contents": "read"},
    ("heavy.yml", "audit"): {"contents": "read"},
    ("test.yml", "test"): {"contents": "read"},
    ("links.yml", "check"): {
        "actions": "write",
        "contents": "write",
        "issues": "write",
        "pull-requests": "write",
    },
    ("publish.yml", "build"): {"contents": "read", "pages": "read"},
    ("publish.yml", "deploy"): {"pages": "write", "id-token": "write"},
    ("release.yml", "build"): {"contents": "read", "pages": "read"},
    ("release.yml", "attach"): {
        "attestations": "write",
        "contents": "write",
        "id-token": "write",
    },
}


def load(path):
    # BaseLoader: "on" stays a word, where YAML 1.1 makes it true
    return yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.BaseLoader)


@pytest.fixture(params=WORKFLOWS, ids=lambda path: path.name)
def workflow(request):
    return request.param


def steps(workflow):
    return [step for job in load(workflow)["jobs"].values() for step in job["steps"]]


def test_there_are_five():
    names = [path.name for path in WORKFLOWS]
    assert names == ["heavy.yml", "links.yml", "publish.yml", "release.yml", "test.yml"]


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
    assert isinstance(content["permissions"], dict), f"{workflow.name}: name each right"
    for name, job in content["jobs"].items():
        rights = job.get("permissions", content["permissions"])
        more = f"{workflow.name}: job {name} may not have {rights}; see ALLOWED in this file"
        assert rights == ALLOWED[workflow.name, name], more


def test_checkout_leaves_no_token_behind(workflow):
    for step in steps(workflow):
        if step.get("uses", "").startswith("actions/checkout@"):
            kept = f"{workflow.name}: persist-credentials of actions/checkout must be false"
            assert step["with"]["persist-credentials"] == "false", kept


def test_scripts_hold_no_expressions(workflow):
    # ${{ ... }} in a script is pasted into it unquoted: values belong in env.
    assert [step["run"] for step in steps(workflow) if "${{" in step.get("run", "")] == []
    assert "github.event." not in workflow.read_text(encoding="utf-8")
    assert "secrets." not in workflow.read_text(encoding="utf-8")


def test_each_job_ends_in_time(workflow):
    for job in load(workflow)["jobs"].values():
        assert int(job["timeout-minutes"]) <= 30


# Never `pull_request_target` or `workflow_run`: they hand a token to code of strangers.
STARTED_BY = {
    "heavy.yml": {"schedule", "workflow_dispatch"},
    "links.yml": {"schedule", "workflow_dispatch"},
    "publish.yml": {"push", "workflow_dispatch"},
    "release.yml": {"push"},
    "test.yml": {"push", "pull_request", "workflow_dispatch"},
}


def test_triggers(workflow):
    started = load(workflow)["on"]
    other = set(started) ^ STARTED_BY[workflow.name]
    assert not other, f"{workflow.name} is started by {', '.join(sorted(other))}, or not any more"
    if workflow.name == "publish.yml":
        assert started["push"] == {"branches": ["main"]}
    if workflow.name == "release.yml":
        assert started["push"] == {"tags": ["v*"]}


def test_the_commands_are_the_projects_own():
    runs = {path.name: [s["run"] for s in steps(path) if "run" in s] for path in WORKFLOWS}
    assert runs["publish.yml"] == ["make check ARGS=--strict-evidence", "make offline"]
    assert runs["release.yml"] == [
        "make offline",
        ".github/pack-release",
        ".github/attach-to-release",
    ]
    assert runs["test.yml"] == ["make test"]
    assert runs["heavy.yml"] == ["make test-heavy"]
    before, check, propose = runs["links.yml"]
    assert before == ".github/open-proposal"
    assert "make check-links" in check and "--proposed build/proposed.yml" in check
    assert propose == ".github/propose-ledger"


@pytest.mark.parametrize("name", ["publish.yml", "release.yml"])
def test_the_site_and_its_pdf_learn_their_addresses_from_the_host(name):
    (environment,) = (
        step["env"]
        for step in steps(ROOT / ".github/workflows" / name)
        if step.get("run") == "make offline"
    )
    repository = "${{ github.server_url }}/${{ github.repository }}"
    edit = environment.pop("EDIT_URI", None)
    assert environment == {
        "SITE_URL": "${{ steps.pages.outputs.base_url }}/",
        "REPO_URL": repository,
    }
    if name == "publish.yml":  # in a release the branch to edit is not known
        assert edit == repository + "/edit/${{ github.ref_name }}/docs/"


def test_what_may_write_a_release_installs_nothing():
    attach = load(ROOT / ".github/workflows/release.yml")["jobs"]["attach"]["steps"]
    assert [step["run"] for step in attach if "run" in step] == [".github/attach-to-release"]
    used = [step["uses"].partition("@")[0] for step in attach if "uses" in step]
    assert used == ["actions/checkout", "actions/download-artifact", "actions/attest"]


def test_each_lock_is_asked_for_known_vulnerabilities():
    audit = load(ROOT / ".github/workflows/heavy.yml")["jobs"]["audit"]["steps"][-1]
    asked = set(audit["with"]["inputs"].split())
    locks = {path.relative_to(ROOT).as_posix() for path in (ROOT / "requirements").glob("*.txt")}
    # Held to packages of 2023 by what they show, and never part of what is published.
    assert locks - asked == {f"requirements/{name}.txt" for name in ("debugger", "read", "spark")}
    assert asked <= locks


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


def test_each_script_is_run_by_a_test():
    """What a workflow calls, and what that calls, by the names in the tests."""
    called = {path.name for path in (ROOT / ".github").iterdir() if os.access(path, os.X_OK)}
    called = {name for name in called if (ROOT / ".github" / name).is_file()}
    texts = [path.read_text(encoding="utf-8") for path in WORKFLOWS]
    asked = set(re.findall(r"run: \.github/([\w-]+)", " ".join(texts)))
    assert asked == {"attach-to-release", "open-proposal", "pack-release", "propose-ledger"}
    assert called == asked | {"ask-github", "git-with-token"}


@pytest.fixture
def weekly(tmp_path):
    """A clone with a remote of its own, where a check changed the ledger; a local GitHub."""
    origin, clone = tmp_path / "team" / "notes.git", tmp_path / "clone"

    def git(*arguments, cwd=clone):
        return subprocess.run(
            ["git", "-c", "user.name=n", "-c", "user.email=e@example.org", *arguments],
            cwd=cwd, check=True, text=True, capture_output=True,
        ).stdout  # fmt: skip

    origin.mkdir(parents=True)
    git("init", "--quiet", "--bare", "--initial-branch=main", cwd=origin)
    git("clone", "--quiet", str(origin), str(clone), cwd=tmp_path)
    (clone / "sources.yml").write_text("old\n")
    (clone / "other").write_text("old\n")
    git("add", ".")
    git("commit", "--quiet", "--message", "first")
    git("push", "--quiet", "origin", "HEAD:main")
    (clone / "build").mkdir()
    (clone / "build" / "report.txt").write_text(
        "one: gone, $(touch pwned) `touch pwned` ``` @everybody\n"
    )
    (clone / "build" / "report.json").write_text("{}")
    (clone / "sources.yml").write_text("new\n")
    (clone / "other").write_text("changed too, and not the check's business\n")
    with github(tmp_path) as service:
        git("remote", "set-url", "origin", f"{service.address}/team/notes.git")

        def run(script="propose-ledger", **environ):
            environment = {**os.environ, **service.environment(), "HOME": str(tmp_path)}
            return subprocess.run(
                [ROOT / ".github" / script], cwd=clone, env=environment | environ, text=True,
                capture_output=True, check=False,
            )  # fmt: skip

        yield run, git, clone, service


BRANCH = "weekly-check-of-citations"


def test_the_weekly_check_makes_one_issue_and_one_pull_request(weekly, tmp_path):
    run, git, clone, service = weekly
    done = run()
    assert done.returncode == 0, done.stderr
    issue, proposed = service.issues
    (pull,) = service.pulls
    assert issue["title"] == pull["title"] == "Citations: weekly check"
    assert (pull["head"], pull["base"]) == (BRANCH, "main")
    assert proposed["number"] == pull["number"]
    for body in (issue["body"], pull["body"]):
        assert "one: gone, $(touch pwned) `touch pwned` ''' @everybody" in body
        assert body.count("```") == 2, "the report stays inside its block"
    assert service.started == [("test.yml", BRANCH)]
    assert not (clone / "pwned").exists()
    changed = git("diff", "--name-only", "main", BRANCH, cwd=tmp_path / "team" / "notes.git")
    assert changed.split() == ["sources.yml"]


def test_it_updates_those_that_are_open(weekly):
    run, _, clone, service = weekly
    # More than a page of others, and a pull request with the title of the issue.
    service.issues += [{"number": n, "title": f"other {n}"} for n in range(1, 130)]
    assert run().returncode == 0
    (clone / "sources.yml").write_text("newer\n")
    (clone / "build" / "report.txt").write_text("two: gone\n")
    done = run()
    assert done.returncode == 0, done.stderr
    assert len(service.issues) == 131 and len(service.pulls) == 1
    (issue,) = (each for each in service.issues if each["number"] == 130)
    assert issue["body"] == "```text\ntwo: gone\n```\n"


def test_an_unchanged_ledger_is_not_proposed(weekly):
    run, git, _, service = weekly
    git("checkout", "--quiet", "--", "sources.yml")
    done = run()
    assert done.returncode == 0, done.stderr
    assert len(service.issues) == 1
    assert (service.pulls, service.started) == ([], [])


def test_a_setting_that_is_missing_is_named(weekly):
    run, _, _, service = weekly
    service.may_propose = False
    done = run()
    assert done.returncode == 1
    assert "Allow GitHub Actions to create and approve pull requests" in done.stderr
    assert "403" in done.stderr


def test_without_a_report_it_fails(weekly):
    run, _, clone, service = weekly
    (clone / "build" / "report.json").unlink()
    done = run()
    assert done.returncode == 1
    assert "made no report" in done.stderr
    assert service.asked == []


def test_a_refused_token_is_said_with_the_request(weekly):
    run, _, _, service = weekly
    done = run(GH_TOKEN="another")
    assert done.returncode == 1
    where = f"GET {service.address}/api/repos/team/notes/issues?"
    assert done.stderr.startswith(where) and "401 Unauthorized" in done.stderr
    assert "another" not in done.stderr


def test_a_check_goes_on_from_the_open_proposal(weekly):
    run, git, clone, _ = weekly
    (clone / "checks.jsonl").write_text("a week\n")
    assert run().returncode == 0
    git("switch", "--quiet", "--detach", "origin/main")
    done = run("open-proposal")
    assert done.returncode == 0, done.stderr
    assert (clone / "build" / "proposed.yml").read_text() == "new\n"
    assert (clone / "build" / "checks.jsonl").read_text() == "a week\n"


def test_without_a_proposal_a_check_begins_with_the_ledger_here(weekly):
    run, _, clone, _ = weekly
    (clone / "build" / "checks.jsonl").write_text("of another day\n")
    done = run("open-proposal")
    assert done.returncode == 0, done.stderr
    assert (clone / "build" / "proposed.yml").read_text() == "new\n"
    assert not (clone / "build" / "checks.jsonl").exists()
