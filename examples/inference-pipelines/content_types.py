"""What the second container makes of the content type that the first one sends."""

from jobs import BUCKET, ROLE, XGBOOST, featurizer, fit_both, sagemaker, score, transform

featurizer_data, model_data = fit_both()
first = featurizer(featurizer_data)
without_accept = dict(first["Environment"])
del without_accept["SAGEMAKER_DEFAULT_INVOCATIONS_ACCEPT"]
built_in = {"Image": XGBOOST, "ModelDataUrl": model_data}


def script(name: str) -> dict:
    """Return the second container with a script of its own."""
    code = first["Environment"]["SAGEMAKER_SUBMIT_DIRECTORY"]
    environment = {"SAGEMAKER_PROGRAM": name, "SAGEMAKER_SUBMIT_DIRECTORY": code}
    return built_in | {"Environment": environment}


CASES = {
    "sends-json": (
        "`application/json`, its default, to the built-in XGBoost",
        [first | {"Environment": without_accept}, built_in],
    ),
    "built-in": (
        "`text/csv; charset=utf-8` to the built-in XGBoost",
        [first, built_in],
    ),
    "exact": (
        "the same to a script that compares with `text/csv`",
        [first, script("predict_exactly.py")],
    ),
    "tolerant": (
        "the same to a script that looks before the semicolon",
        [first, script("predict_any.py")],
    ),
}
for name, (title, containers) in CASES.items():
    sagemaker.create_model(ModelName=name, ExecutionRoleArn=ROLE, Containers=containers)
    job = transform(name, f"s3://{BUCKET}/test/raw.csv")
    if job["TransformJobStatus"] == "Completed":
        print(f"- {title}: {score(name)}")
    else:
        print(f"- {title}: the job fails, {job['FailureReason'].partition(':')[0]}")
