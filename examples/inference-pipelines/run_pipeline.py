"""Put a transformer and a model behind one endpoint, and send it raw rows."""

from jobs import boto3, bucket, featurizer, model, patience, raw, role, s3, sagemaker, score

# --8<-- [start:request]
sagemaker.create_model(
    ModelName="flights",
    ExecutionRoleArn=role,
    Containers=[featurizer, model],
    InferenceExecutionConfig={"Mode": "Serial"},
)
sagemaker.create_endpoint_config(
    EndpointConfigName="flights",
    ProductionVariants=[
        {
            "VariantName": "all",
            "ModelName": "flights",
            "InstanceType": "ml.m5.xlarge",
            "InitialInstanceCount": 1,
        }
    ],
)
sagemaker.create_endpoint(EndpointName="flights", EndpointConfigName="flights")
waiter = sagemaker.get_waiter("endpoint_in_service")
waiter.wait(EndpointName="flights", WaiterConfig=patience)
# --8<-- [end:request]

# --8<-- [start:invoke]
runtime = boto3.client("sagemaker-runtime")


def predict(rows: str, kind: str = "text/csv") -> bytes:
    """Ask the endpoint."""
    answer = runtime.invoke_endpoint(
        EndpointName="flights", ContentType=kind, Accept="text/csv", Body=rows
    )
    return answer["Body"].read()


for key in ("train/raw.csv", "features/raw.csv.out", "test/raw.csv"):
    body = s3.get_object(Bucket=bucket, Key=key)["Body"]
    print(f"{key}: {next(body.iter_lines()).decode()}")
for kind in ("text/csv", "text/csv; charset=utf-8"):
    print(f"{kind}: {score(predict(raw, kind))}")
print(f"a carrier it never saw: {float(predict('ZZ,17.5,')):.2f}")
sagemaker.delete_endpoint(EndpointName="flights")
# --8<-- [end:invoke]
