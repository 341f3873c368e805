#!/usr/bin/env python3
"""Makes the pictures of the README from what muddle prints, or checks that they are not stale.

    examples/pictures/make.py            # needs a build, and Chromium for report.png
    examples/pictures/make.py --check    # needs a build alone

`sources.json` holds the hash of the text that each picture was made from. A picture whose text has changed is stale.
"""

import hashlib
import html
import json
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
SOURCES = HERE / "sources.json"
RECIPE = ["-t", "fixtures/tokenizers/bytelevel.json", "--preset", "bart"]

# Selected graphic rendition: what muddle writes, as CSS classes of the picture.
STYLES = {"1": "bold", "2": "dim", "3": "italic", "4": "underline"}
COLORS = {"31": "red", "32": "green", "33": "yellow", "34": "blue", "35": "magenta", "36": "cyan"}
CSS = """
text { font: 14px ui-monospace, 'DejaVu Sans Mono', Menlo, Consolas, monospace; fill: #e6e6e6; white-space: pre; }
.bold { font-weight: bold; } .dim { fill: #8b949e; } .italic { font-style: italic; } .underline { text-decoration: underline; }
.red { fill: #ff7b72; } .green { fill: #7ee787; } .yellow { fill: #e3b341; } .blue { fill: #79c0ff; }
.magenta { fill: #d2a8ff; } .cyan { fill: #56d4dd; }
"""
WIDTH, LINE, MARGIN = 8.43, 20, 16


def muddle(*arguments: str) -> str:
    """What `muddle corrupt` prints."""
    builds = [build for build in ROOT.glob("target/*/muddle") if build.is_file()]
    if not builds:
        sys.exit(f"{ROOT}/target: no muddle in it (run: cargo build)")
    newest = max(builds, key=lambda build: build.stat().st_mtime)
    command = [str(newest), "corrupt", "-q", *RECIPE, *arguments]
    return subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True).stdout


def preview() -> str:
    return muddle("--seed", "5", "--limit", "1", "--preview", "1", "--color", "always", "fixtures/texts/english.txt")


def report() -> str:
    return muddle("--copies", "40", "-o", "/dev/null", "--report", "-", "fixtures/texts/english.txt")


def svg(ansi: str) -> str:
    """A terminal's text as a picture."""
    lines = ansi.rstrip("\n").split("\n")
    plain = [re.sub(r"\x1b\[[0-9;]*m", "", line) for line in lines]
    width = max(map(len, plain)) * WIDTH + 2 * MARGIN
    height = len(lines) * LINE + 2 * MARGIN
    out = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:.0f} {height}" role="img" '
        f'aria-label="A preview in a terminal">',
        f"<style>{CSS}</style>",
        '<rect width="100%" height="100%" rx="8" fill="#0d1117"/>',
    ]
    for number, line in enumerate(lines):
        classes: list[str] = []
        spans, column = [], 0
        for part in re.split(r"(\x1b\[[0-9;]*m)", line):
            if part.startswith("\x1b"):
                for code in part[2:-1].split(";"):
                    classes = [] if code in ("0", "") else classes + [STYLES.get(code) or COLORS.get(code) or "plain"]
            elif part:
                x = MARGIN + column * WIDTH
                length = len(part) * WIDTH
                name = f' class="{" ".join(classes)}"' if classes else ""
                # A length for each stretch keeps columns aligned whatever the font.
                spans.append(f'<tspan x="{x:.1f}" textLength="{length:.1f}"{name}>{html.escape(part)}</tspan>')
                column += len(part)
        y = MARGIN + (number + 0.75) * LINE
        out.append(f'<text y="{y:.0f}" xml:space="preserve">{"".join(spans)}</text>')
    return "\n".join([*out, "</svg>", ""])


def screenshot(page: str, to: Path) -> None:
    """A page as Chromium shows it."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if not chromium:
        sys.exit("chromium: not found (install it to make report.png)")
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "page.html"
        source.write_text(page)
        flags = ["--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", f"--user-data-dir={folder}/profile"]
        size = ["--window-size=1280,1650", f"--screenshot={to}"]
        command = [chromium, *flags, "--disable-background-networking", *size, source.as_uri()]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=120)


def main() -> None:
    texts = {"preview.svg": preview(), "report.png": report()}
    hashes = {name: hashlib.sha256(text.encode()).hexdigest() for name, text in texts.items()}
    if "--check" in sys.argv[1:]:
        made = json.loads(SOURCES.read_text())
        stale = [name for name in texts if made.get(name) != hashes[name] or not (HERE / name).exists()]
        if (HERE / "preview.svg").read_text() != svg(texts["preview.svg"]):
            stale.append("preview.svg (edited by hand)")
        if stale:
            sys.exit(f"stale: {', '.join(stale)} (run: examples/pictures/make.py)")
        print(f"{len(texts)} pictures are up to date")
        return
    (HERE / "preview.svg").write_text(svg(texts["preview.svg"]))
    screenshot(texts["report.png"], HERE / "report.png")
    SOURCES.write_text(json.dumps(hashes, indent=2) + "\n")


if __name__ == "__main__":
    main()
