//! Users in Parquet, as a data lake has them.

mod support;

use parquet::basic::{Compression, ZstdLevel};
use parquet::data_type::{BoolType, ByteArray, ByteArrayType};
use parquet::file::properties::WriterProperties;
use parquet::file::writer::{SerializedFileWriter, SerializedRowGroupWriter};
use parquet::schema::parser::parse_message_type;
use std::sync::Arc;
use support::{Folder, home, run_in};

const SCHEMA: &str = "message users {
  required binary userPrincipalName (UTF8);
  optional boolean accountEnabled;
  optional binary extensionAttribute2 (UTF8);
  optional group appRoleAssignments (LIST) { repeated group list { required binary element (UTF8); } }
  optional group manager { optional binary displayName (UTF8); }
}";

/// Groups of a hundred users, every third of whom has no organization, and every second two roles.
fn users(groups: usize, compression: Compression) -> Vec<u8> {
    let properties = WriterProperties::builder().set_compression(compression).build();
    let mut writer = SerializedFileWriter::new(Vec::new(), Arc::new(parse_message_type(SCHEMA).unwrap()), Arc::new(properties)).unwrap();
    for group in 0..groups {
        let mut rows = writer.next_row_group().unwrap();
        let numbers = || group * 100..group * 100 + 100;
        let texts = |values: &mut dyn Iterator<Item = String>| values.map(|text| ByteArray::from(text.into_bytes())).collect::<Vec<_>>();
        column(&mut rows, &texts(&mut numbers().map(|number| format!("user{number}@acme.example"))), None, None);
        let mut enabled = rows.next_column().unwrap().unwrap();
        enabled.typed::<BoolType>().write_batch(&[true; 100], Some(&[1; 100]), None).unwrap();
        enabled.close().unwrap();
        let has: Vec<i16> = numbers().map(|number| i16::from(number % 3 != 0)).collect();
        column(&mut rows, &texts(&mut has.iter().filter(|has| **has == 1).map(|_| "moby".to_owned())), Some(&has), None);
        let repeated: Vec<i16> = numbers().flat_map(|number| if number % 2 == 0 { vec![0] } else { vec![0, 1] }).collect();
        let roles = texts(&mut repeated.iter().map(|at| if *at == 0 { "My Corp Editor" } else { "User" }.to_owned()));
        column(&mut rows, &roles, Some(&vec![2; repeated.len()]), Some(&repeated));
        column(&mut rows, &texts(&mut numbers().map(|_| "Grace".to_owned())), Some(&[2; 100]), None);
        rows.close().unwrap();
    }
    writer.into_inner().unwrap()
}

fn column(rows: &mut SerializedRowGroupWriter<'_, Vec<u8>>, values: &[ByteArray], has: Option<&[i16]>, repeated: Option<&[i16]>) {
    let mut column = rows.next_column().unwrap().unwrap();
    column.typed::<ByteArrayType>().write_batch(values, has, repeated).unwrap();
    column.close().unwrap();
}

/// The same users as lines.
fn lines(groups: usize) -> String {
    let line = |number: usize| {
        let org = if number % 3 == 0 { "null" } else { "\"moby\"" };
        let roles = if number % 2 == 0 { "[\"My Corp Editor\"]" } else { "[\"My Corp Editor\",\"User\"]" };
        format!(
            "{{\"userPrincipalName\":\"user{number}@acme.example\",\"accountEnabled\":true,\"extensionAttribute2\":{org},\
             \"appRoleAssignments\":{roles},\"manager\":{{\"displayName\":\"Grace\"}}}}\n"
        )
    };
    (0..groups * 100).map(line).collect()
}

#[test]
fn columns_are_attributes() {
    // Few users are held as a whole, and many are read piece by piece.
    for (groups, compression) in [(1, Compression::UNCOMPRESSED), (1, Compression::SNAPPY), (100, Compression::ZSTD(ZstdLevel::default()))]
    {
        let bytes = users(groups, compression);
        let folder = Folder::new().with("users.parquet", &bytes).with("users.ndjson", lines(groups));
        let docker = home().join("policies/docker.yaml").display().to_string();
        let eval = |name: &str| folder.run(&["eval", &docker, name, "--format", "ndjson"]).exits(0);
        let (expected, given) = (eval("users.ndjson"), eval("users.parquet"));
        assert_eq!((given.out == expected.out, &given.err), (true, &expected.err));
        let piped = run_in(home(), &["eval", &docker, "-", "--format", "ndjson"], &bytes).exits(0);
        assert!(piped.out == expected.out);
        let value = |name: &str| folder.run(&["expr", "[manager.displayName]", name]).exits(0).out;
        assert_eq!(value("users.parquet"), value("users.ndjson"));
    }
}

#[test]
fn damaged_files_are_told() {
    let bytes = users(100, Compression::SNAPPY);
    let mut flipped = bytes.clone();
    let middle = bytes.len() / 2;
    flipped[middle..middle + 64].fill(0xFF);
    let folder = Folder::new().with("short.parquet", &bytes[..bytes.len() - 9]).with("flipped.parquet", flipped);
    let docker = home().join("policies/docker.yaml").display().to_string();
    let short = folder.run(&["eval", &docker, "short.parquet"]).exits(2);
    assert!(short.err.contains("short.parquet cannot be read as Parquet"), "{}", short.err);
    let flipped = folder.run(&["eval", &docker, "flipped.parquet", "--format", "ndjson"]).exits(2);
    assert!(flipped.err.contains("flipped.parquet"), "{}", flipped.err);
}
