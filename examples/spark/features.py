"""Runs inside the Spark job: fill gaps, encode and scale the columns of a table."""

# --8<-- [start:script]
import argparse

from pyspark.ml import Pipeline
from pyspark.ml.feature import (
    Imputer,
    OneHotEncoder,
    StandardScaler,
    StringIndexer,
    VectorAssembler,
)
from pyspark.sql import SparkSession

parser = argparse.ArgumentParser()
parser.add_argument("--input", required=True)
parser.add_argument("--output", required=True)
given = parser.parse_args()

spark = SparkSession.builder.appName("flights-features").getOrCreate()
rows = spark.read.csv(given.input, header=True, inferSchema=True)
pipeline = Pipeline(
    stages=[
        Imputer(inputCols=["wind"], outputCols=["filled"], strategy="median"),
        StringIndexer(inputCol="carrier", outputCol="index"),
        OneHotEncoder(inputCol="index", outputCol="carrier_hot", dropLast=False),
        VectorAssembler(inputCols=["hour", "filled"], outputCol="numbers"),
        StandardScaler(inputCol="numbers", outputCol="scaled", withMean=True),
    ]
)
features = pipeline.fit(rows).transform(rows)
features.select("late", "carrier_hot", "scaled").write.json(given.output)
spark.stop()
# --8<-- [end:script]
