"""Nothing leaves the machine: shown where leaving is impossible and each attempt is counted."""

import json
import subprocess
import sys

import pytest

from tests.stand_in import api

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

from tests.stand_in import api
from workshop_notes import stand_in
from workshop_notes.stand_in import functions

def counters():
    result = {}
    lines = open("/proc/self/net/snmp").read().splitlines()
    for names, values in zip(lines[::2], lines[1::2]):
        kind = names.split(":")[0]
        for name, value in zip(names.split()[1:], values.split()[1:]):
            result[f"{kind}.{name}"] = int(value)
    return result

before = counters()
with stand_in.running(functions.load(api.MACHINES / "lambdas")) as aws:
    aws.client("s3").create_bucket(Bucket=api.BUCKET)
    execution = api.execute(aws, (api.MACHINES / "train.asl.json").read_text(), "no-network")
    extra = sys.argv[2] if len(sys.argv) > 2 else ""
    job = api.run_script(aws, "job", extra)
after = counters()
names = ("Ip.OutNoRoutes", "Udp.OutDatagrams")
print(json.dumps({
    "status": execution["status"], "seen": sorted(set(map(str, seen))), "job": aws.log("job"),
    "attempts": sum(after[name] - before[name] for name in names),
}))
"""
LOOPBACK = {"127.0.0.1", "localhost", "::1"}
CALL_HOME = """
import socket
try:
    socket.create_connection(("192.0.2.1", 80), timeout=1)
except OSError as error:
    print(error)
"""


def run_without_network(*words):
    try:
        subprocess.run(["unshare", "-Urn", "true"], check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("this machine gives no network namespace")
    result = subprocess.run(
        ["unshare", "-Urn", sys.executable, "-c", INSIDE, str(api.ROOT), *words],
        capture_output=True,
        text=True,
        timeout=90,
    )
    assert result.returncode == 0, result.stderr
    return json.loads(result.stdout)


def test_state_machine_and_job_need_and_try_no_network():
    result = run_without_network()
    assert result["status"] == "SUCCEEDED"
    assert set(result["seen"]) <= LOOPBACK
    assert result["attempts"] == 0


def test_an_attempt_would_have_been_seen():
    result = run_without_network(CALL_HOME)
    assert "unreachable" in result["job"]
    assert result["attempts"] > 0
