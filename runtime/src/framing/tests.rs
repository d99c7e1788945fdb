use super::{HEAD_BYTES, tell};

fn name(head: &[u8]) -> Option<&'static str> {
    tell(head.get(..HEAD_BYTES).unwrap_or(head)).map(|framing| framing.name)
}

#[test]
fn texts_are_taken_for_nothing_else() {
    let texts: [&[u8]; 9] = [
        b"",
        b"{\"a\":1}",
        b"[1]",
        b"<a/>",
        b"\xef\xbb\xbf{}",
        b" \n\t{}",
        b"PKWARE,1",
        b"ORB",
        b"BZh is how it starts",
    ];
    for text in texts {
        assert_eq!(name(text), None, "{}", String::from_utf8_lossy(text));
    }
}

/// Hadoop's framing has no magic: lengths that do not fit each other are not taken for it.
#[test]
fn hadoop_is_told_by_lengths_that_agree() {
    let sound = *b"\0\0\0\x08\0\0\0\x0a\x08\x1c{\"id\":1}";
    assert_eq!(name(&sound), Some("snappy-hadoop"));
    for (at, byte, what) in [
        (0, 0x7f, "a block of 2 GiB"),
        (3, 7, "a chunk longer than its block"),
        (7, 1, "a chunk too short for a literal"),
        (4, 1, "a chunk of 16 MiB for a text of 8 bytes"),
        (8, 0, "a chunk of nothing"),
        (9, 0x1d, "a copy of what was never there"),
    ] {
        let mut changed = sound;
        changed[at] = byte;
        assert_eq!(name(&changed), None, "{what}");
    }
    for short in 0..10 {
        assert_eq!(name(&sound[..short]), None, "{short} bytes");
    }
}

#[test]
fn what_cannot_be_read_is_named() {
    let utf_16: Vec<u8> = "{\"a\":1}".encode_utf16().flat_map(u16::to_be_bytes).collect();
    assert_eq!(name(&utf_16), Some("utf-16"));
    assert_eq!(name(b"\xff\xfe{\0"), Some("utf-16"));
    assert_eq!(name(b"\xff\xfe\0\0{\0\0\0"), Some("utf-32"));
    assert_eq!(name(b"PAR1"), Some("parquet"));
}
