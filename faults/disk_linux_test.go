package faults

import (
	"bufio"
	"encoding/hex"
	"fmt"
	"io"
	"maps"
	"math/rand/v2"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// sector is what a disk writes whole or not at all, in bytes.
const sector = 512

// change is one thing a program asked of a file, and which is on the disk for certain only after a completed fsync.
type change struct {
	name string // file, without its folder
	file string // which file of that name: a name that was removed and made again is another file
	do   string // "write", "cut", "create", "remove"
	at   int64  // offset of a write, size of a cut
	data []byte
}

// naming tells changes of the folder from those of a file.
func (c change) naming() bool { return c.do == "create" || c.do == "remove" }

// event is one call of a traced program, in the order in which calls began.
type event struct {
	change
	sync  string // name of a file, or "." for the folder: what is made to last
	ended int    // for a sync: how many calls had begun when it ended
	said  string // what was answered, one line
}

// disk is what certainly lasts, and what may or may not be there after a power cut.
type disk struct {
	names   map[string]string // name → file
	files   map[string][]byte
	waiting []change
}

func newDisk() *disk { return &disk{names: map[string]string{}, files: map[string][]byte{}} }

// put lays a file on the disk as it is before anything happens.
func (d *disk) put(name string, b []byte) { d.names[name], d.files[name] = name, b }

func (d *disk) clone() *disk {
	c := &disk{names: maps.Clone(d.names), files: map[string][]byte{}, waiting: slices.Clone(d.waiting)}
	for file, b := range d.files {
		c.files[file] = slices.Clone(b)
	}
	return c
}

// image is what a restart finds, by name.
func (d *disk) image() map[string][]byte {
	out := map[string][]byte{}
	for name, file := range d.names {
		out[name] = d.files[file]
	}
	return out
}

// apply carries one change out. keep says which sectors of a write arrived; nil is all.
func (d *disk) apply(c change, keep func() bool) {
	switch c.do {
	case "create":
		d.names[c.name] = c.file
	case "remove":
		delete(d.names, c.name)
	case "cut":
		d.files[c.file] = resized(d.files[c.file], c.at)
	case "write":
		d.write(c, keep)
	}
}

func (d *disk) write(c change, keep func() bool) {
	end := c.at + int64(len(c.data))
	if int64(len(d.files[c.file])) < end {
		d.files[c.file] = resized(d.files[c.file], end)
	}
	for from := c.at; from < end; {
		to := min(end, (from/sector+1)*sector)
		if keep == nil || keep() {
			copy(d.files[c.file][from:to], c.data[from-c.at:to-c.at])
		}
		from = to
	}
}

// resized is b with size bytes; what is new is zero. A file that was not there begins empty.
func resized(b []byte, size int64) []byte {
	out := make([]byte, size)
	copy(out, b)
	return out
}

// lasts makes the first n waiting changes of one file certain; "." is the folder: its new and removed names.
func (d *disk) lasts(file string, n int) {
	var rest []change
	for i, c := range d.waiting {
		if i < n && (c.naming() && file == "." || !c.naming() && c.file == file) {
			d.apply(c, nil)
			continue
		}
		rest = append(rest, c)
	}
	d.waiting = rest
}

// images are disks that a power cut at this moment may leave: nothing of what waits, all of it, all but one, and random
// parts with writes torn at sectors. Names arrive in their order, as a file system with a journal has it.
func (d *disk) images(random *rand.Rand, parts int) []map[string][]byte {
	out := []map[string][]byte{d.image()}
	if len(d.waiting) == 0 {
		return out
	}
	some := func(pick func(int) bool, keep func() bool) {
		c, names := d.clone(), true
		for i, w := range d.waiting {
			arrived := pick(i)
			if w.naming() {
				names = names && arrived
				arrived = names
			}
			if arrived {
				c.apply(w, keep)
			}
		}
		out = append(out, c.image())
	}
	some(func(int) bool { return true }, nil)
	missing := random.IntN(len(d.waiting))
	some(func(i int) bool { return i != missing }, nil)
	for range parts {
		some(func(int) bool { return random.IntN(4) > 0 }, func() bool { return random.IntN(3) > 0 })
	}
	return out
}

// moment is one point at which the power may go.
type moment struct {
	number   int    // of the sync that is under way, from 1
	name     string // of the file it is to make last
	answered []string
	disk     *disk
}

// moments walks a trace over the disk it began with and stops before every sync ends, when most is uncertain; visit
// says whether to go on. What it is given is good until it returns. ignored is the number of a sync that the disk only
// pretends to do: the control; 0 is none.
func moments(begin *disk, trace []event, ignored int, visit func(moment) bool) {
	type open struct{ until, count, number int }
	d, seen, syncs := begin.clone(), maps.Clone(begin.names), 0
	seen["."] = "."
	var answered []string
	under := map[string]open{}
	for i, e := range trace {
		for _, file := range slices.Sorted(maps.Keys(under)) {
			if o := under[file]; o.until <= i {
				delete(under, file)
				if o.number != ignored {
					d.lasts(file, o.count)
				}
			}
		}
		switch {
		case e.said != "":
			answered = append(answered, e.said)
		case e.sync != "":
			syncs++
			if !visit(moment{number: syncs, name: e.sync, answered: answered, disk: d}) {
				return
			}
			under[seen[e.sync]] = open{until: e.ended, count: len(d.waiting), number: syncs}
		case e.do == "create" && seen[e.name] != "": // opened once more
		default:
			if e.do == "create" {
				seen[e.name] = fmt.Sprintf("%s, made by call %d", e.name, i)
			}
			e.file = seen[e.name]
			if e.do == "remove" {
				delete(seen, e.name)
			}
			d.waiting = append(d.waiting, e.change)
		}
	}
}

var (
	began   = regexp.MustCompile(`^(\d+) +(\w+)\((.*?)(?: <unfinished \.\.\.>|\) += (-?\d+).*)$`)
	resumed = regexp.MustCompile(`^(\d+) +<\.\.\. (\w+) resumed>.*\) += (-?\d+)`)
	escape  = regexp.MustCompile(`\\x[0-9a-f]{2}`)
)

// readTrace reads what strace -f -y -xx wrote about one folder: changes of its database, syncs, and answers on standard
// output. Anything else that changes the database and is not understood is an error: a guess would prove nothing.
func readTrace(r io.Reader, folder string) ([]event, error) {
	var all []event
	open := map[string]int{} // pid and call → index of a sync that has not ended
	lines := bufio.NewScanner(r)
	lines.Buffer(nil, 64<<20)
	for lines.Scan() {
		if m := resumed.FindStringSubmatch(lines.Text()); m != nil {
			if i, ok := open[m[1]+m[2]]; ok {
				all[i].ended = len(all)
				delete(open, m[1]+m[2])
			}
			continue
		}
		m := began.FindStringSubmatch(lines.Text())
		if m == nil || strings.HasPrefix(m[4], "-") {
			continue
		}
		e, err := readCall(m[2], plain(m[3]), folder)
		if err != nil {
			return nil, err
		}
		if e == nil {
			continue
		}
		all = append(all, *e)
		if e.sync != "" {
			all[len(all)-1].ended = len(all)
			if m[4] == "" {
				all[len(all)-1].ended = int(^uint(0) >> 1)
				open[m[1]+m[2]] = len(all) - 1
			}
		}
	}
	return all, lines.Err()
}

// plain undoes \x escapes, apart from those of commas and quotes inside a written string: these stay with readCall.
func plain(args string) []string {
	parts := strings.Split(args, ", ")
	for i, p := range parts {
		parts[i] = escape.ReplaceAllStringFunc(p, func(x string) string {
			b, err := hex.DecodeString(x[2:])
			if err != nil {
				return x
			}
			return string(b)
		})
	}
	return parts
}

// readCall is one call, or nil where it has nothing to do with the database or an answer.
func readCall(call string, args []string, folder string) (*event, error) {
	fd := args[0]
	name := strings.TrimSuffix(fd[strings.Index(fd, "<")+1:], ">")
	text := func(i int) string { return strings.TrimSuffix(strings.TrimPrefix(args[i], `"`), `"`) }
	if call == "write" && strings.HasPrefix(fd, "1<") {
		return &event{said: strings.TrimSuffix(text(1), "\n")}, nil
	}
	switch call {
	case "unlink":
		name = text(0)
	case "openat":
		if len(args) < 3 || !strings.Contains(args[2], "O_CREAT") {
			return nil, nil
		}
		name = text(1)
	}
	if (call == "fsync" || call == "fdatasync") && name == folder {
		return &event{sync: "."}, nil
	}
	if base := filepath.Base(name); filepath.Dir(name) != folder || base != "irbot.db" && base != "irbot.db-wal" {
		return nil, nil
	}
	name = filepath.Base(name)
	number := func(i int) int64 { n, _ := strconv.ParseInt(args[i], 10, 64); return n }
	switch call {
	case "pwrite64":
		data := text(1)
		if int64(len(data)) != number(2) {
			return nil, fmt.Errorf("%s: a write of %d bytes is in the trace with %d", name, number(2), len(data))
		}
		return &event{change: change{name: name, do: "write", at: number(3), data: []byte(data)}}, nil
	case "ftruncate":
		return &event{change: change{name: name, do: "cut", at: number(1)}}, nil
	case "openat":
		return &event{change: change{name: name, do: "create"}}, nil
	case "unlink":
		return &event{change: change{name: name, do: "remove"}}, nil
	case "fsync", "fdatasync":
		return &event{sync: name}, nil
	}
	return nil, fmt.Errorf("%s: a call %s that this test does not model", name, call)
}
