//! Files of codes, of importers, and the nomenclature; each is read once.

use super::from_syntax::Builder;
use super::rows::Rows;
use super::types::Nomenclature;
use crate::problem::codes;
use crate::region::GoodsSet;
use crate::source::Span;
use crate::syntax::{FileRef, Text};
use crate::value::GoodsCode;
use crate::world::normal;
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::Arc;

impl Builder<'_> {
    /// The rows of a file named in the book.
    pub fn rows(&mut self, named: &Text) -> Option<Arc<Rows>> {
        let path = normal(&self.folder.join(&named.text));
        if let Some(read) = self.files.get(&path) {
            return read.clone();
        }
        let rows = self.read_rows(&path, named);
        self.files.insert(path, rows.clone());
        rows
    }

    fn read_rows(&mut self, path: &PathBuf, named: &Text) -> Option<Arc<Rows>> {
        let text = match self.world.read(path) {
            Ok(text) => text,
            Err(why) => {
                self.problems.add(codes::unreadable_file(&named.text, &why, named.span));
                return None;
            }
        };
        let index = self.sources.add(path, text);
        let file = self.sources.get(index)?;
        let rows = Rows::read(&named.text, &file.text, file.start);
        for (why, at) in &rows.faults {
            self.problems.add(codes::malformed(&named.text, why, *at, named.span));
        }
        if rows.is_empty() && rows.faults.is_empty() {
            self.problems.add(codes::empty_file(&named.text, named.span));
        }
        Some(Arc::new(rows))
    }

    /// The goods of `list "file.csv" [column c]`.
    pub fn goods_list(&mut self, file: &FileRef) -> Option<GoodsSet> {
        let wanted = file.column.as_ref().map_or("hs", |c| c.text.as_str()).to_owned();
        let key = (normal(&self.folder.join(&file.path.text)), wanted.clone());
        if let Some(known) = self.lists.get(&key) {
            return known.clone();
        }
        let goods = self.read_goods_list(file, &wanted);
        self.lists.insert(key, goods.clone());
        goods
    }

    fn read_goods_list(&mut self, file: &FileRef, wanted: &str) -> Option<GoodsSet> {
        let rows = self.rows(&file.path)?;
        let Some(column) = rows.column(wanted) else {
            self.problems.add(codes::missing_column(&rows.path, wanted, &rows.header, rows.header_span, file.span));
            return None;
        };
        let before = self.problems.len();
        let mut seen: Vec<(GoodsCode, Span)> = Vec::new();
        for (cells, span) in rows.iter() {
            let text = cells.get(column).unwrap_or("");
            match GoodsCode::parse(text) {
                Ok(code) => {
                    self.known_code(code, span);
                    seen.push((code, span));
                }
                Err(e) => self.problems.add(codes::not_a_code(text, e, span)),
            }
        }
        self.covered_twice(&seen);
        self.problems.place_since(before, file.path.span, "the list is named here");
        Some(GoodsSet::of_codes(seen.into_iter().map(|(c, _)| c)))
    }

    /// T021: codes that say nothing new.
    pub fn covered_twice(&mut self, codes: &[(GoodsCode, Span)]) {
        let mut sorted: Vec<&(GoodsCode, Span)> = codes.iter().collect();
        sorted.sort_by_key(|(c, s)| (c.first(), c.len(), s.start));
        let mut above: Option<&(GoodsCode, Span)> = None;
        for entry in sorted {
            match above {
                Some((by, by_span)) if entry.0.first() >= by.first() && entry.0.after() <= by.after() => {
                    self.problems.add(codes::covered_twice(entry.0, *by, *by_span, entry.1));
                }
                _ => above = Some(entry),
            }
        }
    }

    /// T020: a code that no six digits of the nomenclature begin or continue. Chapters 98 and 99 are the countries' own.
    pub fn known_code(&mut self, code: GoodsCode, span: Span) {
        let nomenclature = &self.program.nomenclature;
        let Some(six) = &nomenclature.six_digits else { return };
        if !nomenclature.existing.meets(&GoodsSet::of_code(code)) {
            let first = code.cut(6).first();
            let before = six.range(..first).next_back().map(|(c, _)| *c);
            let after = six.range(first..).next().map(|(c, _)| *c);
            let nearest = [before, after].into_iter().flatten().min_by_key(|c| c.abs_diff(first)).map(|c| GoodsCode::of_point(c, 6));
            let path = nomenclature.path.clone();
            self.problems.add(codes::unknown_code(code, nearest, &path, span));
        }
    }

    /// The six-digit codes of a nomenclature file: columns `hs`, `hscode` or `code`, and `description`.
    pub fn nomenclature(&mut self, named: &Text) -> Option<Nomenclature> {
        let rows = self.rows(named)?;
        let Some(column) = ["hs", "hscode", "code"].iter().find_map(|c| rows.column(c)) else {
            self.problems.add(codes::missing_column(&rows.path, "hs", &rows.header, rows.header_span, named.span));
            return None;
        };
        let described = rows.column("description");
        let mut six = BTreeMap::new();
        for (cells, _) in rows.iter() {
            let code = cells.get(column).and_then(|t| GoodsCode::parse(t).ok()).filter(|c| c.len() == 6);
            if let Some(code) = code {
                six.insert(code.first(), described.and_then(|d| cells.get(d)).unwrap_or_default().to_owned());
            }
        }
        let mut ranges: Vec<(u64, u64)> = six.keys().map(|c| GoodsCode::of_point(*c, 6)).map(|c| (c.first(), c.after())).collect();
        // Chapters 98 and 99 are reserved for the use of each country.
        ranges.push((9_800_000_000, 10_000_000_000));
        Some(Nomenclature { existing: GoodsSet::of_ranges(ranges), six_digits: Some(Arc::new(six)), path: named.text.clone() })
    }

    /// The texts of a column: `importer in "file.csv"`.
    pub fn text_list(&mut self, file: &FileRef, fact: &str) -> Option<Arc<BTreeSet<String>>> {
        let wanted = file.column.as_ref().map_or(fact, |c| c.text.as_str()).to_owned();
        let rows = self.rows(&file.path)?;
        let Some(column) = rows.column(&wanted) else {
            self.problems.add(codes::missing_column(&rows.path, &wanted, &rows.header, rows.header_span, file.span));
            return None;
        };
        Some(Arc::new(rows.iter().filter_map(|(cells, _)| cells.get(column)).filter(|t| !t.is_empty()).map(str::to_owned).collect()))
    }
}
