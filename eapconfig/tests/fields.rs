//! What counts where an element is empty, stands twice or does not apply.
#![allow(missing_docs, clippy::expect_used, reason = "a test")]

use eapconfig::{ClientSideCredential, IdentityProvider, read};

fn document(eap: u8, until: &str, client: &str) -> String {
    format!(
        "<EAPIdentityProviderList><EAPIdentityProvider ID=\"example.org\">{until}<AuthenticationMethods>\
         <AuthenticationMethod><EAPMethod><Type>{eap}</Type></EAPMethod>\
         <ClientSideCredential>{client}</ClientSideCredential></AuthenticationMethod></AuthenticationMethods>\
         </EAPIdentityProvider></EAPIdentityProviderList>"
    )
}

fn provider(document: &str) -> IdentityProvider {
    let mut providers = read(document.as_bytes()).expect("a document").config.providers;
    providers.pop().expect("a provider")
}

fn client(elements: &str) -> ClientSideCredential {
    provider(&document(25, "", elements)).methods.pop().expect("a method").client
}

// spec: eapconfig 2, 9
#[test]
fn an_empty_element_is_absent_and_the_next_one_counts() {
    let read = client(
        "<UserName/><Username>u</Username><UserName>v</UserName><OuterIdentity> </OuterIdentity>\
         <AnonymousIdentity>o</AnonymousIdentity><Password></Password><Password>p</Password>\
         <InnerIdentityHint/><InnerIdentityHint>true</InnerIdentityHint>",
    );
    assert_eq!(read.user_name.as_deref(), Some("u"));
    assert_eq!(read.outer_identity.as_deref(), Some("o"));
    assert_eq!(read.password.as_ref().map(|p| p.expose()), Some("p"));
    assert_eq!(read.inner_identity_hint, Some(true));
    // An empty suffix is a rule of its own.
    let suffix = client("<InnerIdentitySuffix/><InnerIdentitySuffix>x</InnerIdentitySuffix>");
    assert_eq!(suffix.inner_identity_suffix.as_deref(), Some(""));
}

// spec: eapconfig 2, 9
#[test]
fn an_empty_end_of_validity_is_absent_and_an_unreadable_one_is_not() {
    const TIME: &str = "<ValidUntil>1970-01-01T00:00:01Z</ValidUntil>";
    let until = |first: &str| provider(&document(25, &format!("{first}{TIME}"), "")).valid_until;
    assert_eq!(until("<ValidUntil/>"), Some(1));
    assert_eq!(until("<ValidUntil>soon</ValidUntil>"), None);
}

// spec: eapconfig 1
#[test]
fn a_pac_is_for_eap_fast_only() {
    let warnings = |eap| {
        let document = document(eap, "", "<ProvisionPAC>perhaps</ProvisionPAC>");
        let parsed = read(document.as_bytes()).expect("a document");
        parsed.warnings.iter().map(ToString::to_string).collect::<Vec<_>>()
    };
    assert_eq!(warnings(43), ["value:ProvisionPAC"]);
    for other in [13, 21, 25, 52] {
        assert_eq!(warnings(other), [""; 0]);
    }
}
