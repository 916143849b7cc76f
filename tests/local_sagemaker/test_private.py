"""What a job sees of the machine, and what it may not do, where it has a private /opt/ml."""

import json

import pytest

from tests.local_sagemaker import api

pytestmark = pytest.mark.usefixtures("private")


def ask(aws, name, source, **changes):
    """Run a processing job that prints JSON, and return what it printed."""
    job = api.run_processing(aws, name, source, **changes)
    assert job["ProcessingJobStatus"] == "Completed", aws.log(name)
    return json.loads(aws.log(name))


def test_devices_are_those_of_a_container(aws):
    source = """
import json, os, pathlib, pty
pathlib.Path("/dev/null").write_text("gone")
random = len(pathlib.Path("/dev/urandom").open("rb").read(4))
pty.openpty()
print(json.dumps([sorted(os.listdir("/dev")), random]))
"""
    names, random = ask(aws, "devices", source)
    assert random == 4
    assert set(names) <= {
        *("fd", "full", "null", "ptmx", "pts", "random", "shm", "stderr", "stdin", "stdout"),
        *("tty", "urandom", "zero"),
    }


def test_no_privilege_is_left_even_to_what_a_job_starts(aws):
    source = """
import json, re, subprocess
status = subprocess.run(["cat", "/proc/self/status"], capture_output=True, text=True).stdout
print(json.dumps(re.findall(r"Cap(?:Prm|Eff|Inh|Amb):\\s*(.*)", status)))
"""
    assert ask(aws, "privileges", source) == ["0" * 16] * 4


def test_settings_of_the_machine_cannot_be_changed(aws):
    source = """
import json, os, pathlib
tried = {}
for place in ("/proc/sys/kernel/domainname", "/proc/sysrq-trigger", "/proc/sys/vm/swappiness"):
    try:
        os.close(os.open(place, os.O_WRONLY))
        tried[place] = "opened"
    except OSError as error:
        tried[place] = error.strerror
print(json.dumps(tried))
"""
    assert "opened" not in ask(aws, "settings", source).values()


def test_job_sees_its_own_processes_only(aws):
    source = """
import json, os
print(json.dumps(sorted(int(name) for name in os.listdir("/proc") if name.isdigit())))
"""
    first, *others = ask(aws, "processes", source)
    assert first == 1
    assert len(others) == 1


def test_temporary_folder_is_the_jobs_own(aws, tmp_path):
    (tmp_path / "mine").write_text("mine")
    source = f"""
import json, os
print(json.dumps([os.path.exists({str(tmp_path / "mine")!r}), oct(os.stat("/tmp").st_mode)]))
"""
    assert ask(aws, "temporary", source) == [False, "0o41777"]


def test_programs_that_the_machine_has_can_be_run(aws):
    source = "import json, subprocess; print(json.dumps(subprocess.run(['git', '-v']).returncode))"
    job = api.run_processing(aws, "programs", source)
    assert job["ProcessingJobStatus"] == "Completed"
    assert aws.log("programs").splitlines()[-1] == "0"


OWNERS = """
import io, json, os, subprocess, tarfile
os.mkdir("/opt/ml/processing/owners")
os.chdir("/opt/ml/processing/owners")
with tarfile.open("theirs.tar", "w") as archive:
    for owner in (0, 1001, 65534):
        entry = tarfile.TarInfo(f"of-{owner}")
        entry.uid = entry.gid = owner
        archive.addfile(entry, io.BytesIO())
os.mkdir("copy")
for command in (
    "tar -xf theirs.tar",
    "tar -xpf theirs.tar --same-owner -C copy",
    "cp -a of-1001 copied",
    "chown 1001:1001 of-0",
    "chown -R 1000 copy",
    "install -o 1001 -g 1001 -m 644 of-0 installed",
):
    subprocess.run(command.split(), check=True)
os.lchown("of-0", 7, 7)
print(json.dumps(sorted(os.listdir())))
"""


def test_files_of_any_owner_are_unpacked_copied_and_given_away(aws):
    """In AWS's containers jobs are root, who may; the scripts of other people count on it."""
    assert ask(aws, "owners", OWNERS) == [
        *("copied", "copy", "installed", "of-0", "of-1001", "of-65534", "theirs.tar"),
    ]
