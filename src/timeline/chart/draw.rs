//! Marks of a picture, in whole tenths of a pixel, so that the same picture is the same text everywhere.

use std::fmt::Write;

/// A length or place, in tenths of a pixel.
pub type Tenths = i64;

/// Pixels as tenths.
pub const fn px(pixels: i64) -> Tenths {
    pixels.saturating_mul(10)
}

/// A picture that is being drawn.
#[derive(Default)]
pub struct Drawing {
    marks: String,
}

/// How a text stands.
#[derive(Clone, Copy)]
pub struct Style {
    pub class: &'static str,
    pub anchor: &'static str,
    /// Turned by degrees about its place.
    pub turned: i64,
}

impl Style {
    pub const fn of(class: &'static str) -> Self {
        Style { class, anchor: "start", turned: 0 }
    }

    pub const fn anchored(self, anchor: &'static str) -> Self {
        Style { anchor, ..self }
    }

    pub const fn turned(self, degrees: i64) -> Self {
        Style { turned: degrees, ..self }
    }
}

impl Drawing {
    pub fn rect(&mut self, x: Tenths, y: Tenths, width: Tenths, height: Tenths, class: &str) {
        self.add(format_args!("<rect class=\"{class}\" x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\"/>", shown(x), shown(y), shown(width), shown(height)));
    }

    pub fn line(&mut self, from: (Tenths, Tenths), to: (Tenths, Tenths), class: &str) {
        self.add(format_args!("<line class=\"{class}\" x1=\"{}\" y1=\"{}\" x2=\"{}\" y2=\"{}\"/>", shown(from.0), shown(from.1), shown(to.0), shown(to.1)));
    }

    pub fn path(&mut self, points: &[(Tenths, Tenths)], class: &str) {
        let places: Vec<String> = points.iter().map(|(x, y)| format!("{} {}", shown(*x), shown(*y))).collect();
        if places.len() > 1 {
            self.add(format_args!("<path class=\"{class}\" d=\"M{}\"/>", places.join(" L")));
        }
    }

    pub fn text(&mut self, x: Tenths, y: Tenths, style: Style, text: &str) {
        self.text_with(x, y, style, text, None);
    }

    /// A text with a name after it, in smaller letters.
    pub fn text_with(&mut self, x: Tenths, y: Tenths, style: Style, text: &str, name: Option<&str>) {
        let name = name.map_or_else(String::new, |n| format!("<tspan class=\"name\" dx=\"8\">{}</tspan>", escaped(n)));
        let anchor = if style.anchor == "start" { String::new() } else { format!(" text-anchor=\"{}\"", style.anchor) };
        let turned = if style.turned == 0 { String::new() } else { format!(" transform=\"rotate({} {} {})\"", style.turned, shown(x), shown(y)) };
        self.add(format_args!("<text class=\"{}\" x=\"{}\" y=\"{}\"{anchor}{turned}>{}{name}</text>", style.class, shown(x), shown(y), escaped(text)));
    }

    fn add(&mut self, mark: std::fmt::Arguments<'_>) {
        // Writing to a string cannot fail.
        let _ = writeln!(self.marks, "{mark}");
    }

    pub fn into_text(self) -> String {
        self.marks
    }
}

/// A length as the picture states it.
pub fn shown(tenths: Tenths) -> String {
    let sign = if tenths < 0 { "-" } else { "" };
    let (whole, part) = (tenths.unsigned_abs().checked_div(10).unwrap_or(0), tenths.unsigned_abs().checked_rem(10).unwrap_or(0));
    if part == 0 { format!("{sign}{whole}") } else { format!("{sign}{whole}.{part}") }
}

/// Text in which markup means nothing.
pub fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

/// About how wide a text is in a size of letters, in tenths of a pixel: fonts differ, and this is rather more than less.
pub fn width(text: &str, size: i64) -> Tenths {
    let letters = i64::try_from(text.chars().count()).unwrap_or(i64::MAX);
    letters.saturating_mul(size).saturating_mul(6)
}

/// A text in lines of at most so many letters, broken at blanks.
pub fn wrapped(text: &str, letters: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split_whitespace() {
        match lines.last_mut() {
            Some(line) if line.chars().count().saturating_add(1).saturating_add(word.chars().count()) <= letters => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}
