"""What the page on processing jobs as pipeline steps says."""

import pkgutil

from sagemaker.core.workflow import utilities
from sagemaker.core.workflow.properties import Properties

from tests.claims import claim
from tests.claims.proofs import body, defined, example, model, parameters, resolves, says, v2, v3
from tests.site import ROOT

PAGE = "asked-since/processing-in-a-pipeline.md"
CORE = v3("sagemaker/core/processing.py")
SLUG = "processing-in-a-pipeline"


@claim(
    PAGE,
    "Give the processor a PipelineSession; what run() returns becomes the step, with the folder "
    "and its requirements.txt",
    "Give the processor a PipelineSession: then run() starts nothing, and what it returns is the",
    "FrameworkProcessor takes source_dir there as it does for a job of its own, and installs the "
    "folder's requirements.txt when the step runs: a script of the SDK, runproc.sh, unpacks the",
    by="run",
)
def steps():
    assert "Completed\ndeparture,carrier,hour" in example(f"{SLUG}/run_step.out")
    script = body(CORE, "FrameworkProcessor._generate_framework_script")
    assert script.index("tar -xzf") < script.index("install_requirements.py")
    assert "'runproc.sh'" in body(CORE, "FrameworkProcessor._pack_and_upload_code")
    code = example(f"{SLUG}/flights_pipeline.py")
    assert "sagemaker_session=session" in code and "step_args=processor.run(" in code


@claim(PAGE, "A ScriptProcessor still sends one file", by="SDK")
def one_file():
    assert "source_dir" not in parameters(CORE, "ScriptProcessor.run")
    assert "source_dir" in parameters(CORE, "FrameworkProcessor.run")


@claim(
    PAGE,
    "wired by step.properties: a ProcessingS3Input takes step.properties.ProcessingOutputConfig."
    'Outputs["features"].S3Output.S3Uri as its address',
    by="SDK",
)
def wired():
    properties = Properties("AddFeatures", shape_name="DescribeProcessingJobResponse")
    address = properties.ProcessingOutputConfig.Outputs["features"].S3Output.S3Uri
    path = "Steps.AddFeatures.ProcessingOutputConfig.Outputs['features'].S3Output.S3Uri"
    assert address.expr == {"Get": path}
    shape = pkgutil.resolve_name("sagemaker.core.shapes.ProcessingS3Input")
    taken = shape(s3_uri=address, local_path="/x", s3_data_type="S3Prefix", s3_input_mode="File")
    assert taken.s3_uri is address


@claim(
    PAGE,
    "With source_dir the SDK puts the time of day into the folder that the code goes to, unless "
    "the job has a name",
    "A job_name made from the code mends both sides: the same code gives the same step",
    by="run",
)
def cache():
    first, second, *_ = example(f"{SLUG}/run_step.out").splitlines()
    assert first == "job_name: none; the definition made twice is the same: False"
    assert second == "job_name: a hash of the code; the definition made twice is the same: True"
    packed = body(CORE, "FrameworkProcessor._pack_and_upload_code")
    assert "if job_name is None:\n        job_name = self._generate_current_job_name" in packed
    assert says("sm-pipelines-cache-keys", "contains information about the preprocessing script")


@claim(PAGE, "The step's Arguments are a request of CreateProcessingJob but for its name", by="run")
def arguments():
    known = model("sagemaker").operation_model("CreateProcessingJob").input_shape
    assert "ProcessingJobName" in known.required_members
    code = example(f"{SLUG}/run_step.py")
    assert 'create_processing_job(ProcessingJobName="try", **step["Arguments"])' in code


@claim(
    PAGE,
    "pipeline.upsert(role_arn=role) and pipeline.start(parameters=…) of the SDK do the same, and "
    "look up first whether SageMaker may assume the role",
    by="SDK",
)
def sdk_does_the_same():
    source = v3("sagemaker/mlops/workflow/pipeline.py")
    assert "role_arn" in parameters(source, "Pipeline.upsert")
    assert "parameters" in parameters(source, "Pipeline.start")
    assert "resolve_and_validate_role(" in body(source, "Pipeline.upsert")
    printed = example(f"{SLUG}/start.out")
    assert "CreatePipeline: accepted" in printed and "StartPipelineExecution: accepted" in printed


@claim(PAGE, "Four traps", by="page")
def traps():
    text = (ROOT / "docs" / PAGE).read_text(encoding="utf-8")
    assert text.split("## Four traps")[1].count("\n- ") == 4


@claim(
    PAGE,
    "run() then starts a job at once and returns nothing, and the step complains",
    by="source",
)
def plain_session():
    assert says("sdk-issue-plain-session", "I was not passing in a pipeline session")


@claim(
    PAGE,
    "source_dir may be an S3 address again",
    "An address that does not end in .tar.gz is taken for a prefix that holds sourcedir.tar.gz",
    by="SDK",
)
def folder_in_s3():
    processor = pkgutil.resolve_name("sagemaker.core.processing.FrameworkProcessor")
    resolve = processor._resolve_s3_source_dir
    assert resolve(processor, "s3://b/code.tar.gz") == "s3://b/code.tar.gz"
    assert resolve(processor, "s3://b/code/") == "s3://b/code/sourcedir.tar.gz"
    assert says("sdk-issue-s3-source-dir", "It used to be possible")


@claim(
    PAGE,
    "There PipelineSession comes from sagemaker.workflow.pipeline_context; in v3 from "
    "sagemaker.core.workflow.pipeline_context, and the steps from sagemaker.mlops.workflow. "
    "get_run_args, which old answers show, is gone",
    by="SDK",
)
def names():
    assert "PipelineSession" in defined(v2("sagemaker/workflow/pipeline_context.py"))
    assert "PipelineSession" in defined(v3("sagemaker/core/workflow/pipeline_context.py"))
    assert resolves("sagemaker.mlops.workflow.ProcessingStep", v3(""))
    assert "FrameworkProcessor.get_run_args" in defined(v2("sagemaker/processing.py"))
    assert "get_run_args" not in CORE.read_text(encoding="utf-8")


@claim(PAGE, "The SDK takes it out of the step again", by="SDK")
def job_name():
    trimmed = utilities.trim_request_dict({"ProcessingJobName": "x"}, "ProcessingJobName", None)
    assert trimmed == {}
    step = body(v3("sagemaker/mlops/workflow/steps.py"), "ProcessingStep.arguments")
    assert "trim_request_dict(request_dict, 'ProcessingJobName'" in step
