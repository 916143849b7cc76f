"""What the page on inference pipelines says."""

import re

from tests.claims import claim
from tests.claims.proofs import (
    attributes,
    bounds,
    defined,
    example,
    field,
    model,
    says,
    v2,
    v3,
)
from tests.site import ROOT

PAGE = "day-1/inference-pipelines.md"
BUILDER = v3("sagemaker/serve/model_builder.py")


@claim(PAGE, "A call of InvokeEndpoint then takes raw rows", by="run")
def raw_rows():
    printed = example("inference-pipelines/run_pipeline.out")
    assert "test/raw.csv: B6,19.5,4.9\ntext/csv: 500 predictions" in printed


@claim(PAGE, "the model into two containers of one inference pipeline", by="run")
def containers():
    code = example("inference-pipelines/run_pipeline.py").split("[start:request]")[1]
    assert "Containers=[featurizer, model]," in code.split("[end:request]")[0]
    assert "text/csv: 500 predictions" in example("inference-pipelines/run_pipeline.out")


@claim(PAGE, "a few lines without any state | the model container's own input_fn", by="run")
def preprocessing_in_the_model():
    handlers = ROOT / "examples/inference-pipelines/predict_any.py"
    assert "input_fn" in defined(handlers)
    *_, last = example("inference-pipelines/content_types.out").splitlines()
    assert "a script that looks before the semicolon: 500 predictions" in last


@claim(PAGE, "Three things have similar names.", by="page")
def similar_names():
    text = (ROOT / "docs" / PAGE).read_text(encoding="utf-8")
    (paragraph,) = re.findall(r"^Three things have similar names.*$", text, re.M)
    assert len(re.findall(r"\*[^*]+\*", paragraph)) == 3


@claim(PAGE, "make a new one and call UpdateEndpoint", by="API model")
def another_model():
    assert says("sm-inference-pipelines", "A pipeline model is immutable")
    assert "UpdateEndpoint" in model("sagemaker").operation_names
    assert "UpdateModel" not in model("sagemaker").operation_names


@claim(
    PAGE,
    "CreateModel takes Containers in place of PrimaryContainer",
    "A model may have fifteen containers now",
    by="API model",
)
def request():
    assert field("sagemaker", "CreateModel.PrimaryContainer")
    assert bounds("sagemaker", "CreateModel.Containers")[1] == 15


@claim(
    PAGE,
    "give ModelBuilder(model=[...], role_arn=...) a list of such Model objects, then build() and "
    "deploy()",
    "its page on real-time pipelines passes pipeline_models= to ModelBuilder, a name that stands "
    "in its docstring and is none of its fields. Use model=[...].",
    by="SDK",
)
def builder():
    fields = attributes(BUILDER, "ModelBuilder")
    assert {"model", "role_arn"} <= set(fields) and "pipeline_models" not in fields
    assert {"ModelBuilder.build", "ModelBuilder.deploy"} <= defined(BUILDER)
    code = BUILDER.read_text(encoding="utf-8")
    assert "pipeline_models: List of Model objects" in code
    assert "isinstance(self.model, list)" in code
    assert says("sm-inference-pipeline-real-time", "pipeline_models=")


@claim(
    PAGE,
    "In SDK v2 this was sagemaker.pipeline.PipelineModel",
    "SDK v3 has no PipelineModel class",
    by="SDK",
)
def old_class():
    assert "PipelineModel" in defined(v2("sagemaker/pipeline.py"))
    found = [
        path
        for package in ("serve", "core", "mlops")
        for path in v3(f"sagemaker/{package}").rglob("*.py")
        if re.search(r"^class PipelineModel\b", path.read_text(encoding="utf-8"), re.M)
    ]
    assert not found


@claim(
    PAGE,
    "The scikit-learn image sends JSON unless SAGEMAKER_DEFAULT_INVOCATIONS_ACCEPT asks for "
    "another type, and adds ; charset=utf-8 to each text type",
    by="run",
)
def types_between_the_containers():
    first, second, *_ = example("inference-pipelines/content_types.out").splitlines()
    assert first.startswith("- `application/json`, its default")
    assert second.startswith("- `text/csv; charset=utf-8`")
    script = example("inference-pipelines/content_types.py")
    assert 'del without_accept["SAGEMAKER_DEFAULT_INVOCATIONS_ACCEPT"]' in script
    assert says("examples-issue-charset", "SAGEMAKER_DEFAULT_INVOCATIONS_ACCEPT")


@claim(PAGE, "the container compares the whole header with text/csv before it decodes", by="source")
def what_is_decoded():
    assert says("containers-worker", "as_text = self.content_type in _content_types.UTF8_TYPES")
    assert says("containers-content-types", 'CSV = "text/csv"', "UTF8_TYPES = [JSON, CSV]")


@claim(PAGE, "featurize.py takes care of both", by="run")
def parameters_of_the_type():
    *_, plain, with_parameter, _ = example("inference-pipelines/run_pipeline.out").splitlines()
    kind, _, scores = with_parameter.partition(": ")
    assert kind == "text/csv; charset=utf-8"
    assert plain == f"text/csv: {scores}"
