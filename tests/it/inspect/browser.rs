//! The page in a browser.

use std::path::Path;
use std::process::{Command, Stdio};

use super::{corrupted, inspect, record};

const BROWSERS: [&str; 4] = ["chromium", "chromium-browser", "google-chrome", "chrome"];

/// A browser that answers.
fn browser() -> &'static str {
    let answers = |name: &&&str| {
        let asked = Command::new(name).arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status();
        asked.is_ok_and(|status| status.success())
    };
    BROWSERS.iter().find(answers).unwrap_or_else(|| panic!("no browser here (one of {})", BROWSERS.join(", ")))
}

/// The page as the browser sees it once its script ran, and what it complained of.
fn opened(browser: &str, page: &Path, hash: &str) -> (String, String) {
    let profile = tempfile::tempdir().expect("a folder");
    let output = Command::new(browser)
        .args(["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"])
        .args(["--disable-background-networking", "--disable-component-update", "--disable-sync"])
        .arg(format!("--user-data-dir={}", profile.path().display()))
        .args(["--enable-logging=stderr", "--dump-dom"])
        .arg(format!("file://{}{hash}", page.display()))
        .output()
        .expect("the browser runs");
    let text = |bytes| String::from_utf8(bytes).expect("UTF-8");
    (text(output.stdout), text(output.stderr))
}

fn hidden_rows(dom: &str) -> usize {
    let rows = dom.split("<tr").skip(1).filter_map(|row| row.split('>').next());
    rows.filter(|tag| tag.contains("hidden")).count()
}

#[test]
#[ignore = "needs a browser, such as chromium"]
fn a_browser_shows_the_page_and_its_filter_works() {
    let browser = browser();
    let folder = tempfile::tempdir().expect("a folder");
    let page = folder.path().join("report.html");
    let mut records = corrupted("bytelevel", &["-n", "infill"]);
    records.extend_from_slice(record(&[0, 50, 2000, 2], &[1, 1, 1, 1], &[0, 50, 2]).as_bytes());
    let ran = inspect("bytelevel", &["--html", page.to_str().expect("UTF-8")], &records);
    assert_eq!(ran.code, 1, "{}", ran.stderr);
    let rows = std::fs::read_to_string(&page).expect("a page").matches("<th scope=\"row\"><span").count();

    let (dom, said) = opened(browser, &page, "");
    assert!(!said.contains("CONSOLE"), "{said}");
    assert!(dom.matches("<figure").count() == 4 && dom.matches("<rect").count() > 20);
    assert!(dom.contains(&format!(">{rows} of {rows}</output>")));
    assert_eq!(hidden_rows(&dom), 0);

    let (dom, said) = opened(browser, &page, "#filter=outside%20the%20vocabulary");
    assert!(!said.contains("CONSOLE"), "{said}");
    assert!(dom.contains(&format!(">1 of {rows}</output>")), "{dom}");
    assert_eq!(hidden_rows(&dom), rows - 1);
}
