//! Takes the worked example of the specification apart: the label of a query, and an answer to it.
//!
//! ```text
//! cargo run -p heartbeat --example worked_example [LABEL KEY]
//! ```

use heartbeat::answer::{Acceptance, Nop, accept};
use heartbeat::query::SealedQuery;
use heartbeat::{Cipher, Key};
use std::error::Error;

const LABEL: &str = "o5eavaneeef5ih64i637vwtccfasiyupxq5jybmynjkwa63645l27tmlwu4g6nd";
const KEY: &str = "7ef44706c65938ceb87c814e844679dc5edf1c9c30de4b6d5af4504b4e6a7a8d";

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let label = arguments.next().unwrap_or_else(|| LABEL.to_owned());
    let key: Key = arguments.next().unwrap_or_else(|| KEY.to_owned()).parse()?;
    let cipher = Cipher::new(&key);

    let sealed = SealedQuery::from_label(label.as_bytes())?;
    println!("{} says, in clear: {:?}", sealed.mac(), sealed.clear_type());
    let query = sealed.open(&cipher)?;
    println!("{query}");
    assert_eq!(query.seal(&cipher).label().as_str(), label.to_ascii_lowercase());

    let text = Nop::new(query.trid, 1_300_000_000).text(&cipher);
    println!("an acknowledgement: {}", text.as_str());
    let against =
        Acceptance { cipher: &cipher, rsa: None, trid: query.trid, strict_nop: true, nop_tag: None };
    println!("{}", accept(text.as_octets(), &against)?);
    Ok(())
}
