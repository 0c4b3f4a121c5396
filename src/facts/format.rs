//! Which format a file of shipments has, and whether it is compressed: said by its name.

use std::path::Path;

/// A format of shipments and of what comes of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// Cells separated by commas, as RFC 4180 has it.
    Csv,
    /// An object of JSON on each line.
    Ndjson,
    Parquet,
    /// Arrow's own stream.
    Arrow,
}

impl Format {
    /// The name, as a flag has it.
    pub fn name(self) -> &'static str {
        match self {
            Format::Csv => "csv",
            Format::Ndjson => "ndjson",
            Format::Parquet => "parquet",
            Format::Arrow => "arrow",
        }
    }

    /// The name, as people write it.
    pub fn title(self) -> &'static str {
        match self {
            Format::Csv => "CSV",
            Format::Ndjson => "NDJSON",
            Format::Parquet => "Parquet",
            Format::Arrow => "Arrow",
        }
    }

    /// Whether rows are lines of text.
    pub fn is_text(self) -> bool {
        matches!(self, Format::Csv | Format::Ndjson)
    }
}

/// How a file is compressed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Compression {
    #[default]
    None,
    Gzip,
    Zstd,
}

/// What the name of a file says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Named {
    pub format: Format,
    pub compression: Compression,
    /// Whether Arrow is to have an index at its end, as in a file, or none, as in a stream.
    pub indexed: bool,
}

/// The endings that are known.
pub const ENDINGS: &str = "`.csv`, `.ndjson`, `.jsonl`, `.parquet`, `.arrow` or `.arrows`; text may be compressed, as in `.csv.gz` and `.csv.zst`";

impl Named {
    /// A format without a name.
    pub fn plain(format: Format) -> Named {
        Named { format, compression: Compression::None, indexed: false }
    }

    /// What a name says, or what is wrong with it, in words.
    pub fn of(path: &Path) -> Result<Named, String> {
        let shown = path.display();
        let name = path.file_name().map(|n| n.to_string_lossy().to_lowercase()).unwrap_or_default();
        let (stem, compression) = match name.rsplit_once('.') {
            Some((stem, "gz")) => (stem, Compression::Gzip),
            Some((stem, "zst" | "zstd")) => (stem, Compression::Zstd),
            _ => (name.as_str(), Compression::None),
        };
        let ending = stem.rsplit_once('.').map(|(_, ending)| ending);
        let named = |format| Named { format, compression, indexed: ending == Some("arrow") };
        let other = match ending {
            Some("csv") => return Ok(named(Format::Csv)),
            Some("ndjson" | "jsonl") => return Ok(named(Format::Ndjson)),
            Some("parquet" | "arrow" | "arrows") if compression != Compression::None => {
                return Err(format!("`{shown}`: Parquet and Arrow are compressed within: name a file that ends in `.parquet` or `.arrow`"));
            }
            Some("parquet") => return Ok(named(Format::Parquet)),
            Some("arrow" | "arrows") => return Ok(named(Format::Arrow)),
            Some("json") => "JSON in one piece: write an object on each line, and name a file that ends in `.ndjson`",
            Some("xlsx" | "xls" | "ods") => "a spreadsheet: save it as CSV, and name a file that ends in `.csv`",
            Some("tsv") => "separated by tabs: separate the cells by commas, and name a file that ends in `.csv`",
            _ => return Err(format!("`{shown}`: its name does not say what it is; shipments are in files that end in {ENDINGS}")),
        };
        Err(format!("`{shown}` is {other}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_say_what_a_file_is() {
        let of = |name: &str| Named::of(Path::new(name)).map(|n| (n.format, n.compression));
        assert_eq!(of("a/b.CSV"), Ok((Format::Csv, Compression::None)));
        assert_eq!(of("b.2025.ndjson.gz"), Ok((Format::Ndjson, Compression::Gzip)));
        assert_eq!(of("b.jsonl.zst"), Ok((Format::Ndjson, Compression::Zstd)));
        assert_eq!((of("b.parquet"), of("b.arrows")), (Ok((Format::Parquet, Compression::None)), Ok((Format::Arrow, Compression::None))));
        for refused in ["b", "b.gz", "b.txt", "csv", "b.json", "b.parquet.gz", "b.xlsx", "b.csv.bz2"] {
            assert!(of(refused).is_err(), "{refused}");
        }
    }
}
