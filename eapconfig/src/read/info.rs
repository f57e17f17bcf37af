//! Where a credential may be used, and what is for people.

use super::{Found, MAX_SSID_LEN, Once, Reading, Step, trimmed, value};
use crate::error::WarningKind;
use crate::model::{
    Applicability, ConsortiumOid, Location, Logo, Network, ProviderInfo, RsnProtocol, WiredNetwork,
};
use crate::xml::{Tag, Token};
use std::borrow::Cow;

impl<'a> Reading<'a> {
    pub(super) fn applicability(&mut self) -> Step<Applicability> {
        let mut applicability = Applicability::default();
        self.children(|r, tag| {
            match tag.local {
                "IEEE80211" => applicability.networks.extend(r.network(tag)?),
                "IEEE8023" => {
                    let mut wired = WiredNetwork::default();
                    r.children(|r, tag| {
                        let wanted = tag.local == "NetworkID" && wired.network_id.is_none();
                        if wanted {
                            wired.network_id = r.optional_text()?;
                        }
                        Ok(wanted)
                    })?;
                    applicability.wired.push(wired);
                }
                _ => return Ok(false),
            }
            Ok(true)
        })?;
        Ok(applicability)
    }

    fn network(&mut self, tag: Tag<'a>) -> Step<Option<Network>> {
        let (mut ssid, mut oid, mut protocol) = (None, None, None);
        self.children(|r, tag| {
            let slot = match tag.local {
                "SSID" => &mut ssid,
                "ConsortiumOID" => &mut oid,
                "MinRSNProto" => &mut protocol,
                _ => return Ok(false),
            };
            if slot.is_some() {
                return Ok(false);
            }
            *slot = Some(Found { offset: tag.offset, value: r.text()? });
            Ok(true)
        })?;
        let mut network = Network::default();
        if let Some(Found { offset, value }) = ssid {
            // Blanks belong to a name; line breaks come from somebody's editor.
            let name = if value.contains(['\n', '\r']) { trimmed(&value) } else { &value };
            if name.len() > MAX_SSID_LEN {
                self.warn(WarningKind::TooLong, "SSID", offset, "IEEE80211/SSID");
                return Ok(None);
            }
            network.ssid = (!name.is_empty()).then(|| name.to_owned());
        }
        if let Some(Found { offset, value }) = oid {
            network.consortium_oid = ConsortiumOid::parse(&value);
            if network.consortium_oid.is_none() && !trimmed(&value).is_empty() {
                self.warn(WarningKind::Value, "ConsortiumOID", offset, "IEEE80211/ConsortiumOID");
            }
        }
        if let Some(Found { offset, value }) = protocol {
            match trimmed(&value) {
                "" | "CCMP" => network.min_rsn = RsnProtocol::Ccmp,
                "TKIP" => {
                    self.warn(WarningKind::Tkip, "IEEE80211", tag.offset, "IEEE80211");
                    return Ok(None);
                }
                _ => self.warn(WarningKind::Value, "MinRSNProto", offset, "IEEE80211/MinRSNProto"),
            }
        }
        if network.ssid.is_none() && network.consortium_oid.is_none() {
            self.warn(WarningKind::NoCondition, "IEEE80211", tag.offset, "IEEE80211");
            return Ok(None);
        }
        Ok(Some(network))
    }

    pub(super) fn provider_info(&mut self) -> Step<ProviderInfo> {
        let mut info = ProviderInfo::default();
        let (mut logo, mut helpdesk) = (Once::default(), Once::default());
        self.children(|r, tag| {
            match tag.local {
                "DisplayName" => r.localized(&mut info.display_names)?,
                "Description" => r.localized(&mut info.descriptions)?,
                "ProviderLocation" => info.locations.extend(r.location(tag)?),
                "ProviderLogo" if logo.first() => info.logo = r.logo(tag)?,
                "TermsOfUse" => r.localized(&mut info.terms_of_use)?,
                "Helpdesk" if helpdesk.first() => {
                    let desk = &mut info.helpdesk;
                    r.children(|r, tag| {
                        match tag.local {
                            "EmailAddress" | "EmailAdress" => r.localized(&mut desk.email_addresses)?,
                            "WebAddress" => r.localized(&mut desk.web_addresses)?,
                            "Phone" => r.localized(&mut desk.phones)?,
                            _ => return Ok(false),
                        }
                        Ok(true)
                    })?;
                }
                _ => return Ok(false),
            }
            Ok(true)
        })?;
        Ok(info)
    }

    /// A location; one nested in itself counts as one.
    fn location(&mut self, tag: Tag<'a>) -> Step<Option<Location>> {
        const NAME: &str = "ProviderLocation";
        let (mut longitude, mut latitude) = (None, None);
        let mut nested = 0;
        loop {
            match self.scan.next()? {
                Token::Open(tag) if tag.local == NAME => nested += 1,
                Token::Open(tag) if tag.local == "Longitude" && longitude.is_none() => {
                    longitude = Some(value::degrees(trimmed(&self.text()?)));
                }
                Token::Open(tag) if tag.local == "Latitude" && latitude.is_none() => {
                    latitude = Some(value::degrees(trimmed(&self.text()?)));
                }
                Token::Open(_) => self.scan.skip()?,
                Token::Text(_) => {}
                Token::Close if nested > 0 => nested -= 1,
                Token::Close | Token::End => break,
            }
        }
        let location = match (longitude.flatten(), latitude.flatten()) {
            (Some(longitude), Some(latitude)) => Location::new(longitude, latitude),
            _ => None,
        };
        if location.is_none() {
            self.warn(WarningKind::Value, NAME, tag.offset, NAME);
        }
        Ok(location)
    }

    fn logo(&mut self, tag: Tag<'a>) -> Step<Option<Logo>> {
        const NAME: &str = "ProviderLogo";
        let mime = self.scan.attribute("mime").map(Cow::into_owned);
        let encoding = self.scan.attribute("encoding");
        let text = self.text()?;
        let text = trimmed(&text);
        if text.is_empty() {
            return Ok(None);
        }
        let mut drop_it = |kind| {
            self.warn(kind, NAME, tag.offset, NAME);
            Ok(None)
        };
        if encoding.is_some_and(|e| !e.eq_ignore_ascii_case("base64")) {
            return drop_it(WarningKind::Encoding);
        }
        match Logo::from_base64(mime, text) {
            Ok(logo) => Ok(Some(logo)),
            Err(kind) => drop_it(kind),
        }
    }
}
