//! One measure: its rate in steps, what lowers it shaded, acts at the top.

use super::axis::Axis;
use super::draw::{Drawing, Style, Tenths, px, width};
use super::notes;
use super::{LEFT, MARGIN, RIGHT};
use crate::syntax::OutcomeWord;
use crate::timeline::{Course, Lowering, Stretch, Timeline};
use crate::value::{Exact, percent_text};

pub struct Panel<'t, 'a> {
    pub timeline: &'t Timeline<'a>,
    pub course: &'t Course,
    pub axis: &'t Axis,
}

/// A rate that holds for less than this between two others is marked.
const SHORT: i64 = 3 * 24 * 60 * 60;

/// Names of acts are cut to so many letters; the notes give their titles.
const LONGEST_NAME: usize = 16;

/// Whether part of the rate that the law says is shaded.
pub fn is_shaded(stretch: &Stretch) -> bool {
    let charged = charged(stretch).unwrap_or(Exact::ZERO);
    !stretch.is_open() && stretch.lowered.is_some() && stretch.headline_height.is_some_and(|h| h > charged)
}

/// What is charged over the value: nothing where the outcome says that nothing is.
fn charged(stretch: &Stretch) -> Option<Exact> {
    match stretch.outcome {
        OutcomeWord::Applied => stretch.height,
        _ if stretch.is_open() || stretch.is_idle() => None,
        _ => Some(Exact::ZERO),
    }
}

/// The height of a plot, and of the labels above it.
struct Plot {
    top: Tenths,
    bottom: Tenths,
    /// What the top stands for.
    highest: Exact,
}

impl Plot {
    fn y(&self, rate: Exact) -> Tenths {
        let room = Exact::whole(self.bottom.saturating_sub(self.top));
        let up = rate.checked_div(self.highest).and_then(|share| share.checked_mul(room)).map_or(0, |up| up.floor().parts().0);
        self.bottom.saturating_sub(i64::try_from(up).unwrap_or(0))
    }
}

impl Panel<'_, '_> {
    /// Draws the measure from a height downwards, numbering its changes on; gives where the next one begins.
    pub fn draw(&self, top: Tenths, number: &mut usize, drawing: &mut Drawing) -> Tenths {
        let title = self.timeline.program.measure(self.course.measure).map_or("", |m| m.title.as_str());
        let name = self.timeline.program.measure_name(self.course.measure);
        let y = top.saturating_add(px(18));
        drawing.text_with(MARGIN, y, Style::of("measure"), title, (title != name).then_some(name));
        let labels = self.labels(*number);
        let longest = labels.iter().map(|(_, text)| width(text, 10)).max().unwrap_or(0);
        // Slanted by 45 degrees a label is as high as seven tenths of its length.
        let band = longest.saturating_mul(7).checked_div(10).unwrap_or(0).clamp(px(6), px(96));
        let levels: Vec<Exact> = self.course.stretches.iter().flat_map(|s| [charged(s), s.headline_height.filter(|_| is_shaded(s))]).flatten().collect();
        let (step, highest) = scale(levels.iter().copied().max().unwrap_or(Exact::ZERO));
        let steady = levels.iter().all(|l| Some(l) == levels.first());
        let plot_top = y.saturating_add(band).saturating_add(px(10));
        let plot = Plot { top: plot_top, bottom: plot_top.saturating_add(if steady { px(46) } else { px(128) }), highest };
        self.grid(&plot, if steady { highest } else { step }, drawing);
        for stretch in &self.course.stretches {
            self.shade(&plot, stretch, drawing);
        }
        for (x, _) in &labels {
            drawing.line((*x, plot.top.saturating_sub(px(6))), (*x, plot.bottom), "thread");
        }
        self.steps(&plot, drawing);
        self.rates(&plot, drawing);
        let mut last: Option<Tenths> = None;
        for (x, text) in &labels {
            if last.is_none_or(|l| x.saturating_sub(l) >= px(11)) {
                drawing.text(x.saturating_add(px(2)), plot.top.saturating_sub(px(7)), Style::of("act").turned(-45), text);
                last = Some(*x);
            }
        }
        *number = number.saturating_add(labels.len());
        let mut below = px(16);
        for blip in self.blips() {
            self.mark(&plot, blip, drawing);
            below = px(26);
        }
        plot.bottom.saturating_add(below)
    }

    /// The changes that are numbered, with the acts that make them in few words.
    fn labels(&self, number: usize) -> Vec<(Tenths, String)> {
        let changes = notes::changes(self.course);
        let labelled = changes.zip(number.saturating_add(1)..).map(|(s, n)| {
            let x = self.axis.at(s.from, LEFT);
            let acts: Vec<&str> =
                s.reasons.iter().flat_map(|r| &r.cites).filter_map(|c| self.timeline.program.instrument(c.instrument)).map(|i| i.name.as_str()).collect();
            let mut names: Vec<&str> = Vec::new();
            for name in acts {
                if !names.contains(&name) {
                    names.push(name);
                }
            }
            if names.is_empty() {
                names.extend(s.reasons.iter().filter_map(|r| r.rule.as_deref()).take(1));
            }
            let first = names.first().unwrap_or(&"");
            let short: String = first.chars().take(LONGEST_NAME).collect();
            let more = if names.len() > 1 || short.len() < first.len() { " …" } else { "" };
            (x, format!("{n}  {short}{more}").trim_end().to_owned())
        });
        labelled.collect()
    }

    fn grid(&self, plot: &Plot, step: Exact, drawing: &mut Drawing) {
        let mut level = Exact::ZERO;
        while level <= plot.highest {
            let y = plot.y(level);
            let class = if level.is_zero() { "axis" } else { "grid" };
            drawing.line((LEFT, y), (RIGHT, y), class);
            drawing.text(LEFT.saturating_sub(px(6)), y.saturating_add(px(3)), Style::of("tick").anchored("end"), &percent_text(level));
            match level.checked_add(step) {
                Some(next) if next > level => level = next,
                _ => break,
            }
        }
    }

    fn ends(&self, stretch: &Stretch) -> (Tenths, Tenths) {
        (self.axis.at(stretch.from, self.axis.left), self.axis.at(stretch.until, self.axis.right))
    }

    fn shade(&self, plot: &Plot, stretch: &Stretch, drawing: &mut Drawing) {
        let (left, right) = self.ends(stretch);
        if stretch.is_open() {
            drawing.rect(left, plot.top, right.saturating_sub(left), plot.bottom.saturating_sub(plot.top), "open");
            return;
        }
        if !is_shaded(stretch) {
            return;
        }
        let (Some(said), Some(lowering)) = (stretch.headline_height, stretch.lowered) else { return };
        let (upper, lower) = (plot.y(said), plot.y(charged(stretch).unwrap_or(Exact::ZERO)));
        drawing.rect(left, upper, right.saturating_sub(left), lower.saturating_sub(upper), class(lowering));
        drawing.line((left, upper), (right, upper), "headline");
    }

    /// The line of what is charged: without a break from step to step.
    fn steps(&self, plot: &Plot, drawing: &mut Drawing) {
        let mut line: Vec<(Tenths, Tenths)> = Vec::new();
        for stretch in &self.course.stretches {
            match charged(stretch) {
                Some(rate) => {
                    let (left, right) = self.ends(stretch);
                    let y = plot.y(rate);
                    line.extend([(left, y), (right, y)]);
                }
                None => drawing.path(&std::mem::take(&mut line), "charged"),
            }
        }
        drawing.path(&line, "charged");
    }

    /// A word at every step, where there is room for it.
    fn rates(&self, plot: &Plot, drawing: &mut Drawing) {
        let mut taken: Vec<(Tenths, Tenths, Tenths)> = Vec::new();
        let mut place = |text: &str, style: Style, size: i64, (left, right): (Tenths, Tenths), y: Tenths, drawing: &mut Drawing| {
            let wide = width(text, size);
            let middle = left.saturating_add(right).checked_div(2).unwrap_or(left);
            let half = wide.checked_div(2).unwrap_or(0).saturating_add(px(2));
            let (first, last) = (middle.saturating_sub(half), middle.saturating_add(half));
            let free =
                |y: Tenths, taken: &[(Tenths, Tenths, Tenths)]| taken.iter().all(|(a, b, h)| last <= *a || *b <= first || h.saturating_sub(y).abs() >= px(11));
            let heights = [0, 12, 24, 36].map(|up| y.saturating_sub(px(up)));
            let Some(y) = heights.into_iter().find(|y| free(*y, &taken)) else { return };
            if wide <= right.saturating_sub(left).saturating_add(px(34)) {
                taken.push((first, last, y));
                drawing.text(middle, y, style.anchored("middle"), text);
            }
        };
        let shown = || self.course.stretches.iter().filter(|s| !s.is_idle());
        for stretch in shown() {
            let ends = self.ends(stretch);
            match (charged(stretch), &stretch.rate) {
                (Some(rate), Some(words)) => {
                    let over = stretch.height.map(percent_text).filter(|t| t.chars().count() <= 10);
                    let text = if words.chars().count() <= 24 { words.clone() } else { over.unwrap_or_else(|| "…".to_owned()) };
                    place(&text, Style::of("rate"), 11, ends, plot.y(rate).saturating_sub(px(4)), drawing);
                }
                (Some(rate), None) => place("0%", Style::of("rate"), 11, ends, plot.y(rate).saturating_sub(px(4)), drawing),
                (None, _) => {
                    let middle = plot.top.saturating_add(plot.bottom).checked_div(2).unwrap_or(plot.top);
                    let room = ends.1.saturating_sub(ends.0);
                    let words = stretch.outcome_words().replace('`', "");
                    let text = if width(&words, 10) <= room { words } else { "?".to_owned() };
                    place(&text, Style::of("said"), 10, ends, middle, drawing);
                }
            }
        }
        for stretch in shown().filter(|s| is_shaded(s)) {
            if let Some(said) = stretch.headline_height {
                place(&percent_text(said), Style::of("said"), 10, self.ends(stretch), plot.y(said).saturating_sub(px(3)), drawing);
            }
        }
    }

    /// Rates that hold for less than three days, with others before and after.
    pub fn blips(&self) -> impl Iterator<Item = &Stretch> {
        self.course.stretches.windows(3).filter_map(|w| match w {
            [before, within, after] => {
                let lasts = within.until.zip(within.from).is_some_and(|(u, f)| u.0.saturating_sub(f.0) < SHORT);
                let (was, is, will) = (charged(before)?, charged(within)?, charged(after)?);
                (lasts && was != is && is != will).then_some(within)
            }
            _ => None,
        })
    }

    fn mark(&self, plot: &Plot, blip: &Stretch, drawing: &mut Drawing) {
        let (left, right) = self.ends(blip);
        drawing.rect(left, plot.top, right.saturating_sub(left), plot.bottom.saturating_sub(plot.top), "blip");
        let middle = left.saturating_add(right).checked_div(2).unwrap_or(left);
        let y = plot.bottom.saturating_add(px(13));
        drawing.text(middle, y, Style::of("short").anchored("middle"), &notes::lasting(blip));
    }
}

pub fn class(lowering: Lowering) -> &'static str {
    match lowering {
        Lowering::Suspended => "suspended",
        Lowering::Exempted => "exempted",
        Lowering::Displaced => "displaced",
        Lowering::Ended => "ended",
        Lowering::Otherwise => "otherwise",
    }
}

/// The distance of lines, and the height of the uppermost: round numbers, and not too many of them.
fn scale(highest: Exact) -> (Exact, Exact) {
    let steps = [1i128, 2, 5, 10, 20, 25, 50, 100, 200, 250, 500, 1000, 2000, 5000, 10_000];
    for thousandths in steps {
        let Some(step) = Exact::fraction(thousandths, 1000) else { continue };
        for count in 1..=4 {
            let Some(top) = step.checked_mul(Exact::whole(count)) else { continue };
            if highest <= top && !highest.is_zero() {
                return (step, top);
            }
        }
    }
    let top = if highest.is_zero() { Exact::fraction(1, 100).unwrap_or(Exact::ONE) } else { highest };
    (top, top)
}
