"""Choose hyperparameters: at random, or by a Gaussian process that learns from finished trials.

It stands in for AWS's tuner, whose code is not public: the developer guide says of its Bayesian
strategy no more than that it treats tuning as a regression problem and weighs exploring against
exploiting. Here expected improvement does that (Jones, Schonlau, Welch 1998).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

from local_sagemaker.errors import invalid

_CANDIDATES = 1024
_LENGTH = 0.3  # of the kernel, for each dimension of the unit cube
_NOISE = 1e-4
_LOGARITHMIC_FROM = 100  # Auto: a range over this many times its minimum is searched by order


@dataclass(frozen=True)
class Range:
    """One hyperparameter: where a place between 0 and 1 lies in it.

    Attributes:
        name: the hyperparameter.
        low, high: the limits.
        whole: whether it takes whole numbers only.
        logarithmic: whether orders of magnitude are as far from each other as numbers.
        words: the values of a categorical one.
    """

    name: str
    low: float = 0.0
    high: float = 1.0
    whole: bool = False
    logarithmic: bool = False
    words: tuple[str, ...] = ()

    def value(self, place: float) -> str:
        """Return the value at a place, as the string that a training job gets."""
        if self.words:
            return self.words[min(int(place * len(self.words)), len(self.words) - 1)]
        if self.whole:
            # Each number gets the same share of the unit interval.
            return str(min(math.floor(self.low + place * (self.high - self.low + 1)), self.high))
        if self.logarithmic:
            return repr(self.low * (self.high / self.low) ** place)
        return repr(self.low + place * (self.high - self.low))


def ranges(given: dict[str, Any]) -> list[Range]:
    """Return the ranges of a request's ParameterRanges.

    Raises:
        ApiError: a limit is no number, limits are the wrong way round, a name comes twice, or the
            scaling is one that is not done here.
    """
    result = []
    for kind, whole in (("ContinuousParameterRanges", False), ("IntegerParameterRanges", True)):
        for each in given.get(kind, []):
            scaling = each.get("ScalingType", "Auto")
            try:
                number = int if whole else float
                low, high = number(each["MinValue"]), number(each["MaxValue"])
            except ValueError:
                raise invalid(f"The range of {each['Name']} is not of numbers: {each}") from None
            if not low < high or not math.isfinite(high - low):
                raise invalid(f"The range of {each['Name']} must have MinValue below MaxValue")
            if scaling == "ReverseLogarithmic" or (scaling == "Logarithmic" and low <= 0):
                raise invalid(f"{each['Name']}: scaling {scaling} is not possible here")
            wide = not whole and low > 0 and high / low >= _LOGARITHMIC_FROM
            logarithmic = scaling == "Logarithmic" or (scaling == "Auto" and wide)
            result.append(Range(each["Name"], low, high, whole, logarithmic and not whole))
    for each in given.get("CategoricalParameterRanges", []):
        result.append(Range(each["Name"], words=tuple(each["Values"])))
    names = [each.name for each in result]
    if not names or len(set(names)) != len(names):
        raise invalid("ParameterRanges must name at least one hyperparameter, each once")
    return result


class Sampler:
    """The places that trials get.

    Args:
        dimensions: how many hyperparameters.
        bayesian: False draws at random throughout.
        seed: the same seed and results give the same places.
    """

    def __init__(self, dimensions: int, bayesian: bool, seed: int) -> None:
        import numpy

        self._numpy = numpy
        self._random = numpy.random.default_rng(seed)
        self._dimensions, self._bayesian = dimensions, bayesian

    def next(self, tried: list[tuple[tuple[float, ...], float | None]]) -> tuple[float, ...]:
        """Return the next place.

        Args:
            tried: earlier places with what they gave, lower being better; None for a trial that
                is still running.
        """
        known = [(place, value) for place, value in tried if value is not None]
        if not self._bayesian or len(known) < 2:
            return tuple(self._random.random(self._dimensions).tolist())
        numpy = self._numpy
        values = numpy.array([value for _, value in known])
        # A running trial counts as average, so that the next one goes elsewhere.
        y = numpy.array([values.mean() if value is None else value for _, value in tried])
        y = (y - y.mean()) / (y.std() or 1.0)
        x = numpy.array([place for place, _ in tried])
        candidates = self._random.random((_CANDIDATES, self._dimensions))
        weights = numpy.linalg.solve(self._kernel(x, x) + _NOISE * numpy.eye(len(x)), y)
        across = self._kernel(candidates, x)
        mean = across @ weights
        solved = numpy.linalg.solve(self._kernel(x, x) + _NOISE * numpy.eye(len(x)), across.T)
        spread = numpy.sqrt(numpy.maximum(1 - (across * solved.T).sum(axis=1), 1e-12))
        z = (y.min() - mean) / spread
        density = numpy.exp(-(z**2) / 2) / math.sqrt(2 * math.pi)
        below = numpy.array([0.5 * (1 + math.erf(each / math.sqrt(2))) for each in z])
        improvement = spread * (z * below + density)
        return tuple(candidates[int(improvement.argmax())].tolist())

    def _kernel(self, a: Any, b: Any) -> Any:
        squares = ((a[:, None, :] - b[None, :, :]) ** 2).sum(axis=2)
        return self._numpy.exp(-squares / (2 * _LENGTH**2 * self._dimensions))
