//! The words of the grammar: what an author would call each thing that was expected.

use super::grammar::Rule;

/// How an expected rule is said: a word of the language in back-ticks, or what kind of thing it is.
/// Nothing for what no author would miss (white space, comments, the end of the text).
pub fn said(rule: Rule) -> Option<String> {
    let kind = match rule {
        Rule::EOI | Rule::WHITESPACE | Rule::COMMENT | Rule::WB | Rule::rest_of_rate => return None,
        Rule::EQUALS => "`=`",
        Rule::COLON => "`:`",
        Rule::COMMA => "`,`",
        Rule::OPEN => "`(`",
        Rule::CLOSE => "`)`",
        Rule::PLUS_SIGN => "`+`",
        Rule::MINUS_SIGN => "`-`",
        Rule::TIMES => "`*`",
        Rule::LESS_OR_EQUAL => "`<=`",
        Rule::GREATER_OR_EQUAL => "`>=`",
        Rule::UNEQUAL => "`!=`",
        Rule::LESS_THAN => "`<`",
        Rule::GREATER_THAN => "`>`",
        Rule::comparator => "a comparison such as `=` or `>=`",
        Rule::title | Rule::text => "a text in quotation marks",
        Rule::section => "a section in quotation marks",
        Rule::long_text => "a quotation in triple quotation marks",
        Rule::name => "a name",
        Rule::fact_name | Rule::asked_fact => "the name of a fact",
        Rule::path | Rule::names => "a name",
        Rule::column => "the name of a column",
        Rule::number | Rule::whole => "a number",
        Rule::percent => "a rate such as `34%`",
        Rule::points => "points, as in `24 points`",
        Rule::money => "an amount such as `CNY 2.50`",
        Rule::specific => "an amount for each unit, such as `USD 0.125 per kg`",
        Rule::currency => "a currency such as `CNY`",
        Rule::country => "a country such as `US`",
        Rule::unit => "a unit such as `kg`",
        Rule::duration => "a length of time such as `90 days`",
        Rule::instant | Rule::date => "a date such as `2025-04-10` or `2025-04-10 12:01`",
        Rule::time => "a time such as `12:01`",
        Rule::month_day => "a day of the year such as `04-01`",
        Rule::zone => "a time zone such as `Asia/Shanghai`",
        Rule::goods_code => "a goods code such as `3901.20.00`",
        Rule::problem_code => "the code of a finding, such as `T203`",
        Rule::rate | Rule::rate_sum | Rule::product | Rule::factor => "a rate such as `34%`",
        Rule::percent_of | Rule::inclusive => "a rate such as `34%`",
        Rule::base => "a base such as `value`",
        Rule::input_type => "a type: `money`, `rate`, `number`, `flag`, `text`, `country`, `instant` or `quantity of` a unit",
        Rule::goods | Rule::goods_list => "goods: `all goods`, codes, `chapter 30`, `list \"file.csv\"` or a named set",
        Rule::countries | Rule::country_list | Rule::one_country | Rule::dated_countries | Rule::dated_list | Rule::dated_country => {
            "countries, such as `US` or a named set"
        }
        Rule::any_of | Rule::all_of | Rule::not_or_test | Rule::comparison | Rule::flag | Rule::sum | Rule::multiple => "a condition",
        Rule::claim | Rule::claim_all | Rule::claim_one | Rule::claim_outcome => "a claim",
        Rule::fact => "a fact and its value",
        Rule::expectation => "`expect`",
        Rule::on_goods => "`on`",
        Rule::of_origin => "`of origin`",
        Rule::condition => "`when`",
        Rule::from => "`from`",
        Rule::until => "`until`",
        Rule::through => "`through`",
        Rule::lasting => "`for`",
        Rule::during => "`during`",
        Rule::label => "`as`",
        Rule::prevails => "`prevails over`",
        Rule::cites => "`cites`",
        Rule::against => "`against`",
        Rule::rate_clause => "`rate`",
        Rule::base_clause => "`base`",
        Rule::yields_to => "`yields to`",
        Rule::in_lieu_of => "`in lieu of`",
        Rule::covers => "`covers`",
        Rule::postpone => "`postpone`",
        Rule::end => "`end`",
        Rule::extend => "`extend`",
        Rule::to_rate => "`to`",
        Rule::by_points | Rule::by_share => "`by`",
        Rule::up_to_quota => "`up to quota`",
        Rule::only => "`only`",
        Rule::ceiling => "`at most`",
        Rule::stages => "`in`",
        Rule::cutting => "`cutting`",
        Rule::starting_at => "`starting at`",
        Rule::counted_from => "`counted from`",
        Rule::rounded_to => "`rounded to`",
        Rule::published => "`published`",
        Rule::expires => "`expires`",
        Rule::url => "`url`",
        Rule::quotation => "`text`",
        Rule::imports_into => "`imports into`",
        Rule::currency_clause => "`currency`",
        Rule::clock_clause => "`clock`",
        Rule::nomenclature_clause => "`nomenclature`",
        Rule::rounding => "`round`",
        Rule::bare_dates => "`bare dates`",
        Rule::exchange_clause => "`exchange`",
        Rule::policy_time => "`from`",
        Rule::default_value => "`default`",
        Rule::without => "`without`",
        Rule::with => "`with`",
        Rule::shipment => "`shipment`",
        Rule::known_at => "`known at`",
        Rule::in_scenario => "`scenario`",
        Rule::claims_fact | Rule::claimed => "`claims`",
        Rule::rate_of => "`rate of`",
        Rule::rate_table => "`table`",
        Rule::matching => "`matching`",
        Rule::all_goods => "`all goods`",
        Rule::chapter => "`chapter`",
        Rule::goods_file => "`list`",
        Rule::code_range => "a range of codes",
        Rule::base_of => "`base of`",
        Rule::nested | Rule::claim_nested => "`(`",
        Rule::per_importer => "`per importer`",
        Rule::tolerance => "`tolerance`",
        Rule::quota_term => "`for`",
        Rule::outcome | Rule::outcome_void | Rule::expect_status => "an outcome such as `exempted`",
        Rule::expect_needs => "`needs`",
        Rule::expect_amount | Rule::expect_relieved | Rule::expect_displaced | Rule::expect_outcome => {
            "the name of a measure, or `total`, `duty`, `tax`, `fee`"
        }
        Rule::moment | Rule::in_force | Rule::in_file | Rule::operand | Rule::per_unit => "a condition",
        Rule::HOURS => "`hours`",
        Rule::DAYS => "`days`",
        Rule::MONTHS => "`months`",
        Rule::YEARS => "`years`",
        // The first of two words stands for both.
        Rule::IMPORTS => "`imports into`",
        Rule::BARE => "`bare dates`",
        Rule::PREVAILS => "`prevails over`",
        Rule::YIELDS => "`yields to`",
        Rule::UP => "`up to quota`",
        Rule::STARTING => "`starting at`",
        Rule::COUNTED => "`counted from`",
        Rule::ROUNDED => "`rounded to`",
        Rule::KNOWN => "`known at`",
        Rule::GROSSED => "`grossed up`",
        Rule::INCLUSIVE => "`inclusive of`",
        Rule::RELIEVED => "`relieved by`",
        Rule::DISPLACED => "`displaced by`",
        other => return word(other).map(|w| format!("`{w}`")),
    };
    Some(kind.to_owned())
}

/// What was expected at a place, as a sentence lists it: each thing once, and words that stand at many places summed up in one of them.
pub fn expectations(rules: &[Rule]) -> Vec<String> {
    let groups: [(&[Rule], usize, &str); 3] = [
        (
            &[
                Rule::ON,
                Rule::OF,
                Rule::condition,
                Rule::WHEN,
                Rule::UNLESS,
                Rule::FROM,
                Rule::UNTIL,
                Rule::THROUGH,
                Rule::FOR,
                Rule::DURING,
                Rule::AS,
                Rule::PREVAILS,
                Rule::CITES,
            ],
            7,
            "a scope, a condition, a period, a label or a citation (`on`, `of origin`, `when`, `from`, `as`, `cites`)",
        ),
        (&[Rule::RATE, Rule::BASE, Rule::YIELDS, Rule::IN, Rule::COVERS, Rule::POSTPONE, Rule::END, Rule::EXTEND, Rule::AGAINST], 4, "a clause such as `rate`"),
        (
            &[Rule::POLICY, Rule::USE, Rule::INSTRUMENT, Rule::GOODS, Rule::GROUP, Rule::INPUT, Rule::EVENT, Rule::AMEND, Rule::EXEMPTION, Rule::SUSPENSION],
            6,
            "an item such as `measure` or `suspension`",
        ),
    ];
    let mut rest: Vec<Rule> = rules.to_vec();
    let mut summed = Vec::new();
    for (members, least, words) in groups {
        if rest.iter().filter(|r| members.contains(r)).count() >= least {
            // The kinds of charge stand for one another in what pest reports; items are summed up whole.
            let item = |r: &Rule| words.starts_with("an item") && word(*r).is_some_and(|w| ITEMS.contains(&w.as_str()));
            rest.retain(|r| !(members.contains(r) || item(r)));
            summed.push(words.to_owned());
        }
    }
    let mut all: Vec<String> = Vec::new();
    for words in rest.into_iter().filter_map(said).chain(summed) {
        if !all.contains(&words) {
            all.push(words);
        }
    }
    all
}

/// The word that a rule in capitals stands for: `HALF_UP` is `half up`. Marks are no words.
pub fn word(rule: Rule) -> Option<String> {
    let mark = matches!(
        rule,
        Rule::EOI
            | Rule::WHITESPACE
            | Rule::COMMENT
            | Rule::WB
            | Rule::RESERVED
            | Rule::EQUALS
            | Rule::COLON
            | Rule::COMMA
            | Rule::OPEN
            | Rule::CLOSE
            | Rule::PLUS_SIGN
            | Rule::MINUS_SIGN
            | Rule::TIMES
            | Rule::LESS_OR_EQUAL
            | Rule::GREATER_OR_EQUAL
            | Rule::UNEQUAL
            | Rule::LESS_THAN
            | Rule::GREATER_THAN
    );
    let name = format!("{rule:?}");
    let is_word = !mark && name.bytes().all(|b| b.is_ascii_uppercase() || b == b'_');
    is_word.then(|| name.trim_end_matches("_WORD").trim_end_matches("_TYPE").to_lowercase().replace('_', " "))
}

/// The items of a policy file, in the order of the reference.
pub const ITEMS: [&str; 25] = [
    "policy",
    "use",
    "instrument",
    "goods",
    "countries",
    "group",
    "input",
    "event",
    "extend",
    "measure",
    "retaliation",
    "tax",
    "fee",
    "amend",
    "exemption",
    "suspension",
    "phaseout",
    "limit",
    "quota",
    "repeal",
    "void",
    "scenario",
    "assert",
    "test",
    "allow",
];

/// The words that begin clauses.
pub const CLAUSES: [&str; 46] = [
    "imports",
    "currency",
    "clock",
    "nomenclature",
    "round",
    "bare",
    "exchange",
    "published",
    "expires",
    "url",
    "unofficial",
    "text",
    "against",
    "on",
    "of",
    "when",
    "unless",
    "from",
    "until",
    "through",
    "for",
    "during",
    "as",
    "prevails",
    "cites",
    "rate",
    "base",
    "yields",
    "in",
    "covers",
    "postpone",
    "end",
    "to",
    "by",
    "up",
    "only",
    "at",
    "cutting",
    "starting",
    "counted",
    "rounded",
    "without",
    "with",
    "that",
    "shipment",
    "expect",
];

/// Every word that can't be a name, in order of the alphabet.
pub fn keywords() -> Vec<String> {
    let mut words: Vec<String> = Rule::all_rules().iter().filter_map(|r| word(*r)).filter(|w| is_reserved(w)).collect();
    words.sort();
    words
}

/// Whether a word is reserved, asked of the grammar itself.
pub fn is_reserved(word: &str) -> bool {
    use pest::Parser;
    word.bytes().all(|b| b.is_ascii_lowercase()) && super::grammar::Grammar::parse(Rule::name, word).is_err()
}
