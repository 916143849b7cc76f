"""Requests that the tests send, and ways to see what the machine runs and has mounted."""

import functools
import io
import json
import tarfile
import time
from pathlib import Path

from local_sagemaker.launcher import Launcher

ROOT = Path(__file__).parents[2]
MACHINES = ROOT / "examples/schedule-jobs"
BUCKET = "workshop"
ROLE = "arn:aws:iam::123456789012:role/workshop"
XGBOOST = "683313688378.dkr.ecr.us-east-1.amazonaws.com/sagemaker-xgboost:3.2-0"
SKLEARN = "683313688378.dkr.ecr.us-east-1.amazonaws.com/sagemaker-scikit-learn:1.9-0-cpu-py3"


def channel(key, name="train"):
    """Return a channel of CSV data."""
    source = {"S3DataType": "S3Prefix", "S3Uri": f"s3://{BUCKET}/{key}"}
    return {
        "ChannelName": name,
        "ContentType": "text/csv",
        "DataSource": {"S3DataSource": source},
    }


def training_request(name, image=XGBOOST, **changes):
    """Return the request for a training job."""
    return {
        "TrainingJobName": name,
        "RoleArn": ROLE,
        "AlgorithmSpecification": {"TrainingImage": image, "TrainingInputMode": "File"},
        "OutputDataConfig": {"S3OutputPath": f"s3://{BUCKET}/models"},
        "ResourceConfig": {
            "InstanceType": "ml.m5.xlarge",
            "InstanceCount": 1,
            "VolumeSizeInGB": 1,
        },
        "StoppingCondition": {"MaxRuntimeInSeconds": 60},
        **changes,
    }


def pack(files):
    """Return a .tar.gz of names and texts."""
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w:gz") as archive:
        for name, text in files.items():
            data = text.encode()
            member = tarfile.TarInfo(name)
            member.size = len(data)
            archive.addfile(member, io.BytesIO(data))
    return stream.getvalue()


def put(aws, key, data):
    """Write an object."""
    aws.client("s3").put_object(Bucket=BUCKET, Key=key, Body=data)


def get(aws, key):
    """Return an object."""
    return aws.client("s3").get_object(Bucket=BUCKET, Key=key)["Body"].read()


def keys(aws, prefix=""):
    """Return the keys below a prefix."""
    found = aws.client("s3").list_objects_v2(Bucket=BUCKET, Prefix=prefix)
    return [entry["Key"] for entry in found.get("Contents", [])]


def run_script(aws, name, source, hyperparameters=None, **changes):
    """Run a script as a training job in script mode, and return the job's description."""
    start_script(aws, name, source, hyperparameters, **changes)
    return aws.wait(name)


def start_script(aws, name, source, hyperparameters=None, **changes):
    """Start a script as a training job in script mode."""
    put(aws, f"code/{name}.tar.gz", pack({"train.py": source}))
    given = {
        "sagemaker_program": "train.py",
        "sagemaker_submit_directory": f"s3://{BUCKET}/code/{name}.tar.gz",
        **(hyperparameters or {}),
    }
    request = training_request(name, SKLEARN, HyperParameters=given, **changes)
    aws.client("sagemaker").create_training_job(**request)


def printed(aws, name):
    """Return the lines that a job printed, without those that the stand-in added."""
    return [line for line in aws.log(name).splitlines() if not line.startswith("stand-in:")]


def run_processing(aws, name, source, inputs=None, outputs=None, **changes):
    """Run a script as a processing job, and return the job's description."""
    start_processing(aws, name, source, inputs, outputs, **changes)
    return aws.wait(name, kind="ProcessingJob")


def start_processing(aws, name, source, inputs=None, outputs=None, **changes):
    """Start a script as a processing job, whose image is not one that libraries are loaded for."""
    put(aws, f"code/{name}/script.py", source.encode())
    places = {f"code/{name}/": "/opt/ml/processing/input/code", **(inputs or {})}
    request = {
        "ProcessingJobName": name,
        "RoleArn": ROLE,
        "AppSpecification": {
            "ImageUri": "123456789012.dkr.ecr.us-east-1.amazonaws.com/own:1",
            "ContainerEntrypoint": ["python3", "/opt/ml/processing/input/code/script.py"],
        },
        "ProcessingResources": {
            "ClusterConfig": {
                "InstanceCount": 1,
                "InstanceType": "ml.m5.large",
                "VolumeSizeInGB": 1,
            }
        },
        "ProcessingInputs": [
            {"InputName": f"input-{number}", "S3Input": _s3_input(key, path)}
            for number, (key, path) in enumerate(places.items())
        ],
        "ProcessingOutputConfig": {
            "Outputs": [
                {"OutputName": f"output-{number}", "S3Output": _s3_output(key, path)}
                for number, (path, key) in enumerate((outputs or {}).items())
            ]
        },
        **changes,
    }
    aws.client("sagemaker").create_processing_job(**request)


def _s3_input(key, path):
    place = {"S3Uri": f"s3://{BUCKET}/{key}", "LocalPath": path}
    return place | {"S3DataType": "S3Prefix", "S3InputMode": "File"}


def _s3_output(key, path):
    return {"S3Uri": f"s3://{BUCKET}/{key}", "LocalPath": path, "S3UploadMode": "EndOfJob"}


def create_model(aws, name, *containers):
    """Register a model of one or more containers."""
    aws.client("sagemaker").create_model(
        ModelName=name, ExecutionRoleArn=ROLE, Containers=list(containers)
    )


def run_transform(aws, name, model, key, **changes):
    """Predict what lies at a key with a model, line by line, and return the job's description."""
    start_transform(aws, name, model, key, **changes)
    return aws.wait(name, kind="TransformJob")


def start_transform(aws, name, model, key, **changes):
    """Start to predict what lies at a key with a model, line by line."""
    source = {"S3DataType": "S3Prefix", "S3Uri": f"s3://{BUCKET}/{key}"}
    request = {
        "TransformJobName": name,
        "ModelName": model,
        "TransformInput": {
            "DataSource": {"S3DataSource": source},
            "ContentType": "text/csv",
            "SplitType": "Line",
        },
        "TransformOutput": {
            "S3OutputPath": f"s3://{BUCKET}/predictions/{name}",
            "Accept": "text/csv",
            "AssembleWith": "Line",
        },
        "TransformResources": {"InstanceType": "ml.m5.xlarge", "InstanceCount": 1},
        **changes,
    }
    aws.client("sagemaker").create_transform_job(**request)


def execute(aws, definition, name, seconds=300, wait=True):
    """Run a state machine, and return the description of the execution when it has ended."""
    client = aws.client("stepfunctions")
    machine = client.create_state_machine(name=f"m-{name}", definition=definition, roleArn=ROLE)
    started = client.start_execution(
        stateMachineArn=machine["stateMachineArn"],
        name=name,
        input=json.dumps({"Bucket": BUCKET, "RoleArn": ROLE}),
    )
    return ended(aws, started["executionArn"], seconds) if wait else started["executionArn"]


def ended(aws, arn, seconds=300):
    """Return the description of an execution when it has ended."""
    client = aws.client("stepfunctions")

    def has_ended():
        return client.describe_execution(executionArn=arn)["status"] != "RUNNING"

    assert waiting_until(has_ended, seconds), f"{arn} is still running after {seconds} s"
    return client.describe_execution(executionArn=arn)


def events(aws, execution):
    """Return the names of the states that an execution entered, in order."""
    client = aws.client("stepfunctions")
    history = client.get_execution_history(executionArn=execution["executionArn"])["events"]
    return [
        event["stateEnteredEventDetails"]["name"]
        for event in history
        if "stateEnteredEventDetails" in event
    ]


def command(pid):
    """Return the command line of a process, or nothing when it has ended."""
    try:
        data = Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return ""
    return data.replace(b"\0", b" ").decode(errors="replace")


def processes(word):
    """Return the command lines of all processes that contain a word."""
    lines = (command(path.name) for path in Path("/proc").glob("[0-9]*"))
    return [line for line in lines if word in line]


def descendants(pid):
    """Return the ids of all processes below one."""
    parents = {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = path.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        parents.setdefault(int(fields[1]), []).append(int(path.parent.name))
    result, open_ids = [], [pid]
    while open_ids:
        children = parents.get(open_ids.pop(), [])
        result += children
        open_ids += children
    return result


def waiting_until(condition, seconds=300):
    """Wait until a condition holds, and say whether it does; generous, for a busy machine."""
    until, pause = time.monotonic() + seconds, 0.01
    while not condition():
        if time.monotonic() > until:
            return False
        time.sleep(pause)
        pause = min(1.5 * pause, 0.2)  # to ask takes longer than to wait, of what takes seconds
    return True


@functools.cache
def why_not_private() -> str:
    """Say why jobs cannot have a private /opt/ml on this machine, or nothing when they can."""
    launcher = Launcher()
    launcher.close()
    return launcher.reason and f"no private /opt/ml here: {launcher.reason}"
