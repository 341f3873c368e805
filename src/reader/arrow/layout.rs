//! What a schema says: the columns by name, and where in a batch the lists among them lie.

use polars_arrow_format::ipc::{self, planus};

use super::{Complaint, parse, unreadable};
use crate::reader::rows::COLUMNS;
use crate::writer::METADATA_KEY;

/// Columns within columns, and all of them: a schema with more is hostile.
const MAX_DEPTH: usize = 64;
const MAX_FIELDS: usize = 100_000;

/// What a batch holds of one column.
#[derive(Clone, Copy, Debug, Default)]
struct Extent {
    /// Arrays, this one included.
    nodes: usize,
    /// Buffers whose number the schema tells.
    buffers: usize,
    /// Arrays with more buffers, whose number each batch tells.
    variadic: usize,
}

/// A column of the schema.
pub struct Column {
    extent: Extent,
    /// How its lists lie, or what it is instead.
    lists: Result<ListType, String>,
}

/// How lists of whole numbers lie in a batch.
#[derive(Clone, Copy, Debug)]
pub struct ListType {
    pub ends: Ends,
    /// Bytes of a number.
    pub width: usize,
    pub signed: bool,
}

/// How it is told where lists end.
#[derive(Clone, Copy, Debug)]
pub enum Ends {
    /// By numbers of so many bytes.
    Offsets(usize),
    /// All are of one length.
    Fixed(usize),
}

/// Where a wanted column begins in a batch.
#[derive(Clone, Copy, Debug)]
pub struct Wanted {
    /// The first of its arrays.
    pub node: usize,
    /// The first of its buffers, but for the variadic ones before it.
    pub buffer: usize,
    /// Arrays with variadic buffers before it.
    pub variadic: usize,
    pub list: ListType,
}

/// The wanted columns.
pub struct Layout {
    pub wanted: [Option<Wanted>; COLUMNS.len()],
}

impl Layout {
    /// Of all columns those found; an error where one is not of lists.
    pub fn new(columns: Vec<Column>, found: [Option<usize>; COLUMNS.len()]) -> Result<Self, Complaint> {
        let mut wanted = [None; COLUMNS.len()];
        let mut before = Extent::default();
        for (at, column) in columns.into_iter().enumerate() {
            if let Some(which) = found.iter().position(|found| *found == Some(at)) {
                let list = column
                    .lists
                    .map_err(|kind| format!("column {} is {kind}, not lists of whole numbers", COLUMNS[which]))?;
                let Extent { nodes, buffers, variadic } = before;
                wanted[which] = Some(Wanted { node: nodes, buffer: buffers, variadic, list });
            }
            before.add(column.extent);
        }
        Ok(Layout { wanted })
    }
}

impl Extent {
    fn add(&mut self, other: Extent) {
        self.nodes += other.nodes;
        self.buffers += other.buffers;
        self.variadic += other.variadic;
    }
}

/// What a stream begins with.
pub struct Schema {
    pub names: Vec<String>,
    /// In the order of the names.
    pub columns: Vec<Column>,
    /// What it says of how the records were made.
    pub made: Option<String>,
}

/// Reads a schema.
pub fn schema(message: &[u8]) -> Result<Schema, Complaint> {
    let Some(ipc::MessageHeaderRef::Schema(schema)) = parse(message)?.header().map_err(unreadable)? else {
        return Err("damaged Arrow data: it begins with no schema (fetch or write the file again)".to_string());
    };
    if schema.endianness().map_err(unreadable)? != ipc::Endianness::Little {
        return Err("Arrow data of a big-endian machine, which is not read (write it again on this one)".to_string());
    }
    let (mut names, mut columns, mut met) = (Vec::new(), Vec::new(), 0);
    for field in schema.fields().map_err(unreadable)?.into_iter().flatten() {
        let field = field.map_err(unreadable)?;
        names.push(field.name().map_err(unreadable)?.unwrap_or_default().to_string());
        columns.push(Column { extent: extent(field, 0, &mut met)?, lists: list_type(field)? });
    }
    let mut made = None;
    for pair in schema.custom_metadata().map_err(unreadable)?.into_iter().flatten() {
        let pair = pair.map_err(unreadable)?;
        if pair.key().map_err(unreadable)? == Some(METADATA_KEY) {
            made = pair.value().map_err(unreadable)?.map(str::to_string);
        }
    }
    Ok(Schema { names, columns, made })
}

fn children(field: ipc::FieldRef) -> Result<impl Iterator<Item = Result<ipc::FieldRef, planus::Error>>, Complaint> {
    Ok(field.children().map_err(unreadable)?.into_iter().flatten())
}

fn kind(field: ipc::FieldRef) -> Result<ipc::TypeRef, Complaint> {
    field.type_().map_err(unreadable)?.ok_or_else(|| "a column without a type".to_string())
}

/// What a batch holds of a field and those inside it.
fn extent(field: ipc::FieldRef, depth: usize, met: &mut usize) -> Result<Extent, Complaint> {
    use ipc::TypeRef as Type;
    *met += 1;
    if depth > MAX_DEPTH || *met > MAX_FIELDS {
        return Err("a schema of columns without end, which is not read".to_string());
    }
    // Of a dictionary the batch holds the indices.
    if field.dictionary().map_err(unreadable)?.is_some() {
        return Ok(Extent { nodes: 1, buffers: 2, variadic: 0 });
    }
    let (buffers, variadic) = match kind(field)? {
        Type::Null(_) | Type::RunEndEncoded(_) => (0, 0),
        Type::Struct(_) | Type::FixedSizeList(_) => (1, 0),
        Type::Union(union) => match union.mode().map_err(unreadable)? {
            ipc::UnionMode::Sparse => (1, 0),
            ipc::UnionMode::Dense => (2, 0),
        },
        Type::Utf8(_) | Type::Binary(_) | Type::LargeUtf8(_) | Type::LargeBinary(_) => (3, 0),
        Type::ListView(_) | Type::LargeListView(_) => (3, 0),
        Type::Utf8View(_) | Type::BinaryView(_) => (2, 1),
        _ => (2, 0),
    };
    let mut all = Extent { nodes: 1, buffers, variadic };
    for child in children(field)? {
        all.add(extent(child.map_err(unreadable)?, depth + 1, met)?);
    }
    Ok(all)
}

/// How the lists of a column lie, or what it is instead.
fn list_type(field: ipc::FieldRef) -> Result<Result<ListType, String>, Complaint> {
    use ipc::TypeRef as Type;
    if field.dictionary().map_err(unreadable)?.is_some() {
        return Ok(Err("a dictionary".to_string()));
    }
    let ends = match kind(field)? {
        Type::List(_) => Ends::Offsets(4),
        Type::LargeList(_) => Ends::Offsets(8),
        Type::FixedSizeList(list) => match usize::try_from(list.list_size().map_err(unreadable)?) {
            Ok(length) => Ends::Fixed(length),
            Err(_) => return Err("lists of negative length".to_string()),
        },
        other => return Ok(Err(name(&other))),
    };
    let Some(item) = children(field)?.next() else { return Err("lists of nothing".to_string()) };
    let item = item.map_err(unreadable)?;
    if item.dictionary().map_err(unreadable)?.is_some() {
        return Ok(Err("lists of a dictionary".to_string()));
    }
    Ok(match kind(item)? {
        Type::Int(int) => {
            let (bits, signed) = (int.bit_width().map_err(unreadable)?, int.is_signed().map_err(unreadable)?);
            match bits {
                8 | 16 | 32 | 64 => Ok(ListType { ends, width: bits as usize / 8, signed }),
                _ => return Err(format!("whole numbers of {bits} bits")),
            }
        }
        other => Err(format!("lists of {}", name(&other))),
    })
}

/// A type in a word, as Arrow names it.
fn name(kind: &ipc::TypeRef) -> String {
    let debug = format!("{kind:?}");
    let name: String = debug.chars().take_while(|character| character.is_ascii_alphanumeric()).collect();
    name.trim_end_matches("Ref").to_string()
}
