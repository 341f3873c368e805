//! Rows of records: columns of lists of whole numbers.

use std::sync::Arc;

use parquet::basic::{Repetition, Type as Physical};
use parquet::column::reader::{ColumnReader, ColumnReaderImpl};
use parquet::data_type::{DataType, Int32Type, Int64Type};
use parquet::errors::{ParquetError, Result};
use parquet::schema::types::ColumnDescriptor;

use super::OpenFile;
use crate::reader::bytes::ByteSource;
use crate::reader::error::ReadError;
use crate::reader::input::Input;
use crate::reader::rows::{COLUMNS, ListFault, Lists, RowBlock, find_columns};

/// What a block holds: numbers, and rows at most.
const AT_ONCE: (i64, usize) = (1 << 20, 1024);

/// An open file of records.
pub struct ParquetLists {
    open: OpenFile,
    /// Of [`COLUMNS`] those that are there.
    wanted: [Option<usize>; COLUMNS.len()],
    group: usize,
    left: usize,
    at_once: usize,
    columns: [Option<ListColumn>; COLUMNS.len()],
    row: u64,
    made: Option<Arc<str>>,
}

/// A column of one row group.
struct ListColumn {
    reader: NumberReader,
    levels: Levels,
    unsigned: bool,
}

enum NumberReader {
    Int32(ColumnReaderImpl<Int32Type>),
    Int64(ColumnReaderImpl<Int64Type>),
}

/// What the definition levels of a column of lists mean.
#[derive(Clone, Copy)]
pub(super) struct Levels {
    /// A value is there.
    value: i16,
    /// A list holds something, from here on.
    item: i16,
}

impl Levels {
    pub(super) fn of(column: &ColumnDescriptor) -> Levels {
        let value = column.max_def_level();
        // The library calls a value optional that is repeated itself, as the format had lists once.
        let is_optional = column.self_type().get_basic_info().repetition() == Repetition::OPTIONAL;
        Levels { value, item: value - i16::from(is_optional) }
    }
}

impl ParquetLists {
    /// Opens a file and finds its columns.
    pub fn open(input: &Input, source: &mut ByteSource) -> std::result::Result<Self, ReadError> {
        let open = OpenFile::new(input, source)?;
        let fields = open.metadata().file_metadata().schema_descr().root_schema().get_fields();
        let names: Vec<String> = fields.iter().map(|field| field.name().to_string()).collect();
        find_columns(&names, &open.origin)?;
        let leaves = open.metadata().file_metadata().schema_descr().columns();
        let wanted = COLUMNS.map(|name| leaves.iter().position(|leaf| leaf.path().parts()[0] == name));
        for (name, at) in COLUMNS.iter().zip(wanted) {
            let Some(column) = at.map(|at| open.column(at)) else { continue };
            let is_number = matches!(column.physical_type(), Physical::INT32 | Physical::INT64);
            if column.max_rep_level() != 1 || !is_number {
                return Err(open.origin.fatal(format_args!("column {name} does not hold lists of whole numbers")));
            }
        }
        open.check_compression(&wanted.iter().flatten().copied().collect::<Vec<_>>())?;
        let made = open.made().map(Arc::from);
        Ok(ParquetLists { open, wanted, group: 0, left: 0, at_once: 1, columns: Default::default(), row: 1, made })
    }

    /// The next rows.
    pub fn cut(&mut self) -> std::result::Result<RowBlock, ReadError> {
        self.skip_empty()?;
        let rows = self.left.min(self.at_once);
        let mut columns: [Option<Lists>; COLUMNS.len()] = Default::default();
        for (column, into) in self.columns.iter_mut().zip(&mut columns) {
            if let Some(column) = column {
                *into = Some(self.open.guarded(self.row, || column.read(rows))?);
            }
        }
        let bytes = columns.iter().flatten().map(|lists| size_of_val(&lists.values[..]) as u64).sum();
        let (source, made) = (Arc::clone(&self.open.origin.name), self.made.clone());
        let first_row = self.row;
        self.row += rows as u64;
        self.left -= rows;
        // A fault in what follows is met again there, once these rows are taken.
        let last = self.skip_empty().is_ok() && self.left == 0;
        Ok(RowBlock { source, first_row, rows, columns, bytes, made, last })
    }

    /// Goes on to the next row group that has rows left; there may be none.
    fn skip_empty(&mut self) -> std::result::Result<(), ReadError> {
        while self.left == 0 && self.group < self.open.metadata().num_row_groups() {
            let open = &self.open;
            let opened: Result<Vec<Option<ListColumn>>> = open.guarded(self.row, || {
                let column = |at: &Option<usize>| at.map(|at| ListColumn::open(open, self.group, at)).transpose();
                Ok(self.wanted.iter().map(column).collect())
            })?;
            let opened = open.guarded(self.row, || opened)?;
            let columns: Vec<usize> = self.wanted.iter().flatten().copied().collect();
            self.at_once = open.rows_at_once(self.group, &columns, |column| column.num_values(), AT_ONCE);
            self.columns.iter_mut().zip(opened).for_each(|(column, opened)| *column = opened);
            let rows = self.open.metadata().row_group(self.group).num_rows();
            self.left = usize::try_from(rows).unwrap_or(0);
            self.group += 1;
        }
        Ok(())
    }
}

impl ListColumn {
    fn open(open: &OpenFile, group: usize, at: usize) -> Result<Self> {
        let column = open.column(at);
        let levels = Levels::of(column);
        let unsigned = format!("{:?} {:?}", column.logical_type_ref(), column.converted_type());
        let reader = match open.open_column(group, at)? {
            ColumnReader::Int32ColumnReader(reader) => NumberReader::Int32(reader),
            ColumnReader::Int64ColumnReader(reader) => NumberReader::Int64(reader),
            _ => {
                return Err(ParquetError::General("a row group whose columns are not those of the schema".to_string()));
            }
        };
        let unsigned = unsigned.contains("is_signed: false") || unsigned.contains("UINT");
        Ok(ListColumn { reader, levels, unsigned })
    }

    /// Exactly so many lists.
    fn read(&mut self, rows: usize) -> Result<Lists> {
        let (levels, unsigned) = (self.levels, self.unsigned);
        let clamp = |number: i64| number.clamp(i32::MIN.into(), i32::MAX.into()) as i32;
        match &mut self.reader {
            NumberReader::Int32(reader) => read(reader, levels, rows, |number| match unsigned {
                true => i32::try_from(number.cast_unsigned()).unwrap_or(i32::MAX),
                false => number,
            }),
            NumberReader::Int64(reader) => read(reader, levels, rows, |number| match unsigned {
                true => i32::try_from(number.cast_unsigned()).unwrap_or(i32::MAX),
                false => clamp(number),
            }),
        }
    }
}

/// Exactly so many lists of a column.
pub(super) fn read<T: DataType, V>(
    reader: &mut ColumnReaderImpl<T>,
    levels: Levels,
    rows: usize,
    take: impl Fn(T::T) -> V,
) -> Result<Lists<V>> {
    let (mut def, mut rep, mut values) = (Vec::new(), Vec::new(), Vec::new());
    let mut read = 0;
    while read < rows {
        let (more, ..) = reader.read_records(rows - read, Some(&mut def), Some(&mut rep), &mut values)?;
        if more == 0 {
            return Err(ParquetError::General("fewer lists than rows".to_string()));
        }
        read += more;
    }
    let mut lists =
        Lists { values: Vec::with_capacity(values.len()), ends: Vec::with_capacity(rows), faults: Vec::new() };
    let mut values = values.into_iter();
    for (at, (&def, &rep)) in def.iter().zip(&rep).enumerate() {
        if rep == 0 {
            if at > 0 {
                lists.ends.push(lists.values.len());
            }
        } else if at == 0 {
            return Err(ParquetError::General("a row that begins inside a list".to_string()));
        }
        let row = lists.ends.len();
        if def == levels.value {
            let value = values.next().ok_or_else(|| ParquetError::General("fewer values than levels".to_string()))?;
            lists.values.push(take(value));
        } else if def >= levels.item {
            lists.complain(row, ListFault::HoldsNull);
        } else if def < levels.item - 1 {
            lists.complain(row, ListFault::IsNull);
        }
    }
    lists.ends.push(lists.values.len());
    if lists.ends.len() != rows {
        return Err(ParquetError::General("fewer lists than rows".to_string()));
    }
    Ok(lists)
}
