//! Classes of goods and of origins: for each measure, codes and countries that its rules do not tell apart share a number.

use super::from_program::Plan;
use super::hash::Map;
use crate::program::{Charge, ClauseKind};
use crate::region::{OriginPart, Origins};
use crate::value::{Country, GoodsCode};

/// A goods code as the plan sees it.
#[derive(Clone, Debug, Default)]
pub struct Profile {
    /// The ten-digit code that stands for it.
    pub point: u64,
    /// The measures whose goods include it, each with its class of goods.
    pub reached: Vec<(u16, u32)>,
}

/// The classes that have been met.
#[derive(Default)]
pub struct Classes {
    codes: Map<u64, Option<u32>>,
    profiles: Vec<Profile>,
    /// By measure.
    goods: Vec<Map<Vec<u64>, u32>>,
    /// By country: the class of origin for each measure.
    origins: Map<u64, Vec<u16>>,
    origin_signatures: Vec<Map<Vec<u64>, u16>>,
    rows: Map<String, u64>,
}

impl Classes {
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

    pub fn get_mut(&mut self, profile: u32) -> Option<&mut Profile> {
        self.profiles.get_mut(profile as usize)
    }

    fn look(&mut self, plan: &Plan<'_>, code: GoodsCode) -> Option<u32> {
        let (first, after) = (code.first(), code.after());
        let next_cut = plan.goods_cuts.get(plan.goods_cuts.partition_point(|c| *c <= first));
        if next_cut.is_some_and(|c| *c < after) || (plan.mirrors && code.len() < 6) {
            return None;
        }
        let existing = &plan.interpreter.program.nomenclature.existing;
        let (point, _) = *crate::region::GoodsSet::of_code(code).intersection(existing).ranges().first()?;
        let within: Vec<bool> = plan.concerns.sets.iter().map(|s| s.contains(point)).collect();
        let mut reached = Vec::new();
        for (m, measure) in plan.interpreter.program.measures.iter().enumerate() {
            if measure.goods.contains(point) {
                let signature = self.signature(plan, m, point, &within)?;
                if self.goods.len() <= m {
                    self.goods.resize_with(plan.kinds.len(), Map::default);
                }
                let classes = self.goods.get_mut(m)?;
                let next = u32::try_from(classes.len()).ok()?;
                reached.push((u16::try_from(m).ok()?, *classes.entry(signature).or_insert(next)));
            }
        }
        let at = u32::try_from(self.profiles.len()).ok()?;
        self.profiles.push(Profile { point, reached });
        Some(at)
    }

    fn signature(&mut self, plan: &Plan<'_>, measure: usize, point: u64, within: &[bool]) -> Option<Vec<u64>> {
        let concern = plan.concerns.measures.get(measure)?;
        let mut out = bits(concern.sets.iter().map(|s| within.get(*s).copied().unwrap_or(false)));
        if concern.by_six_digits {
            out.push(GoodsCode::of_point(point, 6).first());
        }
        for (m, c) in &concern.tables {
            let clause = plan.interpreter.program.measures.get(*m)?.clauses.get(*c)?;
            let ClauseKind::Rate(Charge::Table(table)) = &clause.kind else { continue };
            // Rows that say the same in the same reach are one, whatever their code.
            for row in table.rows_at(point) {
                let said = format!("{:?}", (row.code.map_or(0, GoodsCode::len), &row.origins, row.from, row.until, &row.rate));
                let next = self.rows.len() as u64;
                out.push(*self.rows.entry(said).or_insert(next));
            }
            out.push(u64::MAX);
        }
        Some(out)
    }

    /// The class of a country of origin for each measure.
    pub fn origin(&mut self, plan: &Plan<'_>, country: Country) -> Option<&mut Vec<u16>> {
        let key = u64::from(country.number());
        if !self.origins.contains_key(&key) {
            self.origin_signatures.resize_with(plan.kinds.len(), Map::default);
            let classes = plan.concerns.measures.iter().zip(&mut self.origin_signatures).map(|(concern, known)| {
                let mut parts = Vec::new();
                concern.origins.iter().filter_map(|o| plan.concerns.origins.get(*o)).for_each(|o| members(o, country, &mut parts));
                let next = u16::try_from(known.len()).unwrap_or(u16::MAX);
                *known.entry(bits(parts.into_iter())).or_insert(next)
            });
            let classes: Vec<u16> = classes.collect();
            self.origins.insert(key, classes);
        }
        self.origins.get_mut(&key)
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
