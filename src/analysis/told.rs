//! What a rule reaches, in words.

use super::spots::{goods_of, origins_of};
use super::whereabouts::{Region, Whereabouts};
use crate::program::Program;
use crate::region::{prefixes, time_words};
use crate::source::{Sources, Span};
use crate::value::CountrySet;

/// Goods, origins and times of a rule and of its parts, as lines.
pub fn whereabouts_text(program: &Program, sources: &Sources, found: &Whereabouts) -> String {
    Telling { program, sources }.text(found)
}

struct Telling<'b> {
    program: &'b Program,
    sources: &'b Sources,
}

impl Telling<'_> {
    fn text(&self, found: &Whereabouts) -> String {
        let mut out = String::new();
        self.one(found, "", &mut out);
        let part_of_rule = found.parts.iter().any(|p| p.of.is_some());
        // The clauses of what is void reach nothing, each for the same reason.
        for part in found.parts.iter().filter(|_| found.note.is_none()) {
            if !part_of_rule {
                out.push('\n');
            }
            self.one(part, "  ", &mut out);
        }
        out
    }

    fn one(&self, found: &Whereabouts, indent: &str, out: &mut String) {
        out.push_str(&format!("{indent}{}\n", self.head(found, !indent.is_empty())));
        let word = match found.kind {
            "exemption" | "suspension" | "phaseout" => "acts on",
            "rate" => "prevails on",
            _ => "has a rate on",
        };
        let mut line = |label: &str, text: &str| out.push_str(&format!("{indent}  {label:<15}{text}\n"));
        // What is said of a relief is said once, beside each of its measures.
        let told = found.parts.is_empty() || found.parts.iter().all(Whereabouts::is_clause);
        if let (Some(note), true) = (&found.note, told) {
            line("is", note);
        } else if told {
            self.regions(&found.reaches, found.kind).iter().enumerate().for_each(|(i, text)| line(if i == 0 { "reaches" } else { "" }, text));
        }
        for condition in &found.conditions {
            line("when", &self.words(*condition));
        }
        match &found.counts {
            Some(counts) if told && *counts != found.reaches => {
                self.regions(counts, found.kind).iter().enumerate().for_each(|(i, text)| line(if i == 0 { word } else { "" }, text));
            }
            _ => {}
        }
    }

    fn head(&self, found: &Whereabouts, inner: bool) -> String {
        let place = found.span.map_or_else(String::new, |s| format!(" ({})", self.place(s)));
        let cite = found.cite.as_ref().and_then(|c| Some((self.program.instrument(c.instrument)?, c.section.as_ref())));
        let cite = cite.map_or_else(String::new, |(act, section)| format!(", cites {}{}", act.name, section.map_or_else(String::new, |s| format!(" \"{s}\""))));
        match (&found.of, found.is_clause()) {
            (Some(of), _) if inner => format!("of {of}"),
            (Some(of), _) => format!("{} {} of {of}{place}{cite}", found.kind, found.name),
            (None, true) => {
                let label = if found.name.is_empty() { String::new() } else { format!(" as {}", found.name) };
                format!("{}{label}{place}{cite}", found.span.map_or_else(String::new, |s| self.clause(s)))
            }
            (None, false) => format!("{} {}{place}{cite}", found.kind, found.name),
        }
    }

    fn regions(&self, regions: &[Region], kind: &str) -> Vec<String> {
        if regions.is_empty() {
            return vec!["nothing".to_owned()];
        }
        let mut lines = Vec::new();
        for region in regions {
            let time = time_words(region.from, region.until, &self.program.clock);
            for (countries, goods) in &region.parts {
                let what = match kind {
                    "goods" => goods_of_other_names(self.program, goods),
                    "countries" => countries_text(*countries),
                    "event" => String::new(),
                    _ => format!("{} of {}", goods_of(self.program, goods), origins_of(self.program, *countries)),
                };
                lines.push(format!("{what} {time}").trim().to_owned());
            }
        }
        lines
    }

    fn words(&self, span: Span) -> String {
        self.sources.text(span).split_whitespace().collect::<Vec<_>>().join(" ")
    }

    /// A clause up to where it says when and whence, which is told otherwise.
    fn clause(&self, span: Span) -> String {
        let text = self.words(span);
        let stops = |w: &&str| !matches!(*w, "from" | "until" | "through" | "during" | "for" | "cites" | "when" | "unless" | "as" | "on" | "prevails");
        let words: Vec<&str> = text.split(' ').enumerate().take_while(|(i, w)| *i == 0 || stops(w)).map(|(_, w)| w).collect();
        words.join(" ")
    }

    fn place(&self, span: Span) -> String {
        let place = self.sources.place(span);
        format!("{}:{}", place.file.display(), place.line)
    }
}

/// A set of goods by its codes, and not by its own name.
fn goods_of_other_names(program: &Program, goods: &crate::region::GoodsSet) -> String {
    let codes: Vec<String> = prefixes(goods, &program.nomenclature.existing).iter().map(ToString::to_string).collect();
    if codes.is_empty() { "no goods that exist".to_owned() } else { codes.join(", ") }
}

fn countries_text(countries: CountrySet) -> String {
    countries.iter().map(|c| c.code()).collect::<Vec<_>>().join(", ")
}
