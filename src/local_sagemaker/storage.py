"""Move data between S3 and a job's folders, as SageMaker does before and after a job."""

from __future__ import annotations

import shutil
import tarfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from botocore.exceptions import ClientError

from local_sagemaker.errors import JobFailed


def split(uri: str) -> tuple[str, str]:
    """Return bucket and key of `s3://bucket/key`.

    Raises:
        JobFailed: the address is no S3 address.
    """
    scheme, _, rest = uri.partition("://")
    bucket, _, key = rest.partition("/")
    if scheme != "s3" or not bucket:
        raise JobFailed(f"ClientError: {uri} is no S3 URI")
    return bucket, key


def extract(archive: tarfile.TarFile, folder: Path) -> None:
    """Unpack files and folders. Python 3.11.2, Debian's, has no filter for `extractall` yet.

    Raises:
        JobFailed: a member would lead out of the folder, or is a link or a device.
    """
    for member in archive:
        path = folder / member.name
        if not path.resolve().is_relative_to(folder.resolve()):
            raise JobFailed(f"ClientError: {member.name!r} in the archive leads elsewhere")
        if member.isdir():
            path.mkdir(parents=True, exist_ok=True)
        elif member.isreg():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(archive.extractfile(member).read())
            path.chmod(0o700 if member.mode & 0o100 else 0o600)
        else:
            raise JobFailed(f"ClientError: {member.name!r} in the archive is no file or folder")


class Storage:
    """S3 as a job's host sees it.

    Args:
        client: a boto3 client of S3.
    """

    def __init__(self, client: Any) -> None:
        self._client = client

    def keys(self, uri: str) -> Iterator[str]:
        """Yield the keys that a prefix matches, folders' markers left out.

        Raises:
            JobFailed: the bucket does not exist. The wording is ours: none of AWS's was found.
        """
        bucket, prefix = split(uri)
        pages = self._client.get_paginator("list_objects_v2")
        try:
            for page in pages.paginate(Bucket=bucket, Prefix=prefix):
                for entry in page.get("Contents", []):
                    if not entry["Key"].endswith("/"):
                        yield entry["Key"]
        except ClientError as error:
            detail = error.response["Error"]
            status = error.response["ResponseMetadata"]["HTTPStatusCode"]
            raise JobFailed(
                f"ClientError: Data download failed:{detail['Code']} ({status}): "
                f"{detail['Message']}: {uri}"
            ) from None

    def download(
        self, uri: str, folder: Path, trouble: str = "Data download failed:"
    ) -> list[Path]:
        """Copy all objects below a prefix into a folder, named by what follows the prefix.

        A prefix that names one object gives one file with the last part of its key.

        Args:
            uri, folder: from and to where.
            trouble: what the reason begins with where nothing is there. What follows is as users
                report it; the default is from memory.

        Returns:
            The paths, sorted.

        Raises:
            JobFailed: no object matches, or a key would lead out of the folder.
        """
        bucket, prefix = split(uri)
        paths = []
        for key in self.keys(uri):
            # Below a folder: what follows it; a prefix within a name leaves that name whole
            # (sagemaker-python-sdk issue 3612).
            cut = len(prefix) + 1 if key.startswith(f"{prefix}/") else prefix.rfind("/") + 1
            path = folder / key[cut:]
            if not path.resolve().is_relative_to(folder.resolve()):
                raise JobFailed(f"ClientError: Data download failed: key {key!r} leads elsewhere")
            try:
                path.parent.mkdir(parents=True, exist_ok=True)
                self._fetch(bucket, key, path)
            except OSError as error:  # two keys of which one is a folder of the other, a long name
                raise JobFailed(
                    f"ClientError: Data download failed: key {key!r}: {error.strerror}"
                ) from None
            paths.append(path)
        if not paths:
            raise JobFailed(f"ClientError: {trouble}S3 key: {uri} matched no files on s3")
        return sorted(paths)

    def _fetch(self, bucket: str, key: str, path: Path) -> None:
        # Not download_file: it starts threads for each file.
        body = self._client.get_object(Bucket=bucket, Key=key)["Body"]
        with path.open("wb") as file:
            shutil.copyfileobj(body, file)

    def exists(self, uri: str) -> bool:
        """Return whether there is an object of exactly this address, which may be no S3 address."""
        try:
            bucket, key = split(uri)
        except JobFailed:
            return False
        try:
            self._client.head_object(Bucket=bucket, Key=key)
        except ClientError:
            return False
        return True

    def upload(self, path: Path, uri: str) -> None:
        """Copy a file to an address.

        Raises:
            JobFailed: the bucket does not exist.
        """
        bucket, key = split(uri)
        try:
            self._client.put_object(Bucket=bucket, Key=key, Body=path.read_bytes())
        except ClientError as error:
            detail = error.response["Error"]
            raise JobFailed(
                f"ClientError: Failed to upload to {uri}: {detail['Code']}: {detail['Message']}"
            ) from None

    def upload_folder(self, folder: Path, uri: str) -> int:
        """Copy all files of a folder below an address; return how many."""
        files = [path for path in sorted(folder.rglob("*")) if path.is_file()]
        for path in files:
            self.upload(path, f"{uri.rstrip('/')}/{path.relative_to(folder).as_posix()}")
        return len(files)

    def unpack(self, uri: str, folder: Path) -> None:
        """Unpack a `.tar.gz` from S3 into a folder.

        Raises:
            JobFailed: it is missing or no archive, or a member would lead out of the folder.
        """
        folder.mkdir(parents=True, exist_ok=True)
        archive = folder.with_name(f"{folder.name}.tar.gz")
        bucket, key = split(uri)
        try:
            self._fetch(bucket, key, archive)
            with tarfile.open(archive) as opened:
                extract(opened, folder)
        except ClientError:
            raise JobFailed(f"ClientError: Could not find model data at {uri}.") from None
        except (tarfile.TarError, zlib.error, EOFError, OSError) as error:
            raise JobFailed(f"ClientError: Could not unpack {uri}: {error}") from None
        finally:
            archive.unlink(missing_ok=True)
