//! Names and literals.

use super::Tape;
use carveout::source::Span;
use carveout::syntax::*;
use carveout::value::{Duration, DurationUnit, GoodsCode, Unit, percent_value};

pub const NOWHERE: Span = Span { start: 0, end: 0 };

impl Tape<'_> {
    /// A name of this book.
    pub fn name(&mut self) -> Name {
        named(self.pick(&["a", "mfn", "general", "list_4", "importer", "x1", "points", "a_rather_long_name_for_a_measure"]))
    }

    /// A name of this book or of another.
    pub fn path(&mut self) -> Name {
        if self.chance(4) { named(self.pick(&["us.general", "eu.mfn", "us.list_4_of_2019"])) } else { self.name() }
    }

    pub fn paths(&mut self) -> Vec<Name> {
        self.some(Self::path)
    }

    pub fn text(&mut self) -> Text {
        let text = self.pick(&[
            "a title",
            "",
            "lists/annex.csv",
            "关税 № 4 — “quoted”",
            "# no comment",
            "a title that is rather long, as titles of acts are wont to be: Proclamation of the President of the Republic",
        ]);
        Text { text: text.to_owned(), span: NOWHERE }
    }

    /// A quotation of the law, which may look like policy.
    pub fn quotation(&mut self) -> Text {
        let text = self.pick(&["words", "", "\nArt. 1\n\ntax is due # always\n    rate 5%\n", "  \"so\" said  \n", "trailing blanks  \n\n\n"]);
        Text { text: text.to_owned(), span: NOWHERE }
    }

    pub fn number(&mut self) -> Number {
        let text = self.pick(&["5", "0", "1_000.5", "0.125", "100", "2_500_000", "33.0"]);
        Number { text: text.to_owned(), value: text.replace('_', "").parse().unwrap(), span: NOWHERE }
    }

    pub fn percent(&mut self) -> Percent {
        let text = self.pick(&["34%", "0%", "2.50%", "33 1/3%", "125%", "1_000%"]);
        Percent { text: text.to_owned(), value: percent_value(text).unwrap(), span: NOWHERE }
    }

    pub fn points(&mut self) -> Points {
        Points { number: self.number(), span: NOWHERE }
    }

    pub fn money(&mut self) -> Money {
        Money { currency: named(self.pick(&["USD", "CNY", "EUR"])), number: self.number(), span: NOWHERE }
    }

    pub fn unit(&mut self) -> Unit {
        self.pick(&Unit::ALL)
    }

    pub fn specific(&mut self) -> Specific {
        let per = self.maybe(|_| Number { text: "100".to_owned(), value: 100.into(), span: NOWHERE });
        Specific { money: self.money(), per, unit: self.unit(), span: NOWHERE }
    }

    pub fn moment(&mut self) -> Moment {
        let date = jiff::civil::date(2018 + self.below(12) as i16, 1 + self.below(12) as i8, 1 + self.below(28) as i8);
        let (time, seconds) =
            self.pick(&[(None, false), (Some((0, 1, 0)), false), (Some((24, 0, 0)), false), (Some((12, 1, 59)), true), (Some((9, 0, 0)), true)]);
        Moment { date, time, seconds, span: NOWHERE }
    }

    pub fn lasting(&mut self) -> Lasting {
        let count = self.pick(&[1, 90, 2]);
        let unit = self.pick(&[DurationUnit::Days, DurationUnit::Hours, DurationUnit::Months, DurationUnit::Years]);
        Lasting { duration: Duration { count, unit }, span: NOWHERE }
    }

    pub fn month_day(&mut self) -> MonthDay {
        MonthDay { month: 1 + self.below(12) as i8, day: 1 + self.below(28) as i8, span: NOWHERE }
    }

    pub fn code(&mut self) -> Code {
        code(self.pick(&["3901.20.00", "39", "8703", "39012000", "8703.21", "0101.21.0010", "87.03"]))
    }

    pub fn country(&mut self) -> Name {
        named(self.pick(&["US", "CN", "GB", "DE"]))
    }

    pub fn column(&mut self) -> Name {
        named(self.pick(&["hs8", "Tonnes", "rate", "_c"]))
    }

    pub fn file(&mut self) -> FileRef {
        FileRef { path: self.text(), column: self.maybe(Self::column), span: NOWHERE }
    }
}

pub fn named(text: &str) -> Name {
    Name { text: text.to_owned(), span: NOWHERE }
}

pub fn code(text: &str) -> Code {
    Code { text: text.to_owned(), code: GoodsCode::parse(text).unwrap(), span: NOWHERE }
}
