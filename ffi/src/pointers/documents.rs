//! Functions over documents: EAP configurations and Passpoint profiles.

use super::*;

#[cfg(feature = "eapconfig")]
#[test]
fn an_eap_configuration_writes_its_settings_in_place() {
    use crate::eapconfig::*;
    let document = "<EAPIdentityProviderList><EAPIdentityProvider ID=\"example.org\" namespace=\"urn:RFC4282:realm\">\
        <AuthenticationMethods><AuthenticationMethod><EAPMethod><Type>52</Type></EAPMethod><ClientSideCredential>\
        <InnerIdentitySuffix>example.org</InnerIdentitySuffix><InnerIdentityHint>true</InnerIdentityHint>\
        </ClientSideCredential></AuthenticationMethod></AuthenticationMethods><CredentialApplicability><IEEE80211>\
        <SSID>eduroam</SSID></IEEE80211></CredentialApplicability></EAPIdentityProvider></EAPIdentityProviderList>";
    // SAFETY: as the header says, which is what this test is about.
    unsafe {
        let config =
            handle(|place| fonap_eapconfig_new(document.as_ptr(), document.len(), Some(place), None));
        let choice = got(|place| fonap_eapconfig_choose(config.as_ref(), 0, Some(place)));
        assert_eq!(choice.eap_type, 52);
        let name = filled(|out, n, l| {
            fonap_eapconfig_username(config.as_ref(), 0, 0, text("john"), 4, out.cast(), n, l)
        });
        assert_eq!(name, b"john@example.org");
        assert_eq!(
            fonap_eapconfig_username(config.as_ref(), 0, 0, null(), 4, null_mut(), 0, None),
            fonap_result::Null
        );
        let user = fonap_text { data: name.as_ptr().cast(), length: name.len() };
        let eap = filled(|out, n, l| {
            fonap_eapconfig_wpa_setting(config.as_ref(), 0, 0, user, text("eap"), 3, out.cast(), n, l)
        });
        assert_eq!(eap, b"PWD");
        fonap_eapconfig_free(Some(Box::from_raw(config)));
    }
}

#[cfg(feature = "passpoint")]
#[test]
fn a_profile_is_written_in_place() {
    use crate::passpoint::*;
    let model = r#"{"version":1,"profile":{"id":"org.example.wifi","display_name":"Example"},"credential":{
        "kind":"password","realm":"example.com","eap":"ttls","inner":"mschapv2","username":"alice@example.com",
        "password":"nicePassword"},"server":{"use_system_cas":true,"names":["radius.example.com"]},
        "ssids":[{"ssid":"eduroam"}]}"#;
    // SAFETY: as above.
    unsafe {
        let profile = handle(|place| {
            fonap_passpoint_profile_new(model.as_ptr(), model.len(), Some(place), null_mut(), 0, None)
        });
        let file = filled(|out, n, l| {
            fonap_passpoint_profile_encode(profile.as_ref(), FONAP_PASSPOINT_ONC, Some(&RANDOM), 1, out, n, l)
        });
        assert!(file.starts_with(b"{"));
        let mut findings = [0_u8; 7];
        let mut other = MaybeUninit::uninit();
        let written = {
            let mut length = MaybeUninit::new(0);
            let room = findings.as_mut_ptr().cast();
            let result =
                fonap_passpoint_profile_new(b"{}".as_ptr(), 2, Some(&mut other), room, 7, Some(&mut length));
            assert_eq!(result, fonap_result::Config);
            length.assume_init()
        };
        assert_eq!(written, 7);
        fonap_passpoint_profile_free(Some(Box::from_raw(profile)));
    }
}
