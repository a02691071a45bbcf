"""A second verifier, written from the written record format alone.

usage: verify.py FILE...   prints one line per file: "OK" or "BAD reason";
ends with 0 where every file is OK, else with 3 (1: a file cannot be read).
It needs nothing but Python 3.8: signatures are checked by the few lines of
RFC 8032 below, so that no library can be missing and quietly skip them.
With --key FILE those keys replace the pack's; with --checkpoint NOTE (any
number) what came another way is compared, too.
"""
import base64, datetime, functools, hashlib, io, json, re, struct, sys, zipfile

IDENT = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:/#+=-]{0,199}\Z")
HEX = re.compile(r"[0-9a-f]{64}\Z")
TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z\Z", re.ASCII)
MEMBERS = {"v", "incident", "seq", "recorded_at", "happened_at", "kind", "actor", "request", "facts", "text_digest"}
BIG = 2**53 - 1


class Bad(Exception):
    pass


# Ed25519 (RFC 8032), points in extended coordinates.
P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
ROOT = pow(2, (P - 1) // 4, P)


def add(p, q):
    a, b = (p[1] - p[0]) * (q[1] - q[0]) % P, (p[1] + p[0]) * (q[1] + q[0]) % P
    c, d = 2 * p[3] * q[3] * D % P, 2 * p[2] * q[2] % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % P, g * h % P, f * g % P, e * h % P


def times(n, p):
    q = (0, 1, 1, 0)
    while n:
        if n & 1:
            q = add(q, p)
        p, n = add(p, p), n >> 1
    return q


def same(p, q):
    return (p[0] * q[2] - q[0] * p[2]) % P == 0 and (p[1] * q[2] - q[1] * p[2]) % P == 0


def point(b):
    y = int.from_bytes(b, "little")
    sign, y = y >> 255, y & (2**255 - 1)
    if y >= P:
        return None
    u, v = y * y - 1, D * y * y + 1
    x = u * v**3 % P * pow(u * v**7 % P, (P - 5) // 8, P) % P
    if (v * x * x - u) % P:
        x = x * ROOT % P
    if (v * x * x - u) % P or (x == 0 and sign):
        return None
    x = P - x if x & 1 != sign else x
    return x, y, 1, x * y % P


BASE = point((4 * pow(5, P - 2, P) % P).to_bytes(32, "little"))


@functools.lru_cache(maxsize=None)
def signed(pub, sig, msg):
    a, r, s = point(pub), point(sig[:32]), int.from_bytes(sig[32:], "little")
    if len(pub) != 32 or len(sig) != 64 or a is None or r is None or s >= L:
        return False
    h = int.from_bytes(hashlib.sha512(sig[:32] + pub + msg).digest(), "little") % L
    return same(times(s, BASE), add(r, times(h, a)))


def need(ok, why):
    if not ok:
        raise Bad(why)


def sha(b):
    return hashlib.sha256(b).digest()


def pairs(items):
    names = [k for k, _ in items]
    need(len(set(names)) == len(names), "repeated member")
    return dict(items)


def no_constant(_):
    raise Bad("NaN or infinity")


def load(s):
    try:
        v = json.loads(s, object_pairs_hook=pairs, parse_constant=no_constant)
        canonical(v).encode()  # finds lone surrogates
        return v
    except (ValueError, RecursionError) as e:
        raise Bad(f"JSON: {e}")


def canonical(v):
    if v is None or isinstance(v, bool):
        return {None: "null", True: "true", False: "false"}[v]
    if isinstance(v, int):
        return str(v)
    if isinstance(v, float):
        raise Bad("fraction")
    if isinstance(v, str):
        out = ['"']
        short = {'"': '\\"', "\\": "\\\\", "\b": "\\b", "\t": "\\t", "\n": "\\n", "\f": "\\f", "\r": "\\r"}
        for c in v:
            out.append(short.get(c) or (f"\\u{ord(c):04x}" if c < " " else c))
        return "".join(out) + '"'
    if isinstance(v, list):
        return "[" + ",".join(map(canonical, v)) + "]"
    keys = sorted(v, key=lambda k: k.encode("utf-16-be", "surrogatepass"))
    return "{" + ",".join(canonical(k) + ":" + canonical(v[k]) for k in keys) + "}"


def fact(v):
    if isinstance(v, str):
        need(IDENT.match(v), "string in facts")
    elif isinstance(v, list):
        for x in v:
            fact(x)
    elif isinstance(v, dict):
        for k, x in v.items():
            fact(k)
            fact(x)
    elif v is not None and not isinstance(v, bool):
        need(isinstance(v, int) and abs(v) <= BIG, "number in facts")


def moment(s):
    need(isinstance(s, str) and TIME.match(s), "time")
    try:
        datetime.datetime.strptime(s, "%Y-%m-%dT%H:%M:%S.%fZ")
    except ValueError:
        raise Bad("time")


def envelope(s):
    env = load(s)
    need(isinstance(env, dict) and set(env) == MEMBERS, "members of the envelope")
    need(canonical(env) == s, "not canonical")
    need(env["v"] == 1 and not isinstance(env["v"], bool), "v")
    need(isinstance(env["incident"], str) and env["incident"], "incident")
    moment(env["recorded_at"])
    moment(env["happened_at"])
    need(isinstance(env["kind"], str) and re.match(r"[a-z][a-z0-9_-]*\.[a-z][a-z0-9_-]*\Z", env["kind"]), "kind")
    need(isinstance(env["actor"], str) and env["actor"], "actor")
    need(env["request"] is None or isinstance(env["request"], str) and env["request"], "request")
    need(isinstance(env["facts"], dict), "facts")
    fact(env["facts"])
    d = env["text_digest"]
    need(d is None or isinstance(d, str) and HEX.match(d), "text_digest")
    return env


def text_of(env, line):
    t, d, w = line["text"], env["text_digest"], line.get("withheld")
    if t is None:
        need(("withheld" in line) == (d is not None), "withheld")
        need("withheld" not in line or w in ("tlp", "erased"), "withheld")
        return
    need("withheld" not in line and d is not None, "text where none belongs")
    need(isinstance(t, dict) and set(t) == {"salt", "fields"}, "members of the text")
    need(isinstance(t["salt"], str) and isinstance(t["fields"], str), "text")
    need(re.match(r"[A-Za-z0-9+/]{22}==\Z", t["salt"]), "salt")
    salt = base64.b64decode(t["salt"])
    need(base64.b64encode(salt).decode() == t["salt"], "salt")
    fields = load(t["fields"])
    need(isinstance(fields, dict) and fields and canonical(fields) == t["fields"], "fields")
    need(sha(salt + t["fields"].encode()).hex() == d, "digest")


def timeline(data):
    need(not data.startswith(b"\xef\xbb\xbf"), "BOM")
    need(data.endswith(b"\n") and b"\r" not in data, "line ends")
    try:
        lines = data.decode("utf-8").split("\n")[:-1]
    except UnicodeDecodeError:
        raise Bad("UTF-8")
    head, heads, entries, incident = bytes(32), {}, [], None
    for n, raw in enumerate(lines, 1):
        need(raw[:1] == "{" and raw[-1:] == "}", f"{n}: not one object")
        line = load(raw)
        need(isinstance(line, dict) and {"envelope", "text", "entry_hash", "head"} <= set(line)
             <= {"envelope", "text", "entry_hash", "head", "withheld"}, f"{n}: members of the line")
        need(isinstance(line["envelope"], str), "envelope")
        env = envelope(line["envelope"])
        incident = incident or env["incident"]
        need(env["incident"] == incident and env["seq"] == n, f"{n}: sequence")
        text_of(env, line)
        h = sha(b"\0" + line["envelope"].encode())
        head = sha(b"\1" + head + h)
        need(line["entry_hash"] == h.hex() and line["head"] == head.hex(), f"{n}: chain")
        heads[n] = head
        entries.append((env, line))
    return incident, heads, entries


def note(data, keys):
    """Returns the text of a signed note that one of the keys signed."""
    text, _, sigs = data.decode("utf-8").partition("\n\n")
    text += "\n"
    for line in sigs.split("\n"):
        m = re.match("— (\\S+) ([A-Za-z0-9+/=]+)\\Z", line)
        if not m:
            continue
        raw = base64.b64decode(m[2])
        for name, keyhash, pub in keys:
            if m[1] == name and raw[:4] == keyhash:
                need(signed(pub, raw[4:], text.encode()), "signature")
                return text
    raise Bad("no known key signed")


def public_keys(data):
    keys = []
    for line in data.decode("ascii").split("\n")[:-1]:
        name, keyhash, b64 = line.split("+", 2)
        raw = base64.b64decode(b64, validate=True)
        need(re.match(r"irbot-[a-z0-9-]+\Z", name) and raw[0] == 1 and len(raw) == 33, "key")
        need(sha(name.encode() + b"\n" + raw)[:4].hex() == keyhash, "key hash")
        keys.append((name, bytes.fromhex(keyhash), raw[1:]))
    need(keys, "no key")
    return keys


def layout(data, z):
    """Local headers, data and directory must tile the file."""
    at = 0
    for i in sorted(z.infolist(), key=lambda i: i.header_offset):
        need(i.header_offset == at, "bytes between files")
        name, extra = struct.unpack("<HH", data[at + 26:at + 30])
        need(data[at + 30:at + 30 + name] == i.filename.encode(), "names differ")
        at += 30 + name + extra + i.compress_size + (16 if i.flag_bits & 8 else 0)
    need(at == z.start_dir and not z.comment, "bytes between files and directory")
    size, start = struct.unpack("<II", data[-10:-2])
    need(struct.unpack("<HH", data[-14:-10]) == (len(z.infolist()),) * 2, "number of files")
    need(data[-22:-18] == b"PK\5\6" and data[-2:] == b"\0\0" and start == at and start + size == len(data) - 22, "bytes outside the zip")


def checkpoint(data, keys, site, incident, heads):
    """Holds a note to the record; gives its size."""
    who, size, head = note(data, keys).split("\n")[:3]
    need(who == f"irbot/{site}/{incident}", "a checkpoint of something else")
    need(int(size) in heads, f"checkpoint {size}: the record ends at {len(heads)}, its tail is missing or the export is older")
    need(heads.get(int(size)) == base64.b64decode(head, validate=True), f"checkpoint {size}: head")
    return int(size)


def pack(data, outside=(), own=None):
    z = zipfile.ZipFile(io.BytesIO(data))
    names = z.namelist()
    need(len(set(names)) == len(names), "repeated name")
    for i in z.infolist():
        parts = i.filename.split("/")
        need(re.match(r"[A-Za-z0-9._/-]+\Z", i.filename) and not {"", ".", ".."} & set(parts), "unsafe name")
        need(i.external_attr >> 28 in (0, 8), "link")
    layout(data, z)
    got = {n: z.read(n) for n in names}
    for n in ("timeline.jsonl", "verifier.key", "README.txt", "manifest.json", "manifest.note"):
        need(n in got, f"{n} is missing")
    manifest = load(got["manifest.json"].decode("utf-8"))
    need(set(manifest) == {"files"}, "manifest")
    listed = [f["path"] for f in manifest["files"]]
    need(len(set(listed)) == len(listed) and set(listed) | {"manifest.json", "manifest.note"} == set(names), "unlisted")
    for f in manifest["files"]:
        need(set(f) == {"path", "size", "sha256"}, "manifest")
        need(len(got[f["path"]]) == f["size"] and sha(got[f["path"]]).hex() == f["sha256"], f["path"])
    keys = public_keys(own or got["verifier.key"])
    site = keys[0][0][len("irbot-"):]
    incident, heads, entries = timeline(got["timeline.jsonl"])
    want = f"irbot/{site}/{incident}/manifest\n{sha(got['manifest.json']).hex()}\n"
    need(note(got["manifest.note"], keys) == want, "manifest.note")
    newest = 0
    for n in names:
        if n.startswith("checkpoints/") and n.endswith(".note"):
            size = checkpoint(got[n], keys, site, incident, heads)
            need(n == f"checkpoints/{size:06d}.note", n)
            newest = max(newest, size)
    for c in outside:
        checkpoint(c, keys, site, incident, heads)
    need(newest == len(entries), "the head is not covered")
    for env, line in entries:
        a = env["facts"].get("attachment")
        need(a is None or f"attachments/{a}" in got or "withheld" in line, f"attachment {a} is missing")
    facts = "\n".join(canonical(env["facts"]) for env, _ in entries)
    for n in names:
        if n.startswith("attachments/"):
            need(sha(got[n]).hex() == n[12:], n)
        if n.startswith("runbooks/"):
            need(n == f"runbooks/{sha(got[n]).hex()}.md" and n[9:-3] in facts, n)


def judge(data, outside=(), own=None):
    try:
        if data[:2] == b"PK" or data[-22:-18] == b"PK\5\6":
            pack(data, outside, own)
            return "OK"
        incident, heads, _ = timeline(data)
        need(incident, "no entry")
        if outside:
            keys = public_keys(own)
            for c in outside:
                checkpoint(c, keys, keys[0][0][len("irbot-"):], incident, heads)
        return "OK"
    except Bad as e:
        return f"BAD {e}".replace("\n", " ")
    except Exception as e:  # whatever breaks the reader breaks the export
        return f"BAD {type(e).__name__} {e}".replace("\n", " ")


def main(args):
    outside, own, files = [], None, []
    args = iter(args)
    for a in args:
        if a == "--checkpoint":
            outside.append(open(next(args), "rb").read())
        elif a == "--key":
            own = open(next(args), "rb").read()
        else:
            files.append(a)
    holds = bool(files)
    for name in files:
        with open(name, "rb") as f:
            verdict = judge(f.read(), outside, own)
        print(verdict)
        holds = holds and verdict == "OK"
    return 0 if holds else 3


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
