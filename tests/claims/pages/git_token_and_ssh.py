"""What the page on Git tokens and SSH keys says."""

import json
import subprocess

from moto.iam.aws_managed_policies import aws_managed_policies_data

from tests.claims import claim
from tests.claims.proofs import body, bounds, example, field, says, v2, v3

PAGE = "asked-since/git-token-and-ssh.md"
SLUG = "git-token-and-ssh"


@claim(
    PAGE,
    "A helper in ten lines",
    by="page",
)
def size():
    code = example(f"{SLUG}/git_secret.py").split("[start:helper]")[1].split("# --8<--")[0]
    assert len([line for line in code.splitlines() if line.strip()]) <= 10


@claim(
    PAGE,
    "Tell git of a credential helper that takes the token out of AWS Secrets Manager. Git then "
    "asks the helper and not you, in the terminal",
    "JSON with username and password, the token as password",
    "with plain credential.helper git would hand your token to whichever server asks",
    "git config --global credential.https://github.com.helper '!python3 ~/git_secret.py'",
    "run the helper by hand to see its error: python3 git_secret.py get",
    by="run",
)
def helper():
    printed = example(f"{SLUG}/use_helper.out")
    assert "could not read Username" in printed
    assert printed.endswith("With it: cloned\nPush: pushed\n")
    code = example(f"{SLUG}/use_helper.py")
    assert 'f"credential.{host}.helper"' in code and '"username": "octocat"' in code
    answer = example(f"{SLUG}/git_secret.py")
    assert 'sys.argv[1] == "get"' in answer and "host" not in answer
    assert "credential.https://github.com.helper '!python3" in example(f"{SLUG}/lifecycle.py")


@claim(PAGE, "needs secretsmanager:GetSecretValue on the secret", by="API model")
def permission():
    policy = json.loads(aws_managed_policies_data)["AmazonSageMakerFullAccess"]["Document"]
    allowed = [each for each in policy["Statement"] if "secretsmanager" in json.dumps(each)]
    assert any("secretsmanager:GetSecretValue" in each["Action"] for each in allowed)


@claim(
    PAGE,
    "answers only when the address names both the host and the user that were set in it, and when "
    "Secrets Manager refuses, it ends without a word",
    "So write https://octocat@github.com/… with that script",
    by="source",
)
def script_of_aws():
    key = "studio-lifecycle-git-credentials"
    assert says(key, "credentials.get('username', '') == GIT_USERNAME")
    assert says(key, "credentials.get('host', '') == GIT_PROVIDER")
    assert says(key, "except botocore.exceptions.ClientError as e: exit(1)")


@claim(
    PAGE, "Git's own cache keeps a password for some time", "and store in a plain file", by="run"
)
def helpers_of_git():
    known = subprocess.run(["git", "help", "--all"], capture_output=True, text=True, check=True)
    for name in ("credential-cache", "credential-store"):
        assert name in known.stdout


@claim(
    PAGE,
    "belongs to one repository, and may only read unless you allow more",
    "For a second repository make a second key: one cannot serve both",
    by="source",
)
def deploy_keys():
    key = "github-deploy-keys"
    assert says(key, "Deploy keys are read-only by default")
    assert says(key, "You can't reuse a deploy key for multiple repositories")
    assert says(key, "Deploy keys only grant access to a single repository")


@claim(
    PAGE,
    "git_config of SDK v2 ignored the settings in ~/.ssh/config at first, because it set GIT_SSH. "
    "Since then it tries once with it and once more without; so does git_clone_repo of SDK v3",
    by="SDK",
)
def ssh_in_the_sdk():
    assert says("sdk-issue-ssh-address", "will override any `ssh/config` you have set up")
    for source in (v2("sagemaker/git_utils.py"), v3("sagemaker/core/git_utils.py")):
        cloning = source.read_text(encoding="utf-8").split('startswith("ssh://")')[-1]
        first, second = cloning.split("except subprocess.CalledProcessError:")[:2]
        assert 'my_env["GIT_SSH"] =' in first and "check_call" in first
        assert 'del my_env["GIT_SSH"]' in second and "check_call" in second
        assert "_run_clone_command(" in body(source, "git_clone_repo")


@claim(PAGE, "the API wants https://", by="API model")
def notebook_instances():
    pattern = field("sagemaker", "GitConfig.RepositoryUrl").metadata["pattern"]
    assert pattern.startswith("https://")
    assert bounds("sagemaker", "CreateStudioLifecycleConfig.StudioLifecycleConfigContent")[1]
