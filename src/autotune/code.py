"""Write a candidate as a script that a student can read, change and run."""

from __future__ import annotations

import textwrap

from autotune.candidates import Candidate
from autotune.profile import Profile
from autotune.table import Table

_WIDTH = 100
_NAMES = {
    "numeric": "NUMERIC",
    "few_valued": "FEW_VALUED",
    "categorical": "CATEGORICAL",
    "text": "TEXT",
    "datetime": "DATETIME",
}
_TARGET_TYPES = {"regression": "continuous"}

_IMPORTS = {
    "clone": "sklearn.base",
    "ColumnTransformer": "sklearn.compose",
    "PCA": "sklearn.decomposition",
    "MissingIndicator": "sklearn.impute",
    "SimpleImputer": "sklearn.impute",
    "KFold": "sklearn.model_selection",
    "make_pipeline": "sklearn.pipeline",
    "make_union": "sklearn.pipeline",
    "OneHotEncoder": "sklearn.preprocessing",
    "OrdinalEncoder": "sklearn.preprocessing",
    "QuantileTransformer": "sklearn.preprocessing",
    "StandardScaler": "sklearn.preprocessing",
    "TargetEncoder": "sklearn.preprocessing",
}

_ONE_HOT = """\
OneHotEncoder(
    min_frequency={least},  # rarer ones share a column, also those never seen
    max_categories=100,
    handle_unknown="infrequent_if_exist",
    sparse_output=False,
)"""
_CODES = 'OrdinalEncoder(handle_unknown="use_encoded_value", unknown_value=float("nan"))'
_MEDIAN = 'SimpleImputer(strategy="median", keep_empty_features=True)'
_FILLED = f"""\
make_pipeline(
    common.step({{function}}),
    {_MEDIAN},
)"""

_CODE = {
    ("numeric", "gaps"): "common.step(common.numbers)",
    ("numeric", "median"): _FILLED.format(function="common.numbers"),
    ("numeric", "indicators"): f"""\
make_pipeline(
    common.step(common.numbers),
    make_union(
        make_pipeline(
            {_MEDIAN},
            QuantileTransformer(n_quantiles={{quantiles}}, output_distribution="normal"),
        ),
        MissingIndicator(error_on_new=False),
    ),
)""",
    ("few_valued", "onehot"): "make_pipeline(\n    common.step(common.numbers),\n"
    + textwrap.indent(_ONE_HOT, "    ")
    + ",\n)",
    ("categorical", "onehot"): "make_pipeline(\n    common.step(common.words),\n"
    + textwrap.indent(_ONE_HOT, "    ")
    + ",\n)",
    ("categorical", "target"): """\
make_pipeline(
    common.step(common.words),
    TargetEncoder(target_type="{target_type}", cv=KFold(5, shuffle=True, random_state=0)),
)""",
    ("categorical", "codes"): f"make_pipeline(\n    common.step(common.words),\n    {_CODES},\n)",
    ("text", "words"): """\
make_pipeline(
    common.step(common.sentences),
    common.Texts(),
)""",
    ("text", "letters"): """\
make_pipeline(
    common.step(common.sentences),
    common.Texts(analyzer="char_wb", ngram_range=(2, 4)),
)""",
    ("text", "codes"): f"make_pipeline(\n    common.step(common.words),\n    {_CODES},\n)",
    ("datetime", "parts"): "common.step(common.date_parts)",
    ("datetime", "filled"): _FILLED.format(function="common.date_parts"),
    ("datetime", "cycles"): _FILLED.format(function="common.date_cycles"),
    ("datetime", "seconds"): "common.step(common.moments)",
}
_MERGED = {
    "scaled": ["StandardScaler()"],
    "reduced": ["StandardScaler()", 'PCA(n_components=0.95, svd_solver="full")'],
}


def script(table: Table, profile: Profile, candidate: Candidate, head: str) -> str:
    """Return the source of a candidate, as `ruff format` would lay it out.

    Args:
        table: what it is for.
        profile: of the table.
        candidate: what it does.
        head: the comment that says where the file comes from.
    """
    rows = len(table.frame)
    settings = {
        "least": max(2, rows // 500),
        "quantiles": max(2, min(100, rows // 10)),
        "target_type": _TARGET_TYPES.get(profile.problem, profile.problem),
    }
    body = _transform(candidate, settings)
    constants = [
        _assign("ALGORITHM", candidate.algorithm),
        _assign("PROBLEM", profile.problem),
        _assign("TARGET", table.target),
        _assign("CLASSES", list(profile.classes)),
        "\n# All columns of the file in its order, then those used, by their kind.",
        _assign("HEADER", list(map(str, table.frame.columns))),
    ]
    constants += [_assign(_NAMES[kind], list(c)) for kind, c in candidate.columns.items()]
    parts = [
        head,
        _docstring(candidate),
        _imports(body),
        "\n".join(constants),
        "\n" + body,
        '\ndef build_label_transform():\n    """Return what turns the target into numbers."""\n'
        "    return common.Labels(CLASSES)",
        '\nif __name__ == "__main__":\n    common.command(sys.modules[__name__])',
    ]
    return "\n\n".join(parts) + "\n"


def _docstring(candidate: Candidate) -> str:
    lines = [f"{candidate.name}: {candidate.title}, for {candidate.algorithm}."]
    lines += ["", *textwrap.wrap(candidate.words, _WIDTH), ""]
    for kind, says in candidate.says().items():
        name = {"merged": "then", "few_valued": "few-valued"}.get(kind, kind)
        lines += textwrap.wrap(f"{name}: {says}", _WIDTH, subsequent_indent="    ")
    return '"""' + "\n".join(lines) + '\n"""'


def _imports(body: str) -> str:
    used: dict[str, list[str]] = {}
    for name, module in _IMPORTS.items():
        if f"{name}(" in body:
            used.setdefault(module, []).append(name)
    lines = [f"from {module} import {', '.join(names)}" for module, names in used.items()]
    return "\n".join(["import sys", "", *lines, "", "import common"])


def _transform(candidate: Candidate, settings: dict[str, object]) -> str:
    steps = []
    lines = []
    for kind in candidate.columns:
        code = _CODE[kind, candidate.steps[kind]]
        for name, value in settings.items():
            code = code.replace(f"{{{name}}}", str(value))
        lines += [f"    {kind} = {textwrap.indent(code, '    ').lstrip()}"]
        if kind == "text" and candidate.steps[kind] != "codes":
            # A vectorizer takes one column, so each text column has its own.
            steps.append('*((f"text{n}", clone(text), name) for n, name in enumerate(TEXT))')
        else:
            steps.append(f'("{kind}", {kind}, {_NAMES[kind]})')
    columns = "ColumnTransformer(\n    ["
    columns += "".join(f"\n        {step}," for step in steps)
    columns += "\n    ],\n    sparse_threshold=0,\n)"
    merged = _MERGED.get(candidate.steps["merged"])
    if merged:
        lines.append(f"    merged = {textwrap.indent(columns, '    ').lstrip()}")
        lines.append(f"    return make_pipeline({', '.join(['merged', *merged])})")
    else:
        lines.append(f"    return {textwrap.indent(columns, '    ').lstrip()}")
    return (
        "def build_feature_transform():\n"
        '    """Return the preparation, not yet fitted: a table goes in, numbers come out."""\n'
        + "\n".join(lines)
    )


def _assign(name: str, value: object) -> str:
    line = f"{name} = {_literal(value)}"
    if len(line) <= _WIDTH or not isinstance(value, list):
        return line
    return f"{name} = [\n" + "".join(f"    {_literal(item)},\n" for item in value) + "]"


def _literal(value: object) -> str:
    if isinstance(value, list):
        return "[" + ", ".join(map(_literal, value)) + "]"
    assert isinstance(value, str)
    # As ruff quotes: double, unless that needs more backslashes.
    text = repr(value)
    return f'"{text[1:-1]}"' if text[0] == "'" and '"' not in text else text
