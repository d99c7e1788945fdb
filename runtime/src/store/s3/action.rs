//! What was asked of S3, for messages and permissions.

/// A call of S3.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Action {
    Head,
    Get,
    List,
    Put,
    Upload,
    Copy,
    Delete,
    ListUploads,
    Abort,
}

impl Action {
    /// S3's own name of it.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Head => "HeadObject",
            Self::Get => "GetObject",
            Self::List => "ListObjectsV2",
            Self::Put => "PutObject",
            Self::Upload => "a multipart upload",
            Self::Copy => "CopyObject",
            Self::Delete => "DeleteObject",
            Self::ListUploads => "ListMultipartUploads",
            Self::Abort => "AbortMultipartUpload",
        }
    }

    /// The permission it needs, and whether that is one on the bucket rather than on the object.
    fn permission(self) -> (&'static str, bool) {
        match self {
            Self::Head | Self::Get => ("s3:GetObject", false),
            Self::List => ("s3:ListBucket", true),
            Self::Put | Self::Upload => ("s3:PutObject", false),
            Self::Copy => ("s3:GetObject and s3:PutObject", false),
            Self::Delete => ("s3:DeleteObject", false),
            Self::ListUploads => ("s3:ListBucketMultipartUploads", true),
            Self::Abort => ("s3:AbortMultipartUpload", false),
        }
    }

    /// The permission with its ARN.
    pub(super) fn needs(self, partition: &str, bucket: &str, key: &str) -> String {
        match self.permission() {
            (permission, true) => format!("{permission} on arn:{partition}:s3:::{bucket}"),
            (permission, false) => format!("{permission} on arn:{partition}:s3:::{bucket}/{key}"),
        }
    }
}

/// The partition of AWS that a region belongs to, as ARNs have it.
pub(super) fn partition(region: Option<&str>) -> &'static str {
    match region {
        Some(region) if region.starts_with("cn-") => "aws-cn",
        Some(region) if region.starts_with("us-gov-") => "aws-us-gov",
        _ => "aws",
    }
}
