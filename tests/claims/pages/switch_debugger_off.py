"""What the page on switching Debugger off says."""

from tests.claims import claim
from tests.claims.proofs import body, defined, example, field, parameters, says, v2, v3

PAGE = "asked-since/switch-debugger-off.md"
ESTIMATOR = v2("sagemaker/estimator.py")


@claim(
    PAGE,
    "SDK v3 and boto3 ask for no Debugger",
    "With SDK v3 and boto3 there is nothing to switch off",
    "ModelTrainer has no parameter for Debugger, and its request mentions neither",
    by="run",
)
def version_3_asks_for_nothing():
    printed = example("switch-debugger-off/ask_v3.out").splitlines()
    assert printed == ["DebugHookConfig was not sent", "ProfilerConfig was not sent"]
    trainer = v3("sagemaker/train/model_trainer.py").read_text(encoding="utf-8")
    for name in ("debug_hook", "debug_rule", "profiler"):
        assert name not in trainer


@claim(
    PAGE,
    "SDK v2 needs two parameters for that",
    "pass debugger_hook_config=False and disable_profiler=True to the estimator",
    by="SDK",
)
def version_2_takes_two_parameters():
    known = parameters(ESTIMATOR, "EstimatorBase.__init__")
    assert {"debugger_hook_config", "disable_profiler"} <= known.keys()
    assert "EstimatorBase.disable_profiling" in defined(ESTIMATOR)


@claim(PAGE, "version 2.257.7", "each estimator attaches a hook and a profiler", by="SDK")
def version_2_asks_unless_told_not_to():
    hook = body(ESTIMATOR, "EstimatorBase._validate_and_set_debugger_configs")
    assert "if self.debugger_hook_config in [None, {}]:" in hook
    assert "self.debugger_hook_config = DebuggerHookConfig(" in hook
    profiler = body(ESTIMATOR, "EstimatorBase._prepare_profiler_for_training")
    assert "if self.profiler_config is None:" in profiler
    assert (v2("sagemaker-2.257.7.dist-info")).is_dir()
    assert says("sdk-pull-no-debugger", "Do not attach DebuggerHookConfig")


@claim(
    PAGE,
    "the field is ProfilerConfig.DisableProfiler of CreateTrainingJob",
    "elsewhere UpdateTrainingJob does, with the same ProfilerConfig.DisableProfiler",
    by="API model",
)
def fields_for_the_profiler():
    for operation in ("CreateTrainingJob", "UpdateTrainingJob"):
        path = f"{operation}.ProfilerConfig.DisableProfiler"
        assert field("sagemaker", path).type_name == "boolean"


@claim(PAGE, "The hook that saves tensors cannot be taken away", by="API model")
def no_hook_in_an_update():
    assert "DebugHookConfig" in field("sagemaker", "CreateTrainingJob").members
    assert "DebugHookConfig" not in field("sagemaker", "UpdateTrainingJob").members


@claim(PAGE, "the argument profiler_config of TrainingJob.create", by="SDK")
def version_3_resource():
    known = parameters(v3("sagemaker/core/resources.py"), "TrainingJob.create")
    assert "profiler_config" in known


@claim(PAGE, "estimator.disable_profiling() stops the profiler", by="SDK")
def version_2_stops_a_running_profiler():
    assert "EstimatorBase.disable_profiling" in defined(ESTIMATOR)


@claim(
    PAGE,
    'names smdebug, or a line "SMDebug error has occurred" in the log, means that the image or '
    "your script loads it",
    "Remove import smdebug from the script",
    by="SDK",
)
def the_library_has_that_name():
    assert v2("smdebug/__init__.py").is_file()
    agent = v2("smdebug/core/error_handling_agent.py").read_text(encoding="utf-8")
    assert "SMDebug error has occurred" in agent


@claim(
    PAGE,
    "Set the environment variable USE_SMDEBUG to 0 in the job. The hooks for PyTorch and "
    "TensorFlow ask for it, the one for XGBoost does not. SDK v2 does not set it for you.",
    by="SDK",
)
def the_variable():
    asked = body(v2("smdebug/core/config_validator.py"), "ConfigValidator.__init__")
    assert "os.getenv('USE_SMDEBUG', 'true')" in asked
    for framework, asks in (("pytorch", True), ("tensorflow", True), ("xgboost", False)):
        hook = body(v2(f"smdebug/{framework}/singleton_utils.py"), "get_hook")
        assert ("validate_training_job()" in hook) is asks, framework
    using = [
        path.name
        for path in v2("sagemaker").rglob("*.py")
        if "DEBUGGER_FLAG" in path.read_text(encoding="utf-8")
    ]
    # Defined and imported, and used by nothing.
    assert sorted(using) == ["__init__.py", "debugger.py", "estimator.py"]
    assert ESTIMATOR.read_text(encoding="utf-8").count("DEBUGGER_FLAG") == 1


@claim(PAGE, "the last change to the library that we know is of October 2023", by="source")
def last_commit():
    assert says("smdebug-last-commit", "Oct 31, 2023")
