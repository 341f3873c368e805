//! Parquet: row groups of columns, each column encoded on a thread of its own, and a footer that says where they lie.
//!
//! Owns the schema, the levels of nested columns and the footer; encoding and compression are the library's.

mod levels;

use std::sync::Arc;

use parquet::basic::{Compression, LogicalType, Repetition, Type as Physical, ZstdLevel};
use parquet::column::writer::{ColumnWriter, get_column_writer};
use parquet::errors::Result;
use parquet::file::metadata::{ColumnChunkMetaData, FileMetaData, KeyValue, ParquetMetaData, ParquetMetaDataWriter};
use parquet::file::metadata::{RowGroupMetaData, SortingColumn};
use parquet::file::properties::{EnabledStatistics, WriterProperties, WriterPropertiesPtr};
use parquet::file::writer::{SerializedPageWriter, TrackedWrite};
use parquet::schema::types::{ColumnDescPtr, ColumnPath, SchemaDescPtr, SchemaDescriptor, Type};
use rayon::prelude::*;

use super::columns::{Columns, Field, Kind, METADATA_KEY};
use super::record_writer::{Chunk, Written};
use crate::records::Records;
use levels::{Leaf, Values, leaves};

/// The first and last bytes of a file.
const MAGIC: &[u8] = b"PAR1";
/// Ids of a row group of inputs: what is held of it at once stays below 100 MB.
const GROUP_IDS: usize = 8 << 20;
/// Records of a row group at most.
const MAX_GROUP: usize = 4096;
/// Of the format itself.
const VERSION: i32 = 1;
const COMPRESSION_LEVEL: i32 = 3;

/// Writes records as Parquet.
pub struct Parquet {
    columns: Columns,
    schema: SchemaDescPtr,
    properties: WriterPropertiesPtr,
    metadata: String,
}

/// The columns of a chunk; where they lie is counted from its beginning.
pub struct RowGroup {
    columns: Vec<ColumnChunkMetaData>,
    rows: i64,
}

impl Parquet {
    /// With what the file says of how the records were made.
    pub fn new(columns: Columns, metadata: String) -> Self {
        let fields = columns.fields.iter().map(|field| Arc::new(node(field.name, &field.kind))).collect();
        let schema = Type::group_type_builder("schema").with_fields(fields).build();
        let level = ZstdLevel::try_new(COMPRESSION_LEVEL).expect("a level of zstd");
        // Of ids zstd makes less than of their places in a dictionary, and sooner; a mask is two values in long runs.
        let mask = ColumnPath::new(["attention_mask", "list", "element"].map(String::from).to_vec());
        let properties = WriterProperties::builder()
            .set_compression(Compression::ZSTD(level))
            .set_statistics_enabled(EnabledStatistics::None)
            .set_dictionary_enabled(false)
            .set_column_dictionary_enabled(mask, true);
        Parquet {
            columns,
            schema: Arc::new(SchemaDescriptor::new(Arc::new(schema.expect("columns have names")))),
            properties: Arc::new(properties.build()),
            metadata,
        }
    }

    /// Records in a row group.
    pub fn batch(&self) -> usize {
        self.columns.batch(GROUP_IDS, MAX_GROUP)
    }

    /// The magic.
    pub fn head(&self) -> Vec<u8> {
        MAGIC.to_vec()
    }

    /// One row group.
    pub fn chunk(&self, records: &Records, out: &mut Chunk) {
        let arrays = self.columns.of(records);
        let all = self.columns.fields.iter().zip(&arrays).flat_map(|(field, array)| leaves(&field.kind, array));
        let all: Vec<(Leaf, &ColumnDescPtr)> = all.zip(self.schema.columns()).collect();
        let encoded: Result<Vec<_>> =
            all.into_par_iter().with_max_len(1).map(|(leaf, column)| self.encode(&leaf, column)).collect();
        let mut columns = Vec::new();
        for (bytes, column) in encoded.expect("columns fit the schema that they were made with") {
            columns.push(moved(column, out.bytes.len() as i64));
            out.bytes.extend_from_slice(&bytes);
        }
        out.row_group = Some(RowGroup { columns, rows: records.iter().len() as i64 });
    }

    /// One column.
    fn encode(&self, leaf: &Leaf, column: &ColumnDescPtr) -> Result<(Vec<u8>, ColumnChunkMetaData)> {
        let mut bytes = TrackedWrite::new(Vec::new());
        let pages = Box::new(SerializedPageWriter::new(&mut bytes));
        let (def, rep) = (Some(&leaf.def[..]), Some(&leaf.rep[..]));
        let mut writer = get_column_writer(Arc::clone(column), Arc::clone(&self.properties), pages);
        match (&mut writer, &leaf.values) {
            (ColumnWriter::Int32ColumnWriter(writer), Values::Int32(values)) => writer.write_batch(values, def, rep)?,
            (ColumnWriter::Int64ColumnWriter(writer), Values::Int64(values)) => writer.write_batch(values, def, rep)?,
            (ColumnWriter::ByteArrayColumnWriter(writer), Values::Text(texts)) => {
                writer.write_batch(texts, def, rep)?
            }
            _ => unreachable!("leaves come in the order of the schema"),
        };
        let closed = writer.close()?;
        Ok((bytes.into_inner()?, closed.metadata))
    }

    /// The footer.
    pub fn tail(&self, written: Written) -> Vec<u8> {
        let (mut rows, mut groups) = (0, Vec::new());
        for (start, group) in written.row_groups {
            rows += group.rows;
            groups.push(self.placed(start as i64, group));
        }
        let made = KeyValue::new(METADATA_KEY.to_string(), self.metadata.clone());
        let created_by = format!("muddle version {}", env!("CARGO_PKG_VERSION"));
        let file = FileMetaData::new(VERSION, rows, Some(created_by), Some(vec![made]), Arc::clone(&self.schema), None);
        let mut footer = Vec::new();
        let all = ParquetMetaData::new(file, groups);
        ParquetMetaDataWriter::new(&mut footer, &all).finish().expect("memory takes every byte");
        footer
    }

    /// A row group at its place in the file.
    fn placed(&self, start: i64, group: RowGroup) -> RowGroupMetaData {
        let columns: Vec<ColumnChunkMetaData> = group.columns.into_iter().map(|column| moved(column, start)).collect();
        let size = columns.iter().map(ColumnChunkMetaData::uncompressed_size).sum();
        RowGroupMetaData::builder(Arc::clone(&self.schema))
            .set_num_rows(group.rows)
            .set_total_byte_size(size)
            .set_file_offset(start)
            .set_sorting_columns(None::<Vec<SortingColumn>>)
            .set_column_metadata(columns)
            .build()
            .expect("as many columns as the schema has")
    }
}

/// A column that lies further on.
fn moved(column: ColumnChunkMetaData, by: i64) -> ColumnChunkMetaData {
    let (data, dictionary) = (column.data_page_offset() + by, column.dictionary_page_offset().map(|at| at + by));
    let builder = column.into_builder().set_data_page_offset(data).set_dictionary_page_offset(dictionary);
    // Pages have no index, which tools read in its place where there is one.
    let builder = builder.set_offset_index_offset(None).set_offset_index_length(None);
    builder.build().expect("it was one before")
}

/// A field as Parquet has it: whatever can be null for Arrow is optional here.
fn node(name: &str, kind: &Kind) -> Type {
    let primitive = |physical, logical| {
        Type::primitive_type_builder(name, physical)
            .with_repetition(Repetition::OPTIONAL)
            .with_logical_type(logical)
            .build()
    };
    let group = |name: &str, repetition, logical, fields: Vec<Type>| {
        let fields = fields.into_iter().map(Arc::new).collect();
        let builder = Type::group_type_builder(name).with_repetition(repetition).with_logical_type(logical);
        builder.with_fields(fields).build()
    };
    match kind {
        Kind::Int8 => primitive(Physical::INT32, Some(LogicalType::integer(8, true))),
        Kind::Int32 => primitive(Physical::INT32, None),
        Kind::Int64 => primitive(Physical::INT64, None),
        Kind::Text => primitive(Physical::BYTE_ARRAY, Some(LogicalType::String)),
        Kind::List(of) => {
            let list = group("list", Repetition::REPEATED, None, vec![node("element", of)]);
            list.and_then(|list| group(name, Repetition::OPTIONAL, Some(LogicalType::List), vec![list]))
        }
        Kind::Struct(fields) => {
            let fields = fields.iter().map(|Field { name, kind }| node(name, kind)).collect();
            group(name, Repetition::OPTIONAL, None, fields)
        }
    }
    .expect("a type that Parquet has")
}
