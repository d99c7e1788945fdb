use super::folder::fault::fail_syncs;
use super::*;
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use tempfile::TempDir;

fn folder() -> TempDir {
    tempfile::tempdir().unwrap()
}

fn payload(seq: u64) -> Vec<u8> {
    format!("record {seq} ").repeat(1 + seq as usize % 7).into_bytes()
}

fn records(seqs: impl IntoIterator<Item = u64>) -> Vec<(u64, Vec<u8>)> {
    seqs.into_iter().map(|seq| (seq, payload(seq))).collect()
}

fn read_all(spool: &mut Spool) -> Vec<Stored> {
    let mut all = Vec::new();
    loop {
        let some = spool.read(5, 1000).unwrap();
        if some.is_empty() {
            return all;
        }
        all.extend(some);
    }
}

fn seqs(stored: &[Stored]) -> Vec<u64> {
    assert!(stored.iter().all(|stored| stored.payload == payload(stored.seq)));
    stored.iter().map(|stored| stored.seq).collect()
}

#[test]
fn what_is_not_done_comes_again_in_order() {
    let folder = folder();
    let (mut spool, recovery) = Spool::open(folder.path(), 200).unwrap();
    assert!(recovery.was_closed && recovery.records == 0);
    for some in (10..40).collect::<Vec<_>>().chunks(4) {
        spool.append(&records(some.iter().copied())).unwrap();
    }
    let held = spool.numbers().fetch_add(1, Ordering::Relaxed);
    spool.append_held(held, &records([3, 5, 12])).unwrap();
    let stored = read_all(&mut spool);
    assert_eq!(seqs(&stored), (10..40).collect::<Vec<_>>(), "what is held is not read back");
    for stored in stored.iter().filter(|stored| stored.seq % 3 != 0) {
        spool.ack(stored.segment, &[stored.seq]).unwrap();
    }
    spool.ack(held, &[5]).unwrap();
    let left = spool.records();
    drop(spool);

    let (mut spool, recovery) = Spool::open(folder.path(), SEGMENT_BYTES).unwrap();
    assert_eq!((recovery.records, recovery.next_seq, recovery.was_closed), (left, 40, false));
    let stored = read_all(&mut spool);
    assert_eq!(seqs(&stored), [3, 12, 12, 15, 18, 21, 24, 27, 30, 33, 36, 39]);
    for stored in &stored {
        spool.ack(stored.segment, &[stored.seq]).unwrap();
    }
    assert_eq!((spool.bytes(), spool.records()), (0, 0));
    assert_eq!(spool.close().unwrap(), 0);
    let mut names: Vec<_> =
        fs::read_dir(folder.path()).unwrap().map(|file| file.unwrap().file_name()).collect();
    names.sort();
    assert_eq!(names, ["closed", "lock"]);
    assert!(Spool::open(folder.path(), SEGMENT_BYTES).unwrap().1.was_closed);
}

#[test]
fn one_process_uses_it_at_a_time() {
    let folder = folder();
    let (spool, _) = Spool::open(folder.path(), SEGMENT_BYTES).unwrap();
    let error = Spool::open(folder.path(), SEGMENT_BYTES).unwrap_err();
    assert_eq!(error.kind(), io::ErrorKind::WouldBlock, "{error}");
    drop(spool);
    Spool::open(folder.path(), SEGMENT_BYTES).unwrap();
}

/// The only segment in a folder.
fn segment(folder: &Path) -> PathBuf {
    let (mut files, _) = files(folder).unwrap();
    assert_eq!(files.len(), 1);
    files.pop_first().unwrap().1
}

#[test]
fn a_torn_tail_is_told_kept_and_cut_off() {
    let folder = folder();
    let (mut spool, _) = Spool::open(folder.path(), SEGMENT_BYTES).unwrap();
    spool.append(&records(0..5)).unwrap();
    drop(spool);
    let path = segment(folder.path());
    let bytes = fs::read(&path).unwrap();
    fs::write(&path, &bytes[..bytes.len() - 3]).unwrap();

    let (mut spool, recovery) = Spool::open(folder.path(), SEGMENT_BYTES).unwrap();
    let [damage] = &recovery.damage[..] else { panic!("{recovery:?}") };
    assert_eq!((damage.kind, recovery.records), (DamageKind::TornTail, 4));
    let kept = fs::read(&damage.kept).unwrap();
    assert_eq!(kept, bytes[damage.offset as usize..bytes.len() - 3]);
    assert_eq!(seqs(&read_all(&mut spool)), [0, 1, 2, 3]);
    drop(spool);
    assert_eq!(Spool::open(folder.path(), SEGMENT_BYTES).unwrap().1.damage, []);
}

#[test]
fn damage_in_the_middle_costs_that_record_alone() {
    for (byte, what) in
        [(FRAME_OF_2 + 25, "payload"), (FRAME_OF_2, "length"), (FRAME_OF_2 + 3, "absurd length")]
    {
        let folder = folder();
        let (mut spool, _) = Spool::open(folder.path(), SEGMENT_BYTES).unwrap();
        spool.append(&records(0..5)).unwrap();
        drop(spool);
        let path = segment(folder.path());
        let mut bytes = fs::read(&path).unwrap();
        bytes[byte] ^= 0xff;
        fs::write(&path, &bytes).unwrap();

        let (mut spool, recovery) = Spool::open(folder.path(), SEGMENT_BYTES).unwrap();
        let [damage] = &recovery.damage[..] else { panic!("{recovery:?}") };
        assert_eq!((damage.kind, damage.offset), (DamageKind::Broken, FRAME_OF_2 as u64), "{what}");
        assert_eq!(seqs(&read_all(&mut spool)), [0, 1, 3, 4], "{what}");
    }
}

/// Where the record of number 2 begins when 0 and 1 stand before it.
const FRAME_OF_2: usize = 16 + (20 + 9) + (20 + 2 * 9);

#[test]
fn a_file_of_somebody_else_is_set_aside() {
    let folder = folder();
    fs::write(folder.path().join("7.spool"), "my notes").unwrap();
    fs::write(folder.path().join("0000000000000008.spool"), "lakebed s").unwrap();
    let (spool, recovery) = Spool::open(folder.path(), SEGMENT_BYTES).unwrap();
    let [damage] = &recovery.damage[..] else { panic!("{recovery:?}") };
    assert_eq!(damage.kind, DamageKind::NoSpool);
    assert_eq!(fs::read(&damage.kept).unwrap(), b"my notes");
    assert_eq!(spool.numbers().load(Ordering::Relaxed), 9, "a number is used once");
}

#[test]
fn notes_without_a_segment_are_no_notes_of_the_next_one() {
    let folder = folder();
    let (mut spool, _) = Spool::open(folder.path(), 100).unwrap();
    spool.append(&records(0..3)).unwrap();
    spool.ack(1, &[0, 1]).unwrap();
    drop(spool);
    // The process was killed between the two files.
    fs::remove_file(segment(folder.path())).unwrap();
    let (mut spool, _) = Spool::open(folder.path(), 100).unwrap();
    spool.append(&records(0..3)).unwrap();
    drop(spool);
    assert_eq!(Spool::open(folder.path(), 100).unwrap().1.records, 3);
}

#[test]
fn what_is_done_goes_also_from_the_segment_that_grows() {
    let folder = folder();
    let (mut spool, _) = Spool::open(folder.path(), SEGMENT_BYTES).unwrap();
    spool.append(&records(0..3)).unwrap();
    let stored = read_all(&mut spool);
    spool.ack(stored[0].segment, &[0, 1]).unwrap();
    spool.trim().unwrap();
    assert_eq!(spool.records(), 1);
    spool.ack(stored[0].segment, &[2]).unwrap();
    assert!(spool.bytes() > 0, "it could grow");
    spool.trim().unwrap();
    assert_eq!(spool.bytes(), 0);
    spool.append(&records(3..5)).unwrap();
    assert_eq!(seqs(&read_all(&mut spool)), [3, 4]);
}

#[test]
fn a_long_record_passes_alone() {
    let folder = folder();
    let (mut spool, _) = Spool::open(folder.path(), SEGMENT_BYTES).unwrap();
    let long = vec![b'x'; 3 << 20];
    spool.append(&[(0, &b"short"[..]), (1, &long), (2, b"short")]).unwrap();
    let lens = |stored: Vec<Stored>| stored.iter().map(|it| it.payload.len()).collect::<Vec<_>>();
    assert_eq!(lens(spool.read(10, 100).unwrap()), [5]);
    assert_eq!(lens(spool.read(10, 100).unwrap()), [long.len()]);
    assert_eq!(lens(spool.read(10, 100).unwrap()), [5]);
    assert_eq!(lens(spool.read(10, 100).unwrap()), [0; 0]);
}

#[test]
fn what_could_not_be_synced_is_not_in_the_spool() {
    let folder = folder();
    let (mut spool, _) = Spool::open(folder.path(), SEGMENT_BYTES).unwrap();
    spool.append_synced(&records(0..3)).unwrap();
    let bytes = spool.bytes();
    fail_syncs(Some(0));
    spool.append_synced(&records(3..6)).unwrap_err();
    let held = spool.numbers().fetch_add(1, Ordering::Relaxed);
    // The file is synced, and its name is not.
    fail_syncs(Some(1));
    spool.append_held(held, &records(6..8)).unwrap_err();
    fail_syncs(None);
    assert_eq!((spool.bytes(), spool.records()), (bytes, 3));
    spool.append_synced(&records(8..9)).unwrap();
    assert_eq!(seqs(&read_all(&mut spool)), [0, 1, 2, 8]);
    drop(spool);
    let (mut spool, recovery) = Spool::open(folder.path(), SEGMENT_BYTES).unwrap();
    assert_eq!((recovery.records, recovery.damage), (4, vec![]));
    assert_eq!(seqs(&read_all(&mut spool)), [0, 1, 2, 8], "nor after the process was killed");
}

#[test]
fn a_file_that_cannot_be_read_hides_nothing_before_it() {
    let folder = folder();
    let (mut spool, _) = Spool::open(folder.path(), 20).unwrap();
    for seq in 0..3 {
        spool.append(&records([seq])).unwrap();
    }
    let path = files(folder.path()).unwrap().0.into_values().nth(1).unwrap();
    let away = path.with_extension("away");
    fs::rename(&path, &away).unwrap();
    assert_eq!(seqs(&spool.read(10, 10_000).unwrap()), [0]);
    spool.read(10, 10_000).unwrap_err();
    fs::rename(&away, &path).unwrap();
    assert_eq!(seqs(&read_all(&mut spool)), [1, 2]);
}

/// What the process that was killed, or its disk, leaves of the notes.
#[test]
fn notes_behind_a_torn_one_count() {
    let folder = folder();
    let (mut spool, _) = Spool::open(folder.path(), SEGMENT_BYTES).unwrap();
    spool.append(&records(0..6)).unwrap();
    let segment = read_all(&mut spool)[0].segment;
    spool.ack(segment, &[0]).unwrap();
    spool.ack(segment, &[1]).unwrap();
    drop(spool);
    let notes = files(folder.path()).unwrap().1.into_values().next().unwrap();
    let bytes = fs::read(&notes).unwrap();
    fs::write(&notes, &bytes[..bytes.len() - 5]).unwrap();
    let (mut spool, recovery) = Spool::open(folder.path(), SEGMENT_BYTES).unwrap();
    assert_eq!(recovery.records, 5);
    let segment = read_all(&mut spool)[0].segment;
    spool.ack(segment, &[1, 2, 4]).unwrap();
    drop(spool);
    let (mut spool, _) = Spool::open(folder.path(), SEGMENT_BYTES).unwrap();
    assert_eq!(seqs(&read_all(&mut spool)), [3, 5]);
}

#[test]
fn a_spool_counts_as_closed_only_when_all_is_noted() {
    let folder = folder();
    let (mut spool, _) = Spool::open(folder.path(), SEGMENT_BYTES).unwrap();
    spool.append(&records(0..3)).unwrap();
    let segment = read_all(&mut spool)[0].segment;
    // Nothing can be written where a folder is.
    let notes = self::segment(folder.path()).with_extension("done");
    fs::create_dir(&notes).unwrap();
    spool.ack(segment, &[0]).unwrap_err();
    fs::remove_dir(&notes).unwrap();
    spool.ack(segment, &[1]).unwrap();
    assert_eq!(spool.close().unwrap(), 1);
    let (mut spool, recovery) = Spool::open(folder.path(), SEGMENT_BYTES).unwrap();
    assert_eq!((recovery.records, recovery.was_closed), (2, false), "the first may have been delivered");
    // And not when a sync fails: that of the segment succeeds, that of its notes does not.
    spool.append(&records(3..4)).unwrap();
    fail_syncs(Some(1));
    let left = spool.close();
    fail_syncs(None);
    assert_eq!(left.unwrap(), 3);
    let (spool, recovery) = Spool::open(folder.path(), SEGMENT_BYTES).unwrap();
    assert!(!recovery.was_closed);
    assert_eq!(spool.close().unwrap(), 3);
    assert!(Spool::open(folder.path(), SEGMENT_BYTES).unwrap().1.was_closed);
}

#[derive(Clone, Debug)]
enum Act {
    Append(u64),
    Hold(u64),
    Read(usize),
    Ack(usize),
    Close,
    /// The process is killed, and the disk keeps all but so many bytes of the end of the segment that grows.
    Kill(u64),
}

fn acts() -> impl Strategy<Value = Vec<Act>> {
    let act = prop_oneof![
        4 => (1..9_u64).prop_map(Act::Append),
        1 => (1..5_u64).prop_map(Act::Hold),
        4 => (1..20_usize).prop_map(Act::Read),
        4 => (1..20_usize).prop_map(Act::Ack),
        1 => Just(Act::Close),
        2 => prop_oneof![Just(0), 0..80_u64].prop_map(Act::Kill),
    ];
    prop::collection::vec(act, 1..60)
}

/// What a spool should hold, beside one.
#[derive(Debug, Default)]
struct Model {
    next: u64,
    /// Records that are not done: those in memory with their segment.
    live: BTreeMap<u64, Option<u64>>,
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(50))]

    /// Whatever is done and wherever the process is killed: each record that is not done is there, once and in order.
    #[test]
    fn nothing_is_lost_and_nothing_comes_twice(acts in acts()) {
        let folder = folder();
        let (mut spool, _) = Spool::open(folder.path(), 300).unwrap();
        let mut model = Model::default();
        for act in acts {
            match act {
                Act::Append(count) => {
                    let new = model.next..model.next + count;
                    spool.append(&records(new.clone())).unwrap();
                    model.live.extend(new.map(|seq| (seq, None)));
                    model.next += count;
                }
                Act::Hold(count) => {
                    let new = model.next..model.next + count;
                    let number = spool.numbers().fetch_add(1, Ordering::Relaxed);
                    spool.append_held(number, &records(new.clone())).unwrap();
                    model.live.extend(new.map(|seq| (seq, Some(number))));
                    model.next += count;
                }
                Act::Read(count) => {
                    let stored = spool.read(count, usize::MAX).unwrap();
                    let unread = model.live.iter().filter(|(_, segment)| segment.is_none());
                    let expected: Vec<u64> = unread.map(|(seq, _)| *seq).take(count).collect();
                    prop_assert_eq!(seqs(&stored), expected);
                    model.live.extend(stored.iter().map(|stored| (stored.seq, Some(stored.segment))));
                }
                Act::Ack(count) => {
                    let mut done: BTreeMap<u64, Vec<u64>> = BTreeMap::new();
                    for (seq, segment) in model.live.iter().filter(|(seq, _)| **seq % 4 != 1).take(count) {
                        if let Some(segment) = segment {
                            done.entry(*segment).or_default().push(*seq);
                        }
                    }
                    for (segment, seqs) in done {
                        spool.ack(segment, &seqs).unwrap();
                        seqs.iter().for_each(|seq| { model.live.remove(seq); });
                    }
                }
                Act::Close => {
                    prop_assert_eq!(spool.close().unwrap(), model.live.len() as u64);
                    let (again, recovery) = Spool::open(folder.path(), 300).unwrap();
                    prop_assert!(recovery.was_closed && recovery.damage.is_empty());
                    spool = again;
                    model.live.values_mut().for_each(|segment| *segment = None);
                }
                Act::Kill(cut) => {
                    let tail = spool.tail.as_ref().and_then(|(number, _)| spool.segments.get(number));
                    let tail = tail.map(|segment| segment.path().to_owned());
                    drop(spool);
                    let lost = tail.map_or(BTreeSet::new(), |path| cut_off(&path, cut));
                    let (again, recovery) = Spool::open(folder.path(), 300).unwrap();
                    spool = again;
                    model.live.retain(|seq, _| !lost.contains(seq));
                    prop_assert_eq!(recovery.records, model.live.len() as u64);
                    model.live.values_mut().for_each(|segment| *segment = None);
                    model.next = model.next.max(recovery.next_seq);
                }
            }
            prop_assert_eq!(spool.records(), model.live.len() as u64);
        }
        drop(spool);
        let (mut spool, _) = Spool::open(folder.path(), SEGMENT_BYTES).unwrap();
        prop_assert_eq!(seqs(&read_all(&mut spool)), model.live.into_keys().collect::<Vec<_>>());
    }
}

/// Cuts bytes off the end of a segment, and tells which records are no longer whole in it.
fn cut_off(path: &Path, cut: u64) -> BTreeSet<u64> {
    let bytes = fs::read(path).unwrap();
    let keep = bytes.len().saturating_sub(cut as usize).max(frame::HEADER.len());
    fs::write(path, &bytes[..keep]).unwrap();
    let (mut lost, mut at) = (BTreeSet::new(), frame::HEADER.len());
    while let frame::Found::Record { seq, payload } = frame::read(&bytes[at..]) {
        at += frame::FRAME + payload.len();
        if at > keep {
            lost.insert(seq);
        }
    }
    lost
}
