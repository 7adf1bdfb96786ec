//! Parquet as one JSON object a line: columns are attributes, structs are objects, lists are lists. The line of a finding
//! is therefore the number of the file's row.

use crate::diagnostic::{Code, Diagnostic};
use std::fs::File;
use std::io::Read;

/// What every Parquet file begins with.
pub(super) const MAGIC: &[u8] = b"PAR1";

/// Where a file stands: what tells where its rows are is at its end.
#[cfg_attr(not(feature = "parquet"), allow(dead_code))] // taken, and told that it cannot be read
pub(super) enum Place {
    File(File),
    Memory(Vec<u8>),
}

/// The rows as lines, one after another; the error says why there are none.
#[cfg(not(feature = "parquet"))]
pub(super) fn lines(name: &str, _: Place) -> Result<Box<dyn Read + Send>, Diagnostic> {
    let message = format!("{name} is a Parquet file, which this program was built without");
    let help = "build it with `--features parquet`, or save the users as NDJSON or CSV";
    Err(Diagnostic::new(Code::UnknownShape, message).help(help))
}

/// The rows as lines, one after another; the error says why there are none.
#[cfg(feature = "parquet")]
pub(super) fn lines(name: &str, place: Place) -> Result<Box<dyn Read + Send>, Diagnostic> {
    rows::Lines::of(place)
        .map(|lines| Box::new(lines) as Box<dyn Read + Send>)
        .map_err(|error| Diagnostic::new(Code::InvalidDocument, format!("{name} cannot be read as Parquet: {error}")))
}

#[cfg(feature = "parquet")]
mod rows {
    use super::Place;
    use parquet::errors::ParquetError;
    use parquet::file::reader::{FileReader, SerializedFileReader};
    use parquet::record::reader::RowIter;
    use std::io::{Error, Read, Result};

    pub(super) struct Lines {
        rows: RowIter<'static>,
        line: Vec<u8>,
        given: usize,
    }

    impl Lines {
        pub(super) fn of(place: Place) -> std::result::Result<Lines, ParquetError> {
            let reader: Box<dyn FileReader> = match place {
                Place::File(file) => Box::new(SerializedFileReader::new(file)?),
                Place::Memory(bytes) => Box::new(SerializedFileReader::new(bytes::Bytes::from(bytes))?),
            };
            Ok(Lines { rows: RowIter::from_file_into(reader), line: Vec::new(), given: 0 })
        }
    }

    impl Read for Lines {
        fn read(&mut self, buffer: &mut [u8]) -> Result<usize> {
            if self.given == self.line.len() {
                (self.given, self.line) = (0, Vec::new());
                if let Some(row) = self.rows.next() {
                    serde_json::to_writer(&mut self.line, &row.map_err(Error::other)?.to_json_value())?;
                    self.line.push(b'\n');
                }
            }
            let count = (&self.line[self.given..]).read(buffer)?;
            self.given += count;
            Ok(count)
        }
    }
}
