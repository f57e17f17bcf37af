//! One login from both sides: an Access-Request with a hidden password, and the Access-Accept that answers it.
//!
//! `cargo run -p radius-codec --example exchange`

use radius_codec::{
    AttributeWriter as _, Code, Packet, PacketBuilder, Secret, attr, auth, hide, packet, server,
};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let secret = Secret::new(b"testing123")?;

    // The client. Authenticators come from a good random source; this one is for show.
    let mut out = [0; packet::MAX_LEN];
    let length = PacketBuilder::new(&mut out, Code::ACCESS_REQUEST, 42, [7; 16])
        .add(attr::USER_NAME, "alice")
        .hidden(attr::USER_PASSWORD, b"arctangent", &secret)
        .finish(&secret)?;
    show("the client sends", &out[..length]);

    // The server: what is in the datagram, and whether it is from somebody who knows the secret.
    let request = Packet::parse(&out[..length])?;
    auth::verify_request(&request, &secret, &auth::RequestPolicy::STRICT)?;
    let user = request.attributes().text(attr::USER_NAME).unwrap_or("nobody");
    let hidden = request.get(attr::USER_PASSWORD).ok_or("no password")??;
    let password = hide::unhide_password(&secret, request.authenticator(), hidden)?;
    let code = if password.as_slice() == b"arctangent" { Code::ACCESS_ACCEPT } else { Code::ACCESS_REJECT };
    println!("the server knows {user} and answers with code {}", code.0);
    let mut answer = [0; 64];
    let length =
        server::reply_to(&request, &mut answer, code).add(attr::SESSION_TIMEOUT, 3600).finish(&secret)?;
    show("the server sends", &answer[..length]);

    // The client again: a reply counts only if it is signed over the request.
    let reply = Packet::parse(&answer[..length])?;
    auth::verify_reply(&reply, &(&request).into(), &secret, &auth::ReplyPolicy::STRICT)?;
    println!("the client believes it");
    Ok(())
}

fn show(what: &str, octets: &[u8]) {
    println!("{what} {} octets:", octets.len());
    for line in octets.chunks(16) {
        let line: Vec<String> = line.iter().map(|octet| format!("{octet:02x}")).collect();
        println!("  {}", line.join(" "));
    }
}
