"""Register an inference pipeline: two containers in one model package."""

import boto3

# Nothing is sent: these are the answers that the code reads.
PACKAGE = "arn:aws:sagemaker:us-east-1:123456789012:model-package/flights/1"
ANSWERS = {
    "sagemaker.CreateModelPackage": {"ModelPackageArn": PACKAGE},
    "sagemaker.ListModelPackageGroups": {"ModelPackageGroupSummaryList": []},
}
for name, answer in ANSWERS.items():
    boto3.DEFAULT_SESSION.events.register(
        f"after-call.{name}", lambda parsed, answer=answer, **_: parsed.update(answer)
    )

# --8<-- [start:supply]
role, region = "arn:aws:iam::123456789012:role/workshop", "us-east-1"
bucket = "my-bucket"  # with the two models and the script
# --8<-- [end:supply]

# --8<-- [start:package]
import boto3
from sagemaker.core import image_uris

containers = [
    {
        "Image": image_uris.retrieve("sklearn", region=region, version="1.9-0"),
        "ModelDataUrl": f"s3://{bucket}/models/fit-featurizer/output/model.tar.gz",
        "Environment": {
            "SAGEMAKER_PROGRAM": "featurize.py",
            "SAGEMAKER_SUBMIT_DIRECTORY": f"s3://{bucket}/code/featurize.py.tar.gz",
            "SAGEMAKER_DEFAULT_INVOCATIONS_ACCEPT": "text/csv",
        },
    },
    {
        "Image": image_uris.retrieve("xgboost", region=region, version="3.2-0"),
        "ModelDataUrl": f"s3://{bucket}/models/fit-model/output/model.tar.gz",
    },
]
sagemaker = boto3.client("sagemaker")
sagemaker.create_model_package_group(ModelPackageGroupName="flights")
package = sagemaker.create_model_package(
    ModelPackageGroupName="flights",
    ModelApprovalStatus="PendingManualApproval",
    InferenceSpecification={
        "Containers": containers,
        "SupportedContentTypes": ["text/csv"],
        "SupportedResponseMIMETypes": ["text/csv"],
        "SupportedRealtimeInferenceInstanceTypes": ["ml.m5.xlarge"],
        "SupportedTransformInstanceTypes": ["ml.m5.xlarge"],
    },
)
# --8<-- [end:package]

# --8<-- [start:deploy]
sagemaker.update_model_package(
    ModelPackageArn=package["ModelPackageArn"], ModelApprovalStatus="Approved"
)
sagemaker.create_model(
    ModelName="flights",
    ExecutionRoleArn=role,
    Containers=[{"ModelPackageName": package["ModelPackageArn"]}],
)
# --8<-- [end:deploy]

# --8<-- [start:sdk]
from sagemaker.core.helper.session_helper import Session
from sagemaker.core.resources import Model
from sagemaker.core.shapes import ContainerDefinition
from sagemaker.serve import ModelBuilder

builder = ModelBuilder(
    model=[
        Model(
            model_name=name,
            primary_container=ContainerDefinition(
                image=each["Image"],
                model_data_url=each["ModelDataUrl"],
                environment=each.get("Environment", {}),
            ),
        )
        for name, each in zip(("featurizer", "model"), containers, strict=True)
    ],
    role_arn=role,
    sagemaker_session=Session(default_bucket=bucket),
)
builder.register(
    model_package_group_name="flights",
    content_types=["text/csv"],
    response_types=["text/csv"],
    inference_instances=["ml.m5.xlarge"],
    transform_instances=["ml.m5.xlarge"],
    approval_status="PendingManualApproval",
)
# --8<-- [end:sdk]
