pub fn print(_s: &super::tree::Syntax, source: &str) -> String {
    source.to_owned()
}
