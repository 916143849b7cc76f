"""Runs inside the Spark job: count late flights by part of the day."""

# --8<-- [start:script]
import sys

from flight_rules import part_of_day  # travels as one of submit_py_files
from pyspark.sql import SparkSession, functions

source, target = sys.argv[1:]
spark = SparkSession.builder.getOrCreate()
rows = spark.read.csv(source, header=True, inferSchema=True)
rows = rows.withColumn("part", functions.udf(part_of_day)("hour"))
rows.groupBy("part").agg(functions.sum("late").alias("late")).write.json(target)
spark.stop()
# --8<-- [end:script]
