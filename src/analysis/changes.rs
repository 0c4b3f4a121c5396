//! What changes with time and looks like a slip: rates that revive, and rates that hold for a few hours.

use super::spots::Spots;
use super::study::{Effect, Facts, Standing, State, Study, facts};
use std::collections::BTreeMap;

/// A rate shorter than this between two others is a blip.
const SECONDS_OF_A_BLIP: i64 = 3 * 24 * 60 * 60;

/// A clause that ends, and the older one that applies again.
pub type Revivals = BTreeMap<(usize, usize), Spots>;

/// A short rate: the stretches it holds for, with what was before, within and after, and the groups.
pub struct Blip {
    pub first: usize,
    pub last: usize,
    pub effects: [Effect; 3],
    pub states: [State; 3],
    pub groups: Vec<usize>,
    pub facts: Facts,
}

/// Older clauses that apply again when the one that prevailed over them ends.
pub fn revivals(study: &Study<'_>) -> Revivals {
    let mut found = Revivals::new();
    let view = &study.view;
    for stretch in 1..view.stretches.len() {
        let before = stretch.saturating_sub(1);
        if !view.is_alive(view.start_of(stretch)) || !view.is_alive(study.moment(before)) {
            continue;
        }
        let mut done: BTreeMap<(&[usize], &[usize]), Vec<usize>> = BTreeMap::new();
        for group in 0..view.groups.len() {
            done.entry((study.present(before, group), study.present(stretch, group))).or_default().push(group);
        }
        for ((then, now), groups) in done {
            let ended = then.iter().any(|r| now.binary_search(r).is_err() && study.clause_of(*r).is_some());
            if !ended {
                continue;
            }
            let mut all: Vec<usize> = then.iter().chain(now).copied().collect();
            all.sort_unstable();
            all.dedup();
            study.each_point(&all, &mut |axes, point| {
                let (old, new) = (study.state(before, then, axes, point), study.state(stretch, now, axes, point));
                let (Standing::Stands(a), Standing::Stands(b)) = (&old.standing, &new.standing) else { return };
                let (Some(ended), Some(revived)) = (a.first(), b.first()) else { return };
                let gone = now.binary_search(ended).is_err();
                let was_there = old.covering.contains(revived);
                // Where a relief hides the change, nothing changes.
                if gone && was_there && !study.say_the_same(*ended, *revived) && study.effect(&old) != study.effect(&new) {
                    found.entry((*ended, *revived)).or_default().add(stretch, &groups, &facts(point));
                }
            });
        }
    }
    found
}

/// Rates that hold for less than three days between two others.
pub fn blips(study: &Study<'_>) -> Vec<Blip> {
    let view = &study.view;
    let mut found: Vec<Blip> = Vec::new();
    for first in 1..view.stretches.len() {
        let start = view.start_of(first);
        let mut last = first;
        while let Some(end) = view.end_of(last)
            && end.0.saturating_sub(start.0) < SECONDS_OF_A_BLIP
        {
            let after = last.saturating_add(1);
            between(study, first, last, after, &mut found);
            last = after;
        }
    }
    found
}

fn between(study: &Study<'_>, first: usize, last: usize, after: usize, found: &mut Vec<Blip>) {
    let before = first.saturating_sub(1);
    let mut alike: BTreeMap<Vec<&[usize]>, Vec<usize>> = BTreeMap::new();
    for group in 0..study.view.groups.len() {
        alike.entry((before..=after).map(|s| study.present(s, group)).collect()).or_default().push(group);
    }
    for (presents, groups) in alike {
        let mut all: Vec<usize> = presents.iter().flat_map(|p| p.iter().copied()).collect();
        all.sort_unstable();
        all.dedup();
        study.each_point(&all, &mut |axes, point| {
            let states: Vec<State> = (before..=after).zip(&presents).map(|(s, p)| study.state(s, p, axes, point)).collect();
            let effects: Vec<Effect> = states.iter().map(|s| study.effect(s)).collect();
            let ([outer, inner @ .., end], Some(within)) = (effects.as_slice(), effects.get(1)) else { return };
            let steady = inner.iter().all(|e| e == within);
            let is_rate = |e: &Effect| !matches!(e, Effect::None | Effect::Conflict | Effect::NotSubject);
            if !steady || within == outer || within == end || ![outer, within, end].into_iter().all(is_rate) {
                return;
            }
            let same = |b: &&mut Blip| b.first == first && b.last == last && b.effects == [outer.clone(), within.clone(), end.clone()];
            if let Some(known) = found.iter_mut().find(same) {
                known.groups.extend(groups.iter().copied());
                known.groups.sort_unstable();
                known.groups.dedup();
                return;
            }
            let (Some(a), Some(b), Some(c)) = (states.first(), states.get(1), states.last()) else { return };
            found.push(Blip {
                first,
                last,
                effects: [outer.clone(), within.clone(), end.clone()],
                states: [a.clone(), b.clone(), c.clone()],
                groups: groups.clone(),
                facts: facts(point),
            });
        });
    }
}
