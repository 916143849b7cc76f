"""Read the quota on transform instances, and ask for a higher one."""

# --8<-- [start:requests]
import boto3

quotas = boto3.client("service-quotas")
quotas.get_service_quota(ServiceCode="sagemaker", QuotaCode="L-60D2A6F0")
quotas.request_service_quota_increase(
    ServiceCode="sagemaker", QuotaCode="L-60D2A6F0", DesiredValue=20
)
# --8<-- [end:requests]
