//! Compaction on S3: in a folder, without duplicates, and where a catalog switches readers; and what other commands say
//! of partitions that were switched.

use lakebed::{Record, TableDef};
use lakebed_tests::books::problems;
use lakebed_tests::cases::same_in_chrono_and_jiff::with_chrono::Departure;
use lakebed_tests::command::become_the_command;
use lakebed_tests::crash::{World, said};
use lakebed_tests::departures::{self, TABLE, differences, expected, stored};
use lakebed_tests::lake;
use serde_json::Value;
use std::fs;
use std::path::Path;

const TABLES: [&TableDef; 1] = [Departure::TABLE];
const ENTRY: &str = "stores::compacting::as_the_command";

/// Not a test by itself: other tests start this binary again with this test alone, as the command line.
#[test]
fn as_the_command() {
    become_the_command(&TABLES, || {});
}

fn json(world: &World, args: &[&Path]) -> Value {
    let args: Vec<&Path> = args.iter().copied().chain([Path::new("--json")]).collect();
    let output = world.run(&args);
    assert_eq!(output.status.code(), Some(0), "{args:?}\n{}", said(&output));
    // The test binary that becomes the command line says something before.
    let text = String::from_utf8_lossy(&output.stdout);
    let document = text.find('{').and_then(|start| text.get(start..)).expect("a document");
    let mut documents = serde_json::Deserializer::from_str(document).into_iter();
    documents.next().expect("a document").expect("one document")
}

fn sum(report: &Value, member: &str) -> u64 {
    let partitions = report["partitions"].as_array().expect("a list").iter();
    partitions.map(|partition| partition[member].as_u64().expect("a number")).sum()
}

#[test]
fn a_bucket_is_compacted_as_a_folder_is() {
    let world = World::s3(ENTRY, env!("CARGO_TARGET_TMPDIR"));
    let path = Path::new;
    let inputs: Vec<_> = (0..3).map(|number| departures::input(12 << 10, 40 + number)).collect();
    let texts = || inputs.iter().map(|input| input.text.as_str());
    let wanted = expected(texts());
    let rows: u64 = wanted.values().sum();
    let convert = |name: &str| {
        for (number, input) in inputs.iter().enumerate() {
            let input = world.put(&format!("in/{number}.json"), input.text.as_bytes());
            world.done(&[path("convert"), &input, path("--to"), &world.at(name)]);
        }
    };

    // In the folder, with the window that this opens.
    convert("plain");
    let plain = world.at("plain");
    let args = [path("compact"), &plain, path("--older-than"), path("0"), path("--allow-overlap")];
    let report = json(&world, &args);
    assert_eq!((sum(&report, "rows_in"), sum(&report, "rows_out")), (rows, rows), "{report}");
    let mirror = world.mirror("plain");
    let wrong = differences(&wanted, &stored(&mirror));
    assert!(wrong.is_empty(), "{wrong}");
    let hours = lake::files(&mirror.join(TABLE)).len() as u64;
    assert_eq!(sum(&report, "files_in"), 3 * hours, "each input was in every hour");
    assert_eq!(problems(&mirror, TABLE), [""; 0]);
    assert_eq!(sum(&json(&world, &args), "rows_in"), 0, "nothing is left to do");

    // What is left out is what is left out in a folder.
    convert("deduped");
    let again = world.put("in/again.json", inputs[0].text.as_bytes());
    world.done(&[path("convert"), &again, path("--to"), &world.at("deduped")]);
    let mirror = world.mirror("deduped");
    let dedupe = |lake: &Path| {
        let args = ["--older-than", "0", "--allow-overlap", "--dedupe"].map(path);
        json(&world, &[path("compact"), lake].into_iter().chain(args).collect::<Vec<_>>())
    };
    let (local, kept) = (dedupe(&mirror), stored(&mirror));
    let report = dedupe(&world.at("deduped"));
    let dropped = sum(&report, "dropped");
    assert!(dropped >= expected([inputs[0].text.as_str()]).values().sum(), "{report}");
    assert_eq!((dropped, sum(&report, "rows_out")), (sum(&local, "dropped"), kept.values().sum()));
    let mirror = world.mirror("deduped");
    let wrong = differences(&kept, &stored(&mirror));
    assert!(wrong.is_empty(), "{wrong}");
    assert_eq!(problems(&mirror, TABLE), [""; 0]);

    // Readers are switched by a catalog.
    convert("switched");
    let switched = world.at("switched");
    let text = format!(
        "lake = \"{}\"\ndatabase = \"db\"\ncatalog = \"catalog\"\n[projection]\nenabled = false\n",
        switched.display()
    );
    let target = world.folder().join("switched.toml");
    fs::write(&target, text).expect("a file");
    let (target, named) = (target.as_path(), path("--target"));
    world.done(&[path("apply"), path("--yes"), named, target]);
    world.done(&[path("partitions"), path("sync"), named, target]);
    let args = [path("compact"), &switched, path("--older-than"), path("0"), named, target];
    let report = json(&world, &args);
    assert_eq!((sum(&report, "rows_in"), sum(&report, "rows_out")), (rows, rows), "{report}");
    // `clean` ends what readers have left, and says so before.
    let clean = [path("clean"), &switched, path("--grace"), path("0"), named, target];
    let shown = world.run(&clean);
    assert_eq!(shown.status.code(), Some(1), "{}", said(&shown));
    assert!(said(&shown).contains("readers were switched to another file"), "{}", said(&shown));
    assert_eq!(lake::files(&world.mirror("switched").join(TABLE)).len() as u64, 3 * hours);
    let done = world.done(&clean.iter().copied().chain([path("--yes")]).collect::<Vec<_>>());
    assert!(done.contains("Removed") && done.contains(&format!(" {} files, ", 3 * hours)), "{done}");
    let mirror = world.mirror("switched");
    assert_eq!(lake::files(&mirror.join(TABLE)).len(), 0);
    assert_eq!(lake::footer_rows(&mirror, &format!("{TABLE}.generations")), rows);
    assert_eq!(problems(&mirror, TABLE), [""; 0]);
    // Nothing stands under the table's own prefix, and nobody takes that for an empty table.
    let seen = json(&world, &[path("inspect"), &switched]);
    let table = &seen["tables"][0];
    assert_eq!((table["rows"].as_u64(), table["files"].as_u64()), (Some(rows), Some(hours)), "{seen}");
    let drift = json(&world, &[path("drift"), named, target]);
    assert_eq!(drift["tables"][0]["files"]["all"].as_u64(), Some(hours), "{drift}");
    assert!(!drift.to_string().contains("no files yet"), "{drift}");
    let sync = world.done(&[path("partitions"), path("sync"), named, target]);
    assert!(sync.contains(&format!("{hours} present")), "{sync}");
}
