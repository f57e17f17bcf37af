//! Canonical XML 1.0, inclusive, without comments, of an element and all below it (spec: passpoint 5.5).

use super::{Element, Node, push_attribute, push_text};
use std::collections::BTreeMap;

/// The canonical form of `element`, without the direct child number `skip` of it if given.
///
/// `in_scope` are the namespaces that ancestors of `element` declare; empty for the root of a document.
pub(crate) fn canonical(
    element: &Element,
    in_scope: &BTreeMap<String, String>,
    skip: Option<&Element>,
) -> String {
    let mut out = String::new();
    let mut apex = in_scope.clone();
    apex.extend(element.declared.iter().map(|(k, v)| (k.clone(), v.clone())));
    // The apex renders all that is in scope, used or not.
    write(element, &apex, &BTreeMap::new(), skip, &mut out);
    out
}

/// `rendered`: what the output already declares here. The depth is bounded by the parser.
fn write(
    element: &Element,
    declared: &BTreeMap<String, String>,
    rendered: &BTreeMap<String, String>,
    skip: Option<&Element>,
    out: &mut String,
) {
    out.push('<');
    out.push_str(&element.name);
    let mut inner = None;
    for (prefix, namespace) in declared {
        let before = rendered.get(prefix).map(String::as_str);
        // An empty default is rendered only where another default is in force.
        if before == Some(namespace) || (prefix.is_empty() && namespace.is_empty() && before.is_none()) {
            continue;
        }
        out.push_str(" xmlns");
        if !prefix.is_empty() {
            out.push(':');
            out.push_str(prefix);
        }
        out.push_str("=\"");
        push_attribute(out, namespace);
        out.push('"');
        inner.get_or_insert_with(|| rendered.clone()).insert(prefix.clone(), namespace.clone());
    }
    let mut attributes: Vec<_> = element.attributes.iter().collect();
    attributes
        .sort_by_key(|a| (a.namespace.as_str(), a.name.rsplit_once(':').map_or(a.name.as_str(), |(_, l)| l)));
    for attribute in attributes {
        out.push(' ');
        out.push_str(&attribute.name);
        out.push_str("=\"");
        push_attribute(out, &attribute.value);
        out.push('"');
    }
    out.push('>');
    let rendered = inner.as_ref().unwrap_or(rendered);
    for child in &element.children {
        match child {
            Node::Element(e) if skip.is_some_and(|s| std::ptr::eq(s, e)) => {}
            Node::Element(e) => write(e, &e.declared, rendered, skip, out),
            Node::Text(t) => push_text(out, t),
        }
    }
    out.push_str("</");
    out.push_str(&element.name);
    out.push('>');
}
