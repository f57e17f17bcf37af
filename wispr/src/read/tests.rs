//! One test for each row of the table of malformations, and for each limit (spec: wispr 8.1, 11).

use super::*;
use crate::code::{MessageType, ResponseCode};
use crate::message::Kind;
use alloc::format;

const LOGIN: &str = "<LoginURL>https://h/l</LoginURL>";

fn page(inside: &str) -> String {
    format!("<html><!--\n<WISPAccessGatewayParam>{inside}</WISPAccessGatewayParam>\n--></html>")
}

fn redirect(fields: &str) -> String {
    page(&format!(
        "<Redirect><MessageType>100</MessageType><ResponseCode>0</ResponseCode>{fields}</Redirect>"
    ))
}

fn reply(text: &str) -> String {
    page(&format!(
        "<AuthenticationReply><MessageType>120</MessageType><ResponseCode>100</ResponseCode>\
         <ReplyMessage>{text}</ReplyMessage></AuthenticationReply>"
    ))
}

/// The usable message of a page, and that the page has the quirk.
#[track_caller]
fn repaired(page: &[u8], quirk: Quirk) -> Message<'static> {
    let document = read(page).unwrap().into_owned();
    assert!(document.quirks().contains(quirk), "{quirk:?} not among {:?}", document.quirks());
    document.into_usable().unwrap()
}

#[track_caller]
fn clean(page: &str) -> Message<'static> {
    let document = read(page.as_bytes()).unwrap().into_owned();
    assert!(document.quirks().is_empty(), "{:?}", document.quirks());
    document.into_usable().unwrap()
}

fn error(page: &str) -> Option<ReadError> {
    read(page.as_bytes()).unwrap().usable().err()
}

#[test]
fn an_unescaped_ampersand_is_itself() {
    // spec: wispr 8.1
    let message =
        repaired(redirect("<LoginURL>https://h/?a=1&b=2&lt=3</LoginURL>").as_bytes(), Quirk::BadEntity);
    assert_eq!(message.login_url.unwrap(), "https://h/?a=1&b=2&lt=3");
}

#[test]
fn a_url_escaped_twice_is_unescaped_twice() {
    // spec: wispr 8.1
    let message =
        repaired(redirect("<LoginURL>https://h/?a&amp;amp;b</LoginURL>").as_bytes(), Quirk::DoubleEscaped);
    assert_eq!(message.login_url.unwrap(), "https://h/?a&b");
}

#[test]
fn blanks_in_a_url_go_or_stay_as_the_caller_wants() {
    // spec: wispr 8.1
    let page = redirect("<LoginURL>\n https://h/?a=b\r\n c d </LoginURL>");
    assert_eq!(repaired(page.as_bytes(), Quirk::SpaceInUrl).login_url.unwrap(), "https://h/?a=bcd");
    let document = Reader::new().encode_blanks(true).read(page.as_bytes()).unwrap();
    assert_eq!(document.usable().unwrap().login_url.as_deref(), Some("https://h/?a=b%20c%20d"));
}

#[test]
fn the_letters_cdata_enclose_a_text() {
    // spec: wispr 8.1
    let page = redirect(&format!("<LocationName> CDATA[[ Caf\u{e9} ]] </LocationName>{LOGIN}"));
    assert_eq!(repaired(page.as_bytes(), Quirk::CdataLetters).location_name.unwrap(), "Caf\u{e9}");
}

#[test]
fn a_cdata_section_is_literal() {
    // spec: wispr 8.1
    let message = repaired(reply("a&amp;<![CDATA[&amp;</ReplyMessage>]]>").as_bytes(), Quirk::Cdata);
    assert_eq!(message.reply_messages, ["a&&amp;</ReplyMessage>"]);
}

#[test]
fn a_cdata_section_that_is_not_closed_ends_with_the_tag() {
    // spec: wispr 8 rule 6
    let page = redirect(&format!("<LocationName><![CDATA[Caf\u{e9}</LocationName>{LOGIN}"));
    let message = repaired(page.as_bytes(), Quirk::InnerComment);
    assert_eq!((message.login_url.as_deref(), message.location_name), (Some("https://h/l"), None));
    let page = redirect(&format!("<![CDATA[ > {LOGIN}"));
    assert_eq!(repaired(page.as_bytes(), Quirk::InnerComment).login_url.unwrap(), "https://h/l");
}

#[test]
fn a_declaration_is_not_needed() {
    // spec: wispr 8.1
    assert_eq!(clean(&redirect(LOGIN)).login_url.unwrap(), "https://h/l");
}

#[test]
fn a_block_need_not_stand_in_a_comment() {
    // spec: wispr 8.1
    let page = redirect(LOGIN).replace("<!--", "").replace("-->", "");
    assert_eq!(repaired(page.as_bytes(), Quirk::NotInComment).kind, Kind::Redirect);
}

#[test]
fn the_first_usable_of_several_blocks_counts() {
    // spec: wispr 8.1
    let pages = format!("{}{}{}", redirect(""), redirect(LOGIN), reply("no"));
    let document = read(pages.as_bytes()).unwrap();
    assert_eq!((document.messages().count(), document.use_index()), (3, Some(1)));
    assert!(document.quirks().contains(Quirk::MultipleBlocks));
}

#[test]
fn hyphens_do_not_end_a_block_that_is_closed() {
    // spec: wispr 8.1
    let message = repaired(reply("see -- and --> there").as_bytes(), Quirk::DoubleHyphen);
    assert_eq!(message.reply_messages, ["see -- and --> there"]);
}

#[test]
fn names_may_have_any_letter_case() {
    // spec: wispr 8.1
    let page = redirect("<loginURL>https://h/l</LOGINURL>").replace("Redirect", "REDIRECT");
    assert_eq!(repaired(page.as_bytes(), Quirk::LetterCase).login_url.unwrap(), "https://h/l");
}

#[test]
fn a_byte_order_mark_is_dropped() {
    // spec: wispr 8.1
    let page = format!("\u{feff}{}", redirect(LOGIN));
    assert_eq!(repaired(page.as_bytes(), Quirk::Bom).kind, Kind::Redirect);
}

#[test]
fn octets_that_are_not_utf_8_are_latin_1() {
    // spec: wispr 8.1
    let page: Vec<u8> = reply("se\u{f1}al").chars().map(|c| u8::try_from(u32::from(c)).unwrap()).collect();
    assert_eq!(repaired(&page, Quirk::Latin1).reply_messages, ["se\u{f1}al"]);
}

#[test]
fn text_behind_the_document_does_not_matter() {
    // spec: wispr 8.1
    let page =
        format!("<WISPAccessGatewayParam><Redirect>{LOGIN}</Redirect></WISPAccessGatewayParam>\nNotice: x");
    assert_eq!(repaired(page.as_bytes(), Quirk::TrailingGarbage).kind, Kind::Redirect);
}

#[test]
fn html_names_are_decoded_in_texts_and_others_kept() {
    // spec: wispr 8.1
    let message = repaired(reply("&ntilde; &euro; &unknown;").as_bytes(), Quirk::BadEntity);
    assert_eq!(message.reply_messages, ["\u{f1} &euro; &unknown;"]);
    let page = redirect("<LoginURL>https://h/?a&copy;b</LoginURL>");
    assert_eq!(repaired(page.as_bytes(), Quirk::BadEntity).login_url.unwrap(), "https://h/?a&copy;b");
}

#[test]
fn the_name_decides_when_the_number_is_missing_or_another() {
    // spec: wispr 8.1
    let page = redirect(LOGIN).replace("<MessageType>100</MessageType>", "");
    assert_eq!(
        repaired(page.as_bytes(), Quirk::MissingMessageType).message_type,
        Some(MessageType::REDIRECT)
    );
    let message = repaired(redirect(LOGIN).replace("100", "140").as_bytes(), Quirk::TypeMismatch);
    assert_eq!((message.kind, message.message_type), (Kind::Redirect, Some(MessageType(140))));
}

#[test]
fn a_missing_code_is_made_up_for_redirect_and_proxy_only() {
    // spec: wispr 8.1
    let code = "<ResponseCode>0</ResponseCode>";
    let message = repaired(redirect(LOGIN).replace(code, "").as_bytes(), Quirk::MissingResponseCode);
    assert_eq!(message.response_code, Some(ResponseCode::NO_ERROR));
    let proxy = repaired(page("<Proxy><NextURL>/n</NextURL></Proxy>").as_bytes(), Quirk::MissingResponseCode);
    assert_eq!(proxy.response_code, Some(ResponseCode::PROXY_DETECTION));
    assert_eq!(error(&page("<Proxy><Delay>1</Delay></Proxy>")), Some(ReadError::Incomplete));
    let reply = reply("x").replace("<ResponseCode>100</ResponseCode>", "");
    assert_eq!(error(&reply), Some(ReadError::Incomplete));
}

#[test]
fn the_first_good_value_of_a_field_counts() {
    // spec: wispr 8.1
    let page =
        redirect(&format!("<LoginURL/><LoginURL>ftp://h</LoginURL>{LOGIN}<LoginURL>https://e/</LoginURL>"));
    assert_eq!(repaired(page.as_bytes(), Quirk::Duplicate).login_url.unwrap(), "https://h/l");
    let page = reply("a</ReplyMessage><ReplyMessage> </ReplyMessage><ReplyMessage>b");
    assert_eq!(clean(&page).reply_messages, ["a", "b"]);
}

#[test]
fn attributes_and_prefixes_are_ignored() {
    // spec: wispr 8.1
    let page = redirect("<x:LoginURL a='>'>https://h/l</y:LoginURL>");
    let document = read(page.as_bytes()).unwrap();
    assert!(document.quirks().contains(Quirk::Prefix) && document.quirks().contains(Quirk::Attributes));
    assert_eq!(document.usable().unwrap().login_url.as_deref(), Some("https://h/l"));
}

#[test]
fn white_space_round_numbers_is_ordinary() {
    // spec: wispr 8.1
    let page = redirect(LOGIN).replace("100", "\r\n\t100 ");
    assert_eq!(clean(&page).message_type, Some(MessageType::REDIRECT));
}

#[test]
fn white_space_and_text_in_numbers_is_left_out() {
    // spec: wispr 8.1
    let page = redirect(LOGIN).replace(">0<", ">1 0 5 (none)<");
    let message = repaired(page.as_bytes(), Quirk::SpaceInNumber);
    assert_eq!(message.response_code, Some(ResponseCode::NO_AUTH_SERVER));
    assert!(read(page.as_bytes()).unwrap().quirks().contains(Quirk::TextBehindNumber));
}

#[test]
fn missing_end_tags_are_made_up() {
    // spec: wispr 8.1
    let page = redirect("<LoginURL>https://h/l\n<AbortLoginURL>http://h/a").replace("</WISP", "<WISP");
    let message = repaired(page.as_bytes(), Quirk::MissingEndTag);
    assert_eq!(message.login_url.unwrap(), "https://h/l");
    assert_eq!(message.abort_login_url.unwrap(), "http://h/a");
    assert!(read(page.as_bytes()).unwrap().quirks().contains(Quirk::Unterminated));
}

#[test]
fn the_end_tag_of_another_field_ends_a_field() {
    // spec: wispr 8 rule 9
    let page = redirect("<LoginURL>https://h/l</LogoffURL>");
    assert_eq!(repaired(page.as_bytes(), Quirk::MissingEndTag).login_url.unwrap(), "https://h/l");
}

#[test]
fn a_field_that_is_cut_is_dropped() {
    // spec: wispr 8.1
    let whole = redirect(LOGIN);
    let cut = whole.split_once("</LoginURL>").unwrap().0;
    let document = read(cut.as_bytes()).unwrap();
    assert!(document.quirks().contains(Quirk::CutField));
    assert_eq!(document.usable(), Err(ReadError::Incomplete));
    assert_eq!(error(&cut.replace("/l", "/<![CDATA[l")), Some(ReadError::Incomplete));
}

#[test]
fn a_document_type_drops_its_block_only() {
    // spec: wispr 8.1
    let bad = page(&format!("<!DOCTYPE a [<!ENTITY b 'c'>]><Redirect>{LOGIN}</Redirect>"));
    assert_eq!(error(&bad), Some(ReadError::Dtd));
    let before = format!("<!DOCTYPE html>{bad}{}", redirect(LOGIN));
    assert_eq!(repaired(before.as_bytes(), Quirk::DocumentType).login_url.unwrap(), "https://h/l");
}

#[test]
fn unknown_elements_are_listed() {
    // spec: wispr 8.1
    let page = redirect(&format!("<Operator> a  <b>&amp;</b></Operator><None/>{LOGIN}"));
    let message = repaired(page.as_bytes(), Quirk::UnknownElement);
    assert_eq!(message.extra, [("Operator".into(), "a <b>&</b>".into())]);
}

#[test]
fn an_unknown_message_is_shown_and_never_used() {
    // spec: wispr 8 rule 8
    let fields = "<MessageType>120</MessageType><ResponseCode>50</ResponseCode>";
    let page = page(&format!("<Other><Captcha><!-- x -->{fields}</Captcha></Other>"));
    let document = read(page.as_bytes()).unwrap();
    let message = document.messages().next().unwrap();
    assert_eq!((message.kind, message.name.as_deref()), (Kind::Unknown, Some("Captcha")));
    assert_eq!(document.usable(), Err(ReadError::Incomplete));
}

#[test]
fn typographic_and_open_quotes_end_with_the_tag() {
    // spec: wispr 8.1
    let page = redirect(LOGIN).replacen("Param>", "Param a=\u{201c}b\u{201d} c=\"d>", 1);
    assert_eq!(repaired(page.as_bytes(), Quirk::OpenQuote).login_url.unwrap(), "https://h/l");
}

#[test]
fn markup_in_a_reply_is_text() {
    // spec: wispr 8.1
    let message = repaired(reply("No <b>credit</b> & 1 < 2 <more>").as_bytes(), Quirk::MarkupInText);
    assert_eq!(message.reply_messages, ["No <b>credit</b> & 1 < 2 <more>"]);
}

#[test]
fn base64_may_lack_padding_or_use_the_url_alphabet() {
    // spec: wispr 8.1
    let page = redirect(&format!("<EAPMsg>-_8</EAPMsg>{LOGIN}"));
    assert_eq!(&*clean(&page).eap_msg.unwrap(), [0xfb, 0xff]);
    let page = redirect(&format!("<EAPMsg>*</EAPMsg>{LOGIN}"));
    assert_eq!(repaired(page.as_bytes(), Quirk::BadBase64).eap_msg, None);
}

#[test]
fn zero_octets_of_utf_16_are_dropped() {
    // spec: wispr 8.1
    let page: Vec<u8> =
        redirect(LOGIN).encode_utf16().chain([0]).flat_map(|unit| unit.to_be_bytes()).collect();
    assert_eq!(repaired(&page, Quirk::ZeroOctets).login_url.unwrap(), "https://h/l");
}

#[test]
fn a_number_out_of_range_and_a_foreign_scheme_drop_the_field() {
    // spec: wispr 8.1
    let page = redirect(&format!("<Delay>4294967296</Delay><NextURL>ftp://h/</NextURL>{LOGIN}"));
    let document = read(page.as_bytes()).unwrap();
    assert!(document.quirks().contains(Quirk::BadNumber) && document.quirks().contains(Quirk::BadUrl));
    let message = document.usable().unwrap();
    assert_eq!((message.delay, message.next_url.as_ref()), (None, None));
}

#[test]
#[cfg_attr(miri, ignore = "too long for an interpreter")]
fn deep_nesting_is_flat() {
    // spec: wispr 8.1
    let page = page(&format!("{}<Redirect>{LOGIN}</Redirect>", "<a>".repeat(20_000)));
    assert_eq!(repaired(page.as_bytes(), Quirk::UnknownElement).login_url.unwrap(), "https://h/l");
}

#[test]
fn fields_outside_a_message_make_one() {
    // spec: wispr 8 rule 8
    let kind = |fields: &str| repaired(page(fields).as_bytes(), Quirk::NoMessageElement).kind;
    assert_eq!(kind("<MessageType>130</MessageType><ResponseCode>150</ResponseCode>"), Kind::LogoffReply);
    assert_eq!(kind(LOGIN), Kind::Redirect);
    assert_eq!(kind("<NextURL>/n</NextURL>"), Kind::Proxy);
    assert_eq!(error(&page("<ResponseCode>50</ResponseCode>")), Some(ReadError::Incomplete));
}

#[test]
fn an_unknown_message_behind_fields_without_one_is_its_own() {
    // spec: wispr 8 rule 8
    let page = page(
        "<MessageType>100</MessageType><ResponseCode>0</ResponseCode>\
         <Offer><LoginURL>https://evil.example/</LoginURL></Offer><AbortLoginURL>/a</AbortLoginURL>",
    );
    let document = read(page.as_bytes()).unwrap();
    let kinds: Vec<_> = document.messages().map(|m| (m.kind, m.name.as_deref())).collect();
    assert_eq!(kinds, [(Kind::Redirect, None), (Kind::Unknown, Some("Offer")), (Kind::Unknown, None)]);
    assert_eq!(document.usable(), Err(ReadError::Incomplete));
}

#[test]
fn comments_and_instructions_inside_are_skipped() {
    // spec: wispr 8 rule 6
    let page = redirect(
        "<?php x ?><!-- <LoginURL>http://no/</LoginURL> --><!- y -><LoginURL>https://<!-- z -->h/l</LoginURL>",
    );
    assert_eq!(repaired(page.as_bytes(), Quirk::InnerComment).login_url.unwrap(), "https://h/l");
}

#[test]
fn why_there_is_nothing_to_use_is_said() {
    // spec: wispr 8 rule 13
    assert_eq!(error("<html></html>"), Some(ReadError::NoBlock));
    assert_eq!(error(&page("")), Some(ReadError::NoMessage));
    assert_eq!(error("<WISPAccessGatewayParam/>"), Some(ReadError::NoMessage));
    assert_eq!(error(&redirect("")), Some(ReadError::Incomplete));
}

#[test]
#[cfg_attr(miri, ignore = "too long for an interpreter")]
fn an_input_above_512_kib_is_not_read() {
    // spec: wispr 11
    let mut input = redirect(LOGIN);
    input.push_str(&" ".repeat(MAX_INPUT - input.len()));
    assert!(read(input.as_bytes()).unwrap().usable().is_ok());
    input.push(' ');
    assert_eq!(read(input.as_bytes()), Err(ReadError::TooBig { len: MAX_INPUT + 1 }));
}

#[test]
fn a_block_above_64_kib_is_skipped() {
    // spec: wispr 11
    let message = format!("<Redirect>{LOGIN}</Redirect>");
    let rest = |len: usize| len - "<WISPAccessGatewayParam>".len() - message.len();
    let block = |len: usize| page(&format!("{message}{}", " ".repeat(rest(len))));
    assert!(read(block(MAX_BLOCK).as_bytes()).unwrap().usable().is_ok());
    assert_eq!(error(&block(MAX_BLOCK + 1)), Some(ReadError::NoBlock));
    let then_good = format!("{}{}", block(MAX_BLOCK + 1), redirect(LOGIN));
    assert!(repaired(then_good.as_bytes(), Quirk::LargeBlock).login_url.is_some());
    // Octets of the input count, not those of the text made of it.
    let latin1 = |len: usize| -> Vec<u8> {
        let page = page(&format!("{message}{}", "\u{f1}".repeat(rest(len))));
        page.chars().map(|c| u8::try_from(u32::from(c)).unwrap()).collect()
    };
    assert!(repaired(&latin1(MAX_BLOCK), Quirk::Latin1).login_url.is_some());
    assert_eq!(read(&latin1(MAX_BLOCK + 1)).unwrap().usable(), Err(ReadError::NoBlock));
}

#[test]
fn the_17th_block_is_not_read() {
    // spec: wispr 11
    let blocks = |useless: usize| format!("{}{}", page("").repeat(useless), redirect(LOGIN));
    assert!(read(blocks(15).as_bytes()).unwrap().usable().is_ok());
    assert_eq!(error(&blocks(16)), Some(ReadError::NoMessage));
}

#[test]
fn the_65th_field_is_not_read() {
    // spec: wispr 11
    let page =
        |before: usize| page(&format!("<Redirect>{}{LOGIN}</Redirect>", "<Delay>1</Delay>".repeat(before)));
    assert!(read(page(63).as_bytes()).unwrap().usable().is_ok());
    assert_eq!(error(&page(64)), Some(ReadError::Incomplete));
}

#[test]
fn a_url_of_4097_characters_is_not_kept() {
    // spec: wispr 11
    let page = |len: usize| redirect(&format!("<LoginURL>https://h/{}</LoginURL>", "a".repeat(len - 10)));
    assert!(read(page(4096).as_bytes()).unwrap().usable().is_ok());
    assert_eq!(error(&page(4097)), Some(ReadError::Incomplete));
}

#[test]
#[cfg_attr(miri, ignore = "too long for an interpreter")]
fn openings_that_nothing_closes_take_linear_time() {
    for opening in
        ["<!--", "<?", "<![CDATA[", "<a ", "<a b='", "</a", "<WISPAccessGatewayParam ", "&#", "<LoginURL>"]
    {
        let text = opening.repeat(MAX_INPUT / opening.len());
        let _document = read(text.as_bytes()).unwrap();
        let inside = page(&opening.repeat((MAX_BLOCK - 32) / opening.len()));
        let _document = read(inside.as_bytes()).unwrap();
        let in_field = page(&format!("<Redirect><ReplyMessage>{}", opening.repeat(5000)));
        let _document = read(in_field.as_bytes()).unwrap();
    }
}
