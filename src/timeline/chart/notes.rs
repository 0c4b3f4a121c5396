//! What stands below the plots: what the shades mean, and a numbered note for every change.

use super::draw::{Drawing, Style, Tenths, px, wrapped};
use super::panel::class;
use super::{LEFT, MARGIN};
use crate::problem::counted;
use crate::timeline::{Course, Lowering, Stretch, Timeline};
use std::collections::BTreeSet;

/// What stands beside the date, and what it is because of.
const HEAD: Tenths = px(152);
const TEXT: Tenths = px(240);
const LONGEST_RATE: usize = 13;

/// The stretches whose beginning is a change that is told.
pub fn changes(course: &Course) -> impl Iterator<Item = &Stretch> {
    course.stretches.iter().skip_while(|s| s.is_idle()).filter(|s| s.from.is_some() && !s.reasons.is_empty())
}

/// What the shades mean that are used.
pub fn legend(lowerings: &BTreeSet<Lowering>, open: bool, blips: bool, y: Tenths, drawing: &mut Drawing) -> Tenths {
    let words = |l: &Lowering| match l {
        Lowering::Suspended => "suspended",
        Lowering::Exempted => "exempted",
        Lowering::Displaced => "another is charged in its stead",
        Lowering::Ended => "repealed or void",
        Lowering::Otherwise => "lowered by stages or a limit",
    };
    let mut all: Vec<(&str, &str)> = lowerings.iter().map(|l| (class(*l), words(l))).collect();
    if open {
        all.push(("open", "open: a fact is missing, or the law is"));
    }
    if blips {
        all.push(("blip", "for less than three days"));
    }
    let mut x = MARGIN;
    for (class, words) in all {
        drawing.rect(x, y.saturating_sub(px(9)), px(16), px(11), class);
        drawing.text(x.saturating_add(px(21)), y, Style::of("note"), words);
        let letters = i64::try_from(words.chars().count()).unwrap_or(0);
        x = x.saturating_add(px(42)).saturating_add(letters.saturating_mul(px(6)));
    }
    let y = if x == MARGIN { y } else { y.saturating_add(px(18)) };
    drawing.text(MARGIN, y, Style::of("note"), "The line is what is charged, over the customs value. Time is not drawn to scale: short times are drawn wider.");
    y.saturating_add(px(26))
}

/// A note for each change, by measure.
pub fn list(timeline: &Timeline<'_>, courses: &[&Course], y: Tenths, drawing: &mut Drawing) -> Tenths {
    let (mut y, mut number) = (y, 0usize);
    let clock = &timeline.program.clock;
    for course in courses {
        let mut begun = false;
        for stretch in changes(course) {
            number = number.saturating_add(1);
            if !begun {
                y = y.saturating_add(px(4));
                drawing.text(MARGIN, y, Style::of("name"), timeline.program.measure_name(course.measure));
                y = y.saturating_add(px(16));
                begun = true;
            }
            drawing.text(LEFT.saturating_sub(px(22)), y, Style::of("entry").anchored("end"), &number.to_string());
            if let Some(from) = stretch.from {
                drawing.text(LEFT.saturating_sub(px(16)), y, Style::of("when"), &clock.show_full(from));
            }
            let said: Vec<String> = stretch.reasons.iter().map(|r| with_source(timeline, r)).collect();
            let charged = stretch.rate.clone().unwrap_or_else(|| stretch.outcome.words().to_owned());
            let said = said.join("; ");
            let long = charged.chars().count() > LONGEST_RATE;
            // What is long stands with its reason, unless that says it anyway.
            let text = if long && !said.contains(&charged) { format!("{charged}: {said}") } else { said };
            if !long {
                drawing.text(HEAD, y, Style::of("charged-rate"), &charged);
            }
            for line in wrapped(&sentence(&text), 104) {
                drawing.text(TEXT, y, Style::of("entry"), &line);
                y = y.saturating_add(px(15));
            }
        }
        if begun {
            y = y.saturating_add(px(6));
        }
    }
    y
}

/// With a capital and a full stop, and without the marks of the language.
fn sentence(text: &str) -> String {
    let plain = text.replace('`', "");
    let mut letters = plain.chars();
    letters.next().map_or_else(String::new, |first| format!("{}{}.", first.to_uppercase(), letters.as_str()))
}

fn with_source(timeline: &Timeline<'_>, reason: &crate::timeline::Reason) -> String {
    let cites = timeline.cites_words(reason);
    if cites.is_empty() { reason.words.clone() } else { format!("{}, by {cites}", reason.words) }
}

/// How long a stretch lasts, in its two largest units.
pub fn lasting(stretch: &Stretch) -> String {
    let seconds = stretch.until.zip(stretch.from).map_or(0, |(u, f)| usize::try_from(u.0.saturating_sub(f.0)).unwrap_or(0));
    let part = |of: usize, unit: usize| of.checked_div(unit).unwrap_or(0);
    let rest = |of: usize, unit: usize| of.checked_rem(unit).unwrap_or(0);
    let all =
        [(part(seconds, 86_400), "day"), (part(rest(seconds, 86_400), 3600), "hour"), (part(rest(seconds, 3600), 60), "minute"), (rest(seconds, 60), "second")];
    let said: Vec<String> = all.iter().filter(|(n, _)| *n > 0).take(2).map(|(n, noun)| counted(*n, noun)).collect();
    said.join(" ")
}
