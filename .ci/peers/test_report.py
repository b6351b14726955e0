"""The page of our command line, opened in Chromium: what is in it, what it asks for, and whether it can be read."""

import io
import itertools
import json
import os
import subprocess
import unittest
from pathlib import Path

from playwright.sync_api import sync_playwright
from pypdf import PdfReader

from simulator import PATIENCE, PROJECT_ID, TOKEN, WORKSPACE, Simulator
from test_metrics import Tasks

FLAGS = "--no-sandbox --disable-gpu --disable-background-networking --disable-component-update --disable-sync"
AT = ["--at", "2026-03-20T10:25:16+08:00"]
ROOM = Path(os.environ["ROOM"]) / "report"
# The page as it is kept to the letter by our own tests, with a clock that stands still: what the README shows.
KEPT = Path("cli/tests/dataarts/golden/report.html").resolve()
PICTURES = {name: Path(f"docs/{name}.png").resolve() for name in ("report", "report-timeline")}

ATTACKS = [
    "<script>document.title='x'</script>",
    "javascript:alert(1)",
    "\"><img src=x onerror=\"document.title='x'\">",
    "'><svg onload=document.title='x'>",
    "</title></style></pre><script src=http://127.0.0.1:9/x></script>",
    "<a href=javascript:alert(1)>",
    "<meta http-equiv=refresh content='0;url=http://127.0.0.1:9/'>",
    "{{ 7 * 7 }} ${7*7} &lt;script&gt; \\u003cscript\\u003e",
    "\u202etxt.exe\x1b[31m\u2066",
    "集群" * 300,
    "x" * 3000,
]

# Every visible text with its colour on the colours below it, whatever is lighter or darker being blended.
CONTRAST = """() => {
  const parse = text => { const [r, g, b, a = 1] = text.match(/[\\d.]+/g).map(Number); return [r, g, b, a]; };
  const over = ([r, g, b, a], below) => [r, g, b].map((part, index) => part * a + below[index] * (1 - a));
  const light = rgb => {
    const even = part => part <= .04045 ? part / 12.92 : ((part + .055) / 1.055) ** 2.4;
    const [r, g, b] = rgb.map(part => even(part / 255));
    return .2126 * r + .7152 * g + .0722 * b;
  };
  const found = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node; (node = walker.nextNode());) {
    const element = node.parentElement;
    if (!node.data.trim() || element.closest('title, desc, defs, .unseen') || !element.checkVisibility()) continue;
    const chain = [];
    for (let parent = element; parent; parent = parent.parentElement) chain.unshift(getComputedStyle(parent));
    const below = chain.reduce((below, style) => over(parse(style.backgroundColor), below), [255, 255, 255]);
    const style = chain[chain.length - 1];
    const colour = over(parse(element instanceof SVGElement ? style.fill : style.color), below);
    const [low, high] = [light(colour), light(below)].sort((one, other) => one - other);
    const contrast = (high + .05) / (low + .05);
    found.push({ text: node.data.trim().slice(0, 40), contrast, size: parseFloat(style.fontSize) });
  }
  return found;
}"""

# Texts of which one lies on another, or that reach out of the page.
COLLISIONS = """() => {
  const texts = 'h1, h2, h3, h4, dt, dd, p, th, td, caption, summary, .axis text, .badge';
  const told = element => element.outerHTML.slice(0, 80);
  const boxes = [...document.querySelectorAll(texts)]
    .filter(element => element.checkVisibility() && element.textContent.trim() && !element.closest('.unseen, thead'))
    .map(element => [element, element.getBoundingClientRect()]).filter(([, box]) => box.width > 1);
  const within = document.documentElement.clientWidth + 1;
  const found = boxes.filter(([, box]) => box.right > within || box.left < -1).map(([element]) => told(element));
  boxes.sort(([, one], [, other]) => one.top - other.top);
  boxes.forEach(([one, first], index) => {
    for (const [other, second] of boxes.slice(index + 1)) {
      if (second.top >= first.bottom - 2) break;
      if (one.contains(other) || other.contains(one)) continue;
      if (second.left < first.right - 2 && first.left < second.right - 2)
        found.push(told(one) + ' on ' + told(other));
    }
  });
  return found;
}"""


def hostile_tasks():
    """A task of each attack, in each text that the service sends."""
    log = "[2026-03-20 10:25:16] ===> Submit job failed:[{{\"status\":\"FAILED\",\"message\":{}}}]\nsecond line {}"
    return [
        {
            "id": f"{number}{attack[:200]}",
            "cluster_name": attack,
            "cluster_type": attack[:30],
            "sync_status": ["SYNC_FAIL", attack[:50], "SYNC_SUCCESS"][number % 3],
            "schedule_status": ["SCHEDULING", "NOT_SCHEDULE", attack[:50]][number // 3 % 3],
            "sync_time": 1710901516000,
            "sync_msg": log.format(json.dumps("ERROR: " + attack), attack),
        }
        for number, attack in enumerate(attack for attack in ATTACKS for _ in range(3))
    ]


class Report(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        ROOM.mkdir(parents=True, exist_ok=True)
        cls.playwright = cls.enterClassContext(sync_playwright())
        flags = [*FLAGS.split(), "--no-first-run"]
        # Its own sandbox needs rights that a container lacks; the page can reach nothing anyway.
        browser = cls.playwright.chromium.launch(executable_path=os.environ["CHROMIUM"], args=flags)
        cls.browser = browser
        cls.addClassCleanup(browser.close)

    def dataarts(self, place, *words, codes=(0,), **more):
        environment = {"HOME": os.environ["HOME"], "DATAARTS_TOKEN": TOKEN, "NO_PROXY": "*", "TZ": "Asia/Shanghai"}
        command = [os.environ["DATAARTS"], *place, "--pace", "off", "--retries", "0", "sync-tasks", *words]
        run = subprocess.run(command, env=environment | more, capture_output=True, timeout=PATIENCE)
        self.assertIn(run.returncode, codes, run.stderr)
        return run.stdout

    def made(self, url, name):
        """The page and what it has to tell."""
        path = ROOM / f"{name}.html"
        place = ["--endpoint", url, "--project-id", PROJECT_ID, "--workspace", WORKSPACE]
        self.dataarts(place, "report", "--html", str(path), *AT)
        return path, json.loads(self.dataarts(place, "health", "-o", "json", *AT, codes=(0, 3)))

    def opened(self, path, width=1200, scheme="light"):
        """The page in a window of its own, where all that it does is written down."""
        context = self.browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)
        context.set_default_timeout(PATIENCE * 1000)
        self.addCleanup(context.close)
        page = context.new_page()
        page.asked, page.dialogs, page.said = [], [], []
        page.on("request", lambda request: page.asked.append(request.url))
        page.on("dialog", lambda dialog: (page.dialogs.append(dialog.message), dialog.dismiss()))
        page.on("console", lambda message: page.said.append(message.text))
        page.on("pageerror", lambda error: page.said.append(str(error)))
        context.set_offline(True)
        page.goto(path.as_uri())
        return page

    def assert_quiet(self, page, path):
        self.assertEqual(page.asked, [path.as_uri()])
        self.assertEqual((page.dialogs, page.said), ([], []))
        self.assertEqual(page.locator("script, img, iframe, object, embed, link, base, form").count(), 0)
        links = page.evaluate("""() => [...document.querySelectorAll('*')]
          .flatMap(element => [...element.attributes])
          .filter(({ name }) => /^on|^(xlink:)?href$|^src|^action$/.test(name))
          .map(({ name, value }) => name + '=' + value)""")
        self.assertTrue(links)
        self.assertEqual([link for link in links if not link.startswith("href=#")], [])
        self.assertIn("user synchronisation", page.title())

    def assert_tells(self, page, health):
        """The figures, every cluster, every cause and every error are there to be read."""
        counts = {word.replace("-", " "): count for word, count in health["counts"].items() if count}
        rows = page.locator(".counts tbody tr").all()
        shown = {row.locator("th").inner_text(): int(row.locator("td").first.inner_text()) for row in rows}
        self.assertEqual(shown, counts)
        total = sum(counts.values())
        self.assertEqual(page.locator(".whole .number").text_content(), str(total))
        text = page.locator("body").text_content()
        bad = total - counts.get("running", 0) - counts.get("healthy", 0)
        self.assertIn(f"{bad} of {total} tasks need", page.locator("h1").inner_text())
        for group in health["groups"]:
            if group["health"] not in ("running", "healthy"):
                for part in filter(None, (group["advice"], group["remedy"])):
                    self.assertIn(part, text)

    def assert_readable(self, path, name):
        for width, scheme in itertools.product((400, 1200, 2000), ("light", "dark")):
            with self.subTest(page=name, width=width, scheme=scheme):
                page = self.opened(path, width, scheme)
                page.evaluate("() => document.querySelectorAll('details').forEach(details => { details.open = true })")
                root = "document.documentElement"
                self.assertTrue(page.evaluate(f"() => {root}.scrollWidth <= {root}.clientWidth"))
                texts = page.evaluate(CONTRAST)
                self.assertGreater(len(texts), 20)
                self.assertEqual([text for text in texts if text["contrast"] < 4.5 or text["size"] < 12], [])
                self.assertEqual(page.evaluate(COLLISIONS), [])
                page.evaluate("() => document.querySelectorAll('details').forEach(details => { details.open = false })")
                page.screenshot(path=ROOM / f"{name}-{width}-{scheme}.png", full_page=True)

    def test_the_figures_of_a_service_are_in_a_page_that_asks_for_nothing(self):
        with Simulator(tasks=137) as simulator:
            path, health = self.made(simulator.url, "simulated")
        page = self.opened(path)
        self.assert_tells(page, health)
        self.assert_quiet(page, path)
        names = {task["cluster_name"] for group in health["groups"] for task in group["tasks"]}
        self.assertLessEqual(names, set(page.locator(".of-clusters tbody th").all_inner_texts()))

    def test_hostile_names_and_logs_stay_text(self):
        with Tasks(hostile_tasks()) as tasks:
            path, health = self.made(tasks.url, "hostile")
        page = self.opened(path)
        self.assert_tells(page, health)
        self.assert_quiet(page, path)
        text = page.locator("body").text_content()
        for attack in ATTACKS[:8]:
            self.assertIn(attack, page.locator(".of-clusters tbody th").all_inner_texts())
            self.assertIn(f"second line {attack}", text)
        for character in "\u202e\u2066\x1b":
            self.assertNotIn(character, text)
        self.assert_readable(path, "hostile")

    def test_several_targets_are_one_page_and_one_that_is_down_is_told(self):
        path, config = ROOM / "targets.html", ROOM / "targets.toml"
        with Tasks(hostile_tasks()[:12]) as tasks, Simulator(tasks=30) as simulator:
            places = [("<script>x</script>", tasks.url), ("集群", simulator.url), ("down", "http://127.0.0.1:9")]
            of_all = f'project_id = "{PROJECT_ID}"\nworkspace = "{WORKSPACE}"\n'
            tables = [f"[targets.{json.dumps(name)}]\nendpoint = {json.dumps(url)}\n{of_all}" for name, url in places]
            config.write_text("".join(tables))
            words = ["--all-targets"], "report", "--html", str(path), *AT
            self.dataarts(*words, codes=(1,), DATAARTS_CONFIG=str(config))
        page = self.opened(path)
        self.assert_quiet(page, path)
        self.assertIn("One target could not be read", page.locator("header").inner_text())
        self.assertEqual(page.locator(".of-targets tbody th").all_inner_texts(), [name for name, _ in places])
        self.assertIn("cannot connect", page.locator(".of-targets .failed").inner_text())
        self.assertEqual(page.locator(".whole .number").text_content(), "42")
        self.assert_readable(path, "targets")

    def test_what_a_log_says_is_there_at_a_click_and_on_paper(self):
        page = self.opened(KEPT, 1200, "dark")
        log = page.locator("pre").first
        said = "no response from the agent of connection conn_dws_dev_sandbox"
        self.assertIn(said, log.text_content())
        height = """element => element.checkVisibility({ contentVisibilityAuto: true })
          && element.getBoundingClientRect().height"""
        self.assertFalse(log.evaluate(height))
        page.locator("summary").first.click()
        self.assertGreater(log.evaluate(height), 20)
        page.locator("summary").first.click()
        paper = PdfReader(io.BytesIO(page.pdf(path=ROOM / "paper.pdf", print_background=True)))
        printed = " ".join(" ".join(sheet.extract_text() for sheet in paper.pages).split())
        self.assertIn(said.replace(" ", ""), printed.replace(" ", ""))
        self.assertEqual(printed.count("Log of the last run,"), page.locator("pre").count())
        page.emulate_media(media="print")
        self.assertGreater(log.evaluate(height), 20)
        self.assertEqual(page.evaluate("() => getComputedStyle(document.body).backgroundColor"), "rgb(255, 255, 255)")
        self.assertEqual([text for text in page.evaluate(CONTRAST) if text["contrast"] < 4.5], [])
        self.assert_quiet(page, KEPT)

    def test_the_kept_page_is_readable_and_is_the_picture_of_the_readme(self):
        self.assert_readable(KEPT, "kept")
        if os.environ.get("UPDATE_DOCS"):
            clip = {"x": 0, "y": 0, "width": 1100, "height": 1360}
            self.opened(KEPT, 1100).screenshot(path=PICTURES["report"], clip=clip, full_page=True)
            page = self.opened(KEPT, 1100, "dark")
            clip = page.locator("section[aria-labelledby=timeline]").bounding_box()
            clip |= {"x": 0, "width": 1100, "height": 780}
            page.screenshot(path=PICTURES["report-timeline"], clip=clip, full_page=True)
        for picture in PICTURES.values():
            self.assertLess(picture.stat().st_size, 200_000)

    def test_no_task_is_a_page_too(self):
        with Tasks([]) as tasks:
            path, _ = self.made(tasks.url, "empty")
        page = self.opened(path)
        self.assertEqual(page.locator("h1").inner_text(), "There are no tasks")
        self.assert_quiet(page, path)

    def test_ten_thousand_tasks_still_open(self):
        with Simulator(tasks=10_000) as simulator:
            path, health = self.made(simulator.url, "large")
        self.assertLess(path.stat().st_size, 16_000_000)
        page = self.opened(path)
        self.assert_tells(page, health)
        self.assertEqual(page.locator(".of-clusters tbody tr").count(), 10_000)
        self.assertEqual(page.locator(".lines .who").count(), 100)


if __name__ == "__main__":
    unittest.main()
