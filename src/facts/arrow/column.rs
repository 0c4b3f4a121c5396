//! One column in memory, read cell by cell.
//!
//! The many types of Arrow come down to the few that facts have; whatever else there is can be carried through, not shown.

use crate::facts::Cell;
use crate::facts::ndjson::joined_claims;
use arrow_array::cast::AsArray;
use arrow_array::types::{
    Date32Type, Date64Type, Decimal32Type, Decimal64Type, Decimal128Type, Decimal256Type, Float32Type, Float64Type, Int8Type, Int16Type, Int32Type, Int64Type,
    TimestampMicrosecondType, TimestampMillisecondType, TimestampNanosecondType, TimestampSecondType, UInt8Type, UInt16Type, UInt32Type, UInt64Type,
};
use arrow_array::{
    Array, ArrayRef, BooleanArray, Date32Array, Decimal128Array, Float64Array, Int64Array, LargeStringArray, PrimitiveArray, StringArray, StringViewArray,
};
use arrow_schema::{DataType, TimeUnit};
use std::collections::BTreeMap;

/// A column whose cells can be asked for.
#[derive(Debug)]
pub enum Column {
    /// Not read, or nothing in it.
    Absent,
    Text(StringArray),
    Large(LargeStringArray),
    View(StringViewArray),
    /// Cells that name one of a few others.
    Dictionary(Int64Array, Box<Column>),
    Whole(Int64Array),
    Decimal(Decimal128Array, u8),
    Float(Float64Array),
    Flag(BooleanArray),
    Day(Date32Array),
    /// How many there are to a second, and whether they are of universal time.
    Moment(Int64Array, i64, bool),
    /// What is claimed as one text, and which rows cannot be read.
    Claims(StringArray, BTreeMap<usize, String>),
    /// Lists of texts as JSON writes them.
    Lists(StringArray),
    /// What has no form as a cell.
    Unshown,
}

/// Whether cells of a type can be read one by one.
pub fn is_shown(of: &DataType) -> bool {
    match of {
        DataType::Dictionary(_, value) => is_shown(value),
        DataType::List(field) | DataType::LargeList(field) => is_text(field.data_type()),
        DataType::Decimal32(_, scale) | DataType::Decimal64(_, scale) | DataType::Decimal128(_, scale) => *scale >= 0,
        DataType::Null
        | DataType::Boolean
        | DataType::Int8
        | DataType::Int16
        | DataType::Int32
        | DataType::Int64
        | DataType::UInt8
        | DataType::UInt16
        | DataType::UInt32
        | DataType::UInt64
        | DataType::Float32
        | DataType::Float64
        | DataType::Decimal256(..)
        | DataType::Date32
        | DataType::Date64
        | DataType::Timestamp(..) => true,
        other => is_text(other),
    }
}

/// Whether a type is text.
pub fn is_text(of: &DataType) -> bool {
    match of {
        DataType::Dictionary(_, value) => is_text(value),
        other => matches!(other, DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View),
    }
}

/// Seconds, as whole numbers of a unit.
fn per_second(unit: TimeUnit) -> i64 {
    match unit {
        TimeUnit::Second => 1,
        TimeUnit::Millisecond => 1_000,
        TimeUnit::Microsecond => 1_000_000,
        TimeUnit::Nanosecond => 1_000_000_000,
    }
}

impl Column {
    /// A column of an array; a list of texts is one of claims where these are wanted.
    pub fn of(array: &ArrayRef, claims: bool) -> Column {
        typed(array, claims).unwrap_or(Column::Unshown)
    }

    /// A cell. A claim that cannot be read is no text, so that nobody takes it for one.
    pub fn cell(&self, at: usize) -> Cell<'_> {
        match self {
            Column::Absent => Cell::Missing,
            Column::Text(a) if a.is_valid(at) => Cell::Text(a.value(at)),
            Column::Large(a) if a.is_valid(at) => Cell::Text(a.value(at)),
            Column::View(a) if a.is_valid(at) => Cell::Text(a.value(at)),
            Column::Dictionary(keys, values) if keys.is_valid(at) => usize::try_from(keys.value(at)).map_or(Cell::Missing, |key| values.cell(key)),
            Column::Whole(a) if a.is_valid(at) => Cell::Whole(a.value(at)),
            Column::Decimal(a, places) if a.is_valid(at) => Cell::Decimal(a.value(at), *places),
            Column::Float(a) if a.is_valid(at) => Cell::Float(a.value(at)),
            Column::Flag(a) if a.is_valid(at) => Cell::Flag(a.value(at)),
            Column::Day(a) if a.is_valid(at) => Cell::Day(a.value(at)),
            Column::Moment(a, per, zoned) if a.is_valid(at) => {
                let n = a.value(at);
                let part = n.checked_rem_euclid(*per).unwrap_or(0).saturating_mul(1_000_000_000i64.checked_div(*per).unwrap_or(1));
                Cell::Moment { seconds: n.checked_div_euclid(*per).unwrap_or(0), nanos: u32::try_from(part).unwrap_or(0), zoned: *zoned }
            }
            Column::Claims(_, faults) if faults.contains_key(&at) => Cell::Literal("?"),
            Column::Claims(a, _) if a.is_valid(at) => Cell::Text(a.value(at)),
            Column::Lists(a) if a.is_valid(at) => Cell::Literal(a.value(at)),
            Column::Unshown => Cell::Literal("?"),
            _ => Cell::Missing,
        }
    }

    /// Why a cell cannot be read.
    pub fn fault(&self, at: usize) -> Option<&str> {
        match self {
            Column::Claims(_, faults) => faults.get(&at).map(String::as_str),
            _ => None,
        }
    }
}

fn typed(array: &ArrayRef, claims: bool) -> Option<Column> {
    let whole = |a: Option<Int64Array>| a.map(Column::Whole);
    match array.data_type() {
        DataType::Null => Some(Column::Absent),
        DataType::Utf8 => array.as_string_opt::<i32>().cloned().map(Column::Text),
        DataType::LargeUtf8 => array.as_string_opt::<i64>().cloned().map(Column::Large),
        DataType::Utf8View => array.as_string_view_opt().cloned().map(Column::View),
        DataType::Boolean => array.as_boolean_opt().cloned().map(Column::Flag),
        DataType::Int8 => whole(array.as_primitive_opt::<Int8Type>().map(|a| a.unary(i64::from))),
        DataType::Int16 => whole(array.as_primitive_opt::<Int16Type>().map(|a| a.unary(i64::from))),
        DataType::Int32 => whole(array.as_primitive_opt::<Int32Type>().map(|a| a.unary(i64::from))),
        DataType::Int64 => whole(array.as_primitive_opt::<Int64Type>().cloned()),
        DataType::UInt8 => whole(array.as_primitive_opt::<UInt8Type>().map(|a| a.unary(i64::from))),
        DataType::UInt16 => whole(array.as_primitive_opt::<UInt16Type>().map(|a| a.unary(i64::from))),
        DataType::UInt32 => whole(array.as_primitive_opt::<UInt32Type>().map(|a| a.unary(i64::from))),
        DataType::UInt64 => array.as_primitive_opt::<UInt64Type>().map(|a| Column::Decimal(a.unary(i128::from), 0)),
        DataType::Float64 => array.as_primitive_opt::<Float64Type>().cloned().map(Column::Float),
        // The shortest number that is this one, not the longer one that a wider type has in its place.
        DataType::Float32 => array.as_primitive_opt::<Float32Type>().map(|a| Column::Float(a.unary(|n| n.to_string().parse().unwrap_or(f64::from(n))))),
        DataType::Decimal32(_, s) => array.as_primitive_opt::<Decimal32Type>().and_then(|a| decimals(a.unary(i128::from), *s)),
        DataType::Decimal64(_, s) => array.as_primitive_opt::<Decimal64Type>().and_then(|a| decimals(a.unary(i128::from), *s)),
        DataType::Decimal128(_, s) => array.as_primitive_opt::<Decimal128Type>().and_then(|a| decimals(a.clone(), *s)),
        DataType::Decimal256(..) => {
            let a = array.as_primitive_opt::<Decimal256Type>()?;
            Some(Column::Text((0..a.len()).map(|i| a.is_valid(i).then(|| a.value_as_string(i))).collect()))
        }
        DataType::Date32 => array.as_primitive_opt::<Date32Type>().cloned().map(Column::Day),
        DataType::Date64 => array
            .as_primitive_opt::<Date64Type>()
            .map(|a| Column::Day(a.unary(|ms| ms.checked_div_euclid(86_400_000).and_then(|day| i32::try_from(day).ok()).unwrap_or(i32::MAX)))),
        DataType::Timestamp(unit, zone) => {
            let raw: PrimitiveArray<Int64Type> = match unit {
                TimeUnit::Second => array.as_primitive_opt::<TimestampSecondType>()?.reinterpret_cast(),
                TimeUnit::Millisecond => array.as_primitive_opt::<TimestampMillisecondType>()?.reinterpret_cast(),
                TimeUnit::Microsecond => array.as_primitive_opt::<TimestampMicrosecondType>()?.reinterpret_cast(),
                TimeUnit::Nanosecond => array.as_primitive_opt::<TimestampNanosecondType>()?.reinterpret_cast(),
            };
            Some(Column::Moment(raw, per_second(*unit), zone.is_some()))
        }
        DataType::Dictionary(..) => {
            let dictionary = array.as_any_dictionary_opt()?;
            let values = typed(dictionary.values(), false)?;
            match typed(&arrow_array::make_array(dictionary.keys().to_data()), false)? {
                Column::Whole(keys) => Some(Column::Dictionary(keys, Box::new(values))),
                _ => None,
            }
        }
        DataType::List(_) => {
            let lists = array.as_list_opt::<i32>()?;
            texts((0..lists.len()).map(|i| lists.is_valid(i).then(|| lists.value(i))), claims)
        }
        DataType::LargeList(_) => {
            let lists = array.as_list_opt::<i64>()?;
            texts((0..lists.len()).map(|i| lists.is_valid(i).then(|| lists.value(i))), claims)
        }
        _ => None,
    }
}

fn decimals(array: Decimal128Array, scale: i8) -> Option<Column> {
    Some(Column::Decimal(array, u8::try_from(scale).ok()?))
}

/// Lists of texts, one after another.
fn texts(lists: impl Iterator<Item = Option<ArrayRef>>, claims: bool) -> Option<Column> {
    let (mut out, mut faults) = (Vec::new(), BTreeMap::new());
    for (row, list) in lists.enumerate() {
        let Some(list) = list else {
            out.push(None);
            continue;
        };
        let items = typed(&list, false)?;
        let cells: Vec<Cell<'_>> = (0..list.len()).map(|i| items.cell(i)).collect();
        if claims {
            let names: Option<Vec<&str>> = cells.iter().map(|c| if let Cell::Text(text) = c { Some(*text) } else { None }).collect();
            let joined = names.ok_or_else(|| "a claim is null: leave it out of the list".to_owned()).and_then(|names| joined_claims(names.into_iter()));
            out.push(joined.map_err(|words| faults.insert(row, words)).ok());
        } else {
            let mut text = vec![b'['];
            for (i, cell) in cells.iter().enumerate() {
                if i > 0 {
                    text.push(b',');
                }
                cell.write_json(&mut text);
            }
            text.push(b']');
            out.push(String::from_utf8(text).ok());
        }
    }
    let array: StringArray = out.into_iter().collect();
    Some(if claims { Column::Claims(array, faults) } else { Column::Lists(array) })
}
