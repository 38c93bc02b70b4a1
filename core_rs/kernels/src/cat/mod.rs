//! Adaptive tests: the item that tells most, and when to stop.
//!
//! A [`bank::Bank`] is checked and sorted once. A [`session::Session`] over it gives one item
//! after the other by a [`design::Design`]: the rule, the quotas, when to stop. The most
//! informative item comes from an [`index`] that need not look at the whole bank; others from
//! [`expected`] gains over the posterior or [`weighted`] ones. [`quota`] keeps areas between
//! their bounds, item by item; [`shadow`] assembles the whole rest of a test, enemies included.
//! [`exposure`] spares items that everyone would get; [`simulate`] tries a design on thousands
//! of examinees; [`saved`] keeps a session as less than 1,000 bytes.
//!
//! Cost: a pick by maximum information is below a microsecond whatever the size of the bank.
//! Do not use it to teach: what measures best is answered right only half of the time.

pub mod bank;
pub mod design;
pub mod expected;
pub mod exposure;
pub mod index;
pub mod peak;
pub mod quota;
pub mod reasons;
pub mod saved;
pub mod session;
pub mod shadow;
pub mod simulate;
pub mod weighted;
