"""Train XGBoost with Debugger's hook, then let the rule read what the hook saved."""

import os

os.environ["SMDEBUG_LOG_LEVEL"] = "error"  # else it logs to standard output, with the time

import numpy
import smdebug.xgboost as smd
import xgboost
from growing_error import GrowingError
from smdebug.exceptions import RuleEvaluationConditionMet
from smdebug.rules.rule_invoker import invoke_rule
from smdebug.trials import create_trial


def rows(count: int, generator: numpy.random.Generator) -> xgboost.DMatrix:
    """Rows with one column that matters, four that do not, and as much noise as signal."""
    columns = generator.normal(size=(count, 5))
    return xgboost.DMatrix(columns, columns[:, 0] + generator.normal(size=count))


generator = numpy.random.default_rng(seed=7)
train, validation = rows(200, generator), rows(200, generator)

# --8<-- [start:watch]
hook = smd.Hook(
    out_dir="tensors",  # in a job: the folder that Debugger copies to S3
    save_config=smd.SaveConfig(save_interval=1),
    include_collections=["metrics"],
)
xgboost.train(
    {"eta": 0.3, "max_depth": 6, "nthread": 1, "seed": 7},
    train,
    num_boost_round=30,
    evals=[(validation, "validation")],
    callbacks=[hook],
    verbose_eval=False,
)
hook.close()

trial = create_trial("tensors")
try:
    invoke_rule(GrowingError(trial, patience=3), end_step=30, raise_eval_cond=True)
except RuleEvaluationConditionMet as found:
    print(found)
# --8<-- [end:watch]
