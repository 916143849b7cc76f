"""What the page on memory, packages and machines for Spark says."""

from tests.claims import claim
from tests.claims.proofs import example, parameters, says, v3
from tests.site import ROOT

PAGE = "asked-since/spark-memory-and-packages.md"
SPARK = v3("sagemaker/core/spark/processing.py")
MACHINES = {"ml.m5.xlarge": (4, 16384), "ml.m5.4xlarge": (16, 65536), "ml.r5.4xlarge": (16, 131072)}


@claim(
    PAGE,
    "Memory by a spark-defaults configuration, modules by submit_py_files",
    "Memory goes into configuration, modules into submit_py_files, packages into an image of your "
    "own, machines into instance_count",
    by="run",
)
def what_was_sent():
    run = parameters(SPARK, "PySparkProcessor.run")
    assert {"configuration", "submit_py_files"} <= run.keys()
    assert "instance_count" in parameters(SPARK, "PySparkProcessor.__init__")
    assert '"spark-defaults"' in SPARK.read_text(encoding="utf-8")
    assert '"spark.executor.memory": "36g"' in example("spark-memory-and-packages/start_job.out")


@claim(
    PAGE,
    "by default one executor fills a machine",
    "the container starts one executor on each machine, with all its cores",
    "90 % of the machine for the driver, 95 % for the executor and its overhead",
    "executors of five cores, and keeps the place of one free for the driver",
    by="source",
)
def rules():
    assert says("spark-container-bootstrapper", "executor_cores = instance_cores")
    assert says("spark-container-constants", "DRIVER_MEM_INSTANCE_MEM_RATIO = 0.9")
    assert says("spark-container-constants", "EXECUTOR_MEM_INSTANCE_MEM_RATIO = 0.95")
    assert says("spark-container-constants", "EXECUTOR_CORES = 5")
    assert says("spark-container-bootstrapper", "executor_count_per_instance) - 1")


@claim(PAGE, 'env={"AWS_SPARK_CONFIG_MODE": "2"}', by="source")
def mode():
    assert "env" in parameters(SPARK, "PySparkProcessor.__init__")
    assert says("spark-container-bootstrapper", "AWS_SPARK_CONFIG_MODE")
    assert says("spark-container-constants", "AWS_SPARK_CONFIG_MODE_ADVANCED = 2")


def advanced(machines: int, cores: int, memory: int) -> str:
    """Return how many executors mode 2 makes, and the heap of each, from memory in MiB."""
    wide = 5 if cores > 5 else cores - 1
    each = int((cores - 1) / wide)
    count = machines * each - 1
    heap = int(int((int(memory * 0.95) - 1024) / each) * 0.9)
    return f"{count} of {heap / 1024:.1f} GB" if count else "no executor"


@claim(
    PAGE,
    "Machine | Driver | Executor | Mode 2, one machine | Mode 2, three machines",
    "ml.m5.xlarge | 14.4 GB | 13.7 GB | no executor | 2 of 12.8 GB",
    "ml.m5.4xlarge | 57.6 GB | 54.7 GB | 2 of 17.9 GB | 8 of 17.9 GB",
    "ml.r5.4xlarge | 115.2 GB | 109.4 GB | 2 of 36.2 GB | 8 of 36.2 GB",
    by="source",
)
def worked_out():
    for constant in (
        "DRIVER_MEM_INSTANCE_MEM_RATIO = 0.9",
        "EXECUTOR_MEM_OVERHEAD_RATIO = 0.1",
        "HADOOP_DAEMONS_MEM_MB = 1024",
        "SAFE_MEMORY_REDUCTION_RATIO = 0.95",
        "EXECUTOR_MEM_INSTANCE_MEM_RATIO_ADV = 0.90",
    ):
        assert says("spark-container-constants", constant)
    text = (ROOT / "docs" / PAGE).read_text(encoding="utf-8")
    for name, (cores, memory) in MACHINES.items():
        driver = f"{int(memory * 0.9) / 1024:.1f} GB"
        executor = f"{int(memory * 0.95 * 0.9) / 1024:.1f} GB"
        modes = " | ".join(advanced(machines, cores, memory) for machines in (1, 3))
        assert f"| `{name}` | {driver} | {executor} | {modes} |" in text


@claim(PAGE, "The image brings pandas; SciPy and PyArrow it does not list", by="source")
def packages():
    lock = "spark-container-pipfile"
    assert says(lock, 'pandas = ">=2.0.0"')
    assert not says(lock, "scipy") and not says(lock, "pyarrow")


@claim(
    PAGE,
    "a function that runs on the executors needs submit_py_files (pure Python, also as a zip)",
    by="run",
)
def on_the_executors():
    script = example("spark-memory-and-packages/delays.py")
    assert "functions.udf(part_of_day)" in script
    assert '{"part":"night","late":' in example("spark-memory-and-packages/start_job.out")
    assert says("spark-container-job", "if self._is_primary_host:")


@claim(
    PAGE,
    "it installs Hadoop, Hive, EMRFS and s3-dist-cp",
    "send the jar with submit_jars",
    by="source",
)
def parts_of_emr():
    assert says("spark-container-dockerfile", "hadoop-hdfs", "emrfs", "hive-jdbc", "s3-dist-cp")
    assert not says("spark-container-dockerfile", "redshift")
    assert "submit_jars" in parameters(SPARK, "PySparkProcessor.run")


@claim(PAGE, "let a script list /usr/lib/spark/jars", by="source")
def home_of_spark():
    assert says("spark-container-dockerfile", "SPARK_HOME=/usr/lib/spark")


@claim(
    PAGE,
    "Where the table is missing, it takes one machine for granted, whatever instance_count says",
    by="source",
)
def fallback():
    assert says("spark-container-bootstrapper", "instance_count = 1")
    assert says("spark-container-bootstrapper", "Failed to detect instance type config")


@claim(
    PAGE,
    "Set spark.executor.instances to the number of machines",
    "one gzip file is one task. Call repartition after reading",
    by="source",
)
def by_hand():
    assert says("spark-container-bootstrapper", '"spark.executor.instances"')
    assert says("spark-container-bootstrapper", "instance_count = 1")
