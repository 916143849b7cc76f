"""Make the same pipeline and predict with it by SDK v3, in a batch."""

from jobs import bucket, featurizer, model, role, s3, score

# --8<-- [start:model]
from sagemaker.core.helper.session_helper import Session
from sagemaker.core.resources import Model
from sagemaker.core.shapes import ContainerDefinition
from sagemaker.core.transformer import Transformer

Model.create(
    model_name="flights-v3",
    execution_role_arn=role,
    containers=[
        ContainerDefinition(
            image=each["Image"],
            model_data_url=each["ModelDataUrl"],
            environment=each.get("Environment", {}),
        )
        for each in (featurizer, model)
    ],
)
transformer = Transformer(
    model_name="flights-v3",
    instance_type="ml.m5.xlarge",
    instance_count=1,
    accept="text/csv",
    assemble_with="Line",
    output_path=f"s3://{bucket}/flights-v3",
    sagemaker_session=Session(default_bucket=bucket),
)
transformer.transform(
    f"s3://{bucket}/test/raw.csv",
    content_type="text/csv",
    split_type="Line",
    logs=False,
)
result = s3.get_object(Bucket=bucket, Key="flights-v3/raw.csv.out")["Body"].read()
print(f"flights-v3/raw.csv.out: {score(result)}")
# --8<-- [end:model]
