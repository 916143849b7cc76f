"""Claims: words of a page, each bound to a check that fails when they stop being true.

`pages/` holds a module for each page. A claim quotes the page as it is read, without markup; the
words may be those of its description, and a row of a table is read with ` | ` between its cells:

    @claim(PAGE, "at most 63 characters", by="API model")
    def job_names():
        assert shape("sagemaker", "TrainingJobName").metadata["max"] == 63

Change the words on the page, and `tests/test_claims.py` asks for the claim to be looked at again.
What nobody can check says "not confirmed" on the page, and needs no claim.
"""

import pytest

from tests.claims.binding import Claim, ClaimError, claim, read_claims

__all__ = ["Claim", "ClaimError", "claim", "read_claims"]

pytest.register_assert_rewrite("tests.claims.pages")
