"""Our own readings of AWS's containers. This code runs inside a job, not in the stand-in."""
