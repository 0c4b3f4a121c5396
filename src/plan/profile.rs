//! Classes of goods and of origins, and how the two stand to a measure: codes and countries that its rules do not tell apart share a
//! number, and pairs for which the same parts of its rules count share what is learnt.

use super::from_program::Plan;
use super::hash::Map;
use crate::program::{Charge, ClauseKind};
use crate::region::{OriginPart, Origins};
use crate::value::{Country, GoodsCode, Instant};

/// The class of the origins that a measure never reaches.
pub const OUT: u16 = u16::MAX;

/// Of a pair that has not been met.
const UNMET: u32 = u32::MAX;

/// The classes that have been met.
#[derive(Default)]
pub struct Classes {
    codes: Map<u64, Option<u32>>,
    /// By code that is known: the ten-digit code that stands for it.
    points: Vec<u64>,
    /// By code: where the measures whose goods include it end among `reached`; they begin where those of the code before end.
    ends: Vec<u32>,
    /// Measures, each with its class of goods. They lie close together, for most of the time is spent on fetching them.
    reached: Vec<(u16, u32)>,
    /// By country: where the classes of origin for each measure are, counted from 1.
    countries: Vec<u16>,
    origins: Vec<Vec<u16>>,
    measures: Vec<OfMeasure>,
    rows: Map<String, u64>,
    /// Stretches of time of each list of moments, laid end to end: for each stretch of the plan, that among the list's own moments.
    stretches: Vec<u16>,
    lists: Map<Vec<Instant>, u32>,
}

/// What is known of one measure.
#[derive(Default)]
struct OfMeasure {
    goods: Map<Vec<u64>, u32>,
    /// By class of goods.
    of_goods: Vec<Goods>,
    rows: Map<Vec<u64>, u64>,
    origins: Map<Vec<u64>, u16>,
    /// By class of origin.
    of_origin: Vec<Origin>,
    /// By class of goods, then of origin.
    pairs: Vec<u32>,
    /// How many classes of origin there is room for.
    width: usize,
    /// The pairs for which the same counts.
    relations: Map<Vec<u64>, u32>,
}

/// Which parts of a measure's rules the goods are among, and what tables say of them.
struct Goods {
    parts: Vec<u64>,
    rows: u64,
    moments: Vec<Instant>,
}

/// Which parts of a measure's rules an origin is among at some time, and in which sets that change.
struct Origin {
    parts: Vec<u64>,
    dated: Vec<u64>,
}

/// Pairs of goods and origin for which the same parts of a measure's rules count.
#[derive(Clone, Copy, Debug, Default)]
pub struct Relation {
    /// Where what is learnt of it begins.
    pub places: u32,
    /// Where its stretches begin.
    pub stretches: u32,
}

impl Classes {
    /// How many codes and pairs are known.
    pub fn size(&self) -> usize {
        self.codes.len()
    }

    /// What is known of a code; nothing where some rule tells the goods within it apart, or it is unknown to the nomenclature.
    pub fn profile(&mut self, plan: &Plan<'_>, code: GoodsCode) -> Option<u32> {
        let key = code.first().wrapping_mul(16).wrapping_add(u64::from(code.len()));
        if let Some(known) = self.codes.get(&key) {
            return *known;
        }
        let found = self.look(plan, code);
        self.codes.insert(key, found);
        found
    }

    /// The ten-digit code that stands for a code.
    pub fn point(&self, profile: u32) -> Option<u64> {
        self.points.get(profile as usize).copied()
    }

    /// Where the measures are whose goods include a code.
    pub fn reached(&self, profile: u32) -> Option<std::ops::Range<usize>> {
        let at = profile as usize;
        let start = at.checked_sub(1).map_or(Some(0), |before| self.ends.get(before).copied())?;
        Some(start as usize..*self.ends.get(at)? as usize)
    }

    /// A measure with its class of goods, by its place.
    pub fn reached_at(&self, place: usize) -> Option<(u16, u32)> {
        self.reached.get(place).copied()
    }

    /// The stretch of a relation's own moments, of a stretch of the plan.
    pub fn stretch(&self, relation: Relation, stretch: usize) -> Option<u16> {
        self.stretches.get((relation.stretches as usize).wrapping_add(stretch)).copied()
    }

    fn look(&mut self, plan: &Plan<'_>, code: GoodsCode) -> Option<u32> {
        let (first, after) = (code.first(), code.after());
        let next_cut = plan.goods_cuts.get(plan.goods_cuts.partition_point(|c| *c <= first));
        if next_cut.is_some_and(|c| *c < after) || (plan.mirrors && code.len() < 6) {
            return None;
        }
        let existing = &plan.interpreter.program.nomenclature.existing;
        let (point, _) = *crate::region::GoodsSet::of_code(code).intersection(existing).ranges().first()?;
        let within = plan.goods.at(point);
        let start = self.reached.len();
        self.measures.resize_with(plan.kinds.len(), OfMeasure::default);
        for (m, concern) in plan.concerns.measures.iter().enumerate() {
            // The first part is the measure's own.
            let own = concern.parts.first().and_then(|p| p.sets.first())?;
            if within.contains(*own) {
                match (u16::try_from(m), self.class(plan, m, point, &within)) {
                    (Ok(m), Some(class)) => self.reached.push((m, class)),
                    _ => {
                        self.reached.truncate(start);
                        return None;
                    }
                }
            }
        }
        let at = u32::try_from(self.points.len()).ok()?;
        self.points.push(point);
        self.ends.push(u32::try_from(self.reached.len()).ok()?);
        Some(at)
    }

    fn class(&mut self, plan: &Plan<'_>, measure: usize, point: u64, within: &super::stabs::Found) -> Option<u32> {
        let concern = plan.concerns.measures.get(measure)?;
        let parts = bits(concern.parts.iter().map(|p| p.sets.iter().all(|s| within.contains(*s))));
        let (mut said, mut moments) = (Vec::new(), Vec::new());
        if concern.by_six_digits {
            said.push(GoodsCode::of_point(point, 6).first());
        }
        for (m, c) in &concern.tables {
            let clause = plan.interpreter.program.measures.get(*m)?.clauses.get(*c)?;
            let ClauseKind::Rate(Charge::Table(table)) = &clause.kind else { continue };
            // Rows that say the same in the same reach are one, whatever their code.
            for row in table.rows_at(point) {
                let text = format!("{:?}", (row.code.map_or(0, GoodsCode::len), &row.origins, row.from, row.until, &row.rate));
                let next = self.rows.len() as u64;
                said.push(*self.rows.entry(text).or_insert(next));
                moments.extend(row.from.into_iter().chain(row.until));
            }
            said.push(u64::MAX);
        }
        let known = self.measures.get_mut(measure)?;
        let next = known.rows.len() as u64;
        let rows = *known.rows.entry(said).or_insert(next);
        let mut signature = parts.clone();
        signature.push(rows);
        let next = u32::try_from(known.of_goods.len()).ok()?;
        let class = *known.goods.entry(signature).or_insert(next);
        if class == next {
            known.of_goods.push(Goods { parts, rows, moments });
        }
        Some(class)
    }

    /// The class of a country of origin for each measure.
    pub fn origin(&mut self, plan: &Plan<'_>, country: Country) -> Option<usize> {
        let number = usize::from(country.number());
        if let Some(at) = self.countries.get(number).filter(|at| **at > 0) {
            return Some(usize::from(at.wrapping_sub(1)));
        }
        self.countries.resize(256, 0);
        self.measures.resize_with(plan.kinds.len(), OfMeasure::default);
        let ever: Vec<bool> = plan.concerns.origins.iter().map(|o| o.ever().contains(country)).collect();
        let is_in = |o: &usize| ever.get(*o).copied().unwrap_or(false);
        let mut classes = Vec::with_capacity(self.measures.len());
        for (concern, known) in plan.concerns.measures.iter().zip(&mut self.measures) {
            if !concern.parts.first().is_some_and(|own| own.origins.iter().all(is_in)) {
                classes.push(OUT);
                continue;
            }
            let parts = bits(concern.parts.iter().map(|p| p.origins.iter().all(is_in)));
            let mut dated = Vec::new();
            concern.dated.iter().filter_map(|o| plan.concerns.origins.get(*o)).for_each(|o| members(o, country, &mut dated));
            let dated = bits(dated.into_iter());
            let signature: Vec<u64> = parts.iter().chain(&dated).copied().collect();
            let next = u16::try_from(known.of_origin.len()).ok()?;
            let class = *known.origins.entry(signature).or_insert(next);
            if class == next {
                known.of_origin.push(Origin { parts, dated });
            }
            classes.push(class);
        }
        let at = self.origins.len();
        self.origins.push(classes);
        *self.countries.get_mut(number)? = u16::try_from(at.saturating_add(1)).ok()?;
        Some(at)
    }

    /// The class of an origin for a measure.
    pub fn origin_class(&self, origin: usize, measure: usize) -> Option<u16> {
        self.origins.get(origin)?.get(measure).copied()
    }

    /// The relation of goods and origin to a measure, by their classes; nothing where it has not been met.
    pub fn relation(&self, measure: usize, goods: u32, origin: u16) -> Option<u32> {
        let known = self.measures.get(measure)?;
        if usize::from(origin) >= known.width {
            return None;
        }
        let at = (goods as usize).wrapping_mul(known.width).wrapping_add(usize::from(origin));
        known.pairs.get(at).copied().filter(|r| *r != UNMET)
    }

    /// Finds the relation of a pair that has not been met; one that is new is made of `places` for its stretches.
    pub fn relate(&mut self, plan: &Plan<'_>, measure: usize, goods: u32, origin: u16, new: impl FnOnce(usize, u32) -> Option<u32>) -> Option<u32> {
        let known = self.measures.get_mut(measure)?;
        let (of_goods, of_origin) = (known.of_goods.get(goods as usize)?, known.of_origin.get(usize::from(origin))?);
        let counting: Vec<u64> = of_goods.parts.iter().zip(&of_origin.parts).map(|(g, o)| g & o).collect();
        let mut signature = counting.clone();
        signature.push(of_goods.rows);
        signature.extend_from_slice(&of_origin.dated);
        let relation = match known.relations.get(&signature) {
            Some(relation) => *relation,
            None => {
                let counts = |part: usize| counting.get(part / 64).is_some_and(|word| (word >> (part & 63)) & 1 == 1);
                let cuts = plan.concerns.cuts(measure, &plan.interpreter.edition, counts, &of_goods.moments);
                let count = cuts.len().saturating_add(1);
                let stretches = match self.lists.get(&cuts) {
                    Some(at) => *at,
                    None => {
                        let at = u32::try_from(self.stretches.len()).ok()?;
                        let starts = std::iter::once(None).chain(plan.cuts.iter().copied().map(Some));
                        let own = |start: Option<Instant>| start.map_or(0, |start| cuts.partition_point(|c| *c <= start));
                        self.stretches.extend(starts.map(|start| u16::try_from(own(start)).unwrap_or(u16::MAX)));
                        self.lists.insert(cuts, at);
                        at
                    }
                };
                let relation = new(count, stretches)?;
                known.relations.insert(signature, relation);
                relation
            }
        };
        let width = known.of_origin.len();
        if width > known.width {
            let wider = width.next_power_of_two();
            let mut pairs = vec![UNMET; known.of_goods.len().saturating_mul(wider)];
            if known.width > 0 {
                for (to, from) in pairs.chunks_mut(wider).zip(known.pairs.chunks(known.width)) {
                    to.iter_mut().zip(from).for_each(|(to, from)| *to = *from);
                }
            }
            (known.pairs, known.width) = (pairs, wider);
        }
        let at = (goods as usize).wrapping_mul(known.width).wrapping_add(usize::from(origin));
        if at >= known.pairs.len() {
            known.pairs.resize(known.of_goods.len().saturating_mul(known.width), UNMET);
        }
        *known.pairs.get_mut(at)? = relation;
        Some(relation)
    }
}

/// For every part of a set of origins, at whatever time, whether the country is in it.
fn members(origins: &Origins, country: Country, out: &mut Vec<bool>) {
    fn part(part: &OriginPart, country: Country, out: &mut Vec<bool>) {
        out.push(part.countries.contains(country));
        if let Some(named) = &part.named {
            members(named, country, out);
        }
    }
    origins.included.iter().chain(&origins.excepted).for_each(|p| part(p, country, out));
}

fn bits(flags: impl Iterator<Item = bool>) -> Vec<u64> {
    let mut out = Vec::new();
    for (i, flag) in flags.enumerate() {
        if i.is_multiple_of(64) {
            out.push(0);
        }
        if let Some(word) = out.last_mut() {
            *word |= u64::from(flag) << (i & 63);
        }
    }
    out
}
