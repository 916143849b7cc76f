"""What the page on registering an inference pipeline says."""

from tests.claims import claim
from tests.claims.proofs import (
    body,
    bounds,
    defined,
    example,
    field,
    model,
    parameters,
    says,
    v2,
    v3,
)

PAGE = "asked-since/register-inference-pipeline.md"
BUILDER = v3("sagemaker/serve/model_builder.py")
REGISTRY = v3("sagemaker/core/model_registry.py")


@claim(
    PAGE,
    "both containers as one model package, by CreateModelPackage or ModelBuilder.register",
    "both containers into one model package: CreateModelPackage takes up to 15, and register of "
    "SDK v3's ModelBuilder sends them",
    by="run",
)
def one_package():
    containers = "CreateModelPackage.InferenceSpecification.Containers"
    assert bounds("sagemaker", containers)[1] == 15
    sent = example("register-inference-pipeline/register.out").splitlines()
    assert sum("sagemaker: CreateModelPackage: accepted" in line for line in sent) == 2
    defs = body(BUILDER, "ModelBuilder._prepare_pipeline_container_defs")
    assert "for core_model in self.model" in defs and "containers.append" in defs


@claim(PAGE, "The variables in Environment belong to the package", by="API model")
def environment():
    assert field("sagemaker", "CreateModelPackage.InferenceSpecification.Containers.Environment")


@claim(PAGE, "Without ModelPackageGroupName a package has no versions", by="API model")
def versions():
    said = field("sagemaker", "CreateModelPackage.ModelPackageName").documentation
    assert "not applicable to versioned models" in " ".join(said.split())


@claim(
    PAGE,
    "Then go on with CreateEndpointConfig and CreateEndpoint",
    "it accepts a ServerlessConfig beside the name of any model",
    by="API model",
)
def endpoint():
    assert {"CreateEndpointConfig", "CreateEndpoint"} <= set(model("sagemaker").operation_names)
    assert field("sagemaker", "CreateModel.Containers.ModelPackageName")
    for name in ("ServerlessConfig", "ModelName"):
        assert field("sagemaker", f"CreateEndpointConfig.ProductionVariants.{name}")


@claim(
    PAGE,
    "There is no PipelineModel class any more. ModelBuilder takes a list, of Model objects only; "
    "anything else in it is refused",
    "register makes the group if it is missing, and returns the address of the package. With a "
    "PipelineSession it sends nothing: what it returns is for a ModelStep",
    by="SDK",
)
def builder():
    prepared = body(BUILDER, "ModelBuilder._prepare_container_def_base")
    assert "isinstance(m, Model) for m in self.model" in prepared and "raise ValueError" in prepared
    registered = body(BUILDER, "ModelBuilder.register")
    assert "return model_package_response.get('ModelPackageArn')" in registered
    assert "isinstance(self.sagemaker_session, PipelineSession)" in registered
    made = body(REGISTRY, "create_model_package_from_containers")
    assert "if not is_model_package_group_present" in made
    assert "create_model_package_group" in made
    step = v3("sagemaker/mlops/workflow/model_step.py")
    assert "step_args" in parameters(step, "ModelStep.__init__")
    assert "PipelineModel" not in defined(BUILDER)


@claim(
    PAGE,
    "In SDK v2 the same was PipelineModel.register",
    "PipelineModel.deploy of SDK v2 has no parameter for it",
    by="SDK",
)
def old_class():
    source = v2("sagemaker/pipeline.py")
    assert "PipelineModel.register" in defined(source)
    assert not any("serverless" in name for name in parameters(source, "PipelineModel.deploy"))


@claim(
    PAGE,
    "the service excludes inference pipelines, and with them GPUs and multi-model endpoints",
    "It cannot be serverless",
    by="source",
)
def excluded():
    assert says(
        "sm-serverless-endpoints",
        "not supported for Serverless Inference, including GPUs",
        "Multi-Model Endpoints",
        "inference pipelines",
    )
