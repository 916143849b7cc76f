"""A rule for SageMaker Debugger: it reads what a training run saved, in a process of its own."""

# --8<-- [start:rule]
from itertools import pairwise

from smdebug.rules.rule import Rule


class GrowingError(Rule):
    def __init__(self, base_trial, patience=3):
        super().__init__(base_trial, action_str="")  # AWS's page leaves the second argument out
        self.patience = int(patience)  # rule_parameters arrive as text

    def invoke_at_step(self, step):
        errors = self.base_trial.tensor("validation-rmse")
        last = [n for n in errors.steps() if n <= step][-self.patience - 1 :]
        worse = [errors.value(b) > errors.value(a) for a, b in pairwise(last)]
        return len(worse) == self.patience and all(worse)


# --8<-- [end:rule]
