"""A rule that watches a training run from inside, and stops it when it goes wrong."""

from itertools import pairwise

import numpy
import xgboost


# --8<-- [start:rule]
class StopWhenWorse(xgboost.callback.TrainingCallback):
    """Stop when the error on unseen rows grew `patience` times in a row."""

    def __init__(self, patience: int = 3) -> None:
        self.patience = patience

    def after_iteration(self, model, epoch, evals_log) -> bool:
        errors = evals_log["validation"]["rmse"][-self.patience - 1 :]
        worse = [later > earlier for earlier, later in pairwise(errors)]
        # True ends the training.
        return len(worse) == self.patience and all(worse)


# --8<-- [end:rule]


def rows(count: int, generator: numpy.random.Generator) -> xgboost.DMatrix:
    """Rows with one column that matters, four that do not, and as much noise as signal."""
    columns = generator.normal(size=(count, 5))
    return xgboost.DMatrix(columns, columns[:, 0] + generator.normal(size=count))


generator = numpy.random.default_rng(seed=7)
train, validation = rows(200, generator), rows(200, generator)

# --8<-- [start:train]
history = {}
booster = xgboost.train(
    {"eta": 0.3, "max_depth": 6, "nthread": 1, "seed": 7},
    train,
    num_boost_round=200,
    evals=[(validation, "validation")],
    evals_result=history,
    callbacks=[StopWhenWorse()],
    verbose_eval=False,
)
errors = history["validation"]["rmse"]
for number, error in list(enumerate(errors))[-6:]:
    print(f"round {number}: error {error:.3f}")
print(f"stopped after {booster.num_boosted_rounds()} of 200 rounds")
# --8<-- [end:train]
