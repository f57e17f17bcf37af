//! The C tests call every function of the header with NULL where it must not be, and with a buffer that is too small.

mod c;

use std::collections::BTreeMap;

/// A function of the header: its parameters, as they are declared.
struct Function {
    name: String,
    parameters: Vec<String>,
}

/// The functions that the header declares.
fn declared() -> Vec<Function> {
    let header = std::fs::read_to_string(c::root().join("include/fonap.h")).expect("the header");
    let (_, declarations) = header.split_once("extern \"C\" {").expect("declarations");
    let code: Vec<&str> = declarations.lines().filter(|line| !line.trim_start().starts_with("//")).collect();
    let code = code.join("\n");
    let mut functions = Vec::new();
    for declaration in code.split(';') {
        let Some((before, after)) = declaration.split_once('(') else { continue };
        let name = before.rsplit([' ', '*', '\n']).next().unwrap_or_default();
        if name.starts_with("fonap_") && name != "fonap_text_of" {
            let inside = after.rsplit_once(')').expect("the end of the parameters").0;
            functions.push(Function { name: name.to_owned(), parameters: parts(inside) });
        }
    }
    functions
}

/// What stands between the commas, not counting those in parentheses.
fn parts(list: &str) -> Vec<String> {
    let (mut parts, mut depth) = (vec![String::new()], 0);
    for character in list.chars() {
        match character {
            '(' | '{' => depth += 1,
            ')' | '}' => depth -= 1,
            _ => (),
        }
        match character {
            ',' if depth == 0 => parts.push(String::new()),
            _ => parts.last_mut().expect("at least one").push(character),
        }
    }
    parts.iter().map(|part| part.split_whitespace().collect::<Vec<_>>().join(" ")).collect()
}

/// All calls of functions of ours in the test programs: the macro that judges them, and their arguments.
fn calls() -> BTreeMap<String, Vec<(String, Vec<String>)>> {
    let mut calls: BTreeMap<String, Vec<(String, Vec<String>)>> = BTreeMap::new();
    for program in std::fs::read_dir(c::root().join("c/tests")).expect("the C tests") {
        let text = std::fs::read_to_string(program.expect("an entry").path()).expect("a program");
        for (at, _) in text.match_indices("fonap_") {
            let (before, rest) = text.split_at(at);
            let Some(end) = rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '_') else { continue };
            let (name, rest) = rest.split_at(end);
            let Some(rest) = rest.strip_prefix('(') else { continue };
            let mut depth = 1;
            let close = rest.find(|c: char| {
                depth += i32::from(c == '(') - i32::from(c == ')');
                depth == 0
            });
            let arguments = parts(&rest[..close.expect("a closing parenthesis")]);
            // The macro round the call: the first word of its statement.
            let statement = before.rsplit([';', '{', '}']).next().unwrap_or_default();
            let judge = statement.split('(').next().unwrap_or_default().trim().to_owned();
            calls.entry(name.to_owned()).or_default().push((judge, arguments));
        }
    }
    calls
}

fn is_pointer(parameter: &str) -> bool {
    parameter.contains('*')
}

/// Functions that take NULL for what it is, or have nothing that it could be given for.
const WITHOUT_A_REFUSAL: &[&str] = &["fonap_set_panic_hook", "fonap_result_text"];

#[test]
fn every_function_is_tried_with_null() {
    let (functions, calls) = (declared(), calls());
    assert!(functions.len() > 150, "only {} functions found", functions.len());
    let missing: Vec<&str> = functions
        .iter()
        .filter(|function| function.parameters.iter().any(|parameter| is_pointer(parameter)))
        .map(|function| function.name.as_str())
        .filter(|name| !WITHOUT_A_REFUSAL.contains(name))
        .filter(|name| {
            let tried = calls.get(*name).into_iter().flatten();
            !tried.into_iter().any(|(judge, arguments)| {
                let judged = ["NULLED", "RESULT", "CHECK", "STAYS"].contains(&judge.as_str())
                    || name.ends_with("_free");
                // BUFFER ends with a NULL for the length.
                judge == "BUFFER" || (judged && arguments.iter().any(|argument| argument == "NULL"))
            })
        })
        .collect();
    assert!(missing.is_empty(), "never called with NULL by c/tests: {missing:#?}");
}

#[test]
fn every_buffer_is_tried_too_small() {
    let calls = calls();
    let missing: Vec<String> = declared()
        .into_iter()
        .filter(|function| {
            let named = |end: &str| function.parameters.iter().any(|parameter| parameter.ends_with(end));
            named(" capacity") && named("*length")
        })
        .map(|function| function.name)
        .filter(|name| !calls.get(name).into_iter().flatten().any(|(judge, _)| judge == "BUFFER"))
        .collect();
    assert!(missing.is_empty(), "no buffer that is too small in c/tests: {missing:#?}");
}

/// Members are read and written as far as the program's structure goes, so every size has to be tried.
#[test]
fn every_sized_structure_is_tried_with_another_size() {
    let calls = calls();
    let missing: Vec<String> = declared()
        .into_iter()
        .filter(|function| function.parameters.iter().any(|parameter| parameter.ends_with("_size")))
        .map(|function| function.name)
        .filter(|name| !calls.get(name).into_iter().flatten().any(|(judge, _)| judge == "SIZED"))
        .collect();
    assert!(missing.is_empty(), "no other size in c/tests: {missing:#?}");
}
