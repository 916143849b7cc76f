"""What the page on Git repositories says."""

import inspect
import pkgutil
import re
from pathlib import Path

import boto3
import sagemaker.core

from tests.claims import claim
from tests.claims.proofs import bounds, example, field, model, says

PAGE = "day-3/github-repositories.md"


@claim(
    PAGE,
    "up to four repositories as a setting",
    "one default repository and up to three more",
    "If you need more than four repositories, or settings such as git config",
    by="API model",
)
def repositories_of_an_instance():
    assert field("sagemaker", "CreateNotebookInstance.DefaultCodeRepository").type_name == "string"
    assert bounds("sagemaker", "CreateNotebookInstance.AdditionalCodeRepositories")[1] == 3


@claim(PAGE, "then pass the folder as source_dir", by="SDK")
def source_folder():
    run = pkgutil.resolve_name("sagemaker.core.processing.FrameworkProcessor").run
    assert "source_dir" in inspect.signature(run).parameters


@claim(PAGE, "GitHub has refused account passwords for Git since August 13, 2021", by="source")
def no_passwords():
    assert says(
        "github-no-passwords", "August 13, 2021, we will no longer accept account passwords"
    )


@claim(PAGE, "so the token goes into the field password", by="source")
def token_as_password():
    assert says("sm-git-resource", "personal access token in the password field")


@claim(PAGE, "The address begins with https:// and carries no user name", by="API model")
def address():
    for path in ("GitConfig.RepositoryUrl", "CreateNotebookInstance.DefaultCodeRepository"):
        assert field("sagemaker", path).metadata["pattern"].startswith("https://"), path
    assert says("sm-git-resource", "Do not provide a username in the URL")


@claim(
    PAGE,
    "AWS names two rules for the secret",
    'a name that contains "sagemaker"',
    "the prefix AmazonSageMaker-, or a tag. The code above meets both",
    by="run",
)
def names_of_the_secret():
    assert says("sm-git-resource", "must contain the string")
    readable = example("github-repositories/secret_names.out")
    assert "| `AmazonSageMaker-github-notes` | none | yes |" in readable
    assert "| `sagemaker-github-notes` | none | no |" in readable
    code = example("github-repositories/notebook_with_repository.py")
    name = re.search(r'Name="([^"]+)"', code)[1]
    key, value = re.search(r'"Key": "([^"]+)", "Value": "([^"]+)"', code).groups()
    assert f"| `{name}` | `{key}={value}` | yes |" in readable and "sagemaker" in name


@claim(PAGE, "update_notebook_instance attaches and detaches", by="API model")
def attach_and_detach():
    request = model("sagemaker").operation_model("UpdateNotebookInstance").input_shape
    assert {"DefaultCodeRepository", "DisassociateDefaultCodeRepository"} <= set(request.members)
    assert boto3.client("sagemaker", region_name="us-east-1").update_notebook_instance


@claim(
    PAGE,
    "sagemaker.core.resources.CodeRepository.create; the call behind it is CreateCodeRepository",
    by="SDK",
)
def class_of_the_sdk():
    assert pkgutil.resolve_name("sagemaker.core.resources.CodeRepository.create")
    assert "CreateCodeRepository" in model("sagemaker").operation_names


@claim(PAGE, "The API counts them after base64, which leaves 12,288 bytes", by="API model")
def size_of_a_script():
    content = field("sagemaker", "CreateNotebookInstanceLifecycleConfig.OnStart.Content")
    assert "base64-encoded string" in content.documentation
    assert content.metadata["max"] // 4 * 3 == 12_288


@claim(
    PAGE,
    "up to ten, in JupyterLabAppSettings.CodeRepositories of the domain, the user profile or the",
    "The list holds addresses only, no secret",
    "Code Editor has no such list",
    "its page names domain and user profile only, its API a space too",
    by="API model",
)
def suggested_repositories():
    for path in (
        "CreateDomain.DefaultUserSettings.JupyterLabAppSettings.CodeRepositories",
        "CreateUserProfile.UserSettings.JupyterLabAppSettings.CodeRepositories",
        "CreateSpace.SpaceSettings.JupyterLabAppSettings.CodeRepositories",
    ):
        assert bounds("sagemaker", path)[1] == 10, path
    assert set(model("sagemaker").shape_for("CodeRepository").members) == {"RepositoryUrl"}
    for shape in ("CodeEditorAppSettings", "SpaceCodeEditorAppSettings"):
        assert "CodeRepositories" not in model("sagemaker").shape_for(shape).members
    assert says("sm-studio-git-attach", "attach suggested Git repo URLs")


@claim(
    PAGE,
    "Estimators of SDK v2 took git_config with repo, branch and commit",
    "ModelTrainer of SDK v3 has no such parameter; issue 5571 asks for it",
    "SDK v3 without git_config",
    by="source",
)
def no_cloning_in_the_sdk():
    key = "sdk-issue-git-config"
    assert says(key, "v2 Estimator classes", "repo (required)", "branch (opt", "commit (opt")
    assert says(key, "(or directly to ModelTrainer)")


@claim(
    PAGE,
    "git_clone_repo of sagemaker.core.git_utils is still in SDK v3, and nothing there calls it",
    "It does the same with the dictionary of v2",
    by="SDK",
)
def helper_that_is_left():
    assert pkgutil.resolve_name("sagemaker.core.git_utils.git_clone_repo")
    folder = Path(sagemaker.core.__file__).parent
    users = [
        path.name
        for path in folder.rglob("*.py")
        if "git_clone_repo" in path.read_text(encoding="utf-8")
    ]
    assert users == ["git_utils.py"]
    printed = example("github-repositories/clone_for_job.out").splitlines()
    assert len(printed) == 2 and len(set(printed)) == 1
