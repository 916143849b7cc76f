"""Nothing leaves the machine: shown where leaving is impossible and each attempt is counted."""

import json
import subprocess
import sys

import pytest

from tests import PATIENCE
from tests.local_sagemaker import api

INSIDE = """
import fcntl, json, socket, struct, sys
sys.path.insert(0, sys.argv[1])
seen = []

def watch(event, words):
    if event == "socket.connect" and isinstance(words[1], tuple):
        seen.append(words[1][0])
    if event in ("socket.getaddrinfo", "socket.gethostbyname"):
        seen.append(words[0])

sys.addaudithook(watch)
with socket.socket() as any_socket:  # the new namespace's loopback is down: SIOCSIFFLAGS, IFF_UP
    fcntl.ioctl(any_socket, 0x8914, struct.pack("16sh22x", b"lo", 1))

from tests.local_sagemaker import api
import local_sagemaker
from local_sagemaker import functions

def counters():
    result = {}
    lines = open("/proc/self/net/snmp").read().splitlines()
    for names, values in zip(lines[::2], lines[1::2]):
        kind = names.split(":")[0]
        for name, value in zip(names.split()[1:], values.split()[1:]):
            result[f"{kind}.{name}"] = int(value)
    for line in open("/proc/self/net/snmp6"):
        result[line.split()[0]] = int(line.split()[1])
    return result

names = ("Ip.OutNoRoutes", "Ip6OutNoRoutes", "Udp.OutDatagrams", "Udp6OutDatagrams")
results, aside = [], []
with local_sagemaker.running(functions.load(api.MACHINES / "lambdas")) as aws:
    aws.client("s3").create_bucket(Bucket=api.BUCKET)
    for number, extra in enumerate(["", *sys.argv[2:]]):
        before = counters()
        if not extra:
            machine = (api.MACHINES / "train.asl.json").read_text()
            execution = api.execute(aws, machine, "no-network")
            assert execution["status"] == "SUCCEEDED", execution
        api.run_processing(aws, f"job-{number}", extra)
        after = counters()
        begun = len(seen)
        exec(extra)
        aside += [sorted(set(map(str, seen[begun:])))]
        del seen[begun:]
        results.append(sum(after[name] - before[name] for name in names))
aside[0] = sorted(set(map(str, seen)))
print(json.dumps([*zip(results, aside)]))
"""
LOOPBACK = {"127.0.0.1", "localhost", "::1"}
CALL_HOME = """
import socket
try:
    socket.create_connection(("192.0.2.1", 80), timeout=1)
except OSError as error:
    print(error)
"""
LOOK_UP = """
import socket
try:
    socket.getaddrinfo("somewhere.example", 80)
except OSError as error:
    print(error)
"""


@pytest.fixture(scope="module")
def no_network():
    """The beginning of a command that runs the rest where no network can be reached."""
    # Without a user namespace it takes root, which is enough inside a chroot.
    for words in (["unshare", "--user", "--map-root-user", "--net"], ["unshare", "--net"]):
        if subprocess.run([*words, "true"], capture_output=True).returncode == 0:
            return words
    return pytest.skip("this machine gives no network namespace")


@pytest.fixture(scope="module")
def attempts(no_network):
    """How many attempts the kernel counted and whom Python asked for: as it is, and of each bad."""
    result = subprocess.run(
        [*no_network, sys.executable, "-c", INSIDE, str(api.ROOT), CALL_HOME, LOOK_UP],
        capture_output=True,
        text=True,
        timeout=PATIENCE,
    )
    assert result.returncode == 0, result.stderr
    return json.loads(result.stdout.splitlines()[-1])


def test_state_machine_and_job_need_and_try_no_network(attempts):
    count, seen = attempts[0]
    assert set(seen) <= LOOPBACK
    assert count == 0


@pytest.mark.parametrize(("place", "address"), [(1, "192.0.2.1"), (2, "somewhere.example")])
def test_an_attempt_would_have_been_seen(attempts, place, address):
    """Of a job by the kernel's counters, of the stand-in itself by what Python is asked to do."""
    count, seen = attempts[place]
    assert count > 0
    assert address in seen
