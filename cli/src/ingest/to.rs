//! Where `lakebed ingest` delivers to.

use super::Window;
use crate::commands::Context;
use crate::commands::ingest::IngestArgs;
use crate::error::CliError;
use crate::location::{self, Place};
use lakebed::ConvertOptions;
use lakebed::ingest::{LakeSink, Sink};
use lakebed_schema::{Table, Target};
use std::path::{Path, PathBuf};

/// A lake, or a stream that is opened later.
pub(crate) enum To {
    Lake(Box<LakeSink>),
    #[cfg(feature = "aws")]
    Stream(Box<stream::Stream>),
}

impl To {
    pub(crate) fn new(
        args: &IngestArgs,
        context: &Context<'_, '_>,
        table: &Table,
        target: Target,
        spool: &Path,
    ) -> Result<Self, CliError> {
        if let Some((service, name)) = stream_name(args.to.to_str().unwrap_or_default())? {
            return Self::stream(args, context, target, spool, service, name);
        }
        if args.rejects.is_some() {
            return Err(CliError::usage(
                "--rejects is for streams: a lake keeps its rejects in LAKE/_errors/",
            ));
        }
        let lake = location::location(&args.to, Place::Lake)?;
        let mut options = ConvertOptions::new(Vec::<PathBuf>::new(), lake);
        options.stores = args.s3.stores(&context.around);
        options.access = args.access.access(&context.around);
        args.work.apply(&mut options);
        args.limits.apply(&mut options);
        options.semantics = args.semantics.into();
        options.accept_event_time = args.accept_event_time.and_then(Window::get);
        Ok(Self::Lake(Box::new(LakeSink::new(table.clone(), options).with_projection(target))))
    }

    #[cfg(not(feature = "aws"))]
    fn stream(
        _args: &IngestArgs,
        _context: &Context<'_, '_>,
        _target: Target,
        _spool: &Path,
        service: &str,
        name: &str,
    ) -> Result<Self, CliError> {
        Err(needs_sdk(service, name))
    }

    #[cfg(feature = "aws")]
    fn stream(
        args: &IngestArgs,
        context: &Context<'_, '_>,
        target: Target,
        spool: &Path,
        service: &str,
        name: &str,
    ) -> Result<Self, CliError> {
        stream::Stream::new(args, context, target, spool, service, name)
            .map(|stream| Self::Stream(Box::new(stream)))
    }

    /// What documents are handed to.
    #[cfg_attr(
        not(feature = "aws"),
        allow(clippy::unused_async, reason = "streams are opened asynchronously")
    )]
    pub(crate) async fn open(self, table: &Table) -> Result<Box<dyn Sink>, CliError> {
        let _ = table;
        match self {
            Self::Lake(lake) => Ok(lake),
            #[cfg(feature = "aws")]
            Self::Stream(stream) => stream.open(table).await,
        }
    }
}

/// Refuses a stream that this build cannot reach.
#[cfg(not(feature = "aws"))]
pub(super) fn needs_sdk(service: &str, name: &str) -> CliError {
    CliError::failed("not in this build", format!("`{service}:{name}` needs the AWS SDK"))
        .hint("build lakebed with the feature `aws`: cargo install lakebed-cli --features aws")
}

/// Where streams are.
#[cfg(feature = "aws")]
pub(super) fn aws(
    args: &IngestArgs,
    context: &Context<'_, '_>,
    target: &Target,
) -> lakebed::producer::AwsOptions {
    let (region, endpoint) = (target.region.clone(), args.s3.endpoint(&context.around));
    lakebed::producer::AwsOptions { region, endpoint }
}

/// Service and name of `firehose:NAME` or `kinesis:NAME`.
pub(super) fn stream_name(text: &str) -> Result<Option<(&str, &str)>, CliError> {
    let named = text.split_once(':').filter(|(service, _)| matches!(*service, "firehose" | "kinesis"));
    match named {
        Some((service, "")) => {
            Err(CliError::usage(format!("`{service}:` names no stream"))
                .hint(format!("write {service}:NAME")))
        }
        named => Ok(named),
    }
}

#[cfg(feature = "aws")]
mod stream {
    use super::super::Window;
    use super::{CliError, Context, IngestArgs, Path, PathBuf, Sink, Table, Target};
    use lakebed::ingest::{StreamOptions, StreamSink};
    use lakebed::producer::{
        AwsOptions, FirehoseStream, KinesisStream, ProducerOptions, Service, SpoolConfig,
    };
    use std::sync::Arc;

    /// A stream that is not open yet.
    pub(crate) struct Stream {
        service: String,
        name: String,
        aws: AwsOptions,
        options: StreamOptions,
    }

    impl Stream {
        pub(super) fn new(
            args: &IngestArgs,
            context: &Context<'_, '_>,
            target: Target,
            spool: &Path,
            service: &str,
            name: &str,
        ) -> Result<Self, CliError> {
            let aws = super::aws(args, context, &target);
            let mut convert = lakebed::ConvertOptions::new(Vec::<PathBuf>::new(), PathBuf::new());
            args.limits.apply(&mut convert);
            let outbox = spool.join("outbox");
            let options = StreamOptions {
                rejects: args.rejects.clone().unwrap_or_else(|| spool.join("rejects")),
                limits: convert.limits,
                accept_event_time: args.accept_event_time.and_then(Window::get),
                target,
                producer: ProducerOptions {
                    spool: Some(SpoolConfig {
                        bytes: args.spool_size.unwrap_or(SpoolConfig::new(&outbox).bytes),
                        ..SpoolConfig::new(&outbox)
                    }),
                    ..ProducerOptions::default()
                },
                outbox,
            };
            Ok(Self { service: service.to_owned(), name: name.to_owned(), aws, options })
        }

        pub(super) async fn open(self, table: &Table) -> Result<Box<dyn Sink>, CliError> {
            let config = self.aws.load().await?;
            let service: Arc<dyn Service> = match self.service.as_str() {
                "firehose" => Arc::new(FirehoseStream::new(&config, self.name)),
                _ => Arc::new(KinesisStream::new(&config, self.name)),
            };
            Ok(Box::new(StreamSink::new(table.clone(), service, self.options)?))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn streams_are_told_from_folders() {
        assert_eq!(stream_name("firehose:a-b").ok(), Some(Some(("firehose", "a-b"))));
        assert_eq!(stream_name("kinesis:s").ok(), Some(Some(("kinesis", "s"))));
        for lake in ["lake", "s3://firehose/x", "./kinesis:s", "Firehose:x"] {
            assert_eq!(stream_name(lake).ok(), Some(None), "{lake}");
        }
        assert!(stream_name("kinesis:").is_err());
    }
}
