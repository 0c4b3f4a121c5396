//! The entries of one object of JSON, found without building anything.
//!
//! Numbers keep the text that they have in the file: no amount ever becomes a number of the machine on its way.

/// What is wrong with a line, and at which byte.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bad {
    pub at: usize,
    pub words: String,
}

/// A value where it stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Raw<'a> {
    Null,
    /// What stands between the quotes; whether something in it is written with a backslash.
    Text(&'a str, bool),
    Number(&'a str),
    Flag(&'a str),
    /// With its brackets.
    List(&'a str),
    Object(&'a str),
}

/// Goes through an object from entry to entry.
pub struct Scanner<'a> {
    text: &'a str,
    at: usize,
    begun: bool,
}

type Found<T> = Result<T, Bad>;

impl<'a> Scanner<'a> {
    pub fn new(text: &'a str) -> Self {
        Scanner { text, at: 0, begun: false }
    }

    /// The next name, with whether it has backslashes, the place of its value, and the value; nothing at the end of the object.
    pub fn entry(&mut self) -> Found<Option<((&'a str, bool), usize, Raw<'a>)>> {
        self.blanks();
        if !self.begun {
            if self.peek() != Some(b'{') {
                return self.bad(if self.peek() == Some(b'[') {
                    "a list begins, but each line is to be one object"
                } else {
                    "expected an object, which begins with `{`"
                });
            }
            self.step();
            self.begun = true;
            self.blanks();
            if self.peek() == Some(b'}') {
                return self.end();
            }
        } else {
            match self.peek() {
                Some(b'}') => return self.end(),
                Some(b',') => self.step(),
                _ => return self.bad("expected `,` or `}`"),
            }
            self.blanks();
        }
        if self.peek() != Some(b'"') {
            return self.bad("expected a name in quotes");
        }
        let name = self.quoted()?;
        self.blanks();
        if self.peek() != Some(b':') {
            return self.bad("expected `:` after the name");
        }
        self.step();
        self.blanks();
        let at = self.at;
        Ok(Some((name, at, self.value()?)))
    }

    fn end(&mut self) -> Found<Option<((&'a str, bool), usize, Raw<'a>)>> {
        self.step();
        self.blanks();
        if self.at < self.text.len() { self.bad("something follows the object: write one object a line") } else { Ok(None) }
    }

    fn value(&mut self) -> Found<Raw<'a>> {
        match self.peek() {
            Some(b'"') => self.quoted().map(|(text, escaped)| Raw::Text(text, escaped)),
            Some(b'{') => self.nested().map(Raw::Object),
            Some(b'[') => self.nested().map(Raw::List),
            Some(b'-' | b'0'..=b'9') => self.number().map(Raw::Number),
            Some(b'a'..=b'z' | b'A'..=b'Z') => {
                let from = self.at;
                while self.peek().is_some_and(|b| b.is_ascii_alphanumeric()) {
                    self.step();
                }
                match self.text.get(from..self.at) {
                    Some("null") => Ok(Raw::Null),
                    Some(word @ ("true" | "false")) => Ok(Raw::Flag(word)),
                    word => {
                        let words = format!("`{}` is no value: write a text in quotes, a number, `true`, `false` or `null`", word.unwrap_or(""));
                        Err(Bad { at: from, words })
                    }
                }
            }
            _ => self.bad("expected a value: a text in quotes, a number, `true`, `false` or `null`"),
        }
    }

    fn quoted(&mut self) -> Found<(&'a str, bool)> {
        let open = self.at;
        self.step();
        let (from, mut escaped) = (self.at, false);
        loop {
            match self.peek() {
                Some(b'"') => {
                    let text = self.text.get(from..self.at).unwrap_or("");
                    self.step();
                    return Ok((text, escaped));
                }
                Some(b'\\') => {
                    escaped = true;
                    self.step();
                    self.step();
                }
                Some(0..=0x1f) => return self.bad("a control character within a text: write it with a backslash"),
                Some(_) => self.step(),
                None => return Err(Bad { at: open, words: "the quote is never closed".to_owned() }),
            }
        }
    }

    fn digits(&mut self) -> Found<()> {
        let from = self.at;
        while self.peek().is_some_and(|b| b.is_ascii_digit()) {
            self.step();
        }
        if self.at == from { self.bad("expected a digit") } else { Ok(()) }
    }

    fn number(&mut self) -> Found<&'a str> {
        let from = self.at;
        if self.peek() == Some(b'-') {
            self.step();
        }
        let zero = self.peek() == Some(b'0');
        let whole = self.at;
        self.digits()?;
        if zero && self.at > whole.saturating_add(1) {
            return Err(Bad { at: whole, words: "a number of JSON does not begin with a zero: write it as a text in quotes".to_owned() });
        }
        if self.peek() == Some(b'.') {
            self.step();
            self.digits()?;
        }
        if matches!(self.peek(), Some(b'e' | b'E')) {
            self.step();
            if matches!(self.peek(), Some(b'+' | b'-')) {
                self.step();
            }
            self.digits()?;
        }
        Ok(self.text.get(from..self.at).unwrap_or(""))
    }

    /// A list or an object, checked as a whole.
    fn nested(&mut self) -> Found<&'a str> {
        let (from, mut depth) = (self.at, 0usize);
        loop {
            match self.peek() {
                Some(b'"') => {
                    self.quoted()?;
                    continue;
                }
                Some(b'{' | b'[') => depth = depth.saturating_add(1),
                Some(b'}' | b']') => depth = depth.saturating_sub(1),
                Some(_) => {}
                None => return Err(Bad { at: from, words: "the bracket is never closed".to_owned() }),
            }
            self.step();
            if depth == 0 {
                break;
            }
        }
        let text = self.text.get(from..self.at).unwrap_or("");
        match serde_json::from_str::<serde_json::Value>(text) {
            Ok(_) => Ok(text),
            Err(e) => Err(Bad { at: from.saturating_add(e.column()).saturating_sub(1), words: "this is no JSON".to_owned() }),
        }
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn step(&mut self) {
        self.at = self.at.saturating_add(1);
    }

    fn blanks(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\r' | b'\n')) {
            self.step();
        }
    }

    fn bad<T>(&self, words: &str) -> Found<T> {
        let words = if self.at >= self.text.len() { format!("the line ends: {words}") } else { words.to_owned() };
        Err(Bad { at: self.at, words })
    }
}

/// The text that a quoted one with backslashes stands for.
pub fn unescaped(text: &str) -> Option<String> {
    serde_json::from_str(&format!("\"{text}\"")).ok()
}

/// A number without an exponent; nothing where it would be very long.
pub fn without_exponent(number: &str) -> Option<String> {
    let (digits, exponent) = number.split_once(['e', 'E'])?;
    let exponent: i32 = exponent.strip_prefix('+').unwrap_or(exponent).parse().ok()?;
    if exponent.unsigned_abs() > 40 {
        return None;
    }
    let (sign, digits) = digits.strip_prefix('-').map_or(("", digits), |d| ("-", d));
    let (whole, part) = digits.split_once('.').unwrap_or((digits, ""));
    let moved = usize::try_from(exponent.unsigned_abs()).ok()?;
    let (whole, part) = if exponent >= 0 {
        let part = format!("{part:0<moved$}");
        let (up, rest) = part.split_at_checked(moved)?;
        (format!("{whole}{up}"), rest.to_owned())
    } else {
        let whole = format!("{whole:0>0$}", moved.saturating_add(1));
        let (up, down) = whole.split_at_checked(whole.len().checked_sub(moved)?)?;
        (up.to_owned(), format!("{down}{part}"))
    };
    let whole = Some(whole.trim_start_matches('0')).filter(|w| !w.is_empty()).unwrap_or("0");
    let part = part.trim_end_matches('0');
    Some(if part.is_empty() { format!("{sign}{whole}") } else { format!("{sign}{whole}.{part}") })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn entries(text: &str) -> Result<Vec<(String, String)>, Bad> {
        let (mut scanner, mut out) = (Scanner::new(text), Vec::new());
        while let Some(((name, _), _, value)) = scanner.entry()? {
            out.push((name.to_owned(), format!("{value:?}")));
        }
        Ok(out)
    }

    #[test]
    fn entries_where_they_stand() {
        let found = entries(r#" {"a" : "x\"y", "b":-1.50e+3,"c":[1,"]"] , "d":{"e":{}},"f":null,"g":true} "#).unwrap();
        let values: Vec<&str> = found.iter().map(|(_, v)| v.as_str()).collect();
        assert_eq!(values, [r#"Text("x\\\"y", true)"#, r#"Number("-1.50e+3")"#, r#"List("[1,\"]\"]")"#, r#"Object("{\"e\":{}}")"#, "Null", r#"Flag("true")"#]);
        assert_eq!(entries("{}"), Ok(vec![]));
    }

    #[test]
    fn what_is_wrong_is_told_where() {
        let at = |text: &str| entries(text).unwrap_err().at;
        assert_eq!((at(""), at("[1]"), at("{\"a\" 1}"), at("{\"a\":1 \"b\":2}"), at("{\"a\":01}")), (0, 0, 5, 7, 5));
        assert_eq!((at("{\"a\":\"b}"), at("{\"a\":1}{"), at("{\"a\":NaN}"), at("{\"a\":1,}"), at("{\"a\":[1,]}")), (5, 7, 5, 7, 8));
    }

    #[test]
    fn exponents_are_worked_out_exactly() {
        let plain = |n: &str| without_exponent(n).unwrap();
        assert_eq!((plain("1e3"), plain("1.5E-3"), plain("-12.34e1"), plain("1.230e2")), ("1000".into(), "0.0015".into(), "-123.4".into(), "123".into()));
        assert_eq!((plain("0e0"), plain("100e-2"), plain("0.001e+3"), without_exponent("1e99")), ("0".into(), "1".into(), "1".into(), None));
    }

    proptest! {
        /// The scanner takes what a JSON parser takes, and nothing else.
        #[test]
        fn agrees_with_a_parser(parts in prop::collection::vec(prop::sample::select(vec![
            "{", "}", "\"a\"", ":", ",", "1", "-", "0", ".5", "e3", "\"\\n\"", "\"\\x\"", "[", "]", "null", "true", "nul", " ", "\"", "é", "\"b\":2", "{\"c\":", "\t", "\\u00e9",
        ]), 0..12)) {
            let text = parts.concat();
            let parsed = serde_json::from_str::<serde_json::Map<String, serde_json::Value>>(&text);
            let scanned = (|| {
                let mut scanner = Scanner::new(&text);
                while let Some(((name, named), _, value)) = scanner.entry().ok()? {
                    if named { unescaped(name)?; }
                    if let Raw::Text(value, true) = value { unescaped(value)?; }
                }
                Some(())
            })();
            prop_assert_eq!(scanned.is_some(), parsed.is_ok(), "{}", text);
        }
    }
}
