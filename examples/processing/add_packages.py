"""Run a processing job that first installs packages, and see what a wrong name leads to.

As on the page, the job of `start_job.py` comes first: this one uses its names.
"""

import contextlib
import io
import shutil
from pathlib import Path

import boto3

with contextlib.redirect_stdout(io.StringIO()):
    from start_job import bucket, from_s3, s3, settings, to_s3

shutil.copytree(Path(__file__).with_name("source"), "source")

# --8<-- [start:supply]
import team_index  # in the download: an index on this machine, with one small package

env = {"PIP_INDEX_URL": team_index.serve()}  # at AWS an index that the job can reach, or {}
# --8<-- [end:supply]

# --8<-- [start:job]
from sagemaker.core.processing import FrameworkProcessor

table = "departure,carrier\n2013-01-04 06:10,UA\n2013-01-05 17:45,DL\n2013-01-07 21:30,UA\n"
s3.put_object(Bucket=bucket, Key="departures/flights.csv", Body=table)
processor = FrameworkProcessor(**settings, env=env)
processor.run(
    code="add_features.py",
    source_dir="source",  # the folder that holds both files
    inputs=[from_s3("departures")],
    outputs=[to_s3("features")],
    logs=False,
)
print(s3.get_object(Bucket=bucket, Key="features/features.csv")["Body"].read().decode())
# --8<-- [end:job]

# The file is looked for only inside the job: one that is not there stops nothing before that.
try:
    processor.run(
        code="add_features.py",
        source_dir="source",
        requirements="packages.txt",
        inputs=[from_s3("departures")],
        outputs=[to_s3("features")],
        logs=False,
        job_name="no-such-file",
    )
except Exception as error:  # another one where the SDK's own mistake is mended
    sagemaker = boto3.client("sagemaker")
    job = sagemaker.describe_processing_job(ProcessingJobName="no-such-file")
    print("requirements='packages.txt', which is not there:")
    print(f"{job['ProcessingJobStatus']}, {job['FailureReason']}")
    print(f"The SDK raised {type(error).__name__}: {error}")
