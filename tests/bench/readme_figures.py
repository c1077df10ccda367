#!/usr/bin/env -S python3 -B
"""Writes README.md's tables of figures from docs/performance: they are never typed.

usage: tests/bench/readme_figures.py [--check]     --check changes nothing and fails where README.md isn't what it would write
"""
import json
import pathlib
import re
import sys

import predict_report
import train_report

ROOT = pathlib.Path(__file__).parents[2]
README = ROOT / "README.md"
TRAINING = ["v1-224", "v1-128", "v1-64", "v1-0.25-64", "v2-128", "v3-128", "validation-224", "validation-64"]
PREDICTION = ["v1-224", "v1-0.75-64", "v3-224"]
TABLE = re.compile(r"(<!-- figures of docs/performance/(\w+)\.json -->\n).*?(<!-- end of figures -->)", re.DOTALL)


def times(ratio):
    return f"{ratio:.2f}"


def machine(report):
    about = report["machine"]
    vectors = "AVX-512 BF16" if about["avx512_bf16"] else "AVX-512" if about["avx512f"] else "AVX2"
    return f"{about['processor']}, {about['cores']} cores, {vectors}; {report['date']}"


def rows(head, body):
    line = lambda cells: "| " + " | ".join(cells) + " |\n"
    return line(head) + line(["---"] + ["---:"] * (len(head) - 1)) + "".join(map(line, body))


def train(report):
    cases = {row["case"]: row for row in report["results"]}
    version = report["versions"]
    body = []
    for name in TRAINING:
        row = cases.get(name)
        if row is None:
            continue
        peer, keras = row.get("pytorch"), row.get("keras")
        cells = [row["what"].replace(" a rank", ""), train_report.number(row["agtrain"][row["figure"]])]
        for one in (peer, keras):
            cells += [train_report.number(one["modes"][one["best"]]), times(one["ratio"])] if one else ["", ""]
        body.append(cells)
    head = [machine(report), "agtrain", f"PyTorch {version['torch'].split('+')[0]} DDP", "times",
            f"Keras {version['keras']}", "times"]
    return rows(head, body)


def predict(report):
    best = {}
    for row in report["networks"]:
        if row["threads"] == report["machine"]["cores"] and row["batch"] == 32:
            best[row["network"]] = row
    body = []
    for name in PREDICTION:
        row = best[name]

        def fastest(program, bf16):
            """Milliseconds a face, in the best of its ways."""
            found = [value for way, value in row["ms_a_face"].items() if way.startswith(program) and way.endswith("16") == bf16]
            return predict_report.number(min(found)) if found else ""

        columns = [("agpredict", False), ("ONNX Runtime", False), ("PyTorch", False)]
        if "in_any_precision" in row:
            columns += [("agpredict", True), ("PyTorch", True)]
        body.append([row["what"].replace(" at ", ", "), *(fastest(*column) for column in columns)])
    version = report["versions"]
    head = ["agpredict", f"ONNX Runtime {version['onnxruntime']}", f"PyTorch {version['torch']}", "agpredict, bf16", "PyTorch, bf16"]
    return rows([machine(report), *head[:len(body[0]) - 1]], body)


MAKERS = {"train": train, "predict": predict}


def with_figures(text):
    def table(found):
        report = json.loads((ROOT / "docs" / "performance" / f"{found[2]}.json").read_text())
        return found[1] + MAKERS[found[2]](report) + found[3]
    return TABLE.sub(table, text)


def main():
    before = README.read_text()
    after = with_figures(before)
    if len(TABLE.findall(before)) != len(MAKERS):
        sys.exit("README.md: the comments around its figures are gone")
    if sys.argv[1:] == ["--check"]:
        if before != after:
            sys.exit("README.md: its figures aren't those of docs/performance; run tests/bench/readme_figures.py")
    else:
        README.write_text(after)


if __name__ == "__main__":
    main()
