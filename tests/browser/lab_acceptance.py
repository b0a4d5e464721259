"""Notebooks in a real JupyterLab, in a real browser, and in nbclient.

    python3 tests/browser/lab_acceptance.py [NOTEBOOK…]

runs the notebook of tests/notebook/fixtures through everything that matters, then copies of the given ones, by
default notebooks/06_ablations.ipynb with the shipped model: run all, reopen untrusted, stop a run and continue it.
Needs Python 3.10 and Chromium (CHROMIUM=PATH, else chromium, chromium-browser or google-chrome on PATH; on Debian:
apt install chromium fonts-dejavu-core). Installs playwright and JupyterLab into .cache. Screenshots go to
.cache/browser. Prints a line for each check; exits with 1 if any fails. Takes three to five minutes.
"""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]
CACHE = PROJECT / ".cache" / "browser"
# As deep below the project's folder as the fixture, which imports by relative paths; Jupyter hides .cache.
WORK = PROJECT / "runs" / "browser" / "notebooks"
FIXTURE = PROJECT / "tests" / "notebook" / "fixtures" / "showing.ipynb"
ABLATIONS = PROJECT / "notebooks" / "06_ablations.ipynb"
TOKEN = "acceptance"

try:
    from playwright.sync_api import Page, sync_playwright
except ImportError:
    environment = CACHE / "venv"
    python = environment / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    if sys.executable == str(python):
        raise
    subprocess.run([sys.executable, "-m", "venv", environment], check=True)
    subprocess.run([python, "-m", "pip", "install", "--quiet", "playwright==1.65.2"], check=True)
    sys.exit(subprocess.run([python, __file__, *sys.argv[1:]]).returncode)

failures = 0


def check(name: str, passed: bool, found: object = "") -> None:
    global failures
    failures += not passed
    print(f"{'ok    ' if passed else 'FAILED'}  {name}" + ("" if passed else f": {found}"), flush=True)


def chromium() -> str:
    names = [os.environ.get("CHROMIUM", ""), "chromium", "chromium-browser", "google-chrome"]
    found = next((path for name in names if name and (path := shutil.which(name))), None)
    return found or sys.exit("There is no Chromium; set CHROMIUM to its path.")


class Lab:
    """JupyterLab as ./gorp lab starts it."""

    def __enter__(self):
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        command = [PROJECT / "gorp", "lab", "--no-browser", "--port", str(self.port), "--"]
        settings = [f"--IdentityProvider.token={TOKEN}", "--LabApp.expose_app_in_browser=True"]
        self.log = open(CACHE / "lab.log", "w")
        self.process = subprocess.Popen([*command, *settings], cwd=PROJECT, stdout=self.log, stderr=self.log)
        deadline = time.time() + 300
        while time.time() < deadline and self.process.poll() is None:
            try:
                urllib.request.urlopen(self.url("api/status"), timeout=1).close()
                return self
            except OSError:
                time.sleep(0.3)
        sys.exit(f"JupyterLab did not start; see {self.log.name}.")

    def url(self, path: str) -> str:
        return f"http://127.0.0.1:{self.port}/{path}{'&' if '?' in path else '?'}token={TOKEN}"

    def __exit__(self, *_):
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(20)
        self.log.close()


class Notebook:
    """One notebook, open in a page."""

    def __init__(self, page: Page, lab: Lab, name: str):
        self.page = page
        path = (WORK / name).relative_to(PROJECT).as_posix()
        page.goto(lab.url(f"lab/workspaces/{name.split('.')[0]}/tree/{path}?reset"))
        page.wait_for_selector(".jp-Notebook .jp-Cell", timeout=60_000)
        page.wait_for_function(
            "() => jupyterapp.shell.currentWidget?.sessionContext?.session?.kernel?.status === 'idle'", timeout=60_000
        )

    def command(self, name: str, **arguments) -> None:
        self.page.evaluate("([name, arguments]) => void jupyterapp.commands.execute(name, arguments)", [name, arguments])

    def wait_until_run(self, timeout: float = 60) -> None:
        """Waits until the last code cell has run."""
        self.page.wait_for_function(
            """() => {
                const cells = [...jupyterapp.shell.currentWidget.content.model.cells].filter((cell) => cell.type === 'code');
                return cells.at(-1).executionCount !== null && cells.at(-1).executionState !== 'running';
            }""",
            timeout=timeout * 1000,
        )

    def count(self, at: int) -> int | None:
        """How often the kernel had run a cell when this one was last run."""
        cell = f"[...jupyterapp.shell.currentWidget.content.model.cells][{at}]"
        return self.page.evaluate(f"() => {cell}.executionState === 'running' ? null : {cell}.executionCount")

    def run_cell(self, at: int, wait: float) -> int | None:
        """Runs one cell and waits so many seconds for its end; 0 for not at all. Returns its count before."""
        before = self.count(at)
        self.page.evaluate(f"() => {{ jupyterapp.shell.currentWidget.content.activeCellIndex = {at}; }}")
        self.command("notebook:run-cell")
        if wait > 0:
            self.wait_for_cell(at, before, wait)
        return before

    def wait_for_cell(self, at: int, before: int | None, timeout: float) -> None:
        deadline = time.time() + timeout
        while (count := self.count(at)) is None or count == before:
            if time.time() > deadline:
                raise TimeoutError(f"cell {at} has not ended")
            self.page.wait_for_timeout(50)

    def outputs_of(self, at: int) -> list[dict]:
        return self.page.evaluate(
            f"() => [...jupyterapp.shell.currentWidget.content.model.cells][{at}].outputs.toJSON()"
        )

    def outputs(self) -> list[list[dict]]:
        """The outputs of all code cells, as they would be saved."""
        return self.page.evaluate(
            "() => [...jupyterapp.shell.currentWidget.content.model.cells]"
            ".filter((cell) => cell.type === 'code').map((cell) => cell.outputs.toJSON())"
        )

    def save(self) -> None:
        self.page.evaluate("() => jupyterapp.commands.execute('docmanager:save')")

    def close(self) -> None:
        self.page.evaluate("() => jupyterapp.shell.currentWidget.sessionContext.shutdown()")

    def figures(self) -> int:
        return self.page.locator(".js-plotly-plot .main-svg").count()

    def shoot(self, name: str) -> None:
        self.page.screenshot(path=CACHE / f"{name}.png")


def text_of(outputs: list[dict]) -> str:
    parts = [output.get("text") or output.get("data", {}).get("text/plain", "") for output in outputs]
    return "".join("".join(part) for part in parts)


def copy_of_fixture(name: str, change=lambda text: text) -> None:
    WORK.mkdir(parents=True, exist_ok=True)
    notebook = json.loads(FIXTURE.read_text())
    for cell in notebook["cells"]:
        if cell["cell_type"] == "code":
            cell["outputs"] = []
    (WORK / name).write_text(change(json.dumps(notebook)))


def run_all(page: Page, lab: Lab) -> None:
    copy_of_fixture("shown.ipynb")
    notebook = Notebook(page, lab, "shown.ipynb")
    theme = page.evaluate("() => document.body.dataset.jpThemeName")
    notebook.command("apputils:change-theme", theme="JupyterLab Light")
    notebook.command("notebook:restart-run-all")
    page.locator(".jp-Dialog .jp-mod-accept").click()
    notebook.wait_until_run()
    page.wait_for_selector(".js-plotly-plot .main-svg", timeout=20_000)
    outputs = notebook.outputs()
    check("run all: the figure is interactive", notebook.figures() > 0)
    check("run all: all 100 lines arrived", text_of(outputs[2]).count("line ") == 100, text_of(outputs[2])[-40:])
    check("run all: a constant declared anew", "42" in text_of(outputs[3]), outputs[3])
    check("run all: the table", page.locator(".jp-RenderedHTML table").count() == 1)
    check("run all: progress is one output", len(outputs[5]) == 1 and "finished" in text_of(outputs[5]), outputs[5])
    page.wait_for_timeout(1000)
    notebook.shoot("light")

    notebook.command("apputils:change-theme", theme="JupyterLab Dark")
    page.wait_for_selector("body[data-jp-theme-light=false]", state="attached")
    page.wait_for_timeout(1500)
    title = page.locator(".js-plotly-plot .gtitle").evaluate("(title) => getComputedStyle(title).fill")
    check("dark theme: light text", all(int(part) > 150 for part in title[4:-1].split(",")), title)
    notebook.shoot("dark")
    notebook.command("apputils:change-theme", theme=theme)

    page.evaluate("() => { jupyterapp.shell.currentWidget.content.activeCellIndex = 2; }")
    notebook.command("notebook:run-cell")
    page.wait_for_timeout(3000)
    count = len(notebook.outputs()[1])
    check("a cell run again brings plotly again", count == 2 and notebook.figures() > 0, count)
    notebook.save()
    notebook.close()


def reopen(page: Page, lab: Lab) -> None:
    notebook = Notebook(page, lab, "shown.ipynb")
    page.wait_for_selector(".js-plotly-plot .main-svg", timeout=20_000)
    check("reopened trusted: the figure is interactive", notebook.figures() > 0)
    notebook.close()

    text = (WORK / "shown.ipynb").read_text()
    (WORK / "untrusted.ipynb").write_text(text.replace("What a notebook can show", "What a stranger sees"))
    notebook = Notebook(page, lab, "untrusted.ipynb")
    page.wait_for_timeout(2000)
    widths = page.locator(".jp-OutputArea img").evaluate_all("(all) => all.map((image) => image.naturalWidth)")
    check("reopened untrusted: no script has run", notebook.figures() == 0)
    check("reopened untrusted: the static picture shows", max(widths, default=0) >= 900, widths)
    notebook.shoot("untrusted")
    notebook.close()


def stop(page: Page, lab: Lab) -> None:
    copy_of_fixture("stopped.ipynb", lambda text: text.replace("const seconds = 0.4;", "const seconds = 60;"))
    notebook = Notebook(page, lab, "stopped.ipynb")
    notebook.command("notebook:run-all-cells")
    page.wait_for_selector("text=/Training .* left/", state="attached", timeout=30_000)
    page.evaluate("() => jupyterapp.shell.currentWidget.content.scrollToItem(6)")
    page.wait_for_timeout(2000)
    notebook.shoot("running")
    before = time.time()
    notebook.command("notebook:interrupt-kernel")
    notebook.wait_until_run(20)
    seconds = time.time() - before
    outputs = notebook.outputs()
    check("stop: the loop ended at once, keeping what it had", "interrupted" in text_of(outputs[5]), outputs[5])
    check("stop: it took less than three seconds", seconds < 3, seconds)
    check("stop: the next cell sees the variables", "still here: 40" in text_of(outputs[6]), outputs[6])
    page.wait_for_timeout(500)
    notebook.shoot("stopped")
    notebook.close()


def untrusted(page: Page, lab: Lab, name: str) -> None:
    """What somebody sees to whom a saved notebook was sent."""
    notebook = json.loads((WORK / name).read_text())
    for number, cell in enumerate(notebook["cells"]):
        cell["id"] = f"sent-{number}"  # What runs here is trusted by its contents.
        if cell["cell_type"] == "code":
            cell["source"] = [*cell["source"], "\n// sent"]
    sent = f"sent_{name}"
    (WORK / sent).write_text(json.dumps(notebook))
    view = Notebook(page, lab, sent)
    page.wait_for_timeout(2000)
    page.evaluate("() => document.querySelector('.jp-OutputArea img')?.scrollIntoView()")
    page.wait_for_timeout(1000)
    widths = page.locator(".jp-OutputArea img").evaluate_all("(all) => all.map((image) => image.naturalWidth)")
    check(f"{name}, sent to somebody: no script has run", view.figures() == 0)
    check(f"{name}, sent to somebody: the static pictures show", max(widths, default=0) >= 900, widths)
    view.shoot(Path(sent).stem)
    view.close()


def stop_run(page: Page, lab: Lab) -> None:
    """Stops the first run of the ablations, and continues it."""
    name = "stopped_run.ipynb"
    WORK.mkdir(parents=True, exist_ok=True)
    (WORK / name).write_text(ABLATIONS.read_text().replace("const seed = 1;", "const seed = 77;"))
    notebook = Notebook(page, lab, name)
    cells = page.evaluate(
        "() => [...jupyterapp.shell.currentWidget.content.model.cells]"
        ".map((cell) => cell.type === 'code' ? cell.sharedModel.source : '')"
    )
    run = next(i for i, source in enumerate(cells) if "liveRun(" in source)
    for at in (i for i, source in enumerate(cells[:run]) if source):
        notebook.run_cell(at, wait=120)
    before_run = notebook.run_cell(run, wait=0)
    page.wait_for_selector("text=/seed 77 .*task [12] of/", state="attached", timeout=60_000)
    page.evaluate(f"() => jupyterapp.shell.currentWidget.content.scrollToItem({run})")
    page.wait_for_timeout(1500)
    notebook.shoot("run_running")
    before = time.time()
    notebook.command("notebook:interrupt-kernel")
    page.wait_for_selector("text=/seed 77 .*interrupted/", state="attached", timeout=20_000)
    seconds = time.time() - before
    notebook.wait_for_cell(run, before_run, 60)
    output = text_of(notebook.outputs_of(run))
    check("a stopped run says how to go on", "run the cell again to continue" in output, output)
    check("a stopped run ends at once", seconds < 1, seconds)
    print(f"        after {seconds:.2f} s, the page included")
    notebook.shoot("run_stopped")
    stored = [path for path in (WORK / "runs").glob("*") if (path / "runs.arrow").exists()]
    check("a stopped run is stored", len(stored) >= 1, stored)
    notebook.run_cell(run, wait=120)
    output = text_of(notebook.outputs_of(run))
    check("the cell run again finishes the run", "finished" in output, output)
    check("its progress is one output", sum("seed 77" in text_of([one]) for one in notebook.outputs_of(run)) == 1)
    notebook.shoot("run_continued")
    notebook.close()


def run_given(path: str):
    """Runs a copy of a notebook from top to bottom."""

    def part(page: Page, lab: Lab) -> None:
        WORK.mkdir(parents=True, exist_ok=True)
        name = Path(path).name
        shutil.copy(path, WORK / name)
        notebook = Notebook(page, lab, name)
        notebook.command("notebook:restart-run-all")
        page.locator(".jp-Dialog .jp-mod-accept").click()
        notebook.wait_until_run(600)
        errors = [text for output in sum(notebook.outputs(), []) if (text := output.get("evalue"))]
        check(f"{name}: no cell failed", not errors, errors)
        page.evaluate("() => jupyterapp.shell.currentWidget.content.scrollToItem(5)")
        page.wait_for_selector(".js-plotly-plot .main-svg", state="attached", timeout=20_000)
        page.wait_for_timeout(2000)
        check(f"{name}: figures are interactive", notebook.figures() > 0)
        notebook.shoot(Path(path).stem)
        notebook.save()
        notebook.close()
        untrusted(page, lab, name)

    part.__name__ = Path(path).stem
    return part


def browser_checks() -> None:
    flags = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync"]
    flags += ["--disable-background-networking", "--disable-component-update"]
    with Lab() as lab, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=flags)
        page = browser.new_page(viewport={"width": 1280, "height": 1600})
        page.set_default_timeout(20_000)
        for part in (run_all, reopen, stop, *map(run_given, sys.argv[1:] or [str(ABLATIONS)]), stop_run):
            try:
                part(page, lab)
            except Exception as error:
                page.screenshot(path=CACHE / f"failed_{part.__name__}.png")
                check(part.__name__, False, error)
        browser.close()


def kernel_checks() -> None:
    """In the Python of JupyterLab, where nbclient is."""
    jupyter = PROJECT / ".cache" / "jupyter"
    python = jupyter / "venv" / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    places = {"JUPYTER_DATA_DIR": "data", "JUPYTER_CONFIG_DIR": "config", "JUPYTER_RUNTIME_DIR": "runtime"}
    environment = os.environ | {name: str(jupyter / place) for name, place in places.items()}
    script = Path(__file__).with_name("kernel_outputs.py")
    outcome = subprocess.run([python, script], env=environment, cwd=PROJECT, stdout=subprocess.PIPE, text=True)
    for line in outcome.stdout.splitlines():
        name, _, found = line.partition(": ")
        check(name, found == "ok", found)
    check("nbclient came to its end", outcome.returncode == 0, outcome.returncode)


if __name__ == "__main__":
    CACHE.mkdir(parents=True, exist_ok=True)
    shutil.rmtree(WORK, ignore_errors=True)
    try:
        browser_checks()
        kernel_checks()
    finally:
        shutil.rmtree(WORK.parent, ignore_errors=True)
    sys.exit(1 if failures else 0)
