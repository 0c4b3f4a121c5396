//! What each kind of item and clause looks like, whatever it looked like before.

use super::format;

/// Formats a text; what comes out must stay as it is when it is formatted again.
#[track_caller]
fn becomes(text: &str, expected: &str) {
    let formatted = format(text);
    assert!(formatted.problems.is_empty(), "{:#?}", formatted.problems);
    assert_eq!(formatted.text, expected);
    assert_eq!(format(expected).text, expected, "a second time");
}

/// A text in canonical layout.
#[track_caller]
fn stays(text: &str) {
    becomes(text, text);
}

mod files {
    use super::super::format;
    use super::{becomes, stays};

    #[test]
    fn an_empty_line_between_items_and_one_line_break_at_the_end() {
        becomes("", "");
        becomes("\n\n  \n", "");
        becomes(
            "\n\nmeasure a\n  rate 5%\nmeasure b\n  rate 6%\n\n\n\n\ntax c\n  rate 1%",
            "measure a\n    rate 5%\n\nmeasure b\n    rate 6%\n\ntax c\n    rate 1%\n",
        );
    }

    #[test]
    fn items_of_one_line_stand_together_or_apart_as_the_author_has_them() {
        stays("use us from \"us\"\nuse eu from \"eu\"\n\ngoods a = 01\ngoods b = 02\n\ngoods c = 03\n");
        becomes("use us from \"us\"\n\n\n\nuse eu from \"eu\"\n", "use us from \"us\"\n\nuse eu from \"eu\"\n");
        becomes("goods a = 01\ntax b\n    rate 5%\ngoods c = 02\n", "goods a = 01\n\ntax b\n    rate 5%\n\ngoods c = 02\n");
    }

    #[test]
    fn lines_end_with_lf_in_quotations_as_well() {
        becomes("measure a # c\r\n    cites b \"\"\"x\r\n  y\"\"\"\r\n    rate 5%\r\n", "measure a  # c\n    cites b \"\"\"x\n  y\"\"\"\n    rate 5%\n");
    }

    #[test]
    fn what_cannot_be_read_stays_as_it_is() {
        let text = "goods  a = 01\nmesure  b\n   rate  5%  # why\n\n   # no\ntax  c\n    rate  1%\n";
        let formatted = format(text);
        assert_eq!(formatted.text, "goods a = 01\nmesure  b\n   rate  5%  # why\n\n   # no\ntax c\n    rate 1%\n");
        assert_eq!(formatted.problems.len(), 1);
        // A clause in the first column stays with the item that it was meant for.
        let text = "measure a\n    on all goods of any origin\nrate  5%\n";
        assert_eq!(format(text).text, text);
        // A misleading layout is not cemented: it is left for the author to mend.
        let text = "measure a\n    on all goods of any origin\n    rate 5%\n    on  72\n";
        assert_eq!(format(text).text, text);
        let text = "   # first\n   rate  5%\n\n\n\n goods a = 01\n";
        assert_eq!(format(text).text, "# first\n   rate  5%\n\n\n\n goods a = 01\n");
    }

    #[test]
    fn an_open_quotation_swallows_nothing() {
        let text = "goods  a = 01\n\ninstrument b\n    text \"\"\"open\n\ngoods  c = 02\n";
        assert_eq!(format(text).text, text.replace("goods  a", "goods a"));
    }
}

mod comments {
    use super::{becomes, stays};

    #[test]
    fn they_stay_above_beside_and_after() {
        stays(
            "# file\n\n# section\n\n# of a\nmeasure a  # title\n    # scope\n    on all goods  # goods\n    # five\n    rate 5%  # rate\n    # closing\n\n# end\n",
        );
    }

    #[test]
    fn they_are_indented_like_what_they_stand_by() {
        becomes(
            "measure a\n# scope\n  on all goods#goods\n        # five\n  rate 5%\n  # closing\n# of b\nmeasure b\n",
            "measure a\n    # scope\n    on all goods  #goods\n    # five\n    rate 5%\n    # closing\n\n# of b\nmeasure b\n",
        );
    }

    #[test]
    fn they_go_with_a_clause_that_changes_its_place() {
        becomes(
            "measure a\n    # source\n    cites b # b\n    # when\n    from 2025-01-01 # from\n    on 01\n",
            "measure a\n    on 01\n    # when\n    from 2025-01-01  # from\n    # source\n    cites b  # b\n",
        );
        becomes("measure a\n    # scope\n    of origin US on 01 # both\n", "measure a\n    # scope\n    on 01 of origin US  # both\n");
    }

    #[test]
    fn they_part_a_list() {
        becomes("goods a = 01, # horses\n  02, 03,\n  # fish\n  0302 # fresh\n", "goods a =\n    01,  # horses\n    02, 03,\n    # fish\n    0302  # fresh\n");
        becomes("exemption a from b\n    on 01, # horses\n    02 of origin US\n", "exemption a from b\n    on 01,  # horses\n        02\n    of origin US\n");
    }

    #[test]
    fn they_part_a_clause_of_a_body() {
        becomes(
            "measure a\n    rate 5% # five\n        from 2025-01-01 # start\n        cites b\n    rate 6%\n",
            "measure a\n    rate 5%  # five\n        from 2025-01-01  # start\n        cites b\n    rate 6%\n",
        );
    }

    #[test]
    fn several_after_the_same_words_keep_their_order() {
        becomes("measure # one\n  a # two\n    rate 5%\n", "# one\nmeasure a  # two\n    rate 5%\n");
    }

    #[test]
    fn empty_lines_around_them_stay() {
        stays("# a\n\n# b\nmeasure a\n    rate 5%\n\n    # the second group\n\n    rate 6%\n");
        becomes("measure a\n\n    # scope\n\n    on 01\n\n\n\n    rate 5%\n", "measure a\n    # scope\n    on 01\n\n    rate 5%\n");
    }
}

mod heads {
    use super::{becomes, stays};

    #[test]
    fn clauses_stand_one_a_line_in_their_order() {
        becomes(
            "retaliation a \"A\" cites b \"sec. 1\" as c from 2025-01-01 through 2025-12-31 unless d of origin US on 01 against us.e prevails over f",
            "retaliation a \"A\"\n    against us.e\n    on 01 of origin US\n    unless d\n    from 2025-01-01 through 2025-12-31 as c\n    prevails over f\n    cites b \"sec. 1\"\n",
        );
    }

    #[test]
    fn a_long_scope_has_a_line_for_goods_and_one_for_origins() {
        let codes = ["8703.21.0000"; 12].join(", ");
        becomes(
            &format!("tax a\n    on {codes} of origin US\n"),
            &format!("tax a\n    on {},\n        8703.21.0000, 8703.21.0000, 8703.21.0000\n    of origin US\n", ["8703.21.0000"; 9].join(", ")),
        );
    }

    #[test]
    fn relief_stands_before_the_period() {
        becomes(
            "exemption a from b, c from 2025-01-01 up to quota q to 15% on 01 when d",
            "exemption a from b, c\n    on 01\n    when d\n    to 15%\n    up to quota q\n    from 2025-01-01\n",
        );
        becomes("exemption a from b by 50 % of the duty".replace("50 %", "50%").as_str(), "exemption a from b\n    by 50% of the duty\n");
        becomes("exemption a from b by share of the duty", "exemption a from b\n    by share of the duty\n");
        becomes("exemption a from b by 5  points", "exemption a from b\n    by 5 points\n");
        becomes("suspension a of b only c, d from 2025-01-01 by 24 points", "suspension a of b only c, d\n    by 24 points\n    from 2025-01-01\n");
        becomes("limit a of b, c cites d at most 15% inclusive of mfn", "limit a of b, c\n    at most 15% inclusive of mfn\n    cites d\n");
    }

    #[test]
    fn stages_stand_beside_the_period() {
        becomes(
            "phaseout a of mfn rounded to 0.1 points in 4 yearly stages every 04-01 to 0% counted from 2018-01-01 from 2019-02-01 starting at 10% cites b",
            "phaseout a of mfn\n    from 2019-02-01 counted from 2018-01-01 in 4 yearly stages every 04-01 to 0%\n    starting at 10%\n    rounded to 0.1 points\n    cites b\n",
        );
        becomes("phaseout a of mfn cutting 20%,50% every 07-01", "phaseout a of mfn\n    cutting 20%, 50% every 07-01\n");
    }

    #[test]
    fn endings() {
        becomes("repeal a of b,c from 2025-01-01", "repeal a of b, c\n    from 2025-01-01\n");
        becomes("void a \"A\" of b cites c", "void a \"A\" of b\n    cites c\n");
    }

    #[test]
    fn a_long_first_line_goes_on_deeper_than_the_clauses() {
        let names: Vec<String> = (10..30).map(|n| format!("measure_{n}")).collect();
        becomes(
            &format!("repeal a of {} from 2025-01-01", names.join(", ")),
            &format!("repeal a of {},\n        {}\n    from 2025-01-01\n", names[..10].join(", "), names[10..].join(", ")),
        );
    }

    #[test]
    fn conditions() {
        becomes("exemption a from b when ((c))", "exemption a from b\n    when c\n");
        becomes("exemption a from b when c and (d or e)", "exemption a from b\n    when c and (d or e)\n");
        // Nobody should need to know that `and` binds closer.
        becomes("exemption a from b when c and d or e", "exemption a from b\n    when (c and d) or e\n");
        becomes("exemption a from b when not (c)", "exemption a from b\n    when not c\n");
        becomes("exemption a from b when not(c or not(not d))", "exemption a from b\n    when not (c or not (not d))\n");
        becomes(
            "exemption a from b unless loaded  before 2025-01-01   12:01 and claims  \"X\" and d   in force and importer in \"f.csv\"  column n",
            "exemption a from b\n    unless loaded before 2025-01-01 12:01 and claims \"X\" and d in force and importer in \"f.csv\" column n\n",
        );
        becomes(
            "exemption a from b when value per kg>USD 3.80 and x*2+1<=20% of value",
            "exemption a from b\n    when value per kg > USD 3.80 and x * 2 + 1 <= 20% of value\n",
        );
        stays(
            "exemption a from b\n    when x = yes and y != no and z = \"t\" and u < 5 points and v >= 2025-01-01 and w = US and rate of m > EUR 2 per 100 kg\n",
        );
    }

    #[test]
    fn a_period_after_a_bound_never_looks_like_a_second_one() {
        becomes(
            "exemption a from b when (loaded before 2025-01-01) from 2025-01-01",
            "exemption a from b\n    when loaded before 2025-01-01\n    from 2025-01-01\n",
        );
        stays("measure a\n    rate 5% when (loaded before 2025-01-01) from 2025-01-01\n");
        stays("measure a\n    rate 5% unless (c and not loaded before 2025-01-01) during d\n");
        stays("measure a\n    rate 5% when loaded before 2025-01-01 and c from 2025-01-01\n");
        stays("measure a\n    rate 5% when loaded before 2025-01-01 cites c\n");
    }
}

mod bodies {
    use super::{becomes, stays};

    #[test]
    fn modifiers_follow_in_their_order() {
        becomes(
            "measure a rate 5% cites b as c until 2026-01-01 from 2025-01-01 when d of origin US on 01 prevails over e",
            "measure a\n    rate 5% on 01 of origin US when d from 2025-01-01 until 2026-01-01 as c prevails over e cites b\n",
        );
    }

    #[test]
    fn neighbours_stand_in_columns() {
        becomes(
            "measure a\n rate 34% from 2025-04-10 12:01 cites no4 \"sec. 1\"\n rate 125% from 2025-04-12 as x cites no6\n rate 5% of origin US cites no7\n",
            "measure a\n    rate 34%  from 2025-04-10 12:01      cites no4 \"sec. 1\"\n    rate 125% from 2025-04-12       as x cites no6\n    rate 5%   of origin US               cites no7\n",
        );
    }

    #[test]
    fn a_clause_without_a_modifier_makes_no_room_for_it() {
        stays(
            "measure a\n    rate table \"a-long-name.csv\" from 2025-01-01 cites b\n    rate 5%   of origin US       from 2025-01-01\n    rate 125% of origin CN\n",
        );
    }

    #[test]
    fn columns_end_at_another_word_and_at_an_empty_line() {
        stays(
            "measure a\n    base value plus duties cites b\n    rate 5%   from 2025-01-01\n    rate 125% from 2025-01-02\n\n    rate 1% from 2025-01-03\n    yields to b from 2025-01-01\n",
        );
    }

    #[test]
    fn a_clause_much_longer_than_its_neighbours_leaves_the_columns() {
        let long = "a_measure_with_a_name_of_some_forty_letters_";
        stays(&format!("measure a\n    yields to b       from 2025-01-01\n    yields to {long} from 2025-01-01\n    yields to bb, ccc from 2025-01-01\n"));
    }

    #[test]
    fn a_long_clause_puts_its_modifiers_below_it_and_deeper() {
        becomes(
            "measure a\n  rate 15% inclusive of mfn on list \"a-rather-long-name.csv\", 8703 of origin union, JP, KR unless (loaded before 2025-08-07 00:01 and entered before 2025-10-05 00:01) from 2025-08-07 00:01 as b prevails over c cites d \"sec. 1\"\n  rate 5%   from 2025-01-01\n  rate 125% from 2025-01-02\n",
            "measure a\n    rate 15% inclusive of mfn\n        on list \"a-rather-long-name.csv\", 8703 of origin union, JP, KR\n        unless (loaded before 2025-08-07 00:01 and entered before 2025-10-05 00:01)\n        from 2025-08-07 00:01 as b\n        prevails over c\n        cites d \"sec. 1\"\n    rate 5%   from 2025-01-01\n    rate 125% from 2025-01-02\n",
        );
    }

    #[test]
    fn rates_and_bases() {
        stays(
            "measure a\n    rate 33 1/3%\n    rate 9.1% at most 1% + GBP 0.90 per 100 kg at least 2%\n    rate USD 0.22 per w - 100%\n    rate 16.5% of b + rate of us.c\n    rate GBP 0.5 * abv * 2\n    rate matching us.d of origin CN after 2 days\n    rate table \"t.csv\"\n    rate free\n    rate none\n",
        );
        becomes("tax a\n  base  value  plus duties less   base of b  grossed   up", "tax a\n    base value plus duties less base of b grossed up\n");
        becomes(
            "measure a\n  in   lieu of b,c\n  covers chapter  01,0201 to 0210 except 0203",
            "measure a\n    in lieu of b, c\n    covers chapter 01, 0201 to 0210 except 0203\n",
        );
    }

    #[test]
    fn numbers_keep_their_spelling_and_durations_their_grammar() {
        stays("measure a\n    rate CNY 1_000.50\n    rate 2.50% on 39012000, 3901.20.00 from 2025-01-01 12:01:00 until 2025-01-02 24:00\n");
        becomes("event a from 2025-01-01 for 1 days", "event a from 2025-01-01 for 1 day\n");
        becomes("event a from 2025-01-01 for 90 day", "event a from 2025-01-01 for 90 days\n");
    }

    #[test]
    fn amendments() {
        becomes(
            "amend a cites b postpone c to 2025-01-01 cites d end e at 2025-01-01\n  extend f until 2025-01-01",
            "amend a\n    cites b\n    postpone c to 2025-01-01 cites d\n    end e at 2025-01-01\n    extend f until 2025-01-01\n",
        );
    }
}

mod items {
    use super::{becomes, stays};

    #[test]
    fn policy() {
        becomes(
            "policy a \"A\" imports into CN currency CNY clock Asia/Shanghai nomenclature \"n.csv\" exchange \"x.csv\" round half  up to 0.01 each  amount bare dates start from 2018-01-01 through 2020-01-01",
            "policy a \"A\"\n    imports into CN\n    currency CNY\n    clock Asia/Shanghai\n    nomenclature \"n.csv\"\n    exchange \"x.csv\"\n    round half up to 0.01 each amount\n    bare dates start\n    from 2018-01-01 through 2020-01-01\n",
        );
        stays("policy a\n    round down to 1 at the end\n");
        stays("policy a\n    round half even to 1\n    bare dates end\n");
    }

    #[test]
    fn instruments_keep_the_words_of_the_law() {
        becomes(
            "instrument a \"A\" published 2025-01-01 expires 2026-01-01 url \"u\" unofficial text \"\"\"\n  Art. 1\t\n\nmeasure x  \"\"\"",
            "instrument a \"A\"\n    published 2025-01-01\n    expires 2026-01-01\n    url \"u\"\n    unofficial\n    text \"\"\"\n  Art. 1\t\n\nmeasure x  \"\"\"\n",
        );
        stays("measure a\n    on 01\n    cites b \"sec. 1\" \"\"\"the words\n  go on\"\"\"\n    rate 5%\n");
    }

    #[test]
    fn sets() {
        becomes(
            "goods a=all goods\ngoods b =chapter 01 , list \"f\" column c except d",
            "goods a = all goods\ngoods b = chapter 01, list \"f\" column c except d\n",
        );
        becomes(
            "countries a= US ,GB  until 2021-01-01, b from 2020-01-01 through 2021-01-01",
            "countries a = US, GB until 2021-01-01, b from 2020-01-01 through 2021-01-01\n",
        );
        becomes("group a=b ,us.c", "group a = b, us.c\n");
        let names: Vec<String> = (10..30).map(|n| format!("measure_{n}")).collect();
        becomes(&format!("group a = {}", names.join(", ")), &format!("group a =\n    {},\n    {}\n", names[..11].join(", "), names[11..].join(", ")));
    }

    #[test]
    fn inputs() {
        becomes("input a:money\ninput b  : quantity  of kg \"B\"  default 5", "input a : money\ninput b : quantity of kg \"B\" default 5\n");
        for kind in ["money", "rate", "number", "flag", "text", "country", "instant"] {
            stays(&format!("input a : {kind} \"A\" default b * 2 - c\n"));
        }
        let what = "what it is ".repeat(12);
        becomes(&format!("input a : flag \"{what}\" default no"), &format!("input a : flag\n    \"{what}\"\n    default no\n"));
    }

    #[test]
    fn events() {
        stays("event a from 2025-01-01 for 90 days cites b\nextend a until 2026-01-01 cites b \"sec. 1\"\n");
        becomes("event a \"A\" cites b during c", "event a \"A\"\n    during c\n    cites b\n");
    }

    #[test]
    fn quotas() {
        becomes(
            "quota a \"f.csv\" column c cites d for 1 years from column e tolerance 10% per importer",
            "quota a \"f.csv\" column c per importer tolerance 10% for 1 year from column e cites d\n",
        );
        let file = "f".repeat(100);
        becomes(
            &format!("quota a \"{file}.csv\" column c per importer tolerance 10% cites d"),
            &format!("quota a \"{file}.csv\" column c\n    per importer\n    tolerance 10%\n    cites d\n"),
        );
    }

    #[test]
    fn scenarios() {
        becomes(
            "scenario a \"A\" without b, c with input d : money input e : money\n  amend f rate 5% from 2025-01-01\n  rate 15% from 2025-01-01",
            "scenario a \"A\"\n    without b, c\n    with\n        input d : money\n        input e : money\n\n        amend f\n            rate 5%  from 2025-01-01\n            rate 15% from 2025-01-01\n",
        );
        stays("scenario a\n    with\n        # why\n        void b of c\n            cites d\n");
    }

    #[test]
    fn assertions() {
        becomes(
            "assert a \"A\" on all goods from 2025-01-01 that rate of b<=10% and (c void or not d exempted)",
            "assert a \"A\"\n    on all goods\n    from 2025-01-01\n    that rate of b <= 10% and (c void or not d exempted)\n",
        );
    }

    #[test]
    fn tests() {
        becomes(
            "test \"t\" shipment 3901.20 of origin US known at 2025-01-01 claims \"a\",\"b\" value CNY 1_000 x yes y 5% z \"t\" u US v 5 w 2025-01-01 scenario s\n  expect a=5% expect  total = CNY 5 expect needs b\n\n  shipment 01 expect a  relieved by b,c expect a displaced by b expect a not  in force expect assessed\ntest  table \"f.csv\"",
            "test \"t\"\n    shipment 3901.20 of origin US value CNY 1_000 x yes y 5% z \"t\" u US v 5 w 2025-01-01 claims \"a\", \"b\" known at 2025-01-01 scenario s\n    expect a = 5%\n    expect total = CNY 5\n    expect needs b\n\n    shipment 01\n    expect a relieved by b, c\n    expect a displaced by b\n    expect a not in force\n    expect assessed\n\ntest table \"f.csv\"\n",
        );
    }

    #[test]
    fn waivers() {
        becomes("allow  T104 in a because \"b\"  until 2026-01-01", "allow T104 in a because \"b\" until 2026-01-01\n");
        let why = "because ".repeat(16);
        becomes(&format!("allow T104 in a because \"{why}\" until 2026-01-01"), &format!("allow T104 in a\n    because \"{why}\"\n    until 2026-01-01\n"));
    }
}
