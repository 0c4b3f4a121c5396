//! Instants on the book's clock, and periods.

use super::from_syntax::Builder;
use super::rules::Period;
use super::types::{EventId, Named};
use crate::problem::periods;
use crate::source::Span;
use crate::syntax;
use crate::value::Instant;
use jiff::civil::Time;

impl Builder<'_> {
    /// A moment as written: a bare date is the first moment of its day.
    pub fn instant(&mut self, moment: &syntax::Moment) -> Option<Instant> {
        let clock = &self.program.clock;
        let found = match moment.time {
            None => clock.start_of(moment.date),
            Some((24, ..)) => clock.end_of(moment.date),
            Some((h, m, s)) => Time::new(h, m, s, 0).map_err(|_| crate::value::OddTime::OutOfRange).and_then(|t| clock.at(moment.date, t)),
        };
        found
            .map_err(|odd| {
                let text = self.sources.text(moment.span).to_owned();
                let clock = self.program.clock.name().to_owned();
                self.problems.add(periods::odd_time(&text, &odd.to_string(), &clock, moment.span));
            })
            .ok()
    }

    /// The moment after a `through`: the next day, or the moment itself where a time is written.
    pub fn after_through(&mut self, moment: &syntax::Moment) -> Option<Instant> {
        match moment.time {
            Some(_) => self.instant(moment),
            None => self.program.clock.end_of(moment.date).ok(),
        }
    }

    pub fn event(&mut self, name: &syntax::Name) -> Option<EventId> {
        super::names::resolve(&self.program, &self.names, &mut self.problems, name, "event", |n| match n {
            Named::Event(e) => Some(e),
            _ => None,
        })
    }

    pub fn period(&mut self, period: &syntax::Period) -> Period {
        let from = period.from.as_ref().and_then(|m| self.instant(m));
        let mut ends: Vec<(Option<Instant>, Span)> = Vec::new();
        if let Some(m) = &period.until {
            ends.push((self.instant(m), m.span));
        }
        if let Some(m) = &period.through {
            ends.push((self.after_through(m), m.span));
        }
        if let Some(l) = &period.lasting {
            ends.push((self.lasting_end(from, period.from.as_ref(), l), l.span));
        }
        if let [(_, first), (_, second), ..] = ends.as_slice() {
            self.problems.add(periods::two_ends(*first, *second));
        }
        let (until, end_span) = ends.first().copied().map_or((None, None), |(u, s)| (u, Some(s)));
        if let (Some(f), Some(u), Some(from_span), Some(end_span)) = (from, until, period.from.as_ref().map(|m| m.span), end_span)
            && u <= f
        {
            let (f, u) = (self.program.show(f), self.program.show(u));
            self.problems.add(periods::ends_before_it_starts(&f, &u, from_span, end_span));
        }
        let span = period.from.as_ref().map(|m| m.span).or(end_span);
        let during = period.during.as_ref().and_then(|n| self.event(n));
        let lasting = period.lasting.as_ref().map(|l| l.duration);
        Period { from, until, lasting, bound: until.filter(|_| lasting.is_none()), during, span }
    }

    fn lasting_end(&mut self, from: Option<Instant>, start: Option<&syntax::Moment>, lasting: &syntax::Lasting) -> Option<Instant> {
        let Some(start) = start else {
            self.problems.add(periods::no_start(lasting.span));
            return None;
        };
        let (end, moved) = self.program.clock.after(from?, lasting.duration).ok()?;
        if moved {
            let (from_text, to_text) = (self.program.show(from?), self.program.show(end));
            self.problems.add(periods::many_readings(&from_text, &lasting.duration.to_string(), &to_text, start.span.to(lasting.span)));
        }
        Some(end)
    }
}

impl Period {
    /// The part of two periods that both hold.
    pub fn within(&self, outer: &Period) -> Period {
        let later = |a: Option<Instant>, b: Option<Instant>| a.max(b);
        // A `for` outside belongs to the start outside: what has a start of its own ends with it, and does not last as long.
        let (lasting, bound) = if self.from.is_some() { (None, outer.until) } else { (outer.lasting, outer.bound) };
        Period {
            from: later(self.from, outer.from),
            until: earlier(self.until, outer.until),
            lasting: self.lasting.or(lasting),
            bound: earlier(self.bound, bound),
            during: self.during.or(outer.during),
            span: self.span.or(outer.span),
        }
    }
}

/// The earlier of two ends, of which each may be none.
pub fn earlier(a: Option<Instant>, b: Option<Instant>) -> Option<Instant> {
    match (a, b) {
        (Some(a), Some(b)) => Some(a.min(b)),
        (a, b) => a.or(b),
    }
}
