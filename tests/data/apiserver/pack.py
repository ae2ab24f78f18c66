#!/usr/bin/env python3
"""Packs recorded verdicts of a kube-apiserver into the form tests/apiserver.rs reads.

  pack.py DATA [OUT]     DATA holds rebuild.py, base/*.json and *-train.jsonl.gz; OUT defaults to this folder

Writes bases.jsonl.zst ({id, object}) and cases.jsonl.zst (by the zstd program), one case a line, sorted so that it
compresses well: b base, k kind (where it differs from the base's), c class, and the edit: o op, p path, v value
(or t: the whole text; x: the whole text in hexadecimal, where it is no UTF-8).
Of a rejected case: r HTTP status, f fields of its causes, m the first message, cut.
Left out: verdicts that rest on what a cluster holds, and texts of which the server's verdict says nothing about an offline judge.
"""
import gzip, importlib.util, json, os, re, subprocess, sys

HERE = os.path.dirname(os.path.abspath(__file__))


def left_out(c):
    return (c.get("cluster_state") or c.get("dup_only") or c.get("reason") == "ServerPanic" or c.get("layer") == "cel"
            or c.get("what") in ("scalar-doc", "list-doc", "helm-block", "helm-comment")
            or c["class"] == "gvk" and "nope." in json.dumps(c.get("value", "")))


def plain(value):
    """Whether the value reads the same everywhere: no odd numbers, nothing but ASCII."""
    text = json.dumps(value)
    return not re.search(r"\\u|\d[eE][-+]?\d|\d{16}|NaN|Infinity|\d\.\d{6}", text)


def pack(c, kinds, rebuild):
    out = {"b": c["base"], "c": c["class"]}
    if c["kind"] != kinds[c["base"]]:
        out["k"] = c["kind"]
    if c["op"] == "raw" or not plain(c.get("value")):
        raw = rebuild.text(c).encode("utf-8", "surrogateescape")
        try:
            out["t"] = raw.decode("utf-8")
        except UnicodeDecodeError:
            out["x"] = raw.hex()
    else:
        out.update({"o": c["op"], "p": c["path"]})
        if "value" in c:
            out["v"] = c["value"]
    if c["verdict"] == "rejected":
        causes = c.get("causes") or []
        out["r"] = c.get("code") or 0
        fields = sorted({x["field"] for x in causes if x.get("field") and x["field"] != "<nil>"})
        if fields and c.get("code") == 422:
            out["f"] = fields
        out["m"] = (causes[0]["message"] if causes else c.get("message") or "")[:100]
    return out


def write(path, rows):
    text = "".join(json.dumps(row, ensure_ascii=False, separators=(",", ":")) + "\n" for row in rows)
    subprocess.run(["zstd", "-q", "-f", "-19", "-o", path], input=text.encode(), check=True)


def main():
    data, out = sys.argv[1], sys.argv[2] if len(sys.argv) > 2 else HERE
    spec = importlib.util.spec_from_file_location("rebuild", os.path.join(data, "rebuild.py"))
    rebuild = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(rebuild)
    cases = []
    for name in sorted(os.listdir(data)):
        if name.endswith("-train.jsonl.gz"):
            with gzip.open(os.path.join(data, name), "rt", encoding="utf-8", errors="surrogateescape") as f:
                cases += [json.loads(line) for line in f]
    ids = sorted(n[:-5] for n in os.listdir(os.path.join(data, "base")) if n.endswith(".json"))
    bases = [{"id": i, "object": rebuild.base(i)} for i in ids]
    kinds = {b["id"]: b["object"]["kind"] for b in bases}
    kept = [c for c in cases if not left_out(c)]
    kept.sort(key=lambda c: (c["base"], c["class"], c["verdict"], c["path"], c["id"]))
    write(os.path.join(out, "bases.jsonl.zst"), bases)
    write(os.path.join(out, "cases.jsonl.zst"), (pack(c, kinds, rebuild) for c in kept))
    print(len(bases), "bases,", len(kept), "of", len(cases), "cases")


if __name__ == "__main__":
    main()
