package main

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"
)

// part is a body with the share of the calls that carry it.
type part struct {
	name  string
	body  []byte
	at    int
	share int
}

// outcome is what came of one call.
type outcome struct {
	part   string
	status int
	took   time.Duration
	// Seconds of Retry-After; -1 where there is none, or none that Metacontroller understands.
	retryAfter int
	bytes      int
	failure    string
}

// Figures are the times of the calls with one answer, in milliseconds.
type Figures struct {
	Calls int     `json:"calls"`
	P50Ms float64 `json:"p50Ms"`
	P99Ms float64 `json:"p99Ms"`
	MaxMs float64 `json:"maxMs"`
}

// MixResult is what a run of mixed calls measured.
type MixResult struct {
	Seconds   float64 `json:"seconds"`
	Offered   int     `json:"offered"`
	PerSecond float64 `json:"perSecond"`
	// Calls that were due while all that may be in flight was.
	Unsent         int                           `json:"unsent"`
	Admitted       Figures                       `json:"admitted"`
	Refused        Figures                       `json:"refused"`
	Statuses       map[string]int                `json:"statuses"`
	Parts          map[string]map[string]Figures `json:"parts"`
	NewConnections int64                         `json:"newConnections"`
	// Answers of 429 that are not what Metacontroller needs: whole seconds above 0, and no body.
	BadRefusals int            `json:"badRefusals"`
	Failures    map[string]int `json:"failures"`
}

// readParts takes `file:share,file:share`.
func readParts(text string) (parts []part) {
	for each := range strings.SplitSeq(text, ",") {
		file, share, ok := strings.Cut(each, ":")
		n, err := strconv.Atoi(share)
		if !ok || err != nil || n < 1 {
			fail(fmt.Errorf("-mix %s: it must be file:share,file:share", text))
		}
		body, err := os.ReadFile(file)
		fail(err)
		at := -1
		if *placeholder != "" {
			at = bytes.Index(body, []byte(*placeholder))
		}
		name := strings.TrimSuffix(filepath.Base(file), filepath.Ext(file))
		parts = append(parts, part{name, body, at, n})
	}
	return parts
}

// choose takes a part by chance, as often as its share says.
func choose(parts []part) part {
	sum := 0
	for _, each := range parts {
		sum += each.share
	}
	n := rand.IntN(sum)
	for _, each := range parts {
		if n -= each.share; n < 0 {
			return each
		}
	}
	panic("not reached")
}

// callWith makes one call and tells all that came of it.
func callWith(client *http.Client, chosen part, from time.Time) outcome {
	body := chosen.body
	if chosen.at >= 0 {
		body = slices.Clone(body)
		fill(body, chosen.at)
	}
	result := outcome{part: chosen.name, retryAfter: -1}
	response, err := client.Post(*target, "application/json", bytes.NewReader(body))
	if err == nil {
		result.status = response.StatusCode
		if seconds, err := strconv.Atoi(response.Header.Get("Retry-After")); err == nil {
			result.retryAfter = seconds
		}
		var read int64
		read, err = io.Copy(io.Discard, response.Body)
		result.bytes = int(read)
		response.Body.Close()
	}
	if err != nil {
		result.failure = kindOf(err)
	}
	result.took = time.Since(from)
	return result
}

// offer makes calls when they are due, whatever became of those before, or with a rate of 0 by
// workers that call as fast as they are answered.
func offer(client *http.Client, parts []part, end time.Time, take func(outcome)) (unsent int) {
	var wait sync.WaitGroup
	if *rate == 0 {
		for range *workers {
			wait.Go(func() {
				for from := time.Now(); from.Before(end) && !stopped.Load(); from = time.Now() {
					take(callWith(client, choose(parts), from))
				}
			})
		}
		wait.Wait()
		return 0
	}
	free := make(chan struct{}, *workers)
	for due := range paced(time.Now(), end) {
		if stopped.Load() {
			break
		}
		select {
		case free <- struct{}{}:
			wait.Go(func() {
				take(callWith(client, choose(parts), due))
				<-free
			})
		default:
			unsent++
		}
	}
	wait.Wait()
	return unsent
}

// connectAll opens as many connections as calls may be in flight, some at a time: a server that is
// busy takes few new ones, so that a load that begins by opening them would not be the load that
// is meant.
func connectAll(client *http.Client, chosen part) {
	const atOnce = 64
	for open := atOnce; open < *workers+atOnce; open += atOnce {
		var wait sync.WaitGroup
		// All that there are have to be in use for new ones to be opened.
		for range min(open, *workers) {
			wait.Go(func() { callWith(client, chosen, time.Now()) })
		}
		wait.Wait()
	}
}

func figuresOf(times []time.Duration) Figures {
	slices.Sort(times)
	return Figures{len(times), quantile(times, 0.5), quantile(times, 0.99), quantile(times, 1)}
}

// asMix calls with bodies of several kinds at once, and counts every answer.
func asMix(start, end time.Time) {
	carrier := transport()
	carrier.MaxIdleConns, carrier.MaxIdleConnsPerHost = 0, *workers
	client := &http.Client{Transport: carrier, Timeout: 10 * time.Second}
	var lock sync.Mutex
	var all []outcome
	parts := readParts(*mix)
	if *rate > 0 {
		from := time.Now()
		connectAll(client, parts[0])
		start, end = start.Add(time.Since(from)), end.Add(time.Since(from))
	}
	unsent := offer(client, parts, end, func(each outcome) {
		lock.Lock()
		defer lock.Unlock()
		if time.Now().After(start) {
			all = append(all, each)
		}
	})
	client.CloseIdleConnections()

	result := MixResult{Offered: len(all), Unsent: unsent, NewConnections: opened.Load(),
		Statuses: map[string]int{}, Parts: map[string]map[string]Figures{}, Failures: map[string]int{}}
	result.Seconds = min(time.Since(start), end.Sub(start)).Seconds()
	result.PerSecond = float64(len(all)) / result.Seconds
	times := map[int][]time.Duration{}
	byPart := map[string]map[string][]time.Duration{}
	for _, each := range all {
		if each.failure != "" {
			result.Failures[each.failure]++
			continue
		}
		status := strconv.Itoa(each.status)
		result.Statuses[status]++
		times[each.status] = append(times[each.status], each.took)
		if byPart[each.part] == nil {
			byPart[each.part] = map[string][]time.Duration{}
		}
		byPart[each.part][status] = append(byPart[each.part][status], each.took)
		refused := each.status == http.StatusTooManyRequests
		if refused && (each.retryAfter < 1 || each.bytes > 0) {
			result.BadRefusals++
		}
	}
	for name, answers := range byPart {
		result.Parts[name] = map[string]Figures{}
		for status, took := range answers {
			result.Parts[name][status] = figuresOf(took)
		}
	}
	result.Admitted = figuresOf(times[http.StatusOK])
	result.Refused = figuresOf(times[http.StatusTooManyRequests])
	fail(json.NewEncoder(os.Stdout).Encode(result))
}

var number = regexp.MustCompile(`\d+`)

// kindOf is an error without addresses and numbers in it, so that alike ones can be counted.
func kindOf(err error) string {
	text := number.ReplaceAllString(err.Error(), "N")
	if at := strings.LastIndex(text, ": "); at >= 0 {
		text = text[at+2:]
	}
	return cmp.Or(text, "unknown")
}

// paced sends the moments at which calls are due, evenly spaced, until `end`.
func paced(start, end time.Time) <-chan time.Time {
	due := make(chan time.Time, 1<<20)
	go func() {
		// Timers of the runtime come to the millisecond, the system's to some microseconds.
		runtime.LockOSThread()
		defer close(due)
		gap := time.Duration(float64(time.Second) / *rate)
		for at := start; at.Before(end); at = at.Add(gap) {
			if ahead := time.Until(at); ahead > 0 {
				wait := syscall.NsecToTimespec(int64(ahead))
				_ = syscall.Nanosleep(&wait, nil)
			}
			due <- at
		}
	}()
	return due
}
