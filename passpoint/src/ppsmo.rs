//! The PerProviderSubscription management tree (spec: passpoint 3.2, 3.3).

mod check;
mod schema;
mod write;

pub(crate) use check::{check, is_short_prefix};
pub(crate) use write::TreeWriter;

use crate::report::{Rejection, refuse};
use crate::xml::{self, Element, Rules};
use schema::{Leaf, Schema};
use std::collections::BTreeMap;
use std::fmt;
use zeroize::Zeroize;

pub(crate) const URN: &str = "urn:wfa:mo:hotspot2dot0-perprovidersubscription:1.0";
/// An update interval that means "never".
pub(crate) const NEVER: i64 = 0xffff_ffff;

/// The leaves of one subscription: path below the instance to value.
///
/// Instances of lists are numbered from 0 in their order: `HomeSP/NetworkID/0/SSID`. Values may be secrets, so `Debug`
/// shows the paths only, and they are wiped when dropped.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Pps {
    leaves: BTreeMap<String, String>,
}

impl Pps {
    /// All leaves, sorted by path.
    pub fn leaves(&self) -> impl Iterator<Item = (&str, &str)> {
        self.leaves.iter().map(|(path, value)| (path.as_str(), value.as_str()))
    }

    /// The value of a leaf.
    #[must_use]
    pub fn value(&self, path: &str) -> Option<&str> {
        self.leaves.get(path).map(String::as_str)
    }

    /// Whether there is a leaf below `path`.
    pub(crate) fn has(&self, path: &str) -> bool {
        let below = format!("{path}/");
        self.leaves.range(below.clone()..).next().is_some_and(|(k, _)| k.starts_with(&below))
    }

    /// How many instances the list `path` has.
    pub(crate) fn count(&self, path: &str) -> usize {
        let below = format!("{path}/");
        let numbers = self
            .leaves
            .range(below.clone()..)
            .take_while(|(k, _)| k.starts_with(&below))
            .filter_map(|(k, _)| k.get(below.len()..)?.split('/').next()?.parse::<usize>().ok());
        numbers.max().map_or(0, |last| last + 1)
    }
}

impl Drop for Pps {
    fn drop(&mut self) {
        self.leaves.values_mut().for_each(Zeroize::zeroize);
    }
}

impl fmt::Debug for Pps {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.leaves.keys()).finish()
    }
}

/// Reads a management tree by the rules of the device's parser for an API level.
pub(crate) fn parse(octets: &[u8], sdk: u32, strict: bool) -> Result<Pps, Rejection> {
    let root = xml::parse(octets, Rules { malformed: "pps.xml", doctype: false })?;
    if root.name != "MgmtTree" {
        return refuse("pps.root", "the root element");
    }
    let (mut version, mut tree) = (false, None);
    for element in root.elements() {
        match element.name.as_str() {
            "VerDTD" if version => return refuse("pps.duplicate_verdtd", "MgmtTree"),
            "VerDTD" => version = true,
            "Node" if tree.is_some() => return refuse("pps.multiple_root_nodes", "MgmtTree"),
            "Node" => tree = Some(element),
            _ => return refuse("pps.unknown_tag", "MgmtTree"),
        }
    }
    let Some(tree) = tree else { return refuse("pps.missing", "PerProviderSubscription") };
    let mut parser = Parser { pps: Pps::default(), sdk, strict };
    parser.root_node(tree)?;
    Ok(parser.pps)
}

struct Parser {
    pps: Pps,
    sdk: u32,
    strict: bool,
}

/// A node: a leaf with a value, or an interior node with children.
struct Node {
    name: String,
    content: Content,
}

enum Content {
    Value(String),
    Children(Vec<Node>),
}

impl Drop for Node {
    fn drop(&mut self) {
        if let Content::Value(value) = &mut self.content {
            value.zeroize();
        }
    }
}

/// The device trims characters up to the blank at both ends.
pub(crate) fn trim(text: &str) -> &str {
    text.trim_matches(|c| c <= ' ')
}

impl Node {
    /// The depth is bounded by the XML reader.
    fn read(element: &Element) -> Result<Self, Rejection> {
        let (mut name, mut value, mut children) = (None, None, Vec::<Self>::new());
        let mut names = std::collections::BTreeSet::new();
        for part in element.elements() {
            match part.name.as_str() {
                "NodeName" if name.is_some() => return refuse("pps.duplicate_nodename", "Node"),
                "NodeName" => name = Some(trim(&part.text()).to_owned()),
                "Value" if value.is_some() => return refuse("pps.duplicate_value", "Node"),
                "Value" => value = Some(trim(&part.text()).to_owned()),
                "Node" => {
                    let child = Self::read(part)?;
                    if !names.insert(child.name.clone()) {
                        return refuse("pps.duplicate_node", child.name.clone());
                    }
                    children.push(child);
                }
                _ => return refuse("pps.unknown_tag", "Node"),
            }
        }
        let Some(name) = name else { return refuse("pps.no_nodename", "Node") };
        let content = match (value, children.is_empty()) {
            (Some(value), true) => Content::Value(value),
            (None, false) => Content::Children(children),
            (None, true) => return refuse("pps.empty_node", name),
            (Some(_), false) => return refuse("pps.mixed_node", name),
        };
        Ok(Self { name, content })
    }

    fn value(&self, path: &str) -> Result<&str, Rejection> {
        match &self.content {
            Content::Value(value) => Ok(value),
            Content::Children(_) => refuse("pps.not_leaf", path),
        }
    }

    fn children(&self, path: &str) -> Result<&[Self], Rejection> {
        match &self.content {
            Content::Children(children) => Ok(children),
            Content::Value(_) => refuse("pps.not_interior", path),
        }
    }
}

impl Parser {
    fn root_node(&mut self, tree: &Element) -> Result<(), Rejection> {
        let (mut named, mut instance) = (false, false);
        for element in tree.elements() {
            match element.name.as_str() {
                "NodeName" if named => return refuse("pps.duplicate_nodename", "PerProviderSubscription"),
                "NodeName" => {
                    named = true;
                    if trim(&element.text()) != "PerProviderSubscription" {
                        return refuse("pps.root_name", "the first NodeName");
                    }
                }
                "RTProperties" => check_urn(element)?,
                "Node" => {
                    let node = Node::read(element)?;
                    if node.name == "UpdateIdentifier" {
                        let value = node.value("UpdateIdentifier")?;
                        schema::check_leaf(Leaf::Int, value, "UpdateIdentifier", self.strict)?;
                        if self.pps.leaves.insert("UpdateIdentifier".to_owned(), value.to_owned()).is_some() {
                            return refuse("pps.duplicate_node", "UpdateIdentifier");
                        }
                    } else if instance {
                        return refuse("pps.multiple_instances", "PerProviderSubscription");
                    } else {
                        instance = true;
                        self.instance(&node)?;
                    }
                }
                _ => return refuse("pps.unknown_tag", "PerProviderSubscription"),
            }
        }
        if instance { Ok(()) } else { refuse("pps.missing", "the instance") }
    }

    fn instance(&mut self, node: &Node) -> Result<(), Rejection> {
        for child in node.children("instance")? {
            let Some(schema) = schema::top(&child.name, self.sdk) else {
                return refuse("pps.unknown_node", child.name.clone());
            };
            self.walk(child, schema, &child.name)?;
        }
        Ok(())
    }

    fn walk(&mut self, node: &Node, schema: &Schema, path: &str) -> Result<(), Rejection> {
        match schema {
            Schema::Any => Ok(()),
            Schema::Extension => self.extension(node, path),
            Schema::Interior(known) => {
                for child in node.children(path)? {
                    let below = format!("{path}/{}", child.name);
                    let Some((_, schema)) = known.iter().find(|(name, _)| *name == child.name) else {
                        return refuse("pps.unknown_node", below);
                    };
                    self.walk(child, schema, &below)?;
                }
                Ok(())
            }
            Schema::List(inner, required) => {
                for (i, child) in node.children(path)?.iter().enumerate() {
                    let below = format!("{path}/{i}");
                    self.walk(child, inner, &below)?;
                    for name in *required {
                        if self.pps.value(&format!("{below}/{name}")).is_none() {
                            return refuse("pps.missing", format!("{below}/{name}"));
                        }
                    }
                }
                Ok(())
            }
            Schema::Leaf(kind) => {
                let value = node.value(path)?;
                schema::check_leaf(*kind, value, path, self.strict)?;
                self.pps.leaves.insert(path.to_owned(), value.to_owned());
                Ok(())
            }
        }
    }

    /// Unknown nodes are fine below `Extension` and its known interior nodes.
    fn extension(&mut self, node: &Node, path: &str) -> Result<(), Rejection> {
        if self.sdk < 30 {
            return Ok(());
        }
        for vendor in node.children(path)? {
            let at = format!("{path}/{}", vendor.name);
            match vendor.name.as_str() {
                "Android" => {
                    for child in vendor.children(&at)?.iter().filter(|c| c.name == "AAAServerTrustedNames") {
                        let at = format!("{at}/{}", child.name);
                        for leaf in child.children(&at)? {
                            let at = format!("{at}/{}", leaf.name);
                            if leaf.name != "FQDN" {
                                return refuse("pps.unknown_node", at);
                            }
                            self.pps.leaves.insert(at.clone(), leaf.value(&at)?.to_owned());
                        }
                    }
                }
                "WBA" if self.sdk >= 31 => {
                    for nai in vendor.children(&at)?.iter().filter(|c| c.name == "NAI") {
                        let at = format!("{at}/NAI");
                        for leaf in nai.children(&at)?.iter().filter(|c| c.name == "DecoratedPrefix") {
                            let at = format!("{at}/DecoratedPrefix");
                            let value = leaf.value(&at)?;
                            if !value.ends_with('!') {
                                return refuse("pps.decorated_prefix", at);
                            }
                            self.pps.leaves.insert(at, value.to_owned());
                        }
                    }
                }
                _ => {}
            }
        }
        Ok(())
    }
}

fn check_urn(properties: &Element) -> Result<(), Rejection> {
    let only = |e: &Element| e.elements().count() == 1;
    let name = properties.elements().find(|e| e.name == "Type").filter(|t| only(properties) && only(t));
    let name = name.and_then(|t| t.elements().find(|e| e.name == "DDFName"));
    match name {
        Some(name) if name.elements().next().is_none() => {
            if trim(&name.text()) == URN {
                Ok(())
            } else {
                refuse("pps.urn", "RTProperties")
            }
        }
        _ => refuse("pps.rtproperties", "RTProperties"),
    }
}
