package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
	"time"

	"irbot/internal/backup"
	"irbot/internal/config"
)

// What is wrong with a folder that is a second place, as chat.Words.Trouble reads it.
var (
	errPlaceGone = errors.New("the folder is not there: connect the disk or share (フォルダがありません。ディスクか共有をつないでください)")
	errPlaceFull = errors.New("the disk there is full: make room, irbot never deletes there (置き場がいっぱいです。空きを作ってください。irbot はそこからは消しません)")
)

// secondPlace is where finished copies go besides the folder.
func secondPlace(p config.Place) (backup.Second, error) {
	if p.Kind == "s3" {
		b, err := bucketOf(p)
		if err != nil {
			return backup.Second{}, err
		}
		return backup.Second{
			ID: p.ID,
			Keep: func(ctx context.Context, name string, r io.Reader, size int64) error {
				return b.Keep(ctx, "backups/"+name, r, size)
			},
			Has: func(ctx context.Context, name string) (bool, error) { return b.Has(ctx, "backups/"+name) },
		}, nil
	}
	return backup.Second{ID: p.ID, Keep: keepIn(p.Folder), Has: func(_ context.Context, name string) (bool, error) {
		if err := folderThere(p.Folder); err != nil {
			return false, err
		}
		_, err := os.Stat(filepath.Join(p.Folder, name))
		if errors.Is(err, fs.ErrNotExist) {
			return false, nil
		}
		return err == nil, err
	}}, nil
}

// keepIn stores a file in a folder that is not ours to make: an empty one in its
// place would be the mount point of a disk that is not connected.
func keepIn(folder string) func(context.Context, string, io.Reader, int64) error {
	return func(_ context.Context, name string, r io.Reader, _ int64) error {
		if err := folderThere(folder); err != nil {
			return err
		}
		err := createWhole(filepath.Join(folder, name), func(w io.Writer) error {
			_, err := io.Copy(w, r)
			return err
		})
		switch {
		case errors.Is(err, fs.ErrExist):
			return nil
		case errors.Is(err, syscall.ENOSPC), errors.Is(err, syscall.EDQUOT):
			return fmt.Errorf("%w: %w", errPlaceFull, err)
		}
		return err
	}
}

func folderThere(folder string) error {
	st, err := os.Stat(folder)
	if err == nil && st.IsDir() {
		return nil
	}
	return fmt.Errorf("%w: %s", errPlaceGone, folder)
}

// generations lists the copies in the folder and in the second places that are
// folders, in the order of the configuration; away tells the folders that are
// not there.
func (c *cli) generations(ctx context.Context, cfg *config.Config) (rows []generation, away []warning, err error) {
	rows, away = []generation{}, []warning{}
	take := func(id, dir string) error {
		list, err := backup.List(dir)
		for _, g := range list {
			g.Place = id
			rows = append(rows, told(g))
		}
		return err
	}
	if cfg.Backup.Folder != "" {
		if err := take("", cfg.Backup.Folder); err != nil {
			return nil, nil, err
		}
	}
	for _, p := range cfg.Backup.Second {
		if p.Kind != "folder" {
			continue
		}
		err := folderThere(p.Folder)
		if err == nil {
			err = take(p.ID, p.Folder)
		}
		if err != nil {
			away = append(away, warning{Code: "backup.second", Ref: p.ID, Message: c.words.Trouble(c.lang, err.Error(), 200)})
		}
	}
	return rows, away, ctx.Err()
}

// secondPlaces tells which places lack the newest copy.
func (d *doctor) secondPlaces(ctx context.Context, title string, newest backup.Generation) {
	for _, p := range d.cfg.Backup.Second {
		s, err := secondPlace(p)
		there := false
		if err == nil {
			one, cancel := context.WithTimeout(ctx, 10*time.Second)
			there, err = s.Holds(one, newest)
			cancel()
		}
		f := finding{ID: "backup.second." + p.ID, State: stateBad, Title: title, Fix: "irbot backup now"}
		switch {
		case err != nil:
			f.Message = p.ID + "  " + d.c.words.Trouble(d.c.lang, err.Error(), 200)
		case !there:
			f.Message = p.ID + "  " + d.say("直近の世代がまだ届いていません", "lacks the newest generation")
		default:
			f.State, f.Message, f.Fix = stateOK, p.ID+"  "+d.say("直近の世代があります", "has the newest generation"), ""
		}
		d.add(f)
	}
}
