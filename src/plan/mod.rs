//! Many shipments at once: what the interpreter decides for a class of shipments is kept, and for each shipment only amounts are
//! reckoned, in whole millionths.
//!
//! The interpreter is the definition of meaning; the plan may only be faster. It asks the interpreter once for each measure and
//! class of goods, origins, moments and answers, and gives every shipment that it cannot reckon exactly back to the interpreter.
//!
//! ```text
//! goods code ──▶ class of goods ──┐
//!                                 ├─▶ relation ──┐
//! origin     ──▶ class of origin ─┘  (the rules  ├─▶ leaf of a measure ─▶ amount
//! entry      ──▶ stretch of time ────that count)─┘  (after the answers to the questions on which it rests)
//! ```

mod cells;
mod concerns;
mod days;
mod from_program;
mod given;
mod hash;
mod leaf;
mod linear;
mod print;
mod profile;
mod question;
mod reckon;
mod run;
mod stabs;
mod sums;
mod text;
mod write;

pub use from_program::Plan;
pub use given::{Claims, Fact, Given, MILLION};
pub use run::{Runner, Sums};
pub use sums::{ByMeasure, Share, Summed};
pub use text::{Layout, Reader};
