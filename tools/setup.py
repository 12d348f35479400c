"""Sets the product up on a machine that has only python3 and make; repeated, it does only what is missing.

Standard library only, and syntax that an old Python can still read, so that it can say what is wrong.
"""

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
FRONTEND = ROOT / "frontend"
DIST = ROOT / "app" / "web" / "static" / "dist"
LOG = ROOT / "var" / "setup.log"
OLDEST = (3, 11)
OLDEST_NODE = 20
NO_NETWORK = (
    "NewConnectionError",
    "ConnectTimeout",
    "ReadTimeout",
    "ProxyError",
    "name resolution",
    "Name or service not known",
    "nodename nor servname",
    "Network is unreachable",
    "ENOTFOUND",
    "EAI_AGAIN",
    "ECONNREFUSED",
    "ENETUNREACH",
    "ETIMEDOUT",
)


class SetupError(Exception):
    """What is missing, in one sentence."""


def require_python():
    """Go on with a Python that is new enough, if this one is not."""
    if sys.version_info >= OLDEST:
        return
    for minor in (14, 13, 12, 11):
        newer = shutil.which(f"python3.{minor}")
        if newer:
            os.execv(newer, [newer, *sys.argv])
    raise SetupError(f"Aftercare needs Python {OLDEST[0]}.{OLDEST[1]} or newer; this is {sys.version.split()[0]}.")


def run(command, what, cwd=ROOT, env=None):
    """Run a program quietly; on failure one sentence, the rest is in var/setup.log."""
    LOG.parent.mkdir(exist_ok=True)
    with LOG.open("ab") as log:
        start = log.tell()
        log.write(f"\n$ {' '.join(map(str, command))}\n".encode())
        log.flush()
        try:
            code = subprocess.call(
                [str(part) for part in command],
                cwd=str(cwd),
                env=env,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        except OSError as missing:
            raise SetupError(f"{what} is not possible: {missing.strerror}.") from None
    if code == 0:
        return
    with LOG.open("rb") as log:
        log.seek(start)
        said = log.read().decode("utf-8", "replace")
    if any(sign in said for sign in NO_NETWORK):
        raise SetupError(f"{what} needs a network connection, and there is none; connect and run it again.")
    if "No space left" in said:
        raise SetupError(f"{what} failed: the disk is full.")
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    raise SetupError(f"{what} failed: {lines[-1].rstrip('.')} (all of it is in var/setup.log).")


def digest(files, extra=""):
    """One digest of many files and their names."""
    found = hashlib.sha256(extra.encode())
    for path in files:
        found.update(str(path.relative_to(ROOT)).encode())
        found.update(path.read_bytes())
    return found.hexdigest()


def done_before(stamp, wanted):
    """Whether this was done with the same input."""
    try:
        return stamp.read_text() == wanted
    except OSError:
        return False


def make_venv():
    """The virtual environment; one that has lost its Python is made again."""
    if PYTHON.exists() and subprocess.call([str(PYTHON), "-c", "import pip"], stderr=subprocess.DEVNULL) == 0:
        return
    try:
        import ensurepip  # noqa: F401
        import venv  # noqa: F401
    except ImportError:
        raise SetupError(
            "Python's venv module is missing; install it (on Debian: apt install python3-venv) and run it again."
        ) from None
    say("Making the virtual environment …")
    run([sys.executable, "-m", "venv", "--clear", VENV], "Making the virtual environment")


def install(name):
    """The Python packages of one lock file."""
    lock = ROOT / "requirements" / (name + ".txt")
    wanted = digest([lock], sys.version)
    stamp = VENV / (".aftercare-" + name)
    if done_before(stamp, wanted):
        return
    make_venv()
    say(f"Installing Python packages ({name}) …")
    run(
        [PYTHON, "-m", "pip", "install", "--quiet", "--no-input", "--disable-pip-version-check", "-r", lock],
        "Installing the Python packages",
    )
    stamp.write_text(wanted)


def compile_product():
    """The byte code of the product, so that not every start compiles it (where the environment forbids writing it)."""
    wanted = digest(sorted((ROOT / "app").rglob("*.py")), sys.version)
    stamp = LOG.parent / "compiled"
    if done_before(stamp, wanted):
        return
    compiling = [str(PYTHON), "-m", "compileall", "-q", "app"]
    # A folder that cannot be written costs half a second at each start, no more.
    if subprocess.call(compiling, cwd=str(ROOT), stdout=subprocess.DEVNULL) == 0:
        stamp.write_text(wanted)


def node():
    """The folder that holds node and npm: the machine's when they are new enough, else those from PyPI."""
    found = shutil.which("node")
    if found and shutil.which("npm"):
        try:
            version = subprocess.check_output([found, "--version"]).decode().strip()
            if int(version.lstrip("v").split(".")[0]) >= OLDEST_NODE:
                return Path(found).parent
        except (OSError, ValueError, subprocess.CalledProcessError):
            pass
    install("node")
    return VENV / "bin"


def build_frontend():
    """What the browser loads; bundled again when a source has changed."""
    lock = FRONTEND / "package-lock.json"
    sources = sorted(
        path
        for path in FRONTEND.rglob("*")
        if path.is_file() and not {"node_modules", "test"} & set(path.relative_to(FRONTEND).parts)
    )
    wanted = digest(sources)
    stamp = DIST / ".aftercare-built"
    if done_before(stamp, wanted) and (DIST / "manifest.json").exists():
        return
    binaries = node()
    env = dict(os.environ, PATH=f"{binaries}{os.pathsep}{os.environ.get('PATH', '')}")
    installed = FRONTEND / "node_modules" / ".aftercare-installed"
    locked = digest([lock])
    if not done_before(installed, locked):
        say("Installing the packages of the pages …")
        npm = shutil.which("npm", path=env["PATH"]) or "npm"
        run(
            [npm, "ci", "--no-audit", "--no-fund", "--loglevel=error"],
            "Installing the packages of the pages",
            FRONTEND,
            env,
        )
        installed.write_text(locked)
    say("Bundling the pages …")
    run([shutil.which("node", path=env["PATH"]) or "node", "build.mjs"], "Bundling the pages", FRONTEND, env)
    stamp.write_text(wanted)


def say(sentence):
    """Tell what takes time."""
    print(sentence, flush=True)


def only_one():
    """Two set-ups at once wait for each other."""
    import fcntl

    LOG.parent.mkdir(exist_ok=True)
    lock = (ROOT / "var" / "setup.lock").open("w")
    fcntl.flock(lock, fcntl.LOCK_EX)
    return lock


def main(wanted):
    """Set up for running (`run`), for tests and checks (`test`), or only the Python side (`python`)."""
    try:
        require_python()
        lock = only_one()
        install("run")
        if "test" in wanted:
            install("test")
        compile_product()
        if "python" not in wanted:
            build_frontend()
        lock.close()
    except SetupError as missing:
        print(missing, file=sys.stderr)
        return 1
    except PermissionError as refused:
        print(f"Aftercare cannot write to {refused.filename}.", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
