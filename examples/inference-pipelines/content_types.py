"""What the second container makes of the content type that the first one sends."""

from botocore.exceptions import WaiterError
from jobs import bucket, featurizer, model, pack, role, s3, sagemaker, score, transform

without_accept = dict(featurizer["Environment"])
del without_accept["SAGEMAKER_DEFAULT_INVOCATIONS_ACCEPT"]
code = pack("predict_any.py", "predict_exactly.py")


def script(name: str) -> dict:
    """Return the second container with a script of its own."""
    return model | {"Environment": {"SAGEMAKER_PROGRAM": name, "SAGEMAKER_SUBMIT_DIRECTORY": code}}


CASES = {
    "sends-json": (
        "`application/json`, its default, to the built-in XGBoost",
        [featurizer | {"Environment": without_accept}, model],
    ),
    "built-in": (
        "`text/csv; charset=utf-8` to the built-in XGBoost",
        [featurizer, model],
    ),
    "exact": (
        "the same to a script that compares with `text/csv`",
        [featurizer, script("predict_exactly.py")],
    ),
    "tolerant": (
        "the same to a script that looks before the semicolon",
        [featurizer, script("predict_any.py")],
    ),
}
for name, (title, containers) in CASES.items():
    sagemaker.create_model(ModelName=name, ExecutionRoleArn=role, Containers=containers)
    try:
        transform(name, "test/raw.csv")
    except WaiterError as error:
        reason = error.last_response["FailureReason"].partition(":")[0]
        print(f"- {title}: the job fails, {reason}")
    else:
        result = s3.get_object(Bucket=bucket, Key=f"{name}/raw.csv.out")["Body"].read()
        print(f"- {title}: {score(result)}")
