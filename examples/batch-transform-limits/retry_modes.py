"""How many of 40 jobs start, and at what cost, under each retry mode of boto3.

The number in brackets counts attempts, the first one included: `total_max_attempts`. The other
setting, `max_attempts`, would count what comes after the first.

What it prints it also writes into `retry_modes.json`, from which the drawing on the page is made.
The client is the real one. The server is not AWS: it accepts one request per second and throttles
the others, as the quota says; how AWS's own limiter behaves in detail is not published.
"""

import http.server
import itertools
import json
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

# --8<-- [start:client]
import boto3
from botocore.config import Config

retries = {"mode": "adaptive", "total_max_attempts": 10}
sagemaker = boto3.client("sagemaker", config=Config(retries=retries))
# --8<-- [end:client]
from botocore.exceptions import ClientError

JOBS, THREADS, SECONDS_PER_REQUEST = 40, 8, 1.0
MODES = {
    "legacy (5 attempts)": {"mode": "legacy", "total_max_attempts": 5},
    "standard (3), the default": {"mode": "standard", "total_max_attempts": 3},
    "standard (10)": {"mode": "standard", "total_max_attempts": 10},
    "adaptive (10)": retries,
}


class OnePerSecond(http.server.BaseHTTPRequestHandler):
    """Accepts a request when a second has passed since the last accepted one."""

    protocol_version = "HTTP/1.1"
    lock, free_at, asked = threading.Lock(), 0.0, itertools.count()

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        cls = type(self)
        with cls.lock:
            next(cls.asked)
            accepted = time.monotonic() >= cls.free_at
            if accepted:
                cls.free_at = time.monotonic() + SECONDS_PER_REQUEST
        body = (
            b'{"TransformJobArn": "arn:aws:sagemaker:us-east-1:123456789012:transform-job/x"}'
            if accepted
            else b'{"__type": "ThrottlingException", "message": "Rate exceeded"}'
        )
        self.send_response(200 if accepted else 400)
        self.send_header("Content-Type", "application/x-amz-json-1.1")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *arguments: object) -> None:
        """Print nothing."""


def start(client, number: int) -> bool:
    """Start one job; tell whether the server accepted it before the client gave up."""
    try:
        client.create_transform_job(
            TransformJobName=f"job-{number}",
            ModelName="model",
            TransformInput={
                "DataSource": {"S3DataSource": {"S3DataType": "S3Prefix", "S3Uri": "s3://b/in"}}
            },
            TransformOutput={"S3OutputPath": "s3://b/out"},
            TransformResources={"InstanceType": "ml.m5.xlarge", "InstanceCount": 1},
        )
    except ClientError:
        return False
    return True


def measure(address: str, retries: dict) -> tuple[int, int, float]:
    """Start all jobs from a few threads; count the started ones, the requests, the seconds."""
    OnePerSecond.free_at, OnePerSecond.asked = 0.0, itertools.count()
    client = boto3.client(
        "sagemaker",
        endpoint_url=address,
        region_name="us-east-1",
        aws_access_key_id="none",
        aws_secret_access_key="none",
        config=Config(retries=retries),
    )
    begun = time.monotonic()
    with ThreadPoolExecutor(THREADS) as pool:
        started = sum(pool.map(lambda number: start(client, number), range(JOBS)))
    return started, next(OnePerSecond.asked), time.monotonic() - begun


found = []
with http.server.ThreadingHTTPServer(("127.0.0.1", 0), OnePerSecond) as server:
    threading.Thread(target=server.serve_forever, daemon=True).start()
    address = f"http://127.0.0.1:{server.server_port}"
    print(f"| Retry mode | Jobs started, of {JOBS} | Requests | Seconds |")
    print("| --- | --- | --- | --- |")
    for name, retries in MODES.items():
        started, requests, seconds = measure(address, retries)
        print(f"| {name} | {started} | {requests} | {seconds:.0f} |", flush=True)
        measured = {"started": started, "requests": requests, "seconds": round(seconds)}
        found.append({"mode": name, **measured})
    server.shutdown()
text = json.dumps({"jobs": JOBS, "modes": found}, indent=2) + "\n"
Path("retry_modes.json").write_text(text, encoding="utf-8")
