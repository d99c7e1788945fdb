//! What is known by its first bytes and cannot be read: saying so beats a lake of rejects.

use super::Framing;
use std::io;

macro_rules! foreign {
    ($constant:ident, $name:literal, $tells:expr, $advice:literal) => {
        pub(super) static $constant: Framing = Framing {
            name: $name,
            tells: $tells,
            open: |_| Err(io::Error::new(io::ErrorKind::Unsupported, $advice)),
            is_readable: false,
        };
    };
}

foreign!(
    BZIP2,
    "bzip2",
    |head| matches!(head, [b'B', b'Z', b'h', b'1'..=b'9', 0x31, 0x41, 0x59, 0x26, ..]),
    "it is compressed with bzip2, which lakebed does not read: unpack it with `bunzip2`"
);
foreign!(
    XZ,
    "xz",
    |head| head.starts_with(b"\xfd7zXZ\0"),
    "it is compressed with xz, which lakebed does not read: unpack it with `unxz`"
);
foreign!(
    LZ4,
    "lz4",
    |head| head.starts_with(&[0x04, 0x22, 0x4d, 0x18]),
    "it is compressed with lz4, which lakebed does not read: unpack it with `unlz4`"
);
foreign!(
    COMPRESS,
    "compress",
    |head| head.starts_with(&[0x1f, 0x9d]),
    "it is compressed with compress(1), which lakebed does not read: unpack it with `gzip -d`"
);
foreign!(
    SEVEN_ZIP,
    "7z",
    |head| head.starts_with(b"7z\xbc\xaf\x27\x1c"),
    "it is a 7-Zip archive, which lakebed does not read: unpack it with `7z x`"
);
foreign!(
    TAR,
    "tar",
    |head| head.get(257..262) == Some(b"ustar"),
    "it is a tar archive, which lakebed does not read: unpack it and give the folder"
);
foreign!(
    PARQUET,
    "parquet",
    |head| head.starts_with(b"PAR1"),
    "it is a Parquet file already; lakebed converts JSON and XML"
);
foreign!(ORC, "orc", |head| head.starts_with(b"ORC"), "it is an ORC file; lakebed converts JSON and XML");
foreign!(
    AVRO,
    "avro",
    |head| head.starts_with(b"Obj\x01"),
    "it is an Avro file; lakebed converts JSON and XML"
);
foreign!(
    UTF_32,
    "utf-32",
    |head| matches!(
        head,
        [0xff, 0xfe, 0, 0, ..] | [0, 0, 0xfe, 0xff, ..] | [b'{' | b'[' | b'<', 0, 0, 0, ..]
    ) || matches!(head, [0, 0, 0, b'{' | b'[' | b'<', ..]),
    "it is text in UTF-32; lakebed reads UTF-8: turn it with `iconv -f UTF-32 -t UTF-8`"
);
foreign!(
    UTF_16,
    "utf-16",
    |head| matches!(head, [0xff, 0xfe, ..] | [0xfe, 0xff, ..])
        || matches!(head, [b'{' | b'[' | b'<', 0, ..] | [0, b'{' | b'[' | b'<', ..]),
    "it is text in UTF-16; lakebed reads UTF-8: turn it with `iconv -f UTF-16 -t UTF-8`"
);
