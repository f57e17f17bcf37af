//! The dictionary parser: what it takes can be looked up, printed, read back and turned into Rust.
#![no_main]

use libfuzzer_sys::fuzz_target;
use radius_codec::dictionary::generate::{Options, module};
use radius_codec::dictionary::{Dictionary, Pair, Value};

fuzz_target!(|text: &str| {
    // Files are divided by lines of dashes; a file includes others by their place.
    let files: Vec<&str> = text.split("\n---\n").collect();
    let source = |name: &str| {
        let place = if name == "dictionary" { 0 } else { name.parse::<usize>().ok()? };
        files.get(place).map(|file| (*file).to_owned())
    };
    let Ok(dictionary) = Dictionary::load("dictionary", source) else { return };
    for known in dictionary.attributes() {
        assert!(dictionary.attribute(&known.name).is_some());
        assert!(dictionary.attribute_at(known.path).is_some_and(|found| found.path == known.path));
        for named in dictionary.numbers(known) {
            assert!(dictionary.number_name(known, named.number).is_some());
            assert!(dictionary.number(known, &named.name).is_some());
        }
        let pair = Pair::new(known.path, Value::Octets(vec![1, 2, 3, 4]));
        let _text = pair.display(&dictionary).to_string();
    }
    for vendor in dictionary.vendors() {
        assert!(dictionary.vendor_number(vendor.number).is_some());
    }
    let _rust = module(&dictionary, &Options::new("Fuzzed."));
});
