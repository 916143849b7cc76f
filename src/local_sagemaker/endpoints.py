"""Endpoints: the containers of one model, kept running, and asked by InvokeEndpoint.

The texts of failures and the limit of an invocation are AWS's as users report them (2026-11): "did
not pass the ping health check", "Received server error (500) from primary with message". From
memory are that an endpoint is deleted at once, and what an invocation of a missing one says.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from typing import Any

from local_sagemaker.api import ACCOUNT, REGION
from local_sagemaker.errors import ApiError, JobFailed, invalid
from local_sagemaker.host import Host
from local_sagemaker.jobs import Runs
from local_sagemaker.serving import Answer, Containers

PING_SECONDS = 480  # ContainerStartupHealthCheckTimeoutInSeconds may be longer: 8 minutes are usual
INVOCATION_SECONDS = 60
_CONFIG = {"EndpointConfigName", "ProductionVariants", "Tags", "KmsKeyId", "ExecutionRoleArn"}
_VARIANT = {
    "VariantName", "ModelName", "InitialInstanceCount", "InstanceType", "InitialVariantWeight",
    "ServerlessConfig", "VolumeSizeInGB", "ModelDataDownloadTimeoutInSeconds",
    "ContainerStartupHealthCheckTimeoutInSeconds", "RoutingConfig",
}  # fmt: skip


def check(request: dict[str, Any]) -> None:
    """Refuse a configuration that the stand-in does not serve.

    Raises:
        ApiError: with what it is that is not served.
    """
    variants = request["ProductionVariants"]
    asked = set(request) - _CONFIG | {name for each in variants for name in each} - _VARIANT
    if len(variants) > 1:
        asked.add("more than one variant")
    if "ModelName" not in variants[0]:
        asked.add("inference components")
    if asked:
        raise invalid(f"the stand-in serves one model at an endpoint, without {_listed(asked)}")


def _listed(names: set[str]) -> str:
    return ", ".join(sorted(names))


@dataclass
class Endpoint(Runs):
    """One endpoint.

    Attributes:
        config: the request that made its configuration.
        model: the request that made its model.
    """

    config: dict[str, Any] = field(default_factory=dict)
    model: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        super().__post_init__()
        self._containers: Containers | None = None
        self._one_at_a_time = threading.Lock()
        if "DeploymentConfig" in self.request:
            raise invalid("the stand-in does not do DeploymentConfig")
        variant = self.config["ProductionVariants"][0]
        count = variant.get("InitialInstanceCount", 1)
        weight = variant.get("InitialVariantWeight", 1.0)
        known = {"VariantName": variant["VariantName"]}
        for what in ("Current", "Desired"):
            known |= {f"{what}Weight": weight, f"{what}InstanceCount": count}
        containers = self.model.get("Containers") or [self.model["PrimaryContainer"]]
        known["DeployedImages"] = [{"SpecifiedImage": each["Image"]} for each in containers]
        self.described["ProductionVariants"] = [known]
        self.set_status("Creating")

    def run(self, host: Host) -> None:
        """Serve until the endpoint is stopped, or one of its containers has ended."""
        variant = self.config["ProductionVariants"][0]
        patience = variant.get("ContainerStartupHealthCheckTimeoutInSeconds", PING_SECONDS)
        try:
            with Containers(host, self.model, self, {}) as containers:
                if not containers.ready(patience):
                    raise JobFailed(
                        f"The primary container for production variant {variant['VariantName']} "
                        "did not pass the ping health check. Please check CloudWatch logs for "
                        "this endpoint."
                    )
                self._containers = containers
                self.set_status("InService")
                self.ended.set()
                self.stop_requested.wait()
                self._containers = None
            self.on_end(self)
        except Exception as error:
            ours = "" if isinstance(error, JobFailed) else "the stand-in has a fault: "
            self.described["FailureReason"] = f"{ours}{error}"
            self.set_status("Failed")
            self.on_end(self)
            self.ended.set()

    def invoke(self, body: bytes, headers: dict[str, str]) -> Answer:
        """Answer InvokeEndpoint.

        Args:
            body: the payload.
            headers: `Content-Type` and `Accept`, and those that ask for what is not done here.

        Raises:
            ApiError: it serves nothing yet, or not any more, or a container refused.
        """
        if self._containers is None:
            raise ApiError("ValidationError", f"Endpoint {self.name} is in status {self.status}.")
        asked = {name for name in headers if name.lower().startswith("x-amzn-sagemaker-target-")}
        if asked:
            raise ApiError("ValidationError", f"the stand-in does not do {_listed(asked)}")
        with self._one_at_a_time:
            answer = self._containers.invoke(
                body,
                headers.get("Content-Type", ""),
                headers.get("Accept", ""),
                INVOCATION_SECONDS,
            )
        if answer.status != 200:
            raise self._model_error(answer)
        return answer

    def _model_error(self, answer: Answer) -> ApiError:
        several = len(self.model.get("Containers", [])) > 1
        who = f"container-{answer.container + 1}" if several else "primary"
        side = "client" if 400 <= answer.status < 500 else "server"
        said = answer.body.decode(errors="replace")
        group = f"/aws/sagemaker/Endpoints/{self.name}"
        console = f"https://{REGION}.console.aws.amazon.com/cloudwatch/home?region={REGION}"
        message = (
            f'Received {side} error ({answer.status}) from {who} with message "{said}". See '
            f"{console}#logEventViewer:group={group} in account {ACCOUNT} for more information."
        )
        details = {"OriginalStatusCode": answer.status, "OriginalMessage": said}
        return ApiError("ModelError", message, 424, details)
