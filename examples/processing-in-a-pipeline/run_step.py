"""Look at the pipeline's definition, and run the job of its step by itself."""

from flights_pipeline import bucket, make_pipeline, pipeline

# --8<-- [start:cache]
for job_name, made in (("none", make_pipeline(None)), ("a hash of the code", pipeline)):
    same = made.definition() == made.definition()
    print(f"job_name: {job_name}; the definition made twice is the same: {same}")
# --8<-- [end:cache]

# --8<-- [start:alone]
import json

import boto3

table = "departure,carrier\n2013-01-04 06:10,UA\n2013-01-07 21:30,DL\n"
s3, sagemaker = boto3.client("s3"), boto3.client("sagemaker")
s3.put_object(Bucket=bucket, Key="flights/flights.csv", Body=table)
(step,) = json.loads(pipeline.definition())["Steps"]
for each in step["Arguments"]["ProcessingInputs"]:
    if each["S3Input"]["S3Uri"] == {"Get": "Parameters.Flights"}:
        each["S3Input"]["S3Uri"] = f"s3://{bucket}/flights/"
sagemaker.create_processing_job(ProcessingJobName="try", **step["Arguments"])
sagemaker.get_waiter("processing_job_completed_or_stopped").wait(
    ProcessingJobName="try", WaiterConfig={"Delay": 1, "MaxAttempts": 3600}
)
print(sagemaker.describe_processing_job(ProcessingJobName="try")["ProcessingJobStatus"])
print(s3.get_object(Bucket=bucket, Key="features/features.csv")["Body"].read().decode())
# --8<-- [end:alone]
