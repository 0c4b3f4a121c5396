//! A whole input run through a session, for pipes and for tests.

use super::session::Session;

/// Runs each line of an input; gives the results alone, as the plain mode prints them.
pub fn transcript(session: &mut Session<'_>, input: &str) -> String {
    run(session, input, false)
}

/// The same with what was typed, after the prompt of its moment; further lines of an item follow dots.
pub fn dialogue(session: &mut Session<'_>, input: &str) -> String {
    run(session, input, true)
}

fn run(session: &mut Session<'_>, input: &str, typed: bool) -> String {
    let mut out = String::new();
    for line in input.lines() {
        if typed {
            let prompt = if session.is_waiting() { "... ".to_owned() } else { session.prompt() };
            out.push_str(format!("{prompt}{line}").trim_end());
            out.push('\n');
        }
        let reply = session.line(line);
        out.push_str(&reply.text);
        if reply.quit {
            return out;
        }
    }
    out.push_str(&session.finish().text);
    out
}
