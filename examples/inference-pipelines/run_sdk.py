"""Make the same pipeline and predict with it by SDK v3."""

from jobs import ROLE, SKLEARN, XGBOOST, featurizer, fit_both, score

featurizer_data, model_data = fit_both()
role_arn = ROLE
environment = featurizer(featurizer_data)["Environment"]

# --8<-- [start:model]
from sagemaker.core.helper.session_helper import Session
from sagemaker.core.resources import Model
from sagemaker.core.shapes import ContainerDefinition
from sagemaker.core.transformer import Transformer

Model.create(
    model_name="flights",
    execution_role_arn=role_arn,
    containers=[
        ContainerDefinition(
            image=SKLEARN,
            model_data_url=featurizer_data,
            environment=environment,
        ),
        ContainerDefinition(image=XGBOOST, model_data_url=model_data),
    ],
)
transformer = Transformer(
    model_name="flights",
    instance_type="ml.m5.xlarge",
    instance_count=1,
    accept="text/csv",
    assemble_with="Line",
    output_path="s3://my-bucket/flights",
    sagemaker_session=Session(default_bucket="my-bucket"),
)
transformer.transform(
    "s3://my-bucket/test/raw.csv",
    content_type="text/csv",
    split_type="Line",
    logs=False,
)
# --8<-- [end:model]

print(score("flights"))
