//! The page in a real browser: headless Chromium, from the Debian package `chromium` (`apt-get install chromium`), or the program that
//! `CXRANK_CHROMIUM` names. Skipped, said aloud, where there is none.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread::sleep;
use std::time::Duration;

use serde::Deserialize;

/// Opens the page in a frame and measures it; see there.
const CHECKS: &str = include_str!("../browser/checks.html");

/// What the checks found.
#[derive(Debug, Deserialize)]
pub(crate) struct Found {
    /// Whether the dark colours were shown.
    pub(crate) dark: bool,
    /// The width of the window, and of what stands in it: more where the page scrolls sideways.
    pub(crate) width: u32,
    pub(crate) scroll: u32,
    /// What the page asked for besides itself.
    pub(crate) requests: Vec<String>,
    /// The row heads of all tables.
    pub(crate) codes: Vec<String>,
    /// How many texts were looked at, and those whose contrast is below that of WCAG 2.2 AA (4.5, or 3 for large ones).
    pub(crate) texts: usize,
    pub(crate) faint: Vec<String>,
    /// What is wrong with headings, tables, regions, pictures, ids, links.
    pub(crate) faults: Vec<String>,
    /// What the browser wrote on its console.
    #[serde(skip)]
    pub(crate) console: Vec<String>,
    /// What the page would have sent, by the browser's own log.
    #[serde(skip)]
    pub(crate) sent: Vec<String>,
}

/// The browser; `None`, said aloud, where there is none.
pub(crate) fn chromium() -> Option<PathBuf> {
    let named = std::env::var_os("CXRANK_CHROMIUM").map(PathBuf::from);
    let known = ["chromium", "chromium-browser", "google-chrome"].map(PathBuf::from);
    let works = |program: &PathBuf| {
        let run = Command::new(program).arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status();
        run.is_ok_and(|status| status.success())
    };
    let found = named.into_iter().chain(known).find(works);
    if found.is_none() {
        println!("skipped: no Chromium (Debian: apt-get install chromium)");
    }
    found
}

/// Looks at a page in a window of some width; `name` is that of a folder for it.
pub(crate) fn look(chromium: &Path, name: &str, page: &str, width: u32, dark: bool) -> Found {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("browser-{name}-{width}-{dark}"));
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).unwrap();
    fs::write(folder.join("page.html"), page).unwrap();
    fs::write(folder.join("checks.html"), CHECKS.replace("WIDTH", &width.to_string())).unwrap();
    let (dom, log, net) = (folder.join("dom.html"), folder.join("stderr.txt"), folder.join("net.json"));
    let mut browser = Command::new(chromium)
        .args(["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"])
        .args(["--disable-background-networking", "--disable-component-update", "--disable-sync"])
        .args(["--disable-default-apps", "--disable-extensions", "--disable-dev-shm-usage"])
        // The checks may look into the frame; no name leads anywhere.
        .args(["--allow-file-access-from-files", "--host-resolver-rules=MAP * ~NOTFOUND"])
        .args(["--enable-logging=stderr", "--window-size=1400,1000", "--dump-dom"])
        .arg(format!("--blink-settings=preferredColorScheme={}", i32::from(!dark)))
        .arg(format!("--user-data-dir={}", folder.join("user").display()))
        .arg(format!("--log-net-log={}", net.display()))
        .arg(format!("file://{}", folder.join("checks.html").display()))
        .stdin(Stdio::null())
        .stdout(fs::File::create(&dom).unwrap())
        .stderr(fs::File::create(&log).unwrap())
        .spawn()
        .unwrap();
    let mut waits = 0;
    while browser.try_wait().unwrap().is_none() {
        waits += 1;
        if waits > 1200 {
            browser.kill().unwrap();
            panic!("{name}: no answer within two minutes");
        }
        sleep(Duration::from_millis(100));
    }
    let dom = fs::read_to_string(&dom).unwrap();
    let log = String::from_utf8_lossy(&fs::read(&log).unwrap()).into_owned();
    // The last is the answer; the first stands in the script.
    let answer = dom.rsplit_once("FOUND{").and_then(|(_, rest)| rest.split_once("}END"));
    let answer = answer.unwrap_or_else(|| panic!("{name}: no answer\n{log}")).0;
    let answer =
        answer.replace("&lt;", "<").replace("&gt;", ">").replace("&nbsp;", "\u{a0}").replace("&amp;", "&");
    let mut found: Found =
        serde_json::from_str(&format!("{{{answer}}}")).unwrap_or_else(|error| panic!("{error}: {answer}"));
    found.console = log.lines().filter(|line| line.contains("CONSOLE")).map(str::to_owned).collect();
    // One event in a line. What the browser asks for on its own account, such as updates of itself, has no origin.
    let net = fs::read_to_string(&net).unwrap();
    let field = |line: &str, name: &str| {
        let (_, rest) = line.split_once(&format!("\"{name}\":\""))?;
        rest.split('"').next().map(str::to_owned)
    };
    let of_pages =
        net.lines().filter(|line| field(line, "initiator").is_some_and(|who| who != "not an origin"));
    found.sent =
        of_pages.filter_map(|line| field(line, "url")).filter(|url| !url.starts_with("file:")).collect();
    let _ = fs::remove_dir_all(folder.join("user"));
    found
}
