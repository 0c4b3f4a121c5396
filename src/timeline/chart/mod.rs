//! A timeline as a chart that can be put into a memorandum: dates to the right, rates upwards, what lowers them shaded, and a numbered note
//! for every change.

mod axis;
mod draw;
mod notes;
mod panel;

use super::{Course, Lowering, Timeline};
use crate::syntax::OutcomeWord;
use crate::value::Instant;
use axis::Axis;
use draw::{Drawing, Style, Tenths, escaped, px, shown, wrapped};
use std::collections::BTreeSet;

/// All pictures are as wide.
const WIDTH: Tenths = px(900);
const MARGIN: Tenths = px(20);
/// Where the plots begin and end; slanted labels reach over the end.
const LEFT: Tenths = px(66);
const RIGHT: Tenths = px(836);
/// So that labels beside each other can be read.
const NARROWEST: Tenths = px(15);

/// The timeline as an SVG picture, 900 pixels wide.
pub fn to_svg(timeline: &Timeline<'_>) -> String {
    // What is void from its beginning was never charged, and there is nothing to draw.
    let is_void = |c: &&Course| c.stretches.iter().all(|s| s.is_idle() || s.outcome == OutcomeWord::Void);
    let courses: Vec<&Course> = timeline.alive().filter(|c| !is_void(c)).collect();
    let mut drawing = Drawing::default();
    let mut y = heading(timeline, &mut drawing);
    if courses.is_empty() {
        drawing.text(MARGIN, y.saturating_add(px(20)), Style::of("note"), "No measure has to do with this shipment, whenever it enters.");
        return picture(timeline, y.saturating_add(px(50)), drawing);
    }
    let axis = time_axis(timeline, &courses);
    let mut number = 0usize;
    let mut lowerings: BTreeSet<Lowering> = BTreeSet::new();
    let (mut open, mut blips) = (false, false);
    let mut entries = Vec::new();
    for course in &courses {
        let panel = panel::Panel { timeline, course, axis: &axis };
        y = panel.draw(y, &mut number, &mut drawing);
        let shown = || course.stretches.iter().filter(|s| !s.is_idle());
        lowerings.extend(shown().filter(|s| panel::is_shaded(s)).filter_map(|s| s.lowered));
        open |= shown().any(super::Stretch::is_open);
        blips |= panel.blips().next().is_some();
        entries.push(*course);
    }
    dates(timeline, &axis, y, &mut drawing);
    y = y.saturating_add(px(100));
    y = notes::legend(&lowerings, open, blips, y, &mut drawing);
    y = notes::list(timeline, &entries, y, &mut drawing);
    picture(timeline, y.saturating_add(px(12)), drawing)
}

fn heading(timeline: &Timeline<'_>, drawing: &mut Drawing) -> Tenths {
    let mut y = px(32);
    drawing.text(MARGIN, y, Style::of("title"), &timeline.program.title);
    let mut lines = wrapped(&format!("{}{}", timeline.shipment_words(), timeline.version_words()), 138);
    lines.extend(timeline.examples_words());
    for line in lines {
        y = y.saturating_add(px(17));
        drawing.text(MARGIN, y, Style::of("note"), &line);
    }
    y.saturating_add(px(14))
}

/// The changes of all measures that are shown, once they have to do with the shipment.
fn time_axis(timeline: &Timeline<'_>, courses: &[&Course]) -> Axis {
    let program = timeline.program;
    let mut changes: BTreeSet<Instant> = BTreeSet::new();
    for course in courses {
        let shown = course.stretches.iter().skip_while(|s| s.is_idle());
        changes.extend(shown.filter_map(|s| s.from));
    }
    if let Some(end) = program.speaks_until {
        changes.extend([end]);
    }
    let changes: Vec<Instant> = changes.into_iter().collect();
    Axis::new(&changes, program.speaks_from, program.speaks_until, (LEFT, RIGHT), NARROWEST)
}

/// A date for every change, slanted below the plots.
fn dates(timeline: &Timeline<'_>, axis: &Axis, y: Tenths, drawing: &mut Drawing) {
    drawing.line((axis.left, y), (axis.right, y), "axis");
    let mut last: Option<Tenths> = None;
    for (moment, x) in axis.places() {
        drawing.line((*x, y), (*x, y.saturating_add(px(4))), "axis");
        // Where there are too many, those that would overlap are left to the notes.
        if last.is_none_or(|l| x.saturating_sub(l) >= px(11)) {
            let style = Style::of("date").anchored("end").turned(-50);
            drawing.text(x.saturating_add(px(3)), y.saturating_add(px(13)), style, &timeline.program.clock.show(*moment));
            last = Some(*x);
        }
    }
}

fn picture(timeline: &Timeline<'_>, height: Tenths, drawing: Drawing) -> String {
    let described = format!("{}{}", timeline.shipment_words(), timeline.version_words());
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{w}\" height=\"{h}\" viewBox=\"0 0 {w} {h}\" role=\"img\">\n<title>{}</title>\n<desc>{}</desc>\n{STYLE}<rect class=\"paper\" width=\"{w}\" height=\"{h}\"/>\n{}</svg>\n",
        escaped(&timeline.program.title),
        escaped(&described),
        drawing.into_text(),
        w = shown(WIDTH),
        h = shown(height),
    )
}

const STYLE: &str = r##"<defs>
<pattern id="suspended" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><rect width="6" height="6" fill="#fdf1d3"/><line x1="0" y1="0" x2="0" y2="6" stroke="#d79b16" stroke-width="2.4"/></pattern>
<pattern id="exempted" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(-45)"><rect width="6" height="6" fill="#e3f2e8"/><line x1="0" y1="0" x2="0" y2="6" stroke="#4d9a68" stroke-width="2.4"/></pattern>
<pattern id="displaced" width="5" height="5" patternUnits="userSpaceOnUse"><rect width="5" height="5" fill="#ece8f5"/><line x1="0" y1="0" x2="0" y2="5" stroke="#8571b5" stroke-width="1.6"/></pattern>
<pattern id="ended" width="5" height="5" patternUnits="userSpaceOnUse"><rect width="5" height="5" fill="#f1f1f1"/><line x1="0" y1="0" x2="5" y2="0" stroke="#9a9a9a" stroke-width="1.6"/></pattern>
<pattern id="open" width="6" height="6" patternUnits="userSpaceOnUse"><rect width="6" height="6" fill="#f4f4f4"/><circle cx="3" cy="3" r="1.1" fill="#a9a9a9"/></pattern>
</defs>
<style>
text { font-family: Helvetica, Arial, "Liberation Sans", "DejaVu Sans", sans-serif; fill: #222; }
.title { font-size: 17px; font-weight: bold; }
.measure { font-size: 13px; font-weight: bold; }
.name { font-size: 11px; font-weight: normal; fill: #666; font-family: Menlo, Consolas, "DejaVu Sans Mono", monospace; }
.note { font-size: 12px; fill: #444; }
.entry { font-size: 11px; }
.charged-rate { font-size: 11px; font-weight: bold; fill: #16324f; }
.when { font-size: 11px; fill: #555; }
.rate { font-size: 11px; font-weight: bold; fill: #16324f; }
.said { font-size: 10px; fill: #777; }
.act { font-size: 10px; fill: #333; }
.date, .tick { font-size: 10px; fill: #555; }
.short { font-size: 10px; fill: #b3261e; font-weight: bold; }
.paper { fill: #fff; }
.axis { stroke: #555; stroke-width: 1; }
.grid { stroke: #e4e4e4; stroke-width: 1; }
.thread { stroke: #9aa7b5; stroke-width: 0.8; stroke-dasharray: 2 2; }
.charged { fill: none; stroke: #16324f; stroke-width: 2.4; stroke-linejoin: miter; }
.headline { fill: none; stroke: #888; stroke-width: 1; stroke-dasharray: 4 2; }
.suspended { fill: url(#suspended); } .exempted { fill: url(#exempted); } .displaced { fill: url(#displaced); }
.ended { fill: url(#ended); } .otherwise { fill: #dfe9f5; } .open { fill: url(#open); }
.blip { fill: #b3261e; fill-opacity: 0.14; } .mark { fill: #b3261e; }
</style>
"##;
