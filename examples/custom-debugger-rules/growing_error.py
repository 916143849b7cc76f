"""A rule for SageMaker Debugger: it reads what a training run saved, in a process of its own."""

# --8<-- [start:rule]
from smdebug.rules.rule import Rule


class GrowingError(Rule):
    def __init__(self, base_trial, patience=3):
        super().__init__(base_trial, action_str="")  # AWS's page leaves the second argument out
        self.patience = int(patience)  # rule_parameters arrive as text

    def invoke_at_step(self, step):
        errors = self.base_trial.tensor("validation-rmse")
        last = [n for n in errors.steps() if n <= step][-self.patience - 1 :]
        values = [float(errors.value(n)) for n in last]
        return len(values) > self.patience and values == sorted(set(values))


# --8<-- [end:rule]
