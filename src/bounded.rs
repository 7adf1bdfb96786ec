//! Reading that asks a limit before it reads.

use std::fs::File;
use std::io::{Error, ErrorKind, Read, Result};
use std::path::Path;

/// Reads to the end.
///
/// # Errors
/// More is there than the limit allows: `FileTooLarge`. No more than that has been read.
pub(crate) fn read(reader: impl Read, most: usize) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    reader.take((most as u64).saturating_add(1)).read_to_end(&mut bytes)?;
    if bytes.len() > most { Err(too_large(most)) } else { Ok(bytes) }
}

/// Reads a file, of whose length as much is believed as keeps a large one from being read at all.
///
/// # Errors
/// It cannot be read, or is too large.
pub(crate) fn read_file(file: &File, most: usize) -> Result<Vec<u8>> {
    let about = file.metadata()?;
    if about.is_file() && about.len() > most as u64 {
        return Err(too_large(most));
    }
    read(file, most)
}

/// Reads a text file by its path.
///
/// # Errors
/// It cannot be read, is too large, or is no UTF-8.
pub(crate) fn read_text(path: &Path, most: usize) -> Result<String> {
    let bytes = read_file(&File::open(path)?, most)?;
    String::from_utf8(bytes).map_err(|_| Error::new(ErrorKind::InvalidData, "it is not UTF-8"))
}

/// That it is larger than the limit.
pub(crate) fn too_large(most: usize) -> Error {
    let size = if most % (1 << 20) == 0 { format!("{} MiB", most >> 20) } else { format!("{most} bytes") };
    Error::new(ErrorKind::FileTooLarge, format!("it is larger than {size}, and no more is read of such a file"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_more_than_the_limit_is_read() {
        assert_eq!(read(&b"abc"[..], 3).unwrap(), b"abc");
        for endless in [std::io::repeat(0).take(u64::MAX), std::io::repeat(b'a').take(4)] {
            assert_eq!(read(endless, 3).unwrap_err().kind(), ErrorKind::FileTooLarge);
        }
        assert_eq!(read(&b"abc"[..], usize::MAX).unwrap(), b"abc");
        assert!(too_large(4 << 20).to_string().contains("4 MiB"));
    }
}
