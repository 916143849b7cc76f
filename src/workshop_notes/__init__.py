"""The package behind the SageMaker Workshop Notes site: prepare, build, finish and check it."""
