"""Takes the pictures of the README from a running hub: `python -m tests.bench.screenshots BASE_URL [FOLDER]`.

Start the demo first (`make demo`); the pictures show what it holds, at 1,280 pixels, in Debian's Chromium.
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

USER, PASSWORD = "steward", "aurum"
LARGEST = 250_000


def take(page: Page, folder: Path, name: str) -> None:
    """Write one picture; raises SystemExit when it is too large for a page that people load."""
    page.wait_for_load_state("networkidle")
    page.wait_for_timeout(800)
    file = folder / f"{name}.png"
    page.screenshot(path=file)
    size = file.stat().st_size
    print(f"{file} {size:,} bytes")
    if size > LARGEST:
        raise SystemExit(f"{file} has {size:,} bytes; a picture of the README has at most {LARGEST:,}.")


def main(base: str, folder: Path) -> None:
    """Take home.png, review.png and golden.png."""
    program = shutil.which("chromium") or shutil.which("google-chrome")
    if program is None:
        raise SystemExit("chromium is not installed; get it by: apt-get install chromium")
    folder.mkdir(parents=True, exist_ok=True)
    options = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=options)
        page = browser.new_page(viewport={"width": 1280, "height": 860})
        page.goto(base)
        # The home page asks every second, so it is never idle.
        page.wait_for_timeout(2_500)
        page.screenshot(path=folder / "home.png")
        page.goto(f"{base}/admin/login/")
        page.fill("#id_username", USER)
        page.fill("#id_password", PASSWORD)
        page.keyboard.press("Enter")
        page.wait_for_load_state("networkidle")
        page.goto(f"{base}/admin/mdm/reviewtask/next/?domain=customer&kind=possible_match")
        take(page, folder, "review")
        page.goto(f"{base}/admin/mdm/goldenrecord/?domain=customer&kind=person&o=1")
        rows = page.locator("#result_list tbody tr").filter(has=page.get_by_text("3", exact=True))
        (rows if rows.count() else page.locator("#result_list tbody tr")).first.locator("a").first.click()
        take(page, folder, "golden")
        browser.close()


if __name__ == "__main__":
    main(sys.argv[1].rstrip("/"), Path(sys.argv[2] if len(sys.argv) > 2 else "docs/images"))
