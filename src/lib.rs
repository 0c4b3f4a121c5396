//! A language for tariff law, with a checker and an evaluator.
//!
//! A *book* is a folder of `.tariff` files: legal acts, the duties that they impose, and what relieves, suspends and ends those. From the
//! text to the amount there is one way, and it is the table of contents of this library, one noun a module:
//!
//! ```text
//!             parse            check                    assess
//!   Sources ───────▶ Syntax ─────────▶ Program ────────────────────▶ Outcome
//!      │                │                 │            ▲               │
//!    Span         print (fmt)        Region: what      │           every number with its
//!                                    rules reach     Facts         clause, file and act
//!                       Problems ◀── every stage may add; words are made only at the edge
//! ```
//!
//! | module | holds |
//! | --- | --- |
//! | [`source`] | all texts of a book, laid end to end; a [`Span`](source::Span) finds file and line |
//! | [`syntax`] | what was written: items with their places, read without ever giving up, and printed in canonical layout |
//! | [`program`] | what it means: names resolved, expressions typed, units agreed, lists and tables read |
//! | [`region`] | sets of goods and origins, compared exactly |
//! | [`analysis`] | what is found by comparing what rules reach: conflicts, gaps, rules without effect, rates that hold for hours |
//! | [`facts`] | shipments, of which anything may be unknown |
//! | [`outcome`] | what a shipment owes, and why |
//! | [`plan`] | the same for many shipments, several threads at once |
//! | [`timeline`] | what a shipment owes whenever it enters: every change of its rates, and which acts made it |
//! | [`exercise`] | how well the tests of a book test it: what they exercise, and which changes of the law they notice |
//! | [`problem`] | what is wrong with a book, or worth a look, in the author's words |
//! | [`value`] | instants, codes, countries, currencies, rates: one kind a file |
//! | [`world`] | the only door to files and to the clock |
//! | [`repl`] | the interactive session, a state machine over all of these |
//!
//! The library prints nothing, touches files only through a [`World`](world::World), and gives the same answer to the same input on every
//! machine. Amounts are decimals, rates exact fractions; there is no floating-point number in it.
//!
//! # From a text to an amount
//!
//! ```
//! use carveout::facts::Shipment;
//! use carveout::outcome::{Explanation, Interpreter, Status};
//! use carveout::problem::Problems;
//! use carveout::program::{StatedFacts, check};
//! use carveout::syntax;
//! use carveout::world::Memory;
//! use std::path::Path;
//!
//! let text = r#"
//! policy china "Duties of China on goods of United States origin"
//!     imports into CN
//!     currency CNY
//!     clock Asia/Shanghai
//!
//! instrument no4 "Tariff Commission Announcement [2025] No. 4"
//!     published 2025-04-04
//!
//! measure general "Additional duty on all goods of United States origin"
//!     on all goods of origin US
//!     rate 34% from 2025-04-10 12:01 cites no4 "sec. 1"
//! "#;
//!
//! // Syntax: three items. What cannot be read would be among them too, and reported.
//! let mut problems = Problems::default();
//! let syntax = syntax::parse(text, 0, &mut problems);
//! assert_eq!(syntax.items.len(), 3);
//! assert!(problems.is_empty());
//!
//! // Program: the same text as a book, here in memory; `Disk` reads folders.
//! let world = Memory::default().with("china.tariff", text);
//! let checked = check(&world, Path::new("china.tariff"))?;
//! let program = checked.runnable().ok_or("the book has errors")?;
//!
//! // Facts: as a person states them. What is left out stays unknown.
//! let stated = StatedFacts {
//!     hs: Some("3901.20.00".into()),
//!     origin: Some("US".into()),
//!     values: vec![("value".into(), "1_000_000".into()), ("entered".into(), "2025-04-11 09:00".into())],
//!     ..StatedFacts::default()
//! };
//! let shipment = Shipment::from_stated(program, &stated, None).map_err(|e| e.to_string())?;
//!
//! // Outcome: the amounts, and where each comes from.
//! let assessment = Interpreter::new(program, None).assess(&shipment);
//! assert_eq!(assessment.status, Status::Assessed);
//! assert_eq!(assessment.totals.map(|t| t.duty.to_string()), Some("340000.00".to_owned()));
//! let explanation = Explanation { program, sources: &checked.sources, shipment: &shipment, assessment: &assessment };
//! assert!(explanation.to_text().contains("rate 34% by Tariff Commission Announcement [2025] No. 4, sec. 1 (china.tariff:12)"));
//! # Ok::<(), String>(())
//! ```
//!
//! # Many shipments
//!
//! A [`Plan`](plan::Plan) is built once for a book as known on a day, and shared between threads; each thread has a
//! [`Runner`](plan::Runner), which asks the interpreter once for each class of shipments and then reckons amounts alone. Where it gives
//! nothing, the interpreter assesses the shipment: it is not assessed, draws on a quota, or is unlike what a plan can hold.
//!
//! ```
//! use carveout::facts::Shipment;
//! use carveout::outcome::Interpreter;
//! use carveout::plan::{Plan, Runner};
//! use carveout::program::{StatedFacts, check};
//! use carveout::world::Memory;
//! use std::path::Path;
//!
//! let text = r#"
//! policy china "Duties of China on goods of United States origin"
//!     imports into CN
//!     currency CNY
//!     clock Asia/Shanghai
//!
//! measure general "Additional duty on all goods of United States origin"
//!     on all goods of origin US
//!     rate 34% from 2025-04-10 12:01
//! "#;
//! let world = Memory::default().with("china.tariff", text);
//! let checked = check(&world, Path::new("china.tariff"))?;
//! let program = checked.runnable().ok_or("the book has errors")?;
//! let interpreter = Interpreter::new(program, None);
//! let plan = Plan::new(&interpreter);
//! let mut runner = Runner::new(&plan);
//! for value in ["1_000_000", "250.50"] {
//!     let stated = StatedFacts {
//!         hs: Some("3901.20.00".into()),
//!         origin: Some("US".into()),
//!         values: vec![("value".into(), value.into()), ("entered".into(), "2025-04-11 09:00".into())],
//!         ..StatedFacts::default()
//!     };
//!     let shipment = Shipment::from_stated(program, &stated, None).map_err(|e| e.to_string())?;
//!     let totals = runner.totals(&shipment).or_else(|| interpreter.assess(&shipment).totals);
//!     assert_eq!(totals, interpreter.assess(&shipment).totals);
//! }
//! # Ok::<(), String>(())
//! ```

pub mod analysis;
pub mod exercise;
pub mod facts;
pub mod outcome;
pub mod plan;
pub mod problem;
pub mod program;
pub mod region;
pub mod repl;
mod side_by_side;
pub mod source;
pub mod syntax;
pub mod timeline;
pub mod value;
pub mod world;

/// The examples of the README are run with the documentation.
#[cfg(doctest)]
#[allow(rustdoc::invalid_codeblock_attributes)]
#[doc = include_str!("../README.md")]
struct Readme;
