"""Clone from a server that wants a token, and push to it, with and without the helper."""

import shutil
from pathlib import Path

shutil.copy(Path(__file__).with_name("git_secret.py"), "git_secret.py")

# --8<-- [start:supply]
import team_server  # in the download: a Git server on this machine

host = team_server.start()  # yours: "https://github.com"
token = team_server.TOKEN  # yours: a token of your own
# --8<-- [end:supply]

# --8<-- [start:secret]
import json

import boto3

boto3.client("secretsmanager").create_secret(
    Name="sagemaker-github-notes",
    Tags=[{"Key": "SageMaker", "Value": "true"}],  # lets AWS's managed policy read it
    SecretString=json.dumps({"username": "octocat", "password": token}),
)
# --8<-- [end:secret]

# --8<-- [start:git]
import shlex
import subprocess
import sys
from pathlib import Path


def git(*words: str) -> str:
    """Run git, and return what it says of a failure, or nothing."""
    done = subprocess.run(["git", *words], capture_output=True, text=True)
    return done.stderr.strip().replace(host, "HOST") if done.returncode else ""


address = f"{host}/your-team/your-code.git"
print("Without a helper:", git("clone", "--quiet", address, "code"))
helper = shlex.join([sys.executable, str(Path("git_secret.py").resolve())])
git("config", "--global", f"credential.{host}.helper", f"!{helper}")
print("With it:", git("clone", "--quiet", address, "code") or "cloned")
# --8<-- [end:git]

# --8<-- [start:push]
name = ["-c", "user.name=octocat", "-c", "user.email=octocat@example.com"]
git("-C", "code", *name, "commit", "--quiet", "--allow-empty", "--message", "Train")
print("Push:", git("-C", "code", "push", "--quiet", "origin", "HEAD:main") or "pushed")
# --8<-- [end:push]
