"""Run the tuning state machine to its end, and check the best trial against what lies in S3."""

import io
import json
import tarfile
from pathlib import Path

import boto3
import numpy
import xgboost
from executions import BUCKET, ROLE, share_right, wait

definition = Path(__file__).with_name("tune.asl.json").read_text(encoding="utf-8")
s3 = boto3.client("s3")
s3.create_bucket(Bucket=BUCKET)
states = boto3.client("stepfunctions")
machine = states.create_state_machine(name="tune-and-predict", definition=definition, roleArn=ROLE)
execution = states.start_execution(
    stateMachineArn=machine["stateMachineArn"],
    name="flights-2026-11-23",
    input=json.dumps({"Bucket": BUCKET, "RoleArn": ROLE}),
)
execution = wait(execution["executionArn"])


output = json.loads(execution["output"])
sagemaker = boto3.client("sagemaker")
trials = sagemaker.list_training_jobs_for_hyper_parameter_tuning_job(
    HyperParameterTuningJobName=output["Tuning"]["HyperParameterTuningJobName"],
    SortBy="FinalObjectiveMetricValue",
    SortOrder="Ascending",
)["TrainingJobSummaries"]
for trial in trials:
    tuned = trial["TunedHyperParameters"]
    values = ", ".join(f"{name} {float(tuned[name]):.4g}" for name in tuned)
    metric = trial["FinalHyperParameterTuningJobObjectiveMetric"]
    print(f"{metric['MetricName']} {metric['Value']:.3f} with {values}")


def read(address: str) -> bytes:
    """Return the file at an `s3://` address."""
    bucket, _, key = address.removeprefix("s3://").partition("/")
    return s3.get_object(Bucket=bucket, Key=key)["Body"].read()


best = sagemaker.describe_training_job(TrainingJobName=output["Tuning"]["BestTrainingJobName"])
assert best["TrainingJobName"] == trials[0]["TrainingJobName"]
packed = io.BytesIO(read(best["ModelArtifacts"]["S3ModelArtifacts"]))
with tarfile.open(fileobj=packed) as archive:
    model = xgboost.Booster(model_file=bytearray(archive.extractfile("xgboost-model").read()))
rows = numpy.loadtxt(io.BytesIO(read(f"s3://{BUCKET}/csv/validation.csv")), delimiter=",")
misses = model.predict(xgboost.DMatrix(rows[:, 1:])) - rows[:, 0]
print(f"the best model, taken from S3: {(misses**2).mean() ** 0.5:.3f} on validation.csv")
print(share_right(f"predictions/{best['TrainingJobName']}"))
print("ended as", execution["status"])
