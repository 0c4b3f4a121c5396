//! One look at everything a measure does, gathering what there is to say of its rates and reliefs.

use super::spots::Spots;
use super::study::{Effect, Standing, State, Study, facts};
use super::view::RuleKind;
use crate::program::InstrumentId;
use crate::value::Exact;
use std::collections::{BTreeMap, BTreeSet};

/// What was seen, by rule numbers.
#[derive(Default)]
pub struct Seen {
    /// Parties to a conflict.
    pub conflicts: BTreeMap<Vec<usize>, Spots>,
    /// Clauses that stand together and say the same.
    pub same: BTreeMap<(usize, usize), Spots>,
    /// An older clause that prevails over a later one; and whether it is narrower by its goods or origins.
    pub older: BTreeMap<(usize, usize), (Spots, bool)>,
    /// Rate clauses that are charged somewhere, and what prevails over those that are not.
    pub alive: BTreeSet<usize>,
    pub present: BTreeSet<usize>,
    pub buried: BTreeMap<usize, BTreeSet<usize>>,
    /// Promises without a rate.
    pub gaps: BTreeMap<usize, Spots>,
    pub overlapping: BTreeMap<(usize, usize), Spots>,
    /// Suspensions of more points than the clause has, with both.
    pub excess: BTreeMap<(usize, usize), (Spots, Exact, Exact)>,
    /// Reliefs that meet a rate somewhere.
    pub acting: BTreeSet<usize>,
    /// Rules of places of which not every point was looked at, with these places.
    pub partly: BTreeMap<usize, Spots>,
}

/// Looks at every state of a measure.
pub fn look(study: &Study<'_>) -> Seen {
    let mut seen = Seen::default();
    for place in study.places() {
        seen.present.extend(place.present.iter().copied());
        let all = study.each_state(&place, &mut |state, point| {
            let mut note = |spots: &mut Spots| spots.add(place.stretch, &place.groups, &facts(point));
            one(study, place.stretch, state, &mut seen, &mut note);
        });
        if !all {
            for rule in &place.present {
                seen.partly.entry(*rule).or_default().add(place.stretch, &place.groups, &Vec::new());
            }
        }
    }
    seen
}

fn one(study: &Study<'_>, stretch: usize, state: &State, seen: &mut Seen, note: &mut dyn FnMut(&mut Spots)) {
    match &state.standing {
        Standing::None => state.covers.iter().for_each(|c| note(seen.gaps.entry(*c).or_default())),
        Standing::Conflict(parties) => {
            note(seen.conflicts.entry(parties.clone()).or_default());
            seen.alive.extend(parties.iter().copied());
        }
        Standing::Stands(rules) => {
            seen.alive.extend(rules.iter().copied());
            for (n, a) in rules.iter().enumerate() {
                for b in rules.iter().skip(n.saturating_add(1)) {
                    if !study.over(stretch, *a, *b) && !study.over(stretch, *b, *a) {
                        note(seen.same.entry((*a, *b)).or_default());
                    }
                }
            }
            let Some(winner) = rules.first().copied() else { return };
            for loser in state.covering.iter().filter(|c| !rules.contains(c)) {
                seen.buried.entry(*loser).or_default().insert(winner);
                if rules.iter().all(|r| is_later(study, *loser, *r)) && !said_in_words(study, winner, *loser) {
                    let narrower = !study.is_within(stretch, *loser, winner);
                    let (spots, by_goods) = seen.older.entry((winner, *loser)).or_default();
                    *by_goods |= narrower;
                    note(spots);
                }
            }
        }
    }
    if state.standing == Standing::None {
        return;
    }
    seen.acting.extend(state.suspensions.iter().chain(&state.exemptions).chain(state.phaseouts.iter().map(|(r, _)| r)).copied());
    // Where rates conflict nothing can be suspended, and where goods are not subject there is nothing to suspend.
    if matches!(state.standing, Standing::Stands(_)) && study.effect(state) != Effect::NotSubject {
        for (n, a) in state.suspensions.iter().enumerate() {
            for b in state.suspensions.iter().skip(n.saturating_add(1)) {
                note(seen.overlapping.entry((*a, *b)).or_default());
            }
        }
    }
    if let Standing::Stands(rules) = &state.standing
        && let Some(clause) = rules.first().copied()
        && let Some(rate) = study.percent(clause)
    {
        for suspension in &state.suspensions {
            if let Some(points) = study.suspended_points(*suspension)
                && points > rate
                && state.phaseouts.is_empty()
            {
                let (spots, ..) = seen.excess.entry((*suspension, clause)).or_insert_with(|| (Spots::default(), points, rate));
                note(spots);
            }
        }
    }
}

/// Whether one clause's act was published after the other's.
fn is_later(study: &Study<'_>, a: usize, b: usize) -> bool {
    let published = |rule: usize| {
        let id: InstrumentId = study.view.rules.get(rule)?.cite?.instrument;
        study.view.program().instrument(id)?.published
    };
    matches!((published(a), published(b)), (Some(x), Some(y)) if x > y)
}

fn said_in_words(study: &Study<'_>, winner: usize, loser: usize) -> bool {
    let clause = |rule| study.clause_of(rule);
    let words = clause(winner).and_then(|c| study.view.measure.clauses.get(c)).map(|c| &c.prevails);
    words.zip(clause(loser)).is_some_and(|(p, l)| p.contains(&l))
}

/// Rules of one kind among those of a measure.
pub fn of_kind<'s>(study: &'s Study<'_>, wanted: impl Fn(RuleKind) -> bool + 's) -> impl Iterator<Item = usize> + 's {
    study.view.rules.iter().enumerate().filter(move |(_, r)| wanted(r.kind)).map(|(i, _)| i)
}
