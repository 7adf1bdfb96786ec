//! A column as values: each is read where it stands in Arrow's buffers, and only what is no text, number or boolean there
//! is made.

use arrow_array::cast::AsArray;
use arrow_array::types::*;
use arrow_array::{Array, ArrayRef, ArrowPrimitiveType, BinaryViewArray, BooleanArray, LargeStringArray, StringArray};
use arrow_buffer::{NullBuffer, OffsetBuffer};
use arrow_schema::{DataType, TimeUnit};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use rolewright::{Number, Value};
use std::borrow::Cow;

/// As deep as the library reads JSON.
const DEPTH: usize = 127;

/// A column, or the values of one within lists and structs.
pub struct Column {
    nulls: Option<NullBuffer>,
    kind: Kind,
}

enum Kind {
    Null,
    Bool(BooleanArray),
    Text(StringArray),
    LargeText(LargeStringArray),
    TextView(BinaryViewArray),
    Scalar(ArrayRef, Scalar),
    Dictionary(Vec<usize>, Box<Column>),
    List(Extents, Box<Column>),
    Struct(Vec<(String, Column)>),
    Map(Extents, Box<Column>, Box<Column>),
    /// Of a type that no attribute has, in words.
    Foreign(String),
}

/// What reads one value that is not null.
type Scalar = fn(&dyn Array, usize) -> Result<Value<'static>, String>;

/// Where the items of each list stand.
enum Extents {
    Small(OffsetBuffer<i32>),
    Large(OffsetBuffer<i64>),
    Fixed(usize),
}

impl Extents {
    fn of(&self, row: usize) -> std::ops::Range<usize> {
        match self {
            Extents::Small(offsets) => offsets[row] as usize..offsets[row + 1] as usize,
            Extents::Large(offsets) => offsets[row] as usize..offsets[row + 1] as usize,
            Extents::Fixed(length) => row * length..(row + 1) * length,
        }
    }
}

/// Bytes that Arrow takes for text without looking at them.
const NO_TEXT: &str = "some bytes are no text";

impl Column {
    /// The column of an array. A type that no attribute has is told when its values are asked for.
    pub fn of(array: &ArrayRef) -> Column {
        Column::within(array, DEPTH)
    }

    fn within(array: &ArrayRef, depth: usize) -> Column {
        let kind = match depth.checked_sub(1) {
            Some(depth) => kind(array, depth),
            None => Kind::Foreign(format!("nested deeper than {DEPTH}")),
        };
        Column { nulls: array.logical_nulls(), kind }
    }

    /// What is wrong with its type, if no attribute has it.
    pub fn foreign(&self) -> Option<&str> {
        match &self.kind {
            Kind::Foreign(words) => Some(words),
            _ => None,
        }
    }

    /// Whether every value is null.
    pub fn is_nothing(&self) -> bool {
        matches!(self.kind, Kind::Null)
    }

    /// Whether its values are texts.
    pub fn is_text(&self) -> bool {
        match &self.kind {
            Kind::Text(_) | Kind::LargeText(_) | Kind::TextView(_) => true,
            Kind::Dictionary(_, values) => values.is_text(),
            _ => false,
        }
    }

    /// Whether its values are lists of texts.
    pub fn is_list_of_texts(&self) -> bool {
        matches!(&self.kind, Kind::List(_, items) if items.is_text())
    }

    /// Whether its values may have members that its type does not name.
    pub fn is_open(&self) -> bool {
        match &self.kind {
            Kind::Map(..) => true,
            Kind::Dictionary(_, values) => values.is_open() || values.members().is_some(),
            _ => false,
        }
    }

    /// The members of a struct.
    pub fn members(&self) -> Option<&[(String, Column)]> {
        match &self.kind {
            Kind::Struct(members) => Some(members),
            _ => None,
        }
    }

    /// A member of a struct by its name.
    pub fn member(&self, name: &str) -> Option<&Column> {
        self.members()?.iter().find(|(known, _)| known == name).map(|(_, column)| column)
    }

    /// Whether the value in a row is null.
    pub fn is_null(&self, row: usize) -> bool {
        self.nulls.as_ref().is_some_and(|nulls| nulls.is_null(row)) || self.is_nothing()
    }

    /// The value in a row. Of a struct, members of types that no attribute has are left out.
    ///
    /// # Errors
    /// It is no value, in words.
    pub fn read(&self, row: usize) -> Result<Value<'_>, String> {
        if self.is_null(row) {
            return Ok(Value::Null);
        }
        let text = |bytes| std::str::from_utf8(bytes).map(Value::text).map_err(|_| NO_TEXT.to_owned());
        match &self.kind {
            Kind::Null => Ok(Value::Null),
            Kind::Bool(array) => Ok(Value::Bool(array.value(row))),
            Kind::Text(array) => text(&array.value_data()[array.value_offsets()[row] as usize..array.value_offsets()[row + 1] as usize]),
            Kind::LargeText(array) => {
                text(&array.value_data()[array.value_offsets()[row] as usize..array.value_offsets()[row + 1] as usize])
            }
            Kind::TextView(array) => text(array.value(row)),
            Kind::Scalar(array, read) => read(array, row),
            Kind::Dictionary(keys, values) => values.read(keys[row]),
            Kind::List(extents, items) => extents.of(row).map(|at| items.read(at)).collect::<Result<_, _>>().map(Value::list),
            Kind::Struct(members) => {
                let known = members.iter().filter(|(_, column)| column.foreign().is_none());
                known.map(|(name, column)| Ok((Cow::from(name), column.read(row)?))).collect::<Result<_, _>>().map(Value::object)
            }
            Kind::Map(extents, keys, values) => {
                let entry = |at| match keys.read(at)? {
                    Value::Text(key) => Ok((key, values.read(at)?)),
                    other => Err(format!("a map has {} for a key", other.kind())),
                };
                extents.of(row).map(entry).collect::<Result<_, _>>().map(Value::object)
            }
            Kind::Foreign(words) => Err(words.clone()),
        }
    }
}

fn kind(array: &ArrayRef, depth: usize) -> Kind {
    let within = |array: &ArrayRef| Column::within(array, depth);
    let items = |items: &ArrayRef, extents| {
        let items = within(items);
        match items.foreign() {
            Some(words) => Kind::Foreign(format!("a list of {words}")),
            None => Kind::List(extents, Box::new(items)),
        }
    };
    let scalar = |read| Kind::Scalar(array.clone(), read);
    match array.data_type() {
        DataType::Null => Kind::Null,
        DataType::Boolean => Kind::Bool(array.as_boolean().clone()),
        DataType::Utf8 => Kind::Text(array.as_string().clone()),
        DataType::LargeUtf8 => Kind::LargeText(array.as_string().clone()),
        DataType::Utf8View => Kind::TextView(array.as_string_view().clone().to_binary_view()),
        DataType::Int8 => scalar(whole::<Int8Type>),
        DataType::Int16 => scalar(whole::<Int16Type>),
        DataType::Int32 => scalar(whole::<Int32Type>),
        DataType::Int64 => scalar(whole::<Int64Type>),
        DataType::UInt8 => scalar(whole::<UInt8Type>),
        DataType::UInt16 => scalar(whole::<UInt16Type>),
        DataType::UInt32 => scalar(whole::<UInt32Type>),
        DataType::UInt64 => scalar(whole::<UInt64Type>),
        DataType::Float16 => scalar(real::<Float16Type>),
        DataType::Float32 => scalar(real::<Float32Type>),
        DataType::Float64 => scalar(real::<Float64Type>),
        DataType::Decimal128(..) => scalar(|array, row| Ok(Value::text(array.as_primitive::<Decimal128Type>().value_as_string(row)))),
        DataType::Date32 => scalar(|array, row| date(array.as_primitive::<Date32Type>().value(row).into())),
        DataType::Date64 => scalar(|array, row| date(array.as_primitive::<Date64Type>().value(row).div_euclid(86_400_000))),
        DataType::Timestamp(TimeUnit::Second, _) => scalar(moment::<TimestampSecondType, 1_000_000_000, 3>),
        DataType::Timestamp(TimeUnit::Millisecond, _) => scalar(moment::<TimestampMillisecondType, 1_000_000, 3>),
        DataType::Timestamp(TimeUnit::Microsecond, _) => scalar(moment::<TimestampMicrosecondType, 1_000, 6>),
        DataType::Timestamp(TimeUnit::Nanosecond, _) => scalar(moment::<TimestampNanosecondType, 1, 9>),
        DataType::Dictionary(..) => {
            let dictionary = array.as_any_dictionary();
            let values = within(dictionary.values());
            match values.foreign() {
                Some(words) => Kind::Foreign(words.to_owned()),
                None if dictionary.values().is_empty() => Kind::Null, // no key leads anywhere
                None => Kind::Dictionary(dictionary.normalized_keys(), Box::new(values)),
            }
        }
        DataType::List(_) => {
            let list = array.as_list::<i32>();
            items(list.values(), Extents::Small(list.offsets().clone()))
        }
        DataType::LargeList(_) => {
            let list = array.as_list::<i64>();
            items(list.values(), Extents::Large(list.offsets().clone()))
        }
        DataType::FixedSizeList(_, length) => items(array.as_fixed_size_list().values(), Extents::Fixed(*length as usize)),
        DataType::Struct(fields) => {
            let columns = array.as_struct().columns().iter().map(within);
            Kind::Struct(fields.iter().map(|field| field.name().clone()).zip(columns).collect())
        }
        DataType::Map(..) => {
            let map = array.as_map();
            let (keys, values) = (within(map.keys()), within(map.values()));
            match keys.foreign().or(values.foreign()) {
                Some(words) => Kind::Foreign(format!("a map of {words}")),
                None => Kind::Map(Extents::Small(map.offsets().clone()), Box::new(keys), Box::new(values)),
            }
        }
        other => Kind::Foreign(other.to_string()),
    }
}

fn whole<T: ArrowPrimitiveType>(array: &dyn Array, row: usize) -> Result<Value<'static>, String>
where
    T::Native: Into<i128>,
{
    let number: i128 = array.as_primitive::<T>().value(row).into();
    Ok(Value::Number(i64::try_from(number).map_or(Number::Float(number as f64), Number::Int)))
}

/// What is no number, and infinity, is null, as everywhere where a table becomes JSON.
fn real<T: ArrowPrimitiveType>(array: &dyn Array, row: usize) -> Result<Value<'static>, String>
where
    T::Native: Into<f64>,
{
    let number: f64 = array.as_primitive::<T>().value(row).into();
    Ok(if number.is_finite() { Value::Number(Number::Float(number)) } else { Value::Null })
}

/// Dates and times are the texts that `eval` reads of Parquet.
fn date(days: i64) -> Result<Value<'static>, String> {
    let day = jiff::Span::new().try_days(days).and_then(|days| jiff::civil::date(1970, 1, 1).checked_add(days));
    day.map(|day| Value::text(day.strftime("%Y-%m-%d").to_string())).map_err(|_| "a date is out of range".to_owned())
}

fn moment<T: ArrowPrimitiveType<Native = i64>, const UNIT: i128, const DIGITS: usize>(
    array: &dyn Array,
    row: usize,
) -> Result<Value<'static>, String> {
    let moment = Timestamp::from_nanosecond(i128::from(array.as_primitive::<T>().value(row)) * UNIT);
    let moment = TimeZone::UTC.to_datetime(moment.map_err(|_| "a time is out of range".to_owned())?);
    let fraction = format!("{:09}", moment.subsec_nanosecond());
    Ok(Value::text(format!("{}.{} +00:00", moment.strftime("%Y-%m-%d %H:%M:%S"), &fraction[..DIGITS])))
}
