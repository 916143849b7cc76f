"""What the page on schedules says."""

from tests.claims import claim
from tests.claims.proofs import bounds, says

PAGE = "day-1/schedule-jobs.md"


@claim(
    PAGE,
    "63 characters for training, transform and processing jobs and models, 32 for tuning jobs",
    by="API model",
)
def names_are_short():
    for path in (
        "CreateTrainingJob.TrainingJobName",
        "CreateTransformJob.TransformJobName",
        "CreateProcessingJob.ProcessingJobName",
        "CreateModel.ModelName",
    ):
        assert bounds("sagemaker", path)[1] == 63, path
    tuning = "CreateHyperParameterTuningJob.HyperParameterTuningJobName"
    assert bounds("sagemaker", tuning)[1] == 32


@claim(PAGE, "needs sagemaker:AddTags, iam:PassRole and rights on", by="source")
def rights_of_the_state_machine():
    assert says("sfn-connect-sagemaker-iam", "sagemaker:AddTags")
    assert says("sfn-connect-sagemaker-iam", "StepFunctionsGetEventsForSageMakerTrainingJobsRule")
