import base64, hashlib, json, sys, zipfile
z = zipfile.ZipFile(sys.argv[1]); sha = lambda b: hashlib.sha256(b).digest()
names = z.namelist(); assert len(set(names)) == len(names), "repeated name"
files = {f["path"]: f for f in json.loads(z.read("manifest.json"))["files"]}
assert set(names) == set(files) | {"manifest.json", "manifest.note"}, "unlisted or missing file"
for path, f in files.items():
    data = z.read(path); assert len(data) == f["size"] and sha(data).hex() == f["sha256"], path
assert z.read("manifest.note").split(b"\n")[1].decode() == sha(z.read("manifest.json")).hex(), "manifest"
head, heads = bytes(32), {}
for n, line in enumerate(z.read("timeline.jsonl").split(b"\n")[:-1], 1):
    e = json.loads(line); env = json.loads(e["envelope"]); t = e["text"]
    h = sha(b"\0" + e["envelope"].encode()); head = heads[n] = sha(b"\1" + head + h)
    assert env["seq"] == n and h.hex() == e["entry_hash"] and head.hex() == e["head"], n
    if t: assert sha(base64.b64decode(t["salt"]) + t["fields"].encode()).hex() == env["text_digest"], n
    else: assert (env["text_digest"] is None) != ("withheld" in e), n
for path in [p for p in files if p.startswith("checkpoints/") and p.endswith(".note")]:
    size, top = z.read(path).decode().split("\n")[1:3]; assert base64.b64decode(top) == heads[int(size)], path
assert heads[max(int(p[12:-5]) for p in files if p[:12] == "checkpoints/" and p[-5:] == ".note")] == head
print("OK", n, "entries, head", head.hex())
