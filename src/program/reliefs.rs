//! What relieves, suspends, lowers and limits duties.

use super::facts::FactKind;
use super::from_syntax::Builder;
use super::rules::*;
use super::terms::Rate;
use super::types::{MeasureId, Named};
use crate::problem::{Problem, periods, typing};
use crate::source::Span;
use crate::syntax;
use crate::value::{Duration, DurationUnit, Exact, Instant};
use std::sync::Arc;

/// More stages than any agreement has; what lies beyond is a slip of the pen.
const MOST_STAGES: u32 = 100;

impl Builder<'_> {
    pub fn measure_list(&mut self, names: &[syntax::Name]) -> Vec<MeasureId> {
        let mut out: Vec<MeasureId> = Vec::new();
        for name in names {
            for id in self.measures(name).unwrap_or_default() {
                if !out.contains(&id) {
                    out.push(id);
                }
            }
        }
        out
    }

    pub fn exemption(&mut self, item: &syntax::Exemption) {
        let relief = match &item.relief {
            None => Relief::Full,
            Some(syntax::Relief::To(rate, _)) => self.rate(rate).map_or(Relief::Full, |r| Relief::To(Arc::new(r))),
            Some(syntax::Relief::ByPoints(points, _)) => Relief::ByPoints(self.points(points).unwrap_or_default()),
            Some(syntax::Relief::ByShare(share, _)) => Relief::ByShare(share.value),
            Some(syntax::Relief::ByInput(name, _)) => match super::names::fact(&self.program, &self.names, &mut self.problems, name) {
                Some(id) if self.program.fact(id).is_some_and(|f| f.kind == FactKind::Rate) => Relief::ByInput(id),
                Some(id) => {
                    let words = self.program.fact(id).map_or_else(String::new, |f| f.kind.words());
                    self.problems.add(typing::wrong_type(&name.text, &words, "a share", "a share of the duty is an input of type `rate`", name.span));
                    Relief::Full
                }
                None => Relief::Full,
            },
        };
        let quota = item.quota.as_ref().and_then(|q| self.quota_named(q));
        let from = self.measure_list(&item.from);
        let head = self.head(&item.head, item.name.span);
        self.program.exemptions.push(Exemption {
            name: item.name.text.clone(),
            title: item.title.as_ref().map_or_else(String::new, |t| t.text.clone()),
            from,
            relief,
            quota,
            head,
            changes: Vec::new(),
            span: item.name.span,
        });
    }

    pub fn suspension(&mut self, item: &syntax::Suspension) {
        let of = self.measure_list(&item.of);
        let by = item.by.as_ref().and_then(|p| self.points(p));
        let head = self.head(&item.head, item.name.span);
        self.program.suspensions.push(Suspension {
            name: item.name.text.clone(),
            title: item.title.as_ref().map_or_else(String::new, |t| t.text.clone()),
            of,
            only: None,
            by,
            head,
            changes: Vec::new(),
            span: item.name.span,
        });
    }

    pub fn phaseout(&mut self, item: &syntax::Phaseout) {
        let of = self.measure_list(&item.of);
        let head = self.head(&item.head, item.name.span);
        if head.period.from.is_none() {
            self.problems.add(
                Problem::error("T201", format!("phase-out `{}` has no start", item.name.text))
                    .help("say when its first stage begins: `from 2025-01-01 in 4 yearly stages to 0%`")
                    .at(item.name.span, "counted from nothing"),
            );
        }
        let (steps, every) = self.steps(item);
        let starting_at = item.starting_at.as_ref().and_then(|r| self.rate(r)).map(Arc::new);
        let counted_from = item.counted_from.as_ref().and_then(|m| self.instant(m));
        if let (Some(counted), Some(from), Some(moment)) = (counted_from, head.period.from, &item.counted_from)
            && counted > from
        {
            let (counted, from) = (self.program.show(counted), self.program.show(from));
            self.problems.add(
                Problem::error("T310", format!("stages are counted from {counted}, after the phase-out has begun ({from})"))
                    .help("`counted from` is for those who join stages that already run; leave it out where they begin with the phase-out")
                    .at(moment.span, "later than the start"),
            );
        }
        if every.is_none() && steps.count() > 1 {
            self.leap_stages(counted_from.or(head.period.from), head.period.span.unwrap_or(item.name.span));
        }
        let (mut rounded_points, mut rounded_money) = (None, None);
        for rounded in &item.rounded {
            match &rounded.to {
                syntax::RoundedTo::Points(points) => {
                    let step = self.points(points);
                    rounded_points = step.and_then(|s| self.stage_rounding(s, rounded.down, "0.1 points", &points.number));
                }
                syntax::RoundedTo::Money(money) => {
                    let example = format!("{} 0.01", self.program.currency);
                    let step = self.own_money(money);
                    rounded_money = step.and_then(|s| self.stage_rounding(s, rounded.down, &example, &money.number));
                }
            }
        }
        self.program.phaseouts.push(Phaseout {
            name: item.name.text.clone(),
            title: item.title.as_ref().map_or_else(String::new, |t| t.text.clone()),
            of,
            steps,
            starting_at,
            counted_from,
            rounded_points,
            rounded_money,
            every,
            head,
            changes: Vec::new(),
            span: item.name.span,
        });
    }

    /// T210: anniversaries of a day that most years lack.
    fn leap_stages(&mut self, first: Option<Instant>, span: Span) {
        let clock = &self.program.clock;
        let Some(first) = first.filter(|f| clock.day_of(*f).is_some_and(|d| d.month() == 2 && d.day() == 29)) else { return };
        if let Ok((next, _)) = clock.after(first, Duration { count: 1, unit: DurationUnit::Years }) {
            let taken = self.program.show(next);
            self.problems.add(periods::leap_stages(&taken, span));
        }
    }

    fn stage_rounding(&mut self, step: Exact, down: bool, example: &str, number: &syntax::Number) -> Option<StageRounding> {
        if step.is_zero() {
            let help = format!("staged rates are rounded to something such as `{example}`");
            self.problems.add(typing::wrong_type(&number.text, "zero", "a step", &help, number.span));
            return None;
        }
        Some(StageRounding { down, step })
    }

    fn steps(&mut self, item: &syntax::Phaseout) -> (Steps, Option<(i8, i8)>) {
        let day = |d: &Option<syntax::MonthDay>| d.as_ref().map(|d| (d.month, d.day));
        match &item.steps {
            None => {
                self.problems.add(
                    Problem::error("T310", format!("phase-out `{}` does not say how the rate falls", item.name.text))
                        .help("say `in 4 yearly stages to 0%`, or what each stage cuts: `cutting 20%, 50%, 100%`")
                        .at(item.name.span, "no stages"),
                );
                (Steps::Cutting(Vec::new()), None)
            }
            Some(syntax::Steps::Equal { count, every, to, span }) => {
                if *count == 0 || *count > MOST_STAGES {
                    self.problems
                        .add(Problem::error("T310", format!("a phase-out has between 1 and {MOST_STAGES} stages, not {count}")).at(*span, "this many stages"));
                }
                let to = self.rate(to).unwrap_or_else(|| Rate::percent(Exact::ZERO));
                (Steps::Equal { count: (*count).clamp(1, MOST_STAGES), to: Arc::new(to) }, day(every))
            }
            Some(syntax::Steps::Cutting { cuts, every, span }) => {
                for pair in cuts.windows(2) {
                    if let [before, after] = pair
                        && after.value < before.value
                    {
                        self.problems.add(
                            Problem::error("T310", format!("the stage that cuts {} follows one that cuts {}", after.text, before.text))
                                .help("each stage says what is cut in all, reckoned from the first rate: `cutting 20%, 50%, 100%`")
                                .at(after.span, "cuts less than the stage before")
                                .at(before.span, "the stage before"),
                        );
                    }
                }
                if let Some(over) = cuts.iter().find(|c| c.value > Exact::ONE) {
                    self.problems.add(Problem::error("T310", format!("a stage cannot cut {} of a rate", over.text)).at(over.span, "more than all of it"));
                }
                if u32::try_from(cuts.len()).is_ok_and(|n| n > MOST_STAGES) {
                    self.problems.add(Problem::error("T310", format!("a phase-out has at most {MOST_STAGES} stages")).at(*span, "too many"));
                }
                (Steps::Cutting(cuts.iter().map(|c| c.value).collect()), day(every))
            }
        }
    }

    pub fn limit(&mut self, item: &syntax::Limit) {
        let of = self.measure_list(&item.of);
        let at_most = item.at_most.as_ref().and_then(|r| self.rate(r));
        if item.at_most.is_none() {
            self.problems.add(
                Problem::error("T016", format!("limit `{}` does not say to how much", item.name.text))
                    .help("say the ceiling: `at most 15% inclusive of mfn`")
                    .at(item.name.span, "no `at most`"),
            );
        }
        let charged_after = of.iter().find(|m| self.program.measure(**m).is_some_and(|m| matches!(m.kind, syntax::ChargeKind::Tax | syntax::ChargeKind::Fee)));
        if let Some(other) = charged_after {
            let (name, kind) = (self.program.measure_name(*other).to_owned(), self.program.measure(*other).map_or("tax", |m| m.kind.word()));
            self.problems.add(typing::wrong_type(
                &name,
                &format!("a {kind}"),
                "a duty",
                "a limit holds down duties; taxes and fees are reckoned after them",
                item.name.span,
            ));
        }
        let head = self.head(&item.head, item.name.span);
        self.program.limits.push(Limit {
            name: item.name.text.clone(),
            title: item.title.as_ref().map_or_else(String::new, |t| t.text.clone()),
            of,
            at_most: Arc::new(at_most.unwrap_or_else(|| Rate::percent(Exact::ZERO))),
            head,
            changes: Vec::new(),
            span: item.name.span,
        });
    }

    fn quota_named(&mut self, name: &syntax::Name) -> Option<super::types::QuotaId> {
        super::names::resolve(&self.program, &self.names, &mut self.problems, name, "quota", |n| match n {
            Named::Quota(q) => Some(q),
            _ => None,
        })
    }
}
