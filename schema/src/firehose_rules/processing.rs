//! The list of processors: how many, which together, in which order.

use super::place::Place;
use super::processor::{self, TYPES};
use super::{Rules, dynamic_partitioning};

/// Most processors of a stream.
const MAX: usize = 5;

/// Processors of the destination that are turned on. A list that is neither turned on nor off counts.
pub(super) fn processors<'a>(destination: &Place<'a>) -> Vec<Place<'a>> {
    let processing = destination.get("ProcessingConfiguration");
    if processing.get("Enabled").is_false() { Vec::new() } else { processing.get("Processors").items() }
}

/// The first processor of that type.
pub(super) fn find<'a>(destination: &Place<'a>, ty: &str) -> Option<Place<'a>> {
    processors(destination).into_iter().find(|processor| processor.get("Type").text() == Some(ty))
}

pub(super) fn check(destination: &Place<'_>, rules: &mut Rules) {
    let processing = destination.get("ProcessingConfiguration");
    if !processing.exists() {
        return;
    }
    let enabled = processing.get("Enabled");
    let list = processing.get("Processors");
    if !enabled.exists() && list.exists() {
        rules.doubt(
            "processing-enabled",
            &enabled,
            "it is missing, so it is not clear that processing is on",
            "write true",
        );
    }
    let processors = processors(destination);
    if enabled.is_true() && !(1..=MAX).contains(&processors.len()) {
        rules.refuse(
            "processor-count",
            &list,
            format!(
                "it has {} (Firehose: A maximum of 5 and a minimum of 1 processor needs to be supplied when processing is \
                 enabled.)",
                processors.len()
            ),
            "keep 1 to 5 of them, or write false as Enabled",
        );
    }
    let partitioned = dynamic_partitioning::is_on(destination);
    let mut last: Option<(usize, &str)> = None;
    let mut seen = Vec::new();
    for processor in &processors {
        processor::check(processor, rules);
        let Some(ty) = processor.get("Type").text() else { continue };
        let Some(rank) = TYPES.iter().position(|known| *known == ty) else { continue };
        let place = processor.get("Type");
        if seen.contains(&ty) {
            rules.refuse(
                "processor-twice",
                &place,
                format!("{ty} stands there a second time (Firehose, of Lambda: Cannot have more than 1 Lambda processor.)"),
                "keep one of them",
            );
        } else if let Some((_, before)) = last.filter(|(before, _)| *before > rank) {
            rules.refuse(
                "processor-order",
                &place,
                format!("{ty} stands behind {before}, and Firehose runs it before"),
                format!("put them in the order {}", TYPES.join(", ")),
            );
        }
        seen.push(ty);
        last = Some(last.map_or((rank, ty), |last| if last.0 > rank { last } else { (rank, ty) }));
        if matches!(ty, "MetadataExtraction" | "RecordDeAggregation") && !partitioned {
            rules.refuse(
                "processor-needs-dynamic-partitioning",
                &place,
                format!(
                    "{ty} is there without dynamic partitioning (Firehose: class \
                     com.amazonaws.services.firehose.internal.model.{ty}Processor can only be present when Dynamic \
                     Partitioning is enabled.)"
                ),
                "enable dynamic partitioning, or leave the processor out",
            );
        }
    }
    if seen.contains(&"CloudWatchLogProcessing") && !seen.contains(&"Decompression") {
        rules.refuse(
            "processor-needs-decompression",
            &list,
            "Firehose: CloudWatchLogProcessingProcessor can only be enabled with DecompressionProcessor",
            "add the processor Decompression before it",
        );
    }
}
