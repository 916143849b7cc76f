"""What the page on rules for SageMaker Debugger says."""

import inspect
import subprocess
import sys

import pytest
import smdebug_rulesconfig
import xgboost
from pydantic import ValidationError
from sagemaker.core.debugger import Rule
from sagemaker.core.resources import TrainingJob
from sagemaker.core.shapes import DebugRuleConfiguration

from tests.claims import claim
from tests.claims.proofs import attributes, body, defined, example, model, parameters, says, v2, v3
from tests.site import ROOT

PAGE = "day-1/custom-debugger-rules.md"
IMAGE = "864354269164.dkr.ecr.us-east-1.amazonaws.com/sagemaker-debugger-rule-evaluator:latest"


@claim(PAGE, "Debugger is closed to new customers", by="source")
def closed():
    assert says("sm-debugger-availability-change", "no longer open to new customers")


@claim(
    PAGE,
    "with save_best=True it keeps the model from before things went wrong",
    by="run",
)
def own_rule_of_xgboost():
    stopped, kept, _ = example("custom-debugger-rules/stop_when_worse.out").splitlines()
    at_the_end, best = (float(line.split()[-1]) for line in (stopped, kept))
    assert best < at_the_end
    assert int(kept.split()[3]) < int(stopped.split()[2])
    assert "save_best" in inspect.signature(xgboost.callback.EarlyStopping).parameters


@claim(
    PAGE,
    "makes the job fail, instead of leaving a useless model, when the error is infinite or no "
    "number, as when loss is nan",
    by="run",
)
def a_rule_that_fails_the_job():
    assert example("custom-debugger-rules/stop_when_worse.out").endswith(": the error is inf\n")
    script = ROOT / "examples/custom-debugger-rules/stop_when_worse.py"
    code = script.read_text(encoding="utf-8").split("try:\n    train(StopWhenBroken")[0]
    uncaught = code + "StopWhenBroken().after_iteration(0, 0, {'validation': {'rmse': [nan]}})"
    done = subprocess.run(
        [sys.executable, "-c", f"from math import nan\n{uncaught}"],
        text=True,
        capture_output=True,
        check=False,
    )
    assert done.returncode == 1
    assert "FloatingPointError: round 0: the error is nan" in done.stderr


@claim(PAGE, "in five Regions, for PyTorch, TensorFlow and Hugging Face", by="source")
def regions_of_tensorboard():
    regions = "us-east-1", "us-east-2", "us-west-2", "eu-central-1", "eu-west-1"
    assert all(says("sm-tensorboard", f"({region})") for region in regions)
    assert says("sm-tensorboard", "Hugging Face Transformers")


@claim(PAGE, "let the alarm call StopTrainingJob through a Lambda function", by="API model")
def stopping_from_outside():
    assert "StopTrainingJob" in model("sagemaker").operation_names


@claim(
    PAGE,
    "ends at XGBoost 1.3-1, and since PyTorch 1.12 the script must ask for Debugger itself",
    by="source",
)
def frameworks():
    words = "From PyTorch v1.12.0 and later, SageMaker Debugger deprecates the zero code change"
    assert says("sm-debugger-supported-frameworks", "1.0-1, 1.2-1, 1.3-1", words)


@claim(
    PAGE,
    "A rule is a class whose invoke_at_step returns true when something is wrong",
    by="SDK",
)
def library_calls_it():
    called = body(v2("smdebug/rules/rule.py"), "Rule.invoke")
    assert "val = self.invoke_at_step(step)" in called and "if val:" in called


@claim(
    PAGE,
    "A rule alone stops nothing; the action StopTraining does",
    by="source",
)
def the_action():
    words = "Stops a training job when the Debugger rule finds an issue"
    assert says("sm-debugger-built-in-actions", words)
    assert smdebug_rulesconfig.StopTraining
    printed = example("custom-debugger-rules/ask_for_rule.out")
    assert 'stoptraining\\", \\"training_job_prefix\\": \\"watched\\"' in printed


@claim(
    PAGE,
    "AWS hands rules to ModelTrainer, which has no parameter for them; TrainingJob.create has, "
    "but takes DebugRuleConfiguration and not the Rule",
    by="SDK",
)
def who_takes_what():
    assert says("sm-debugger-built-in-actions", "rules = rules")
    trainer = v3("sagemaker/train/model_trainer.py")
    assert not {"rules", "debug_rules"} & set(attributes(trainer, "ModelTrainer"))
    assert 'extra="forbid"' in trainer.read_text(encoding="utf-8")
    rule = Rule.custom("name", IMAGE, "ml.t3.medium", 10)
    for given in (rule, rule.to_debugger_rule_config_dict()):
        with pytest.raises(ValidationError, match="debug_rule_configurations"):
            TrainingJob.create(training_job_name="a", debug_rule_configurations=[given])
    fits = DebugRuleConfiguration(rule_configuration_name="name", rule_evaluator_image=IMAGE)
    with pytest.raises(ValidationError) as caught:
        TrainingJob.create(training_job_name="a b", debug_rule_configurations=[fits], retries=1)
    assert "debug_rule_configurations" not in str(caught.value)


@claim(
    PAGE,
    "In SDK v2 it is sagemaker.debugger.Rule.custom(...), handed to an estimator as rules=[...]",
    by="SDK",
)
def version_2():
    assert "Rule.custom" in defined(v2("sagemaker/debugger/debugger.py"))
    assert "rules" in parameters(v2("sagemaker/estimator.py"), "EstimatorBase.__init__")


@claim(
    PAGE,
    "Rule.__init__ of the library wants a second argument, action_str",
    "Trial.tensors no longer exists, nor has LocalTrial, the trial of a folder, such an attribute",
    "Rule.custom of the SDK wants volume_size_in_gb",
    by="SDK",
)
def examples_that_fail():
    known = parameters(v2("smdebug/rules/rule.py"), "Rule.__init__")
    assert list(known)[:3] == ["self", "base_trial", "action_str"]
    assert known["action_str"] is None  # no default
    assert "Trial.tensors" not in defined(v2("smdebug/trials/trial.py"))
    local = defined(v2("smdebug/trials/local_trial.py"))
    assert "LocalTrial" in local and "LocalTrial.tensors" not in local
    assert "Trial.tensor_names" in defined(v2("smdebug/trials/trial.py"))
    for source in (v2("sagemaker/debugger/debugger.py"), v3("sagemaker/core/debugger/debugger.py")):
        assert parameters(source, "Rule.custom")["volume_size_in_gb"] is None


@claim(
    PAGE,
    "With smdebug 1.0.34, numpy 1.26, protobuf 3.20.3 and setuptools 80 it ran",
    by="run",
)
def versions_of_the_run():
    locked = (ROOT / "requirements/debugger.txt").read_text(encoding="utf-8")
    for version in ("smdebug==1.0.34", "numpy==1.26.", "protobuf==3.20.3", "setuptools==80."):
        assert f"\n{version}" in locked
    printed = example("custom-debugger-rules/watch_with_smdebug.out")
    assert printed.endswith("resulted in the condition being met\n")


@claim(PAGE, "last commit we know, of October 2023", by="source")
def last_commit():
    assert says("smdebug-last-commit", "Oct 31, 2023")
