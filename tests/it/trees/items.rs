//! Items of every kind.

use super::Tape;
use super::literals::{NOWHERE, named};
use carveout::syntax::*;
use carveout::value::RoundingMode;

/// An item; `outer` is false for what stands within a scenario, which holds no further scenario.
pub fn item(tape: &mut Tape<'_>, outer: bool) -> Item {
    let kind = match tape.below(if outer { 22 } else { 21 }) {
        0 => charge(tape),
        1 => policy(tape),
        2 => ItemKind::Use(Use { name: tape.name(), path: tape.text() }),
        3 => instrument(tape),
        4 => ItemKind::Goods(GoodsSet { name: tape.name(), goods: tape.goods() }),
        5 => ItemKind::Countries(CountrySetItem { name: tape.name(), countries: tape.countries(true) }),
        6 => ItemKind::Group(Group { name: tape.name(), members: tape.paths() }),
        7 => ItemKind::Input(Input {
            name: tape.name(),
            kind: input_kind(tape),
            kind_span: NOWHERE,
            what: tape.maybe(Tape::text),
            default: tape.maybe(Tape::expression),
        }),
        8 => ItemKind::Event(Event {
            name: tape.name(),
            title: tape.maybe(Tape::text),
            head: Modifiers { period: tape.period(), cites: tape.maybe(Tape::cites), ..Modifiers::default() },
        }),
        9 => ItemKind::Extension(Extension { event: tape.name(), until: tape.moment(), cites: tape.maybe(Tape::cites) }),
        10 => ItemKind::Amend(Amend { target: tape.path(), head: tape.modifiers(), body: tape.any(|t| t.body_clause(true)) }),
        11 => exemption(tape),
        12 => ItemKind::Suspension(Suspension {
            name: tape.name(),
            title: tape.maybe(Tape::text),
            of: tape.paths(),
            only: tape.maybe(Tape::paths).unwrap_or_default(),
            by: tape.maybe(Tape::points),
            head: tape.modifiers(),
        }),
        13 => phaseout(tape),
        14 => ItemKind::Limit(Limit {
            name: tape.name(),
            title: tape.maybe(Tape::text),
            of: tape.paths(),
            at_most: tape.maybe(Tape::rate),
            head: tape.modifiers(),
        }),
        15 => ItemKind::Quota(Quota {
            name: tape.name(),
            file: tape.text(),
            column: tape.column(),
            per_importer: tape.chance(2),
            tolerance: tape.maybe(Tape::percent),
            term: tape.maybe(|t| (t.lasting(), t.column())),
            cites: tape.maybe(Tape::cites),
        }),
        16 => ItemKind::Ending(Ending { void: tape.chance(2), name: tape.name(), title: tape.maybe(Tape::text), of: tape.paths(), head: tape.modifiers() }),
        17 => ItemKind::Assert(Assert { name: tape.name(), title: tape.maybe(Tape::text), head: tape.modifiers(), claim: tape.claim(2) }),
        18 => ItemKind::Test(Test { title: tape.text(), cases: tape.some(Tape::case) }),
        19 => ItemKind::TestTable(tape.text()),
        20 => {
            ItemKind::Waiver(Waiver { code: named(tape.pick(&["T104", "T210"])), within: tape.path(), because: tape.text(), until: tape.maybe(Tape::moment) })
        }
        _ => scenario(tape),
    };
    Item { kind, span: NOWHERE }
}

fn charge(tape: &mut Tape<'_>) -> ItemKind {
    ItemKind::Charge(Charge {
        kind: tape.pick(&[ChargeKind::Measure, ChargeKind::Retaliation, ChargeKind::Tax, ChargeKind::Fee]),
        name: tape.name(),
        title: tape.maybe(Tape::text),
        against: tape.maybe(Tape::path),
        head: tape.modifiers(),
        body: tape.any(|t| t.body_clause(false)),
    })
}

fn policy(tape: &mut Tape<'_>) -> ItemKind {
    let clauses = tape.any(|t| match t.below(8) {
        0 => PolicyClause::ImportsInto(t.country(), NOWHERE),
        1 => PolicyClause::Currency(named("CNY"), NOWHERE),
        2 => PolicyClause::Clock(named(t.pick(&["Asia/Shanghai", "Etc/GMT+8"])), NOWHERE),
        3 => PolicyClause::Nomenclature(t.text(), NOWHERE),
        4 => PolicyClause::Exchange(t.text(), NOWHERE),
        5 => PolicyClause::BareDates { start: t.chance(2), span: NOWHERE },
        6 => PolicyClause::Time { from: t.moment(), through: t.maybe(Tape::moment), span: NOWHERE },
        _ => PolicyClause::Rounding {
            mode: t.pick(&[RoundingMode::HalfUp, RoundingMode::HalfEven, RoundingMode::Down]),
            step: t.number(),
            when: t.pick(&[None, Some(RoundingTime::EachAmount), Some(RoundingTime::AtTheEnd)]),
            span: NOWHERE,
        },
    });
    ItemKind::Policy(Policy { name: tape.name(), title: tape.maybe(Tape::text), clauses })
}

fn instrument(tape: &mut Tape<'_>) -> ItemKind {
    let clauses = tape.any(|t| match t.below(5) {
        0 => InstrumentClause::Published(t.moment(), NOWHERE),
        1 => InstrumentClause::Expires(t.moment(), NOWHERE),
        2 => InstrumentClause::Url(t.text(), NOWHERE),
        3 => InstrumentClause::Unofficial(NOWHERE),
        _ => InstrumentClause::Quotation(t.quotation(), NOWHERE),
    });
    ItemKind::Instrument(Instrument { name: tape.name(), title: tape.maybe(Tape::text), clauses })
}

fn input_kind(tape: &mut Tape<'_>) -> InputKind {
    let unit = tape.unit();
    tape.pick(&[
        InputKind::Money,
        InputKind::Rate,
        InputKind::Number,
        InputKind::Flag,
        InputKind::Text,
        InputKind::Country,
        InputKind::Instant,
        InputKind::Quantity(unit),
    ])
}

fn exemption(tape: &mut Tape<'_>) -> ItemKind {
    let relief = tape.maybe(|t| match t.below(4) {
        0 => Relief::To(t.rate(), NOWHERE),
        1 => Relief::ByPoints(t.points(), NOWHERE),
        2 => Relief::ByShare(t.percent(), NOWHERE),
        _ => Relief::ByInput(t.name(), NOWHERE),
    });
    ItemKind::Exemption(Exemption {
        name: tape.name(),
        title: tape.maybe(Tape::text),
        from: tape.paths(),
        relief,
        quota: tape.maybe(Tape::path),
        head: tape.modifiers(),
    })
}

fn phaseout(tape: &mut Tape<'_>) -> ItemKind {
    let steps = tape.maybe(|t| {
        let every = t.maybe(Tape::month_day);
        if t.chance(2) {
            Steps::Cutting { cuts: t.some(Tape::percent), every, span: NOWHERE }
        } else {
            Steps::Equal { count: t.pick(&[4, 10]), every, to: t.rate(), span: NOWHERE }
        }
    });
    let points = tape.maybe(|t| Rounded { down: t.chance(2), to: RoundedTo::Points(t.points()), span: NOWHERE });
    let money = tape.maybe(|t| Rounded { down: t.chance(2), to: RoundedTo::Money(t.money()), span: NOWHERE });
    let rounded = points.into_iter().chain(money).collect();
    ItemKind::Phaseout(Phaseout {
        name: tape.name(),
        title: tape.maybe(Tape::text),
        of: tape.paths(),
        steps,
        starting_at: tape.maybe(Tape::rate),
        counted_from: tape.maybe(Tape::moment),
        rounded,
        head: tape.modifiers(),
    })
}

fn scenario(tape: &mut Tape<'_>) -> ItemKind {
    let mut with: Vec<Item> = Vec::new();
    for _ in 0..tape.below(4) {
        let next = item(tape, false);
        // `extend` after an amendment is a clause of it.
        if !(matches!(next.kind, ItemKind::Extension(_)) && with.last().is_some_and(|i| matches!(i.kind, ItemKind::Amend(_)))) {
            with.push(next);
        }
    }
    ItemKind::Scenario(Scenario {
        name: tape.name(),
        title: tape.maybe(Tape::text),
        without: tape.maybe(Tape::paths).unwrap_or_default(),
        with,
        with_span: NOWHERE,
    })
}
