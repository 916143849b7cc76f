"""Which container images the stand-in knows, and what it runs for each.

An image is known by the name of its repository, whatever account, region and tag.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from local_sagemaker.errors import JobFailed


@dataclass(frozen=True)
class Image:
    """What runs for an image.

    Attributes:
        train: `module:function` that trains; None where the request must say what to run.
        serve: `module:function` that answers requests of a batch transform.
        preload: modules worth importing once for all jobs.
        metrics: whether the algorithm has metrics of its own, which tuning may ask for.
        programs: modules that stand for the programs of the image, by their names.
    """

    train: str | None = None
    serve: str | None = None
    preload: tuple[str, ...] = ()
    metrics: bool = False
    programs: Mapping[str, str] = field(default_factory=dict)


_CONTAINERS = "local_sagemaker.containers"
_SKLEARN = (
    "pandas", "joblib", "sklearn.pipeline", "sklearn.linear_model", "sklearn.ensemble",
    "werkzeug.utils",
)  # fmt: skip

IMAGES = {
    "sagemaker-xgboost": Image(
        train=f"{_CONTAINERS}.xgboost:train",
        serve=f"{_CONTAINERS}.xgboost:serve",
        preload=("xgboost", "werkzeug.utils"),
        metrics=True,
    ),
    "sagemaker-scikit-learn": Image(
        train=f"{_CONTAINERS}.script_mode:train",
        serve=f"{_CONTAINERS}.script_mode:serve",
        preload=_SKLEARN,
    ),
    "sagemaker-spark-processing": Image(
        programs={"smspark-submit": f"{_CONTAINERS}.spark"},
    ),
}
"""The known images by repository. A processing job may name any image: it brings its program."""


def repository(uri: str) -> str:
    """Return the repository of an image: `…/sagemaker-xgboost:3.2-0` gives `sagemaker-xgboost`."""
    return uri.rpartition("/")[2].partition("@")[0].partition(":")[0]


def find(uri: str) -> Image:
    """Return what runs for an image of models.

    Raises:
        JobFailed: the stand-in does not know it.
    """
    known = {name: image for name, image in IMAGES.items() if image.serve}
    try:
        return known[repository(uri)]
    except KeyError:
        raise JobFailed(
            f"ClientError: the stand-in has no image {uri}; it knows {', '.join(sorted(known))} "
            "in any version, and in processing and training jobs any image whose program the "
            "request names (ContainerEntrypoint)"
        ) from None
