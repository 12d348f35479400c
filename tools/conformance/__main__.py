"""`make conformance DMN=… BPMN=…`: how much of a folder of conformance material passes."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from tools.conformance import decision_tests, refused_models, traces


def main() -> int:
    """Run what was named; a folder that is not there is said loudly."""
    parser = argparse.ArgumentParser(prog="make conformance")
    parser.add_argument("--dmn", type=Path, help="a folder of the DMN Technology Compatibility Kit")
    parser.add_argument("--bpmn", type=Path, help="models with EXPECTED.csv (traces), or models to be refused")
    parser.add_argument("--all", action="store_true", help="name also what passes")
    wanted = parser.parse_args()
    if wanted.dmn is None and wanted.bpmn is None:
        print("skipped: no conformance data; name a folder: make conformance DMN=… BPMN=…")
        return 0
    passed = True
    for folder in (wanted.dmn, wanted.bpmn):
        if folder is None:
            continue
        if not folder.is_dir():
            print(f"There is no folder {folder}.", file=sys.stderr)
            return 2
        if folder is wanted.dmn:
            passed = decision_tests.run(folder, wanted.all) and passed
            continue
        folders = (
            [folder] if list(folder.glob("*.bpmn")) else sorted(each for each in folder.iterdir() if each.is_dir())
        )
        for each in folders:
            if (each / "EXPECTED.csv").is_file():
                passed = traces.run(each, wanted.all) and passed
            elif list(each.glob("*.bpmn")):
                passed = refused_models.run(each, wanted.all) and passed
    return 0 if passed else 1


if __name__ == "__main__":
    sys.exit(main())
