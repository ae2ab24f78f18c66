"""Draws docs/terminal.svg: what `kubevet check fixtures/bad/config` prints in a terminal, as it is.

python3 docs/terminal.py [KUBEVET]
"""

import fcntl
import html
import os
import pty
import re
import struct
import subprocess
import sys
import termios
from pathlib import Path

ROOT = Path(__file__).parent.parent
COMMAND = ["check", "--no-config", "--color", "always", "fixtures/bad/config"]
MOST_LINES = 30
COLUMNS = 112
LINE, CHARACTER, MARGIN = 19, 8.43, 20
COLOURS = {"31": "#ff7b72", "33": "#e3b341", "34": "#79c0ff", "35": "#d2a8ff", "36": "#76e3ea", "32": "#7ee787", "2": "#8b949e"}


def spans(line):
    """The pieces of a line with their colours and weight."""
    style = {}
    for piece in re.split(r"(\x1b\[[0-9;]*m)", line):
        if codes := re.fullmatch(r"\x1b\[([0-9;]*)m", piece):
            for code in codes[1].split(";"):
                if code in ("", "0"):
                    style = {}
                elif code == "1":
                    style["font-weight"] = "bold"
                else:
                    code = code[-2:].replace("9", "3", 1) if code.startswith("9") else code
                    if code in COLOURS:
                        style["fill"] = COLOURS[code]
        elif piece:
            yield re.sub(r"\x1b\]8;[^\x1b\x07]*(\x1b\\|\x07)", "", piece), style


def printed(kubevet):
    """What the program prints in a terminal."""
    leader, follower = pty.openpty()
    fcntl.ioctl(follower, termios.TIOCSWINSZ, struct.pack("HHHH", 50, COLUMNS, 0, 0))
    environment = {"LANG": "C.UTF-8", "TERM": "xterm-256color"}
    with subprocess.Popen([kubevet, *COMMAND], cwd=ROOT, stdout=follower, stderr=subprocess.DEVNULL, env=environment):
        os.close(follower)
        text = b""
        while chunk := read(leader):
            text += chunk
    return text.decode().replace("\r\n", "\n")


def read(leader):
    """What has arrived; nothing at the end, which Linux calls an error."""
    try:
        return os.read(leader, 65536)
    except OSError:
        return b""


def main():
    kubevet = sys.argv[1] if len(sys.argv) > 1 else str(ROOT / "target/release/kubevet")
    lines = ["$ kubevet check fixtures/bad/config", *printed(kubevet).splitlines()]
    if len(lines) > MOST_LINES:
        lines = [*lines[: MOST_LINES - 1], "…"]
    width = round(2 * MARGIN + CHARACTER * max(sum(len(text) for text, _ in spans(line)) for line in lines))
    height = 2 * MARGIN + 24 + LINE * len(lines)
    out = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" font-family="ui-monospace,Menlo,Consolas,monospace" font-size="14">',
        f'<rect width="{width}" height="{height}" rx="8" fill="#0d1117"/>',
        *(f'<circle cx="{MARGIN + 20 * i}" cy="20" r="6" fill="{c}"/>' for i, c in enumerate(("#ff5f56", "#ffbd2e", "#27c93f"))),
    ]
    for number, line in enumerate(lines):
        y = MARGIN + 36 + LINE * number
        column = 0
        for text, style in spans(line):
            attributes = "".join(f' {key}="{value}"' for key, value in {"fill": "#e6edf3", **style}.items())
            if text.strip():
                x = MARGIN + column * CHARACTER
                length = len(text) * CHARACTER
                out.append(
                    f'<text x="{x:.1f}" y="{y}" textLength="{length:.1f}" xml:space="preserve"{attributes}>{html.escape(text)}</text>'
                )
            column += len(text)
    out.append("</svg>\n")
    (ROOT / "docs/terminal.svg").write_text("\n".join(out), encoding="utf-8")


main()
