use carveout::{problem::*, source::*, syntax};
#[test]
fn china() {
    let mut s = Sources::default();
    let mut ps = Problems::default();
    for e in std::fs::read_dir("policies/china").unwrap() {
        let p = e.unwrap().path();
        if p.extension().is_some_and(|x| x == "tariff") {
            let t = std::fs::read_to_string(&p).unwrap();
            let i = s.add(&p, t.clone());
            let start = s.get(i).unwrap().start;
            let syn = syntax::parse(&t, start, &mut ps);
            println!("{} {}", p.display(), syn.items.len());
        }
    }
    let bad = std::fs::read_to_string("/tmp/bad.tariff").unwrap();
    let i = s.add("bad.tariff", bad.clone());
    let start = s.get(i).unwrap().start;
    syntax::parse(&bad, start, &mut ps);
    println!("{}", render_all(&ps, &s, false));
}
