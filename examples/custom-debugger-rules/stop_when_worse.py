"""Two rules that watch a training run from inside, and stop it when it goes wrong."""

# --8<-- [start:train]
import numpy
import xgboost

generator = numpy.random.default_rng(seed=7)


def rows(count):
    """Make rows with one column that matters, four that do not, and as much noise as signal."""
    columns = generator.normal(size=(count, 5))
    return xgboost.DMatrix(columns, columns[:, 0] + generator.normal(size=count))


data, validation = rows(200), rows(200)


def train(callback, **parameters):
    """Train with a rule; return the model, and its error on unseen rows after each round."""
    history = {}
    model = xgboost.train(
        {"eta": 0.3, "max_depth": 6, "nthread": 1, "seed": 7, **parameters},
        data,
        num_boost_round=200,
        evals=[(validation, "validation")],
        evals_result=history,
        callbacks=[callback],
        verbose_eval=False,
    )
    return model, history["validation"]["rmse"]


model, errors = train(xgboost.callback.EarlyStopping(rounds=3, save_best=True))
print(f"stopped after {len(errors)} of 200 rounds, at an error of {errors[-1]:.3f}")
kept = model.num_boosted_rounds()
print(f"kept the first {kept} rounds, with an error of {errors[kept - 1]:.3f}")
# --8<-- [end:train]


# --8<-- [start:rule]
class StopWhenBroken(xgboost.callback.TrainingCallback):
    """Fail the run when its error on unseen rows is infinite or no number."""

    def after_iteration(self, model, epoch, evals_log) -> bool:
        error = evals_log["validation"]["rmse"][-1]
        if not numpy.isfinite(error):
            raise FloatingPointError(f"round {epoch}: the error is {error}")
        return False  # True would end the training as if all were well


try:
    train(StopWhenBroken(), eta=3)  # steps so large that each round overshoots more
except FloatingPointError as found:
    print(found)
# --8<-- [end:rule]
