//! The pages behind `explain`: one for each code, the same that are run as tests.

macro_rules! pages {
    ($($code:literal),* $(,)?) => {
        /// Every page, in order of the codes.
        pub fn pages() -> &'static [(&'static str, &'static str)] {
            &[$(($code, include_str!(concat!("../../tests/problems/", $code, ".md")))),*]
        }
    };
}

pages!(
    "T001", "T010", "T011", "T012", "T013", "T014", "T015", "T016", "T020", "T021", "T022", "T030", "T100", "T101", "T102", "T104", "T105", "T106", "T110",
    "T120", "T121", "T130", "T200", "T201", "T202", "T203", "T206", "T207", "T210", "T211", "T212", "T300", "T301", "T310", "T400", "T500", "T600", "T610",
    "T900"
);

/// The page of a code.
pub fn page(code: &str) -> Option<&'static str> {
    pages().iter().find(|(c, _)| c.eq_ignore_ascii_case(code)).map(|(_, text)| *text)
}
