//! The list the client has: where it came from, how fresh it is, and what may take its place (spec: discovery 5, 13).

use super::action::{Problem, Source};
use super::event::{Answer, Cached};
use crate::cache::{self, CacheEntry};
use crate::document::{Document, Limits};
use crate::sequence::{self, Position, Verdict};
use crate::url::VerifiedUrl;
use sha2::{Digest, Sha256};

/// The digest of a list's octets stands for them: keeping them all would double the memory.
type ContentId = [u8; 32];

struct Active {
    document: Document,
    content: ContentId,
    source: Source,
    stale: bool,
}

/// What an answer brought.
pub(super) enum News {
    /// The active list is still the right one.
    Unchanged(CacheEntry),
    /// There is a new list.
    New { entry: CacheEntry, body: Vec<u8>, implausible: bool },
}

pub(super) struct Listing {
    pub(super) url: VerifiedUrl,
    limits: Limits,
    /// The shipped copy until it is read.
    embedded_body: Option<Vec<u8>>,
    /// The shipped copy while it is not active.
    embedded: Option<Active>,
    active: Option<Active>,
    high: Option<u64>,
    /// About the stored body; only while the active list is that one.
    etag: Option<String>,
    last_modified: Option<String>,
    fetched_at: Option<i64>,
    max_age: u32,
}

impl Listing {
    pub(super) fn new(url: VerifiedUrl, embedded_body: Option<Vec<u8>>, limits: Limits) -> Self {
        Self {
            url,
            limits,
            embedded_body,
            embedded: None,
            active: None,
            high: None,
            etag: None,
            last_modified: None,
            fetched_at: None,
            max_age: cache::DEFAULT_LIFETIME,
        }
    }

    fn read(&self, body: &[u8], source: Source) -> Option<Active> {
        let document = Document::parse_with(body, self.limits).ok()?;
        Some(Active { document, content: Sha256::digest(body).into(), source, stale: true })
    }

    /// Takes what was stored. A body that cannot be read counts as none; the highest number stays.
    pub(super) fn load(&mut self, cached: &Cached<'_>, now: i64) {
        if let Some(body) = self.embedded_body.take() {
            self.embedded = self.read(&body, Source::Embedded);
        }
        self.high = self.high.max(cached.max_seq);
        self.raise(self.embedded.as_ref().and_then(|e| e.document.seq()), now);
        let stored = cached.body.and_then(|body| self.read(body, Source::Cache));
        // A stored list without number cannot have come from the network.
        let Some(stored) = stored.filter(|s| s.document.seq().is_some()) else {
            return;
        };
        let seq = stored.document.seq();
        self.raise(seq, now);
        if self.embedded.as_ref().is_some_and(|e| e.document.seq() > seq) {
            self.active = self.embedded.take();
            return;
        }
        self.etag = cached.etag.map(str::to_owned);
        self.last_modified = cached.last_modified.map(str::to_owned);
        self.fetched_at = cached.fetched_at;
        self.max_age = cached.max_age.unwrap_or(cache::DEFAULT_LIFETIME);
        let stale = !self.is_fresh_at(now);
        self.active = Some(Active { stale, ..stored });
    }

    /// A number that was accepted before the highest was kept still counts, unless it would lock the client out.
    fn raise(&mut self, seq: Option<u64>, now: i64) {
        self.high = self.high.max(seq.filter(|seq| !sequence::is_implausible(*seq, now)));
    }

    fn is_fresh_at(&self, now: i64) -> bool {
        self.fetched_at.is_some_and(|at| cache::is_fresh(at, self.max_age, now))
    }

    /// Whether no request is needed.
    pub(super) fn is_fresh(&self, now: i64) -> bool {
        self.active.is_some() && self.is_fresh_at(now)
    }

    pub(super) fn document(&self) -> Option<&Document> {
        self.active.as_ref().map(|active| &active.document)
    }

    pub(super) fn shown(&self) -> Option<(&Document, Source, bool)> {
        self.active.as_ref().map(|active| (&active.document, active.source, active.stale))
    }

    /// The header that spares the body if nothing has changed.
    pub(super) fn condition(&self) -> Option<(&'static str, &str)> {
        let etag = self.etag.as_deref().map(|value| ("If-None-Match", value));
        etag.or(self.last_modified.as_deref().map(|value| ("If-Modified-Since", value)))
    }

    /// Makes the embedded copy active; `false` if there is none.
    pub(super) fn fall_back(&mut self) -> bool {
        self.active = self.active.take().or_else(|| self.embedded.take());
        self.active.is_some()
    }

    pub(super) fn answer(&mut self, answer: Answer<'_>) -> Result<News, Problem> {
        match answer.status {
            304 if self.condition().is_some() => Ok(self.renew(&answer)),
            200..=299 => self.offer(answer),
            status => Err(Problem::HttpStatus(status)),
        }
    }

    fn renew(&mut self, answer: &Answer<'_>) -> News {
        self.fetched_at = Some(answer.now);
        if answer.header("Cache-Control").is_some() {
            self.max_age = cache::lifetime(answer.values("Cache-Control"));
        }
        if let Some(active) = &mut self.active {
            active.stale = false;
        }
        News::Unchanged(self.entry(answer.now))
    }

    fn entry(&self, now: i64) -> CacheEntry {
        CacheEntry {
            seq: self.document().and_then(Document::seq).unwrap_or_default(),
            max_seq: self.high,
            etag: self.etag.clone(),
            last_modified: self.last_modified.clone(),
            fetched_at: now,
            max_age: self.max_age,
        }
    }

    /// Judges a list from the network.
    fn offer(&mut self, answer: Answer<'_>) -> Result<News, Problem> {
        let document = Document::parse_with(&answer.body, self.limits).map_err(Problem::BadDocument)?;
        let seq = document.seq().ok_or(Problem::MissingSeq)?;
        let content: ContentId = Sha256::digest(&answer.body).into();
        let same = self.active.as_ref().is_some_and(|active| active.content == content);
        let position = Position { high: self.high, active: self.document().and_then(Document::seq) };
        match sequence::judge(position, seq, same, answer.now) {
            Verdict::Rollback => Err(Problem::Rollback),
            Verdict::SameSeqDifferentContent => Err(Problem::SameSeqDifferentContent),
            Verdict::Unchanged => Ok(self.renew(&answer)),
            Verdict::Accept { high, implausible } => {
                Ok(self.accept(answer, document, content, high, implausible))
            }
        }
    }

    fn accept(
        &mut self,
        answer: Answer<'_>,
        document: Document,
        content: ContentId,
        high: Option<u64>,
        implausible: bool,
    ) -> News {
        self.high = high;
        self.etag = answer.header("ETag").map(str::to_owned);
        self.last_modified = answer.header("Last-Modified").map(str::to_owned);
        self.fetched_at = Some(answer.now);
        self.max_age = cache::lifetime(answer.values("Cache-Control"));
        self.active = Some(Active { document, content, source: Source::Network, stale: false });
        News::New { entry: self.entry(answer.now), body: answer.body, implausible }
    }
}
