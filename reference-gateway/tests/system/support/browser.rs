//! Chromium without a window, driven through chromedriver.

use super::process::Background;
use super::{START_LIMIT, free_port};
use fantoccini::wd::Capabilities;
use fantoccini::{Client, ClientBuilder, Locator};
use serde_json::{Value, json};
use std::future::Future;
use std::path::PathBuf;
use std::process::Command;
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// How long a page may take.
pub(crate) const PAGE_LIMIT: Duration = Duration::from_secs(30);

/// How a browser is started.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Scripts {
    /// As users have it.
    On,
    /// JavaScript is switched off.
    Off,
}

/// Starts a browser, runs `scene` in it, and ends it, also when the scene fails.
///
/// # Panics
/// When chromedriver or Chromium is not installed or does not start, or the scene takes too long.
#[track_caller]
pub(crate) fn with_browser(scripts: Scripts, scene: impl AsyncFnOnce(Browser)) {
    with_browser_as(scripts, None, scene);
}

/// The same, with another `User-Agent` than the browser's own.
///
/// # Panics
/// As [`with_browser`].
#[track_caller]
pub(crate) fn with_browser_as(scripts: Scripts, user_agent: Option<&str>, scene: impl AsyncFnOnce(Browser)) {
    let port = free_port();
    let profile = TempDir::with_prefix("fonap-chromium-").expect("a temporary folder");
    let mut command = Command::new("chromedriver");
    command.arg(format!("--port={port}")).env("HOME", profile.path());
    let mut driver = Background::start(&mut command);
    driver.wait_for_line("started successfully", START_LIMIT);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    runtime.block_on(async {
        let client = ClientBuilder::new(hyper_util::client::legacy::connect::HttpConnector::new())
            .capabilities(capabilities(scripts, user_agent, &profile))
            .connect(&format!("http://127.0.0.1:{port}"))
            .await
            .unwrap_or_else(|e| panic!("no browser: {e}\n{}", driver.log()));
        let browser = Browser { client: client.clone(), downloads: profile.path().join("downloads") };
        let outcome = tokio::time::timeout(PAGE_LIMIT * 3, async {
            // A failed assertion must not leave Chromium running.
            catch_panic(scene(browser)).await
        })
        .await;
        drop(tokio::time::timeout(PAGE_LIMIT, client.close()).await);
        match outcome {
            Ok(Ok(())) => {}
            Ok(Err(panic)) => std::panic::resume_unwind(panic),
            Err(_) => panic!("the scene in the browser took too long\n{}", driver.log()),
        }
    });
}

/// Runs a future and catches its panic.
async fn catch_panic(future: impl Future<Output = ()>) -> std::thread::Result<()> {
    let mut future = Box::pin(future);
    std::future::poll_fn(move |context| {
        let poll = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| future.as_mut().poll(context)));
        match poll {
            Ok(poll) => poll.map(Ok),
            Err(panic) => std::task::Poll::Ready(Err(panic)),
        }
    })
    .await
}

fn capabilities(scripts: Scripts, user_agent: Option<&str>, profile: &TempDir) -> Capabilities {
    let mut arguments = vec![
        "--headless".to_owned(),
        "--no-sandbox".to_owned(),
        "--disable-gpu".to_owned(),
        "--disable-quic".to_owned(),
        "--disable-dev-shm-usage".to_owned(),
        "--no-first-run".to_owned(),
        "--disable-background-networking".to_owned(),
        "--disable-component-update".to_owned(),
        "--disable-sync".to_owned(),
        "--window-size=800,900".to_owned(),
        format!("--user-data-dir={}", profile.path().display()),
    ];
    arguments.extend(user_agent.map(|name| format!("--user-agent={name}")));
    let mut options = json!({"prefs": {
        "download.default_directory": profile.path().join("downloads"),
        "download.prompt_for_download": false,
    }});
    if scripts == Scripts::Off {
        arguments.push("--blink-settings=scriptEnabled=false".to_owned());
        options["prefs"]["profile.managed_default_content_settings.javascript"] = json!(2);
    }
    options["args"] = json!(arguments);
    let Value::Object(capabilities) = json!({"browserName": "chrome", "goog:chromeOptions": options}) else {
        unreachable!("it was written as an object");
    };
    capabilities
}

/// A running browser.
pub(crate) struct Browser {
    client: Client,
    /// Where it puts downloads.
    pub(crate) downloads: PathBuf,
}

impl Browser {
    /// Opens a page.
    pub(crate) async fn open(&self, url: &str) {
        self.client.goto(url).await.unwrap_or_else(|e| panic!("{url}: {e}"));
    }

    /// Types into the input of this name.
    pub(crate) async fn fill(&self, name: &str, text: &str) {
        let field = self.wait(&format!("input[name={name}]")).await;
        field.send_keys(text).await.unwrap_or_else(|e| panic!("{name}: {e}"));
    }

    /// Presses what this selector finds.
    pub(crate) async fn press(&self, css: &str) {
        self.wait(css).await.click().await.unwrap_or_else(|e| panic!("{css}: {e}"));
    }

    /// The text that the page shows in the element, once it is there.
    pub(crate) async fn shown(&self, css: &str) -> String {
        let started = Instant::now();
        loop {
            match self.wait(css).await.text().await {
                Ok(text) => return text,
                // The page has just made room for the next one.
                Err(e) if e.is_stale_element_reference() && started.elapsed() < PAGE_LIMIT => {}
                Err(e) => panic!("{css}: {e}"),
            }
        }
    }

    /// Waits until the element has these words, on this page or the next one.
    pub(crate) async fn shows(&self, css: &str, words: &str) {
        let started = Instant::now();
        loop {
            let text = self.shown(css).await;
            if text.contains(words) {
                return;
            }
            assert!(started.elapsed() < PAGE_LIMIT, "{css} has no \"{words}\": {text}");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// Whether the page has such an element now.
    pub(crate) async fn has(&self, css: &str) -> bool {
        !self.client.find_all(Locator::Css(css)).await.unwrap_or_else(|e| panic!("{css}: {e}")).is_empty()
    }

    /// Where the browser is.
    pub(crate) async fn address(&self) -> String {
        self.client.current_url().await.expect("an address").to_string()
    }

    /// Runs a script in the page, whether or not pages may run any, and returns its result.
    pub(crate) async fn run(&self, script: &str) -> Value {
        self.client.execute(script, Vec::new()).await.unwrap_or_else(|e| panic!("{script}: {e}"))
    }

    /// Gives the window another size, in pixels.
    pub(crate) async fn resize(&self, width: u32, height: u32) {
        self.client.set_window_size(width, height).await.unwrap_or_else(|e| panic!("{width}x{height}: {e}"));
    }

    /// Saves a picture of the page in the build's folder for test files.
    pub(crate) async fn picture(&self, name: &str) -> PathBuf {
        let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("portal-{name}.png"));
        let picture = self.client.screenshot().await.unwrap_or_else(|e| panic!("{name}: {e}"));
        std::fs::write(&path, picture).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
        path
    }

    async fn wait(&self, css: &str) -> fantoccini::elements::Element {
        match self.client.wait().at_most(PAGE_LIMIT).for_element(Locator::Css(css)).await {
            Ok(element) => element,
            Err(e) => {
                let page = self.client.source().await.unwrap_or_default();
                panic!("{css}: {e}\n{}\n{page}", self.address().await);
            }
        }
    }
}
