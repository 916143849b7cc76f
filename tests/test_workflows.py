"""What runs on the hosting service does what it says, with nothing it does not need."""

import os
import re
import subprocess
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parent.parent
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
PINNED = re.compile(r"[\w.-]+/[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+")
# The most that any job may have, and no more than this.
ALLOWED = {
    ("heavy.yml", "test"): {"contents": "read"},
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
    ("release.yml", "attach"): {"contents": "write"},
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
    assert runs["release.yml"] == ["make offline", ".github/attach-to-release"]
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


GH = """#!/bin/sh
printf '%s\\n' "$*" >> "$GH_LOG"
case "$1 $2" in
  'issue list') echo "$GH_ISSUE" ;;
  'pr list') echo "$GH_PR" ;;
  'release view') [ -n "$GH_RELEASE" ] || exit 1 ;;
esac
body=$(printf '%s\\n' "$@" | sed -n '/^--body-file$/{n;p;}')
[ -z "$body" ] || cat "$body" >> "$GH_LOG"
"""


@pytest.fixture
def weekly(tmp_path):
    """A clone with a remote of its own, where a check has changed the ledger; `gh` only notes."""
    origin, clone, programs = (tmp_path / name for name in ("origin", "clone", "programs"))

    def git(*arguments, cwd=clone):
        return subprocess.run(
            ["git", "-c", "user.name=n", "-c", "user.email=e@example.org", *arguments],
            cwd=cwd, check=True, text=True, capture_output=True,
        ).stdout  # fmt: skip

    origin.mkdir()
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
    programs.mkdir()
    (programs / "gh").write_text(GH)
    (programs / "gh").chmod(0o755)

    def run(issue="", pr=""):
        log = tmp_path / "gh.log"
        log.unlink(missing_ok=True)
        environment = os.environ | {
            "PATH": f"{programs}:{os.environ['PATH']}",
            "GH_LOG": str(log),
            "GH_ISSUE": issue,
            "GH_PR": pr,
            "HOME": str(tmp_path),
        }
        done = subprocess.run(
            [ROOT / ".github" / "propose-ledger"], cwd=clone, env=environment, text=True,
            capture_output=True, check=False,
        )  # fmt: skip
        return done, log.read_text() if log.exists() else ""

    return run, git, clone


def test_the_weekly_check_makes_one_issue_and_one_pull_request(weekly):
    run, git, clone = weekly
    done, log = run()
    assert done.returncode == 0, done.stderr
    assert "issue create --title Citations: weekly check" in log
    assert "pr create --head weekly-check-of-citations" in log
    assert "one: gone, $(touch pwned) `touch pwned` ''' @everybody" in log
    assert log.count("```") == 4, "the report stays inside its block, in issue and proposal"
    assert "workflow run test.yml --ref weekly-check-of-citations" in log
    assert not (clone / "pwned").exists()
    changed = git("diff", "--name-only", "origin/main", "origin/weekly-check-of-citations")
    assert changed.split() == ["sources.yml"]


def test_it_updates_those_that_are_open(weekly):
    run, _, _ = weekly
    done, log = run(issue="7", pr="8")
    assert done.returncode == 0, done.stderr
    assert "issue edit 7" in log
    assert "create" not in log


def test_an_unchanged_ledger_is_not_proposed(weekly):
    run, git, _ = weekly
    git("checkout", "--quiet", "--", "sources.yml")
    done, log = run()
    assert done.returncode == 0, done.stderr
    assert "issue create" in log
    assert "pr " not in log


def test_a_setting_that_is_missing_is_named(weekly):
    run, _, clone = weekly
    gh = clone.parent / "programs" / "gh"
    gh.write_text(f"{GH}\n[ \"$1 $2\" != 'pr create' ]\n")
    done, _ = run()
    assert done.returncode == 1
    assert "Allow GitHub Actions to create and approve pull requests" in done.stderr


def test_without_a_report_it_fails(weekly):
    run, _, clone = weekly
    (clone / "build" / "report.json").unlink()
    done, log = run()
    assert done.returncode == 1
    assert "made no report" in done.stderr
    assert log == ""


@pytest.fixture
def attach(tmp_path):
    """Run the script that attaches the files to a release; `gh` only notes what it is told."""
    (tmp_path / "dist").mkdir()
    for name in ("", "-letter"):
        (tmp_path / "dist" / f"sagemaker-workshop-notes{name}.pdf").write_text("%PDF")
    (tmp_path / "dist" / "sagemaker-workshop-notes.zip").write_text("PK")
    (tmp_path / "gh").write_text(GH)
    (tmp_path / "gh").chmod(0o755)

    def run(release=""):
        log = tmp_path / "gh.log"
        environment = os.environ | {
            "PATH": f"{tmp_path}:{os.environ['PATH']}",
            "GH_LOG": str(log),
            "GH_RELEASE": release,
            "TAG": "v1.2.3",
        }
        done = subprocess.run(
            [ROOT / ".github" / "attach-to-release"], cwd=tmp_path, env=environment, text=True,
            capture_output=True, check=False,
        )  # fmt: skip
        return done, log.read_text().splitlines() if log.exists() else []

    return run


UPLOAD = (
    "release upload v1.2.3 dist/sagemaker-workshop-notes.pdf "
    "dist/sagemaker-workshop-notes-letter.pdf dist/sagemaker-workshop-notes.zip --clobber"
)


def test_a_tag_gets_a_release_with_the_files(attach):
    done, log = attach()
    assert done.returncode == 0, done.stderr
    assert log == [
        "release view v1.2.3",
        "release create v1.2.3 --verify-tag --generate-notes",
        UPLOAD,
    ]


def test_a_release_that_is_there_gets_them_too(attach):
    done, log = attach(release="v1.2.3")
    assert done.returncode == 0, done.stderr
    assert log == ["release view v1.2.3", UPLOAD]


@pytest.mark.parametrize("name", ["sagemaker-workshop-notes.pdf", "sagemaker-workshop-notes.zip"])
def test_no_release_is_made_when_a_file_is_missing_or_empty(attach, tmp_path, name):
    (tmp_path / "dist" / name).write_text("")
    done, log = attach()
    assert done.returncode == 1
    assert f"dist/{name} is missing or empty" in done.stderr
    assert log == []
