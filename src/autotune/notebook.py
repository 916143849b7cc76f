"""Assemble, execute and write notebooks so that the same input gives the same bytes."""

from __future__ import annotations

import hashlib
import json
import os
import re
import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from autotune.files import write_if_changed

ROOT = Path(__file__).resolve().parents[2]
SKIP = "skip-execution"  # nbclient leaves cells with this tag alone
# What differs between two runs or two machines; a notebook that shows it is refused.
VARYING = {
    "an address in memory": r"\bat 0x[0-9a-f]{6,}",
    "a random id": r"\b[0-9a-f]{8}-[0-9a-f]{4}-[1-5][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}\b",
    "a path of this machine": r"(?<![\w.:/])/(?:home|root|tmp|work|usr|Users|private|var/folders)/",
    "an account of AWS": r"arn:aws[\w-]*:[\w-]*:[\w-]*:\d{12}:",
}


class NotebookError(Exception):
    """A notebook that failed, or that would differ the next time; its text names the cell."""


def markdown(source: str) -> NotebookNode:
    """A cell of Markdown."""
    return new_markdown_cell(source.strip())


def code(source: str, *, run: bool = True) -> NotebookNode:
    """A cell of Python; with `run=False` it is never executed, and tagged so."""
    tags = [] if run else [SKIP]
    return new_code_cell(source.strip(), metadata={"tags": tags} if tags else {})


def quoted(text: str) -> str:
    """The text as a Python literal in double quotes."""
    return json.dumps(text, ensure_ascii=False)


def escaped(text: str) -> str:
    """Text as it stands in Markdown, on one line, also in a table's cell."""
    return re.sub(r"([\\`*_{}\[\]<>#|$&~])", r"\\\1", " ".join(text.split()))


def assemble(name: str, cells: Iterable[NotebookNode]) -> NotebookNode:
    """A notebook whose cell ids depend on its name and the cells' text alone.

    Args:
        name: the file's name.
        cells: in order; they are copied.
    """
    node = new_notebook(
        cells=[NotebookNode(cell) for cell in cells],
        metadata={
            "kernelspec": {
                "display_name": "Python 3 (ipykernel)",
                "language": "python",
                "name": "python3",
            },
            "language_info": {"name": "python"},  # without the version: it differs
        },
    )
    seen: dict[str, int] = {}
    for cell in node.cells:
        text = f"{name}\0{cell.cell_type}\0{cell.source}"
        seen[text] = seen.get(text, 0) + 1
        cell.id = hashlib.sha256(f"{text}\0{seen[text]}".encode()).hexdigest()[:8]
    nbformat.validate(node)
    return node


def execute(
    node: NotebookNode,
    folder: Path,
    *,
    timeout: int = 3600,
    progress: Callable[[int, int], None] = lambda done, cells: None,
    environment: dict[str, str] | None = None,
) -> NotebookNode:
    """Run a notebook and normalise it.

    Args:
        node: the notebook; it is left as it was.
        folder: the directory that it runs in.
        timeout: seconds that one cell may take.
        progress: told after each cell how many are done, and of how many.
        environment: added to the kernel's environment.

    Returns:
        A copy with outputs.

    Raises:
        NotebookError: if a cell fails, or shows what would differ the next time.
    """
    # Imported here: it brings the whole of Jupyter's transport.
    from jupyter_client.kernelspec import KernelSpecManager
    from jupyter_client.manager import AsyncKernelManager

    copy = nbformat.from_dict(node)
    with tempfile.TemporaryDirectory(prefix="notebook-") as scratch:
        # Without kernel_dirs it is this interpreter's kernel, whatever the user has installed.
        manager = AsyncKernelManager(
            kernel_name="python3",
            kernel_spec_manager=KernelSpecManager(kernel_dirs=[]),
            connection_file=str(Path(scratch) / "kernel.json"),
            transport="ipc",  # no port that another user of the machine could connect to
            ip=str(Path(scratch) / "kernel"),
        )
        client = NotebookClient(
            copy,
            km=manager,
            timeout=timeout,
            coalesce_streams=True,
            record_timing=False,
            resources={"metadata": {"path": str(folder)}},
            skip_cells_with_tag=SKIP,
            on_cell_executed=lambda cell, cell_index, execute_reply: progress(
                cell_index + 1, len(copy.cells)
            ),
        )
        client.owns_km = True  # else it would leave the kernel running
        try:
            client.execute(env=_environment(scratch, environment or {}))
        except CellExecutionError as error:
            at = next((n for n, cell in enumerate(copy.cells, 1) if _failed(cell)), len(copy.cells))
            raise NotebookError(
                f"cell {at} failed: {error.ename}: {error.evalue}; run the notebook to there"
            ) from error
    return normalise(copy)


def normalise(node: NotebookNode) -> NotebookNode:
    """The notebook without what differs from run to run.

    Execution counts are numbered anew, timings and the kernel's versions are left out, and the
    project's own path is cut from what was printed.

    Raises:
        NotebookError: if an output still shows an address, a random id, a path or an account.
    """
    count = 0
    for cell in node.cells:
        cell.metadata.pop("execution", None)
        if cell.cell_type != "code":
            continue
        if SKIP in cell.metadata.get("tags", []):
            cell.execution_count, cell.outputs = None, []
            continue
        count += 1
        cell.execution_count = count
        for output in cell.outputs:
            if "execution_count" in output:
                output.execution_count = count
            if "text" in output:
                output.text = output.text.replace(f"{ROOT}{os.sep}", "")
    node.metadata = {
        "kernelspec": node.metadata["kernelspec"],
        "language_info": {"name": "python"},
    }
    if said := varying(node):
        raise NotebookError("; ".join(said))
    nbformat.validate(node)
    return node


def varying(node: NotebookNode) -> list[str]:
    """What in a notebook's cells would differ on another run or machine, one sentence each."""
    found = []
    for number, cell in enumerate(node.cells, 1):
        texts = [cell.source, *(str(dict(output)) for output in cell.get("outputs", []))]
        for what, pattern in VARYING.items():
            if match := next(filter(None, (re.search(pattern, text) for text in texts)), None):
                found.append(f"cell {number} shows {what} ({match[0]}): do not print it")
    return found


def write_notebook(path: Path, node: NotebookNode) -> bool:
    """Replace the file at once, if it differs.

    Returns:
        Whether the file was written.
    """
    return write_if_changed(path, nbformat.writes(node, version=4, indent=1) + "\n")


def _failed(cell: NotebookNode) -> bool:
    return any(output.output_type == "error" for output in cell.get("outputs", []))


def _environment(scratch: str, extra: dict[str, str]) -> dict[str, str]:
    """An environment in which neither the user's settings nor the clock show."""
    environment = {name: text for name, text in os.environ.items() if name not in extra}
    environment |= {
        "IPYTHONDIR": scratch,  # no start-up files of the user
        "JUPYTER_RUNTIME_DIR": scratch,
        "MPLCONFIGDIR": scratch,
        "PYTHONHASHSEED": "0",
        "OMP_NUM_THREADS": "1",  # sums in another order give other last digits
        "COLUMNS": "100",
        "NO_COLOR": "1",
    }
    return environment | extra
