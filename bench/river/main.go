// Command river measures how late River begins jobs that were scheduled for a
// moment, on PostgreSQL, for the comparison of performance goal P09. It is a
// module of its own: irbot itself needs neither.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"slices"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"
	"github.com/riverqueue/river/rivermigrate"
)

// due is a job that is to begin at a moment.
type due struct {
	Due time.Time `json:"due"`
}

// Kind names the job.
func (due) Kind() string { return "due" }

// lateness notes how late each job began.
type lateness struct {
	river.WorkerDefaults[due]

	mu   sync.Mutex
	list []time.Duration
	all  int
	done chan struct{}
}

// Work is called when a job begins.
func (l *lateness) Work(_ context.Context, job *river.Job[due]) error {
	late := time.Since(job.Args.Due)
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.list = append(l.list, late); len(l.list) == l.all {
		close(l.done)
	}
	return nil
}

func main() {
	url := flag.String("db", "", "address of an empty database")
	jobs := flag.Int("jobs", 200, "jobs to schedule, evenly over the span")
	span := flag.Duration("span", 10*time.Second, "time over which they are due, from three seconds on")
	pending := flag.Int("pending", 10000, "further jobs that are due tomorrow")
	flag.Parse()
	if err := measure(context.Background(), *url, *jobs, *pending, *span); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func measure(ctx context.Context, url string, jobs, pending int, span time.Duration) error {
	pool, err := pgxpool.New(ctx, url)
	if err != nil {
		return fmt.Errorf("open database: %w", err)
	}
	defer pool.Close()
	driver := riverpgxv5.New(pool)
	m, err := rivermigrate.New(driver, nil)
	if err != nil {
		return fmt.Errorf("prepare migration: %w", err)
	}
	if _, err = m.Migrate(ctx, rivermigrate.DirectionUp, nil); err != nil {
		return fmt.Errorf("migrate: %w", err)
	}
	worker := &lateness{all: jobs, done: make(chan struct{})}
	workers := river.NewWorkers()
	river.AddWorker(workers, worker)
	client, err := river.NewClient(driver, &river.Config{
		Queues: map[string]river.QueueConfig{river.QueueDefault: {MaxWorkers: 16}}, Workers: workers,
	})
	if err != nil {
		return fmt.Errorf("make client: %w", err)
	}
	if err := client.Start(ctx); err != nil {
		return fmt.Errorf("start: %w", err)
	}
	defer func() { _ = client.Stop(ctx) }()
	if err := schedule(ctx, client, jobs, pending, span); err != nil {
		return err
	}
	select {
	case <-worker.done:
	case <-time.After(span + time.Minute):
		return errors.New("not all jobs began within a minute")
	}
	worker.mu.Lock()
	defer worker.mu.Unlock()
	slices.Sort(worker.list)
	at := func(p int) float64 {
		return float64(worker.list[min(len(worker.list)-1, len(worker.list)*p/100)].Microseconds()) / 1000
	}
	fmt.Printf("river\t%d jobs, %d pending\t%.1f ms-p50\t%.1f ms-p99\n", jobs, pending, at(50), at(99))
	return nil
}

// schedule inserts the jobs: those of tomorrow first, then those that are waited for.
func schedule(ctx context.Context, client *river.Client[pgx.Tx], jobs, pending int, span time.Duration) error {
	var far []river.InsertManyParams
	tomorrow := time.Now().Add(24 * time.Hour)
	for range pending {
		far = append(far, river.InsertManyParams{Args: due{tomorrow}, InsertOpts: &river.InsertOpts{ScheduledAt: tomorrow}})
	}
	for part := range slices.Chunk(far, 1000) {
		if _, err := client.InsertMany(ctx, part); err != nil {
			return fmt.Errorf("insert: %w", err)
		}
	}
	first := time.Now().Add(3 * time.Second)
	for i := range jobs {
		at := first.Add(span * time.Duration(i) / time.Duration(jobs))
		if _, err := client.Insert(ctx, due{at}, &river.InsertOpts{ScheduledAt: at}); err != nil {
			return fmt.Errorf("insert: %w", err)
		}
	}
	return nil
}
