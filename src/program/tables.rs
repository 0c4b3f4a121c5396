//! Tables of rates: one clause, whose rows answer by the longest code, then the narrower origin, then the later start.

use super::from_syntax::Builder;
use super::rows::Rows;
use super::terms::{Rate, RowRate, Table, TableRow};
use super::{read_hts, read_taric};
use crate::problem::{Problem, codes};
use crate::region::{OriginPart, Origins};
use crate::source::Span;
use crate::syntax::{self, Text};
use crate::value::{Country, CountrySet, Exact, GoodsCode, Instant, percent_value};
use std::collections::HashMap;
use std::sync::Arc;

impl Builder<'_> {
    pub fn table(&mut self, named: &Text) -> Option<Table> {
        let rows = self.rows(named)?;
        let Some(rate_column) = rows.column("rate") else {
            self.problems.add(codes::missing_column(&rows.path, "rate", &rows.header, rows.header_span, named.span));
            return None;
        };
        let columns = ["hs", "origin", "from", "until"].map(|c| rows.column(c));
        let mut table = Table { path: rows.path.clone(), rows: Vec::new(), by_code: HashMap::new(), dated: false };
        let mut rates: HashMap<String, RowRate> = HashMap::new();
        for (cells, span) in rows.iter() {
            let cell = |column: Option<usize>| column.and_then(|c| cells.get(c)).filter(|t| !t.is_empty());
            let [hs, origin, from, until] = columns.map(cell);
            let before = self.problems.len();
            let code = self.row_code(hs, span);
            self.problems.place_since(before, named.span, "the table is named here");
            let Some(code) = code else { continue };
            let text = cells.get(rate_column).unwrap_or("");
            let rate = match rates.get(text) {
                Some(known) => known.clone(),
                None => {
                    let read = self.row_rate(text, span);
                    rates.insert(text.to_owned(), read.clone());
                    read
                }
            };
            if let RowRate::Unread(why) = &rate {
                self.problems.add(codes::unreadable_rate(&rows.path, text, why, span, named.span));
            }
            let before = self.problems.len();
            let origins = match origin {
                Some(text) => match self.row_origins(text, span) {
                    Some(o) => Some(o),
                    None => {
                        self.problems.place_since(before, named.span, "the table is named here");
                        continue;
                    }
                },
                None => None,
            };
            let (from, until) = (self.row_instant(from, &rows, span, named), self.row_instant(until, &rows, span, named));
            table.dated |= from.is_some() || until.is_some();
            let index = table.rows.len();
            let key = code.map_or((0, 0), |c| (c.len(), c.first()));
            let same = table.by_code.entry(key).or_default();
            for earlier in same.iter().filter_map(|i| table.rows.get(*i)) {
                if earlier.origins == origins && earlier.from == from && earlier.until == until {
                    self.problems
                        .add(row_twice(&rows, &earlier.rate, &rate, hs.unwrap_or("all goods"), earlier.span, span).at(named.span, "the table is named here"));
                }
            }
            same.push(index);
            table.rows.push(TableRow { code, origins, from, until, rate, span });
        }
        Some(table)
    }

    /// The code of a row, `None` within for all goods; nothing where it is no code.
    fn row_code(&mut self, text: Option<&str>, span: Span) -> Option<Option<GoodsCode>> {
        let Some(text) = text else { return Some(None) };
        match GoodsCode::parse(text) {
            Ok(code) => {
                self.known_code(code, span);
                Some(Some(code))
            }
            Err(e) => {
                self.problems.add(codes::not_a_code(text, e, span));
                None
            }
        }
    }

    /// Countries or named sets, joined with `;`.
    fn row_origins(&mut self, text: &str, span: Span) -> Option<Origins> {
        let mut parts = Vec::new();
        for word in text.split([';', ' ']).filter(|w| !w.is_empty()) {
            let set = match self.program.names.get(word) {
                Some(super::types::Named::Countries(i)) => self.country_sets.get(*i).cloned(),
                _ => None,
            };
            match (Country::from_code(word), set) {
                (Some(c), _) => parts.push(OriginPart::always(CountrySet::from_iter([c]))),
                (None, Some(set)) => parts.push(OriginPart { countries: CountrySet::EMPTY, named: Some(Arc::new(set)), from: None, until: None }),
                (None, None) => {
                    self.problems.add(codes::unknown_country(word, span));
                    return None;
                }
            }
        }
        Some(Origins { included: parts, excepted: Vec::new() })
    }

    fn row_instant(&mut self, text: Option<&str>, rows: &Rows, span: Span, named: &Text) -> Option<Instant> {
        match self.program.clock.read(text?) {
            Ok((at, _)) => Some(at),
            Err(why) => {
                self.problems.add(codes::malformed(&rows.path, &format!("has a date that cannot be read: {why}"), span, named.span));
                None
            }
        }
    }

    /// The language's own rates, then the notation of the HTS, then that of TARIC.
    fn row_rate(&mut self, text: &str, span: Span) -> RowRate {
        let text = text.trim();
        if text.eq_ignore_ascii_case("none") {
            return RowRate::None;
        }
        if let Some(percent) = percent_value(text) {
            return RowRate::Rate(Arc::new(Rate::percent(percent)));
        }
        if text.eq_ignore_ascii_case("free") {
            return RowRate::Rate(Arc::new(Rate::percent(Exact::ZERO)));
        }
        let sentence = match (read_hts(text), read_taric(text)) {
            (Ok(s), _) | (_, Ok(s)) => s,
            (Err(hts), Err(taric)) => {
                return match syntax::parse_rate(text, span) {
                    Some(rate) => self.rate(&rate).map_or_else(|| RowRate::Unread("see the problem beside it".to_owned()), |r| RowRate::Rate(Arc::new(r))),
                    None if text.is_empty() => RowRate::Unread("the cell is empty; say `none` or `free`".to_owned()),
                    None => RowRate::Unread(if text.contains(['$', '¢']) { hts } else { taric }),
                };
            }
        };
        match sentence.to_rate(self.program.currency) {
            Ok(rate) => RowRate::Rate(Arc::new(rate)),
            Err(why) => RowRate::Unread(why),
        }
    }
}

fn row_twice(rows: &Rows, earlier: &RowRate, later: &RowRate, goods: &str, first: Span, second: Span) -> Problem {
    if earlier == later {
        Problem::warning("T021", format!("`{goods}` stands twice in `{}` with the same rate", rows.path))
            .help("leave one of the rows out")
            .at(second, "says nothing new")
            .at(first, "said here")
    } else {
        Problem::error("T100", format!("two rows of `{}` give different rates for `{goods}`", rows.path))
            .help("keep the right one, or tell them apart by origin or by date")
            .at(second, "one rate")
            .at(first, "another")
            .taric("ME32")
    }
}
