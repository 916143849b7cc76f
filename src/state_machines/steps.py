"""Say in words what the states of a definition do: as a list, and for the cards of a drawing."""

from __future__ import annotations

import re
from typing import Any

from state_machines import Catcher, Machine, State, resources

# How AWS writes the services whose names are more than one word, or no plain capitals.
_SERVICES = {
    "sagemaker": "SageMaker",
    "states": "Step Functions",
    "sfn": "Step Functions",
    "dynamodb": "DynamoDB",
    "events": "EventBridge",
    "eventbridge": "EventBridge",
    "apigateway": "API Gateway",
    "elasticmapreduce": "EMR",
    "emr-containers": "EMR on EKS",
    "emr-serverless": "EMR Serverless",
    "bedrockruntime": "Bedrock",
    "cloudformation": "CloudFormation",
    "cloudwatch": "CloudWatch",
    "cloudwatchlogs": "CloudWatch Logs",
    "codebuild": "CodeBuild",
    "codepipeline": "CodePipeline",
    "databrew": "DataBrew",
    "mediaconvert": "MediaConvert",
    "rdsdata": "RDS Data",
    "redshiftdata": "Redshift Data",
    "route53": "Route 53",
    "secretsmanager": "Secrets Manager",
    "sesv2": "SES",
    "http": "HTTP",
}
_SENTENCES = {
    ("SageMaker", "createTrainingJob"): "starts a SageMaker training job",
    ("SageMaker", "createHyperParameterTuningJob"): "starts a SageMaker tuning job",
    ("SageMaker", "createTransformJob"): "starts a SageMaker batch transform job",
    ("SageMaker", "createProcessingJob"): "starts a SageMaker processing job",
    ("SageMaker", "createLabelingJob"): "starts a SageMaker labeling job",
    ("SageMaker", "createModel"): "registers a SageMaker model",
    ("SageMaker", "createEndpointConfig"): "writes a SageMaker endpoint configuration",
    ("SageMaker", "createEndpoint"): "asks for a SageMaker endpoint, without waiting for it",
    ("SageMaker", "updateEndpoint"): "asks for a change of a SageMaker endpoint",
    ("Lambda", "invoke"): "calls a Lambda function and takes its answer",
}
_COMPARISONS = {
    "Equals": "=",
    "GreaterThanEquals": "≥",
    "GreaterThan": ">",
    "LessThanEquals": "≤",
    "LessThan": "<",
    "Matches": "matches",
}
_COMPARISON = re.compile(
    r"(?:String|Numeric|Timestamp|Boolean)"
    r"(Equals|GreaterThanEquals|GreaterThan|LessThanEquals|LessThan|Matches)(?:Path)?\Z"
)
_KINDS = {
    "IsNull": "null",
    "IsPresent": "present",
    "IsNumeric": "a number",
    "IsString": "text",
    "IsBoolean": "true or false",
    "IsTimestamp": "a time",
}


_MARKUP = re.compile(r"\\([\\`*_\[\]])|`([^`]*)`|\*\*|&(?:lt|gt|amp);")


def call(state: State) -> tuple[str, str]:
    """Return the service and the action that a Task names, such as `SageMaker`, `createModel`."""
    found = resources.parse(state.raw["Resource"])
    if not found.service:
        return "Task", found.action
    plain = found.service.upper() if len(found.service) <= 3 else found.service.capitalize()
    return _SERVICES.get(found.service, plain), found.action


def waiting(state: State) -> str:
    """Return what a Task waits for, in words, or "" where it goes on after the call."""
    if state.type != "Task":
        return ""
    found = resources.parse(state.raw["Resource"])
    if found.service == "activity":
        return "waits for a worker"
    if found.pattern.startswith(".sync"):
        return "waits for the job"
    return "waits for an answer" if found.pattern == ".waitForTaskToken" else ""


def kind_line(state: State) -> str:
    """Return the second line of a state's card: its service and action, or its type in words."""
    if state.type == "Task":
        return " · ".join(word for word in call(state) if word)
    return f"{state.type} · {_KIND_WORDS[state.type](state)}"


def rule_words(test: Any, language: str = "JSONPath") -> str:
    """Return a rule of a Choice in short words, such as `$.Status = "Completed"`."""
    if "Condition" in test:
        return str(test["Condition"]).strip().removeprefix("{%").removesuffix("%}").strip()
    for key, word in (("And", " and "), ("Or", " or ")):
        if key in test:
            parts = [rule_words(part, language) for part in test[key]]
            nested = len(parts) > 1 and [f"({p})" if " or " in p else p for p in parts]
            return word.join(nested or parts)
    if "Not" in test:
        return f"not ({rule_words(test['Not'], language)})"
    name = str(test.get("Variable", "")).removeprefix("$.")
    for key, value in test.items():
        if key in _KINDS:
            return f"{name} is {'' if value else 'not '}{_KINDS[key]}"
        if found := _COMPARISON.match(key):
            shown = str(value).lower() if isinstance(value, bool) else str(value)
            shown = shown.removeprefix("$.") if key.endswith("Path") else shown
            return f"{name} {_COMPARISONS[found.group(1)]} {shown}"
    return name


def error_words(catchers: list[Catcher]) -> str:
    """Return which errors a dashed line stands for, in a few words."""
    names = list(dict.fromkeys(name for catcher in catchers for name in catcher.errors))
    if "States.ALL" in names:
        return "on any error"
    return f"on {names[0].rsplit('.', 1)[-1]}" if len(names) == 1 else f"on {len(names)} errors"


def steps(definition: Machine) -> list[str]:
    """Return the definition as Markdown sentences, one for each state, in the order of the flow.

    Args:
        definition: what `asl.load` returned.

    Returns:
        One line of Markdown for each state, name in bold. States inside a Parallel or a Map follow
        it, indented by four spaces and a hyphen for each level; the caller numbers the others.
    """
    return _steps(definition, 0)


def plain(step: str, *, bullets: bool = False) -> str:
    """Return a step without its Markdown, and without the bullet that it has inside a state."""
    # One pass, so that what is unescaped stays as it is.
    entities = {"&lt;": "<", "&gt;": ">", "&amp;": "&"}

    def bare(found: re.Match[str]) -> str:
        escaped, code = found.groups()
        return escaped or code or entities.get(found.group(), "")

    return _MARKUP.sub(bare, step if bullets else re.sub(r"^\s*-\s+", "", step))


def _steps(machine: Machine, depth: int) -> list[str]:
    lines: list[str] = []
    indent = "    " * depth + ("- " if depth else "")
    order = machine.in_flow_order()
    for state, following in zip(order, [*order[1:], None], strict=True):
        jumps = bool(state.next) and (following is None or state.next != following.name)
        end = f"; then it goes to **{_escape(state.next)}**" if jumps else ""
        sentence = f"{_sentence(state)}{_after(state, depth)}{end}."
        lines.append(f"{indent}**{_escape(state.name)}** {sentence}")
        for number, inner in enumerate(state.inner, 1):
            if state.type == "Parallel" and len(state.inner) > 1:
                lines.append("    " * (depth + 1) + f"- Branch {number}:")
                lines.extend(_steps(inner, depth + 2))
            else:
                lines.extend(_steps(inner, depth + 1))
    return lines


def _sentence(state: State) -> str:
    if state.type == "Task":
        return _task_sentence(state)
    if state.type == "Choice":
        parts = [
            f"**{_escape(rule.target)}** if {_code(rule_words(rule.test))}"
            for rule in state.choices
        ]
        if state.default:
            parts.append(f"otherwise **{_escape(state.default)}**")
        return "goes to " + ", ".join(parts)
    match state.type:
        case "Pass":
            return "hands its data on, without calling anything"
        case "Wait":
            return f"pauses: {_pause(state)}"
        case "Parallel":
            if len(state.inner) == 1:
                return "runs 1 branch and goes on when it has ended"
            return f"runs {len(state.inner)} branches at the same time, and goes on after the last"
        case "Map":
            return f"runs these steps {_map_words(state)}"
        case _:
            return f"ends the run as {'succeeded' if state.type == 'Succeed' else 'failed'}"


def _task_sentence(state: State) -> str:
    service, action = call(state)
    sentence = _SENTENCES.get((service, action), f"calls {service} {_code(action)}")
    ends = {
        "waits for the job": "until it ends",
        "waits for an answer": "until an answer comes back",
    }
    if wait := waiting(state):
        sentence += f" and waits {ends.get(wait, 'until a worker has done it')}"
    return sentence


def _after(state: State, depth: int) -> str:
    """Where a state goes: on errors always; on success only where it jumps or ends."""
    parts = []
    if state.attempts:
        named = {name for retrier in state.retry for name in retrier.errors}
        what = "any error" if "States.ALL" in named else "errors that may pass"
        times = _count(state.attempts, "time", "times")
        parts.append(f"; after {what} it tries again, up to {times}")
    for catcher in state.catch:
        what = error_words([catcher])
        parts.append(f"; {what} it goes to **{_escape(catcher.target)}**")
    if state.end:
        parts.append(f"; {'without an error ' if state.catch else ''}{_ending(depth)}")
    return "".join(parts)


def _ending(depth: int) -> str:
    return "the branch ends here" if depth else "the run succeeds here"


def _pause(state: State) -> str:
    raw = state.raw
    if "Seconds" in raw:
        value = raw["Seconds"]
        return _count(value, "second", "seconds") if isinstance(value, int) else "a computed time"
    if "SecondsPath" in raw:
        return f"{raw['SecondsPath'].removeprefix('$.')} seconds"
    return f"until {raw.get('Timestamp') or raw['TimestampPath'].removeprefix('$.')}"


def _map_words(state: State) -> str:
    limit = state.raw.get("MaxConcurrency", 0)
    return "for each item" + (f", {limit} at a time" if isinstance(limit, int) and limit else "")


def _count(number: int, one: str, many: str) -> str:
    return f"{number} {one if number == 1 else many}"


def _code(text: str) -> str:
    return f"`{text}`" if "`" not in text else _escape(text)


def _escape(text: str) -> str:
    """Escape what Markdown and HTML would read as markup."""
    text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return re.sub(r"([\\`*_\[\]])", r"\\\1", text)


_KIND_WORDS = {
    "Pass": lambda _: "hands data on",
    "Choice": lambda _: "by its rules",
    "Wait": _pause,
    "Succeed": lambda _: "ends well",
    "Fail": lambda _: "ends in error",
    "Parallel": lambda state: (
        f"{len(state.inner)} branches at the same time" if len(state.inner) > 1 else "1 branch"
    ),
    "Map": _map_words,
}
