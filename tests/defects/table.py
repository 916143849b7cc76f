"""The mistakes, by the promise that each one breaks."""

from __future__ import annotations

import re
from pathlib import Path

from tests.defects import (
    Defect,
    Edit,
    appended,
    before_heading,
    both,
    checked,
    moved,
    removed,
    replaced,
    tested,
    written,
)

SPARK = "docs/day-3/spark.md"
BATCH = "docs/day-2/batch-transform-limits.md"
PROCESSING = "docs/day-3/processing.md"
SCHEDULE = "docs/day-1/schedule-jobs.md"
GIT = "docs/day-3/github-repositories.md"
VERSIONS = "docs/day-1/framework-versions.md"
CLAIMED = "test_claims.py -k every_claim_quotes or has_a_proof"
"""The tests that hold a page's words to its claims; that the claims are true is for others."""


def paragraph(text: str, page: str = SPARK) -> Edit:
    """A paragraph more on a page."""
    return before_heading(page, text)


def matter(old: str, new: str, page: str = SPARK) -> Edit:
    """Another front matter."""
    return replaced(page, old, new)


def entry(*lines: str, cited: bool = True, **changes: str) -> Edit:
    """A good entry for a page's new address, but for some of its lines."""
    values = {
        "url": "https://docs.aws.amazon.com/sagemaker/latest/dg/planted.html",
        "title": "Planted",
        "expects": "\n      - planted words",
    } | changes
    fields = "\n".join(f"    {name}: {value}" for name, value in values.items())
    evidence = "    evidence:\n      kind: copy\n      date: 2026-11-23\n      copy: a copy"
    text = f"\n  - key: planted\n{fields}\n" + "\n".join(lines or (evidence,)) + "\n"
    added = appended("sources.yml", text)
    return both(added, paragraph(f"See [planted]({values['url']}).")) if cited else added


def later(name: str, pattern: str, new: str) -> Edit:
    """Replace the first match of a pattern."""

    def edit(root: Path) -> None:
        path = root / name
        text, count = re.subn(pattern, new, path.read_text(encoding="utf-8"), count=1)
        if not count:
            raise LookupError(f"{name} no longer matches {pattern!r}")
        path.write_text(text, encoding="utf-8")

    return edit


LINKS: list[Defect] = [
    checked(
        "a page that is not there",
        replaced(SPARK, "processing.md#from", "procesing.md#from"),
        "docs/day-3/spark.md:",
        "procesing.md",
        source="renovatebot/renovate#7803",
    ),
    checked(
        "a heading that was renamed",
        replaced(PROCESSING, "## From SDK v2 to v3", "## The SDKs side by side"),
        "docs/day-3/spark.md:",
        "from-sdk-v2-to-v3",
        source="flutter/website#3354",
    ),
    checked(
        "a fragment with a capital",
        replaced(SPARK, "#from-sdk-v2-to-v3", "#From-sdk-v2-to-v3"),
        "docs/day-3/spark.md:",
        "From-sdk-v2-to-v3",
        source="PX4/PX4-user_guide#1074",
    ),
    checked(
        "a page without its ending",
        paragraph("See [processing](processing)."),
        "docs/day-3/spark.md:",
        "processing",
        source="readthedocs/readthedocs.org#8273",
    ),
    checked(
        "the address of a page in place of its file",
        paragraph("See [processing](../processing/#four-traps)."),
        "docs/day-3/spark.md:",
        "a link to ../processing/, an address in place of a file",
        source="docling-project/docling#697",
    ),
    checked(
        "a link that begins at the root",
        paragraph("See [processing](/day-3/processing/)."),
        "docs/day-3/spark.md:",
        "/day-3/processing/",
        source="libretro/docs#523",
    ),
    checked(
        "a path from the root of the repository",
        paragraph("See [processing](docs/day-3/processing.md)."),
        "docs/day-3/spark.md:",
        "docs/day-3/processing.md",
        source="renovatebot/renovate#7803",
    ),
    checked(
        "the form of a wiki",
        paragraph("See [[processing]]."),
        "docs/day-3/spark.md:",
        "[[processing]]",
        source="GhostWriters/DockSTARTer#679",
    ),
    checked(
        "a page in other letters",
        paragraph("See [processing](Processing.md)."),
        "docs/day-3/spark.md:",
        "Processing.md",
    ),
    checked(
        "a local server",
        paragraph("See [processing](http://localhost:8000/day-3/processing/)."),
        "docs/day-3/spark.md:",
        "http://localhost:8000",
        source="RAKWireless/rakwireless-docs#85",
    ),
    checked(
        "a local server by its number",
        paragraph("See <http://127.0.0.1:8000/day-3/processing/>."),
        "docs/day-3/spark.md:",
        "127.0.0.1",
        source="gravitee-io/gravitee-docs#297",
    ),
    checked(
        "HTML that names the source",
        paragraph('See <a href="processing.md">processing</a>.'),
        "docs/day-3/spark.md:",
        "processing.md",
    ),
    checked(
        "HTML that names nothing",
        paragraph('See <a href="../no-page/">processing</a>.'),
        "docs/day-3/spark.md:",
        "../no-page/",
    ),
    checked(
        "a quotation mark that is missing in HTML",
        paragraph('See <a href="../processing/>processing</a>.'),
        "docs/day-3/spark.md:",
    ),
    checked(
        "a reference that is nowhere",
        paragraph("See [processing][nowhere]."),
        "docs/day-3/spark.md:",
        "nowhere",
    ),
    checked(
        "brackets the wrong way round",
        paragraph("See (processing)[processing.md]."),
        "docs/day-3/spark.md:",
        "(processing)[",
    ),
    checked(
        "a blank in an address",
        paragraph("See [processing](the processing.md)."),
        "docs/day-3/spark.md:",
        "the processing.md",
    ),
    checked(
        "a script as address",
        paragraph("See [processing](javascript:alert(1))."),
        "docs/day-3/spark.md:",
        "javascript",
    ),
    checked(
        "an address for letters that is none",
        paragraph("Write to [us](mailto:nobody)."),
        "docs/day-3/spark.md:",
        "mailto:nobody",
    ),
    checked(
        "a page that left the menu",
        replaced("mkdocs.yml", "      - day-3/spark.md\n", ""),
        "day-3/spark.md",
        "mkdocs.yml",
    ),
    checked(
        "a menu line without a page",
        replaced("mkdocs.yml", "day-3/spark.md", "day-3/sparks.md"),
        "mkdocs.yml",
        "day-3/sparks.md",
    ),
    checked(
        "a colon in the menu",
        replaced("mkdocs.yml", "- What was checked: status.md", "- Checked: what: status.md"),
        "mkdocs.yml",
        source="laveeshb/linux-kernel-internals#505",
    ),
    checked(
        "a question below another day",
        both(
            replaced("mkdocs.yml", "      - day-3/spark.md\n", ""),
            replaced("mkdocs.yml", "  - Day 3:", "      - day-3/spark.md\n  - Day 3:"),
        ),
        "day-3/spark.md",
    ),
    checked(
        "a link in a box behind a blank line",
        paragraph("!!! note\n\n    First.\n\n    See [it](procesing.md)."),
        "docs/day-3/spark.md:",
        "procesing.md",
    ),
]

PICTURES: list[Defect] = [
    checked(
        "a picture that is not there",
        replaced(
            SCHEDULE,
            "(../img/step-train.svg)\n\n<!-- steps",
            "(../img/step-trian.svg)\n\n<!-- steps",
        ),
        "docs/day-1/schedule-jobs.md:",
        "step-trian.svg",
    ),
    checked(
        "a picture in other letters",
        replaced(SCHEDULE, "(../img/step-train.svg)\n", "(../img/step-train.SVG)\n"),
        "docs/day-1/schedule-jobs.md:",
        "step-train.SVG",
        source="mkdocs/mkdocs#1810",
    ),
    checked(
        "a folder in other letters",
        replaced(SCHEDULE, "(../img/step-train.svg)\n", "(../Img/step-train.svg)\n"),
        "docs/day-1/schedule-jobs.md:",
        "../Img/step-train.svg",
        source="biolab/orange3#4048",
    ),
    checked(
        "no words for who cannot see",
        paragraph("![](../img/step-train.svg)"),
        "docs/day-3/spark.md:",
        "an image without alternative text",
    ),
    checked(
        "words that say nothing",
        paragraph("![image](../img/step-train.svg)"),
        "docs/day-3/spark.md:",
        "say in 40 to 150 characters",
    ),
    checked(
        "HTML without words",
        paragraph('<img src="../img/step-train.svg">'),
        "docs/day-3/spark.md:",
        "step-train.svg",
    ),
    checked(
        "a picture that no page shows",
        written(
            "docs/img/unused.svg", "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 9 9'/>"
        ),
        "docs/img/unused.svg",
        "no page uses this image",
    ),
    checked(
        "a picture from another host",
        paragraph("![A diagram of Spark](https://docs.aws.amazon.com/images/spark.png)"),
        "docs/day-3/spark.md:",
        "https://docs.aws.amazon.com/images/spark.png",
    ),
    checked(
        "a photograph of two megabytes",
        both(
            written("docs/img/large.png", b"\x89PNG\r\n\x1a\n" + b"\0" * 2_000_000),
            paragraph("![A very large screen](../img/large.png)"),
        ),
        "docs/img/large.png",
    ),
]

MATTER: list[Defect] = [
    checked(
        "no description",
        later(SPARK, r"description: .*\n", ""),
        "docs/day-3/spark.md",
        "description",
    ),
    checked(
        "a colon in the description",
        matter("description: Run Spark scripts", "description: Spark: run scripts"),
        "docs/day-3/spark.md:2",
        source="kubernetes/kubernetes#12531",
    ),
    checked(
        "a colon in an alias",
        matter("aliases: [spark version", "aliases: [a: b, spark version"),
        "docs/day-3/spark.md:",
        source="zed-industries/zed#51004",
    ),
    checked(
        "a status that does not exist",
        matter("status: changed", "status: outdated"),
        "docs/day-3/spark.md:",
        "outdated",
    ),
    checked(
        "a misspelt key",
        matter("aliases: [", "alises: ["),
        "docs/day-3/spark.md:",
        "alises",
    ),
    checked(
        "a review that is still to come",
        later(SPARK, r"reviewed: \S+", "reviewed: 2031-01-01"),
        "docs/day-3/spark.md:",
        "2031-01-01",
    ),
    checked(
        "a review on a day that does not exist",
        later(SPARK, r"reviewed: \S+", "reviewed: 2026-02-30"),
        "docs/day-3/spark.md:",
        "2026-02-30",
    ),
    checked(
        "a tab",
        matter("tags: [", "tags:\t["),
        "docs/day-3/spark.md:",
    ),
    checked(
        "an end that is missing",
        later(SPARK, r"\n---\n#", "\n#"),
        "docs/day-3/spark.md",
    ),
    checked(
        "nothing at all",
        later(SPARK, r"(?s)\A---.*?---\n", ""),
        "docs/day-3/spark.md",
    ),
    checked(
        "a mark of the order of bytes",
        later(SPARK, r"\A", "\ufeff"),
        "docs/day-3/spark.md",
    ),
    checked(
        "lines that end as Windows ends them",
        later(SPARK, r"\A---\n", "---\r\n"),
        "docs/day-3/spark.md",
    ),
    checked(
        "an alias of two pages",
        matter("aliases: [spark version", "aliases: [cron, spark version"),
        "cron",
    ),
    tested(
        "an alias whose page lacks the thing",
        matter("aliases: [spark version", "aliases: [kubernetes operator, spark version"),
        "workshop_notes/content/test_aliases.py",
        "kubernetes operator",
    ),
]

QUESTIONS: list[Defect] = [
    tested(
        "a question in other words",
        replaced(SPARK, "# How can we use Spark with", "# How do we use Spark with"),
        "workshop_notes/content/test_questions.py",
        "How can we use Spark with SageMaker?",
        "permanent",
    ),
    tested(
        "a page at another address",
        both(
            moved(SPARK, "docs/day-3/spark-jobs.md"),
            replaced("mkdocs.yml", "day-3/spark.md", "day-3/spark-jobs.md"),
        ),
        "workshop_notes/content/test_questions.py",
        "day-3/spark",
        "permanent",
    ),
    checked(
        "a second title",
        paragraph("# Another title"),
        "docs/day-3/spark.md:",
        "2 first-level headings",
    ),
    Defect(
        "a level left out",
        paragraph("#### Too deep"),
        ("-m", "pymarkdown", "scan", SPARK),
        ("docs/day-3/spark.md:", "Heading levels should only increment by one level"),
    ),
    checked(
        "a heading twice",
        paragraph("## More packages"),
        "docs/day-3/spark.md:",
        "More packages",
    ),
    checked(
        "no word of what changed",
        replaced(SPARK, "## What changed since the workshop", "## History"),
        "docs/day-3/spark.md",
        "What changed since the workshop",
    ),
    tested(
        "an answer that does not come first",
        replaced(
            SPARK,
            "**Run a Spark script as a processing job,",
            "Welcome. **Run a Spark script as a job,",
        ),
        "workshop_notes/content/test_questions.py",
        "day-3/spark",
    ),
    tested(
        "a page of 900 words",
        paragraph("Spark runs scripts. " * 200),
        "workshop_notes/content/test_writing.py",
        "day-3/spark",
    ),
    tested(
        "a name in wrong spelling",
        paragraph("It is a part of Sagemaker and of Github."),
        "workshop_notes/content/test_writing.py",
        "spark.md",
        "Sagemaker",
    ),
    tested(
        "sources typed by hand",
        paragraph("## Sources\n\nSome pages of AWS."),
        "workshop_notes/content/test_writing.py -k nobody_types",
        "docs/day-3/spark.md: '## Sources' is made of sources.yml",
    ),
    checked(
        "what was left of a merge",
        paragraph("<<<<<<< HEAD\nOne text.\n=======\nAnother text.\n>>>>>>> main"),
        "docs/day-3/spark.md:",
        "a mark that Git left of a merge",
        source="docker/docs#3616",
    ),
    checked(
        "what was left of a merge, in a block of code",
        paragraph("```text\n<<<<<<< HEAD\none\n=======\nother\n>>>>>>> main\n```"),
        "docs/day-3/spark.md:",
        "a mark that Git left of a merge",
        source="xability/maidr#917",
    ),
    checked(
        "a byte that is no text",
        lambda root: (root / SPARK).write_bytes((root / SPARK).read_bytes() + b"caf\xe9\n"),
        "docs/day-3/spark.md:",
    ),
    checked(
        "an unknown directive",
        paragraph("<!-- step: examples/schedule-jobs/train.asl.json -->"),
        "docs/day-3/spark.md:",
        "step",
    ),
]

SOURCES: list[Defect] = [
    checked(
        "an address without an entry",
        paragraph("See [Glue](https://docs.aws.amazon.com/glue/latest/dg/what-is-glue.html)."),
        "docs/day-3/spark.md:",
        "https://docs.aws.amazon.com/glue/latest/dg/what-is-glue.html",
        "sources.yml",
    ),
    checked(
        "an entry that no page cites",
        entry(cited=False),
        "sources.yml:",
        "planted",
    ),
    checked(
        "a bracket that belongs to the sentence",
        paragraph("(See <https://docs.aws.amazon.com/sagemaker/latest/dg/processing-job.html)>."),
        "docs/day-3/spark.md:",
        "processing-job.html)",
    ),
    checked(
        "live without a check",
        entry("    evidence:\n      kind: live\n      date: 2026-11-23"),
        "sources.yml:",
        "live",
    ),
    checked(
        "evidence of tomorrow",
        entry("    evidence:\n      kind: copy\n      date: 2031-01-01\n      copy: a copy"),
        "sources.yml:",
        "2031-01-01",
    ),
    checked(
        "evidence of nobody",
        entry("    evidence:\n      kind: none"),
        "sources.yml:",
        "planted",
    ),
    checked("no expected words", entry(expects="[]"), "sources.yml:", "expects"),
    checked("an unknown key", entry(tittle="Planted"), "sources.yml:", "tittle"),
    checked(
        "plain HTTP",
        entry(url="http://docs.aws.amazon.com/planted.html"),
        "sources.yml:",
        "http://docs",
    ),
    checked(
        "a port that does not exist",
        entry(url="https://docs.aws.amazon.com:99999/planted.html"),
        "sources.yml:",
        "Port out of range",
    ),
    checked(
        "a private network", entry(url="https://10.0.0.7/planted.html"), "sources.yml:", "10.0.0.7"
    ),
    checked(
        "this machine", entry(url="https://localhost/planted.html"), "sources.yml:", "localhost"
    ),
    checked(
        "a signature in the address",
        entry(url="https://bucket.s3.amazonaws.com/a?X-Amz-Signature=0123456789abcdef"),
        "sources.yml:",
        "what looks like a session or a signature",
    ),
    checked(
        "a second spelling",
        entry(url="https://DOCS.aws.amazon.com/step-functions/latest/dg/./welcome.html"),
        "sources.yml:",
    ),
    checked(
        "a key twice",
        replaced("sources.yml", "key: sfn-sample-train-model", "key: sfn-welcome"),
        "sources.yml:",
        "sfn-welcome",
    ),
    checked(
        "a tab", replaced("sources.yml", "    title: What is", "\ttitle: What is"), "sources.yml:"
    ),
    checked("a colour of the terminal", entry(title='"\\e[31mPlanted"'), "sources.yml:"),
    tested(
        "words of a copy in another typography",
        replaced("sources.yml", "- Amazon SageMaker AI", "- '**Amazon** SageMaker AI'"),
        "workshop_notes/content/test_sources.py",
        "sources.yml:",
        "the checker reads no marks",
    ),
    tested(
        "a host that is asked without a pause",
        replaced("src/workshop_notes/links/hosts.py", "now + self.delay", "now"),
        "workshop_notes/links/test_politeness.py",
        "test_starts_on_one_host_keep_their_distance",
    ),
]

CLAIMS: list[Defect] = [
    tested(
        "a limit",
        replaced(
            BATCH, "carries at most 100 MB, 6 by default", "carries at most 100 MB, 60 by default"
        ),
        CLAIMED,
        "batch-transform-limits.md",
        source="vectordotdev/vector#8661",
    ),
    tested(
        "a greatest value",
        replaced(BATCH, "may not exceed 100 MB", "may not exceed 500 MB"),
        CLAIMED,
        "batch-transform-limits.md",
        source="MicrosoftDocs/dataexplorer-docs#1118",
    ),
    tested(
        "a unit",
        replaced(BATCH, "carries at most 100 MB,", "carries at most 100 GB,"),
        CLAIMED,
        "batch-transform-limits.md",
        source="hhvm/user-documentation#496",
    ),
    tested(
        "an account",
        replaced(VERSIONS, "382416733822 for linear-learner", "382416733823 for linear-learner"),
        CLAIMED,
        "framework-versions.md",
    ),
    tested(
        "a date",
        replaced(GIT, "since August 13, 2021", "since August 13, 2022"),
        CLAIMED,
        "github-repositories.md",
    ),
    tested(
        "a count in words",
        replaced(GIT, "takes up to four repositories", "takes up to five repositories"),
        CLAIMED,
        "github-repositories.md",
    ),
    tested(
        "yes turned into no",
        replaced(BATCH, "and AWS does not raise it", "and AWS raises it on request"),
        CLAIMED,
        "batch-transform-limits.md",
    ),
    tested(
        "a sentence that nobody proved",
        paragraph("A Spark job may use 42 executors."),
        CLAIMED,
        "day-3/spark.md",
        "42",
    ),
    tested(
        "a default in a table",
        replaced(
            BATCH,
            "| instances across all transform jobs | 4 |",
            "| instances across all transform jobs | 20 |",
        ),
        CLAIMED,
        "batch-transform-limits.md",
        source="coleifer/peewee#905",
    ),
    tested(
        "an operation that does not exist",
        replaced(BATCH, "one `CreateTransformJob` request", "one `CreateTransfromJob` request"),
        "test_names.py",
        "batch-transform-limits.md",
        "CreateTransfromJob",
    ),
    tested(
        "a name of the other SDK",
        replaced(SPARK, "take the image from", "call `SparkMLModel`, or take the image from"),
        "test_names.py",
        "day-3/spark.md",
        "'SparkMLModel' is no name: only SDK v2 has it",
    ),
    tested(
        "a variable that nobody reads",
        replaced(
            "docs/day-1/inference-pipelines.md", "`SAGEMAKER_BIND_TO_PORT`", "`SAGEMAKER_BIND_PORT`"
        ),
        "test_names.py",
        "inference-pipelines.md",
        "SAGEMAKER_BIND_PORT",
    ),
    tested(
        "a parameter that does not exist",
        replaced(
            PROCESSING,
            "unless you set `max_runtime_in_seconds`",
            "unless you set `max_run_time_in_seconds`",
        ),
        "test_names.py",
        "processing.md",
        "max_run_time_in_seconds",
        source="nucleic/enaml#125",
    ),
]

CODE: list[Defect] = [
    checked(
        "a fence that is never closed",
        paragraph("```text\nan output"),
        "docs/day-3/spark.md:",
        source="WebAssembly/component-model#212",
    ),
    checked(
        "a fence that two marks close",
        paragraph("```text\nan output\n``"),
        "docs/day-3/spark.md:",
        source="mdn/content#8825",
    ),
    checked(
        "a fence that is closed with words behind it",
        paragraph("```text\nan output\n``` and so on"),
        "docs/day-3/spark.md:",
        source="newrelic/docs-website#17999",
    ),
    checked(
        "Python that no run executed",
        paragraph('```python title="boto3"\nprint(1)\n```'),
        "docs/day-3/spark.md:",
    ),
    checked(
        "Python between tildes",
        paragraph('~~~python title="boto3"\nprint(1)\n~~~'),
        "docs/day-3/spark.md:",
    ),
    checked(
        "Python by four blanks",
        paragraph("Like this:\n\n    import boto3\n    print(boto3)"),
        "docs/day-3/spark.md:",
    ),
    checked(
        "a block that does not say its SDK",
        replaced(SPARK, '```python title="SageMaker Python SDK v3"', '```python title="The job"'),
        "docs/day-3/spark.md:",
        "a code block that does not say what it is for",
    ),
    checked(
        "a badge without its run",
        replaced(SPARK, "badge: spark/start_job", "badge: spark/start_jobs"),
        "docs/day-3/spark.md:",
        "start_jobs",
    ),
    tested(
        "a badge that a person typed",
        paragraph('<span class="badge">Executed</span>'),
        "workshop_notes/examples/test_examples.py -k types_a_badge",
        "spark.md",
    ),
    checked(
        "a part that is not there",
        replaced(SPARK, "spark/start_job.py:job", "spark/start_job.py:jobs"),
        "docs/day-3/spark.md:",
        "jobs",
    ),
    checked(
        "a file that is not there",
        replaced(SPARK, "spark/features.py:script", "spark/feature.py:script"),
        "docs/day-3/spark.md:",
        "spark/feature.py",
    ),
    tested(
        "an output that a person changed",
        later("examples/processing/start_job.out", r"\d", "7"),
        "workshop_notes/examples/test_examples.py -k processing/start_job",
        "start_job",
    ),
    tested(
        "code that changed after its run",
        replaced(
            "examples/processing/prepare.py",
            "import",
            "import  # planted\nimport",
        ),
        "workshop_notes/examples/test_examples.py -k processing/start_job",
        "prepare.py",
    ),
    tested(
        "an import that the block lacks",
        replaced(
            "examples/processing/start_job.py",
            "# --8<-- [start:data]\nimport boto3\n",
            "# --8<-- [start:data]\n",
        ),
        "test_copy_paste.py -k day-3/processing",
        "processing.md:",
        "boto3",
        source="numpy/numpy#30746",
    ),
    tested(
        "an import that another block has",
        replaced("examples/spark/start_job.py", "[start:data]\nimport boto3\n", "[start:data]\n"),
        "test_copy_paste.py -k day-3/spark",
        "spark.md:",
        "boto3",
        source="streamlit/docs#178",
    ),
    tested(
        "a name that nobody supplies",
        replaced("examples/processing/start_job.py", 'bucket = "my-bucket"\nregion', "region"),
        "test_copy_paste.py -k day-3/processing",
        "processing.md:",
        "bucket",
        source="GazzolaLab/PyElastica#95",
    ),
    tested(
        "curly quotation marks",
        replaced(
            "examples/processing/start_job.py", 's3 = boto3.client("s3")', "s3 = boto3.client(“s3”)"
        ),
        "test_copy_paste.py -k day-3/processing",
        "processing.md:",
        source="sendgrid/docs#152",
    ),
    checked(
        "curly quotation marks in a command",
        paragraph('```bash title="AWS CLI v2, not run yet"\naws s3 ls “my-bucket”\n```'),
        "docs/day-3/spark.md:",
        "“",
        source="dotnet/docs#31694",
    ),
    checked(
        "a prompt before a command",
        paragraph('```bash title="AWS CLI v2, not run yet"\n$ aws s3 ls\n```'),
        "docs/day-3/spark.md:",
        "a prompt in a code block",
    ),
    tested(
        "an example that no page shows",
        both(
            written("examples/spark/unused.py", "print(1)\n"),
            replaced(
                "examples/spark/example.yml",
                "runs:\n",
                "runs:\n  - {name: unused, badge: executed, versions: [sagemaker-core]}\n",
            ),
        ),
        "workshop_notes/examples/test_examples.py",
        "unused",
    ),
    tested(
        "code that no run executes",
        written("examples/spark/unused.py", "print(1)\n"),
        "workshop_notes/examples/test_examples.py",
        "unused.py",
    ),
    tested(
        "Python in another form",
        replaced("examples/processing/prepare.py", "import ", "import  "),
        "workshop_notes/content/test_writing.py -k formatted",
        "prepare.py",
    ),
]

DIAGRAMS: list[Defect] = [
    tested(
        "a definition that was drawn before it changed",
        replaced("examples/schedule-jobs/train.asl.json", '"MaxAttempts": 3', '"MaxAttempts": 5'),
        "workshop_notes/examples/test_pictures.py",
        "step-train",
    ),
    tested(
        "a drawing that a person changed",
        replaced("docs/img/step-train.svg", "Start", "Begin"),
        "workshop_notes/examples/test_pictures.py",
        "step-train.svg",
    ),
    checked(
        "a definition that is no JSON",
        replaced("examples/schedule-jobs/train.asl.json", '"StartAt"', '"StartAt'),
        "examples/schedule-jobs/train.asl.json:",
    ),
    checked(
        "a state that is not there",
        later("examples/schedule-jobs/train.asl.json", r'"StartAt": "', '"StartAt": "No '),
        "examples/schedule-jobs/train.asl.json:",
        "No ",
    ),
    checked(
        "an operation that does not exist",
        replaced(
            "examples/schedule-jobs/train.asl.json",
            "createTrainingJob.sync",
            "createTraningJob.sync",
        ),
        "examples/schedule-jobs/train.asl.json:",
        "createTrainingJob",
    ),
    checked(
        "a misspelt field",
        replaced("examples/schedule-jobs/train.asl.json", '"Retry"', '"Retries"'),
        "examples/schedule-jobs/train.asl.json:",
        "Retries",
    ),
    tested(
        "a picture for the dark that is not there",
        removed("docs/img/step-train.dark.svg"),
        "workshop_notes/checks/test_images.py",
        "step-train",
    ),
    tested(
        "a step that the words leave out",
        replaced(
            "src/workshop_notes/directives/expand.py",
            "return steps(state_machines.load(project.root / name))",
            "return steps(state_machines.load(project.root / name))[1:]",
        ),
        "workshop_notes/checks/test_images.py",
        "test_the_steps_of_each_diagram",
    ),
]

EXPERIMENT: list[Defect] = [
    tested(
        "an artifact that a person changed",
        appended("xgb-autotune-artifacts/dpp0.py", "\n# better\n"),
        "autotune/test_experiment.py",
        "dpp0.py",
    ),
    tested(
        "a stale output",
        later(
            "notebooks/06a_SageMakerAutopilotDataExplorationNotebook.ipynb",
            r'"execution_count": 3',
            '"execution_count": 4',
        ),
        "autotune/test_experiment.py -k exploration_runs",
        "06a",
    ),
    tested(
        "a cell that failed",
        later(
            "notebooks/06b_SageMakerAutopilotCandidateDefinitionNotebook.ipynb",
            r'"outputs": \[\]',
            '"outputs": [{"output_type": "error", "ename": "NameError", "evalue": "x", '
            '"traceback": ["NameError"]}]',
        ),
        "autotune/test_experiment.py",
        "06b",
    ),
    tested(
        "a mean that its folds do not give",
        later("notebooks/scores/flights.json", r'"mean": 0\.(\d)', r'"mean": 0.9\1'),
        "autotune/test_committed_scores.py",
        "mean",
    ),
    tested(
        "a row of the table",
        later("notebooks/data/flights.csv", r"\n[^\n]+\n", "\n"),
        "autotune/test_data.py",
        "flights",
    ),
    tested(
        "an account in a generated file",
        appended("xgb-autotune-artifacts/README.md", "\narn:aws:iam::210987654321:role/me\n"),
        "autotune/test_experiment.py",
        "README.md",
    ),
]

SEARCH: list[Defect] = [
    tested(
        "a title that counts nothing",
        later("src/workshop_notes/search/postings.py", r'"title": [\d.]+', '"title": 0.0'),
        "workshop_notes/search/test_search.py -k counts_more",
        "postings.py: a word of 'title'",
    ),
    tested(
        "headings that count nothing",
        later("src/workshop_notes/search/postings.py", r'"heading": [\d.]+', '"heading": 0.0'),
        "workshop_notes/search/test_search.py -k counts_more",
        "postings.py: a word of 'heading'",
    ),
    tested(
        "descriptions that count nothing",
        later(
            "src/workshop_notes/search/postings.py", r'"description": [\d.]+', '"description": 0.0'
        ),
        "workshop_notes/search/test_search.py -k counts_more",
        "postings.py: a word of 'description'",
    ),
    tested(
        "tags that count nothing",
        later("src/workshop_notes/search/postings.py", r'"tags": [\d.]+', '"tags": 0.0'),
        "workshop_notes/search/test_search.py -k counts_more",
        "postings.py: a word of 'tags'",
    ),
    tested(
        "words side by side that count nothing",
        later(
            "src/workshop_notes/search/scripts/rank.js", r"PAIR_WEIGHT = [\d.]+", "PAIR_WEIGHT = 0"
        ),
        "workshop_notes/search/test_search.py",
        "first is",
    ),
    tested(
        "a stop word that people look for",
        later("src/workshop_notes/search/scripts/words.js", r'"a about', '"a spark about'),
        "workshop_notes/search/test_search.py",
        "stop",
    ),
    tested(
        "a page that the index leaves out",
        later(
            "src/workshop_notes/search/__init__.py",
            r'description = words\.get\("description", ""\)',
            'if "spark/" in page.location:\n            return\n'
            '        description = words.get("description", "")',
        ),
        "workshop_notes/search/test_search.py",
        "spark",
    ),
    tested(
        "an alias that nobody can find",
        matter("aliases: [spark version", "aliases: ['—', spark version"),
        "workshop_notes/search/test_search.py -k alias",
        "—",
    ),
]

SITE: list[Defect] = [
    tested(
        "a picture of the style sheet from another host",
        appended(
            "src/workshop_notes/html/theme/assets/site.css",
            'body { background: url("https://cdn.example.org/paper.png") }\n',
        ),
        "workshop_notes/html/test_security.py -k console",
        "cdn.example.org",
    ),
    tested(
        "a policy that allows everything",
        replaced("src/workshop_notes/html/policy.py", "default-src 'none'", "default-src *"),
        "workshop_notes/html/test_security.py",
        "default-src",
    ),
    tested(
        "grey on grey",
        appended(
            "src/workshop_notes/html/theme/assets/site.css",
            ".md-typeset p { color: #999; background: #aaa }\n",
        ),
        "workshop_notes/test_accessibility.py -k axe_finds_nothing",
        "contrast",
    ),
    tested(
        "a focus that nobody sees",
        appended(
            "src/workshop_notes/html/theme/assets/site.css",
            ":focus-visible { outline: none !important }\n",
        ),
        "workshop_notes/test_reading.py -k focus",
        "focus",
    ),
    tested(
        "a page that scrolls sideways",
        appended(
            "src/workshop_notes/html/theme/assets/site.css", ".md-typeset h1 { width: 1700px }\n"
        ),
        "workshop_notes/test_reading.py -k sideways",
        "pixels too wide",
    ),
    tested(
        "links that only a colour tells",
        appended(
            "src/workshop_notes/html/theme/assets/site.css",
            ".md-typeset a { text-decoration: none !important }\n",
        ),
        "workshop_notes/test_reading.py -k underlined",
        "a",
    ),
    tested(
        "a style sheet that grew",
        appended("src/workshop_notes/html/theme/assets/site.css", "/* " + "x" * 3000 + " */\n"),
        "workshop_notes/test_build.py -k stay_small",
        "site.css",
    ),
    tested(
        "a script in an attribute",
        paragraph('<span onclick="alert(1)">Spark</span>'),
        "workshop_notes/html/test_security.py -k stands_in_an_attribute",
        "onclick",
    ),
    tested(
        "a mistake that the engine alone knows",
        replaced("mkdocs.yml", "theme:\n  name: material", "theme:\n  nam: material"),
        "workshop_notes/test_build.py",
        "theme",
    ),
]

FORMS: list[Defect] = [
    tested(
        "a PDF without a page",
        replaced(
            "src/workshop_notes/export/pdf.py",
            "for document in self.documents:\n            folder",
            "for document in self.documents[:-1]:\n            folder",
        ),
        "workshop_notes/export/test_pdf.py",
        "test_pdf",
    ),
    tested(
        "a zip without a page",
        replaced(
            "src/workshop_notes/html/archive.py",
            "key=lambda name: (name != first, name)):",
            "key=lambda name: (name != first, name))[1:]:",
        ),
        "workshop_notes/export/test_archive.py",
        "test_archive",
    ),
    tested(
        "a list for programs that lacks a page",
        replaced(
            "src/workshop_notes/export/twins.py", "for page in pages:", "for page in pages[:-1]:"
        ),
        "workshop_notes/export/test_texts.py",
        "test_texts",
    ),
]

PROJECT: list[Defect] = [
    checked(
        "a key of AWS on a page",
        paragraph("Use `AKIAIOSFODNN7ABCDEFG` as key."),
        "docs/day-3/spark.md:",
    ),
    checked(
        "an account of somebody on a page",
        paragraph("The role is `arn:aws:iam::210987654321:role/me`."),
        "docs/day-3/spark.md:",
        "210987654321",
    ),
    checked(
        "a key of AWS in an example",
        appended("examples/processing/prepare.py", "# AKIAIOSFODNN7ABCDEFG\n"),
        "examples/processing/prepare.py:",
        "what looks like a key",
    ),
    checked(
        "an account of somebody in an example",
        replaced("examples/processing/start_job.py", "123456789012", "210987654321"),
        "examples/processing/start_job.py:",
        "what is private here: arn:aws:iam::210987654321:",
    ),
    tested(
        "a path of somebody's machine",
        appended("examples/processing/prepare.py", "# see {}/maria/notes.txt\n".format("/home")),
        "workshop_notes/content/test_writing.py -k machine",
        "prepare.py",
    ),
    tested(
        "a README that a person changed",
        replaced("README.md", "[How can we use Spark with SageMaker?]", "[Spark]"),
        "workshop_notes/directives/test_generated.py",
        "README.md",
        "make format",
    ),
    tested(
        "a promise whose test is not there",
        replaced(
            "README.md",
            "tests/workshop_notes/content/test_questions.py",
            "tests/workshop_notes/content/test_question.py",
        ),
        "test_promises.py",
        "README.md",
        "test_question.py",
    ),
    tested(
        "a test that keeps no promise",
        written("tests/test_planted.py", "def test_nothing():\n    assert 1\n"),
        "test_promises.py",
        "test_planted.py",
    ),
    tested(
        "a link of the README",
        replaced("README.md", "(docs/day-3/spark.md)", "(docs/day-3/sparks.md)"),
        "workshop_notes/directives/test_generated.py",
        "README.md",
    ),
    tested(
        "a link of another text of the project",
        appended("CONTRIBUTING.md", "\nSee [the design](DESIGN.md).\n"),
        "test_promises.py",
        "CONTRIBUTING.md",
        "DESIGN.md",
    ),
    tested(
        "rights to everything",
        replaced(
            ".github/workflows/test.yml", "permissions:\n  contents: read", "permissions: write-all"
        ),
        "test_workflows.py",
        "test.yml",
    ),
    tested(
        "a job with one right more",
        replaced(
            ".github/workflows/publish.yml",
            "      pages: write\n",
            "      pages: write\n      contents: write\n",
        ),
        "test_workflows.py",
        "publish.yml",
    ),
    tested(
        "code of strangers with a token",
        replaced(
            ".github/workflows/heavy.yml",
            "  workflow_dispatch:",
            "  workflow_dispatch:\n  pull_request_target:",
        ),
        "test_workflows.py",
        "heavy.yml",
        "pull_request_target",
    ),
    tested(
        "an action that can change",
        later(".github/workflows/test.yml", r"actions/checkout@\w+ # \S+", "actions/checkout@v7"),
        "test_workflows.py",
        "actions/checkout@v7",
    ),
    tested(
        "a token that stays behind",
        replaced(
            ".github/workflows/test.yml", "persist-credentials: false", "persist-credentials: true"
        ),
        "test_workflows.py",
        "persist-credentials",
    ),
    tested(
        "an expression in a script",
        replaced(
            ".github/workflows/test.yml",
            "- run: make test",
            '- run: make test "${{ github.head_ref }}"',
        ),
        "test_workflows.py",
        "github.head_ref",
    ),
    tested(
        "a digit of a hash",
        later("requirements/spark.txt", r"sha256:[1-9a-f]", "sha256:0"),
        "test_requirements.py",
        "requirements/spark.txt",
    ),
    tested(
        "an address of a registry",
        later("requirements/site.txt", r"\A", "--index-url https://pypi.example.org/simple\n"),
        "test_requirements.py",
        "site.txt",
    ),
    tested(
        "a lock that is not of this project",
        replaced("pyproject.toml", "resvg-py==0.5.0", "resvg-py==0.4.0"),
        "test_requirements.py",
        "resvg-py",
    ),
    tested(
        "an import across rooms",
        later(
            "src/state_machines/steps.py",
            r"\nfrom ",
            "\nimport workshop_notes.content  # noqa\nfrom ",
        ),
        "test_contracts.py",
        "workshop_notes.content",
    ),
    tested(
        "a library changed at run time",
        appended(
            "src/workshop_notes/plugin.py",
            "\nimport markdown.util\n\nmarkdown.util.deprecated = lambda why: lambda made: made\n",
        ),
        "workshop_notes/test_plugin.py -k changed_by_a_build",
        "markdown.util.deprecated",
    ),
    tested(
        "a job whose failure counts as success",
        replaced(
            "src/local_sagemaker/jobs.py",
            "return process.exit_code()",
            "return 0 * process.exit_code()",
        ),
        "local_sagemaker/test_training.py",
        "test_training",
    ),
    tested(
        "a limit of time that is not told",
        replaced("src/local_sagemaker/jobs.py", "ran_too_long=not in_time", "ran_too_long=False"),
        "local_sagemaker/test_isolation.py -k hangs",
        "MaxRuntimeExceeded",
    ),
]

DEFECTS: dict[str, list[Defect]] = {
    "links": LINKS,
    "pictures": PICTURES,
    "front matter": MATTER,
    "questions": QUESTIONS,
    "sources": SOURCES,
    "claims": CLAIMS,
    "code": CODE,
    "diagrams": DIAGRAMS,
    "experiment": EXPERIMENT,
    "search": SEARCH,
    "site": SITE,
    "other forms": FORMS,
    "project": PROJECT,
}
