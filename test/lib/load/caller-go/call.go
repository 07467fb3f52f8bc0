package main

import (
	"bytes"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"time"
)

// part is a request body with its share of the calls.
type part struct {
	name  string
	body  []byte
	at    int
	share int
}

// outcome is what came of one call.
type outcome struct {
	part     string
	protocol string
	status   int
	took     time.Duration
	// Seconds of Retry-After; -1 where there is none that Metacontroller understands.
	retryAfter int
	bytes      int
	failure    string
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

// choose takes a part at random, as often as its share says.
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

var turn atomic.Int64

// numbered is the body with the next number in place of the placeholder.
func numbered(chosen part) []byte {
	if chosen.at < 0 {
		return chosen.body
	}
	body := slices.Clone(chosen.body)
	copy(body[chosen.at:], fmt.Sprintf("%0*d", len(*placeholder), turn.Add(1)+*first))
	return body
}

func callWith(client *http.Client, chosen part, from time.Time) outcome {
	result := outcome{part: chosen.name, retryAfter: -1}
	response, err := client.Post(*target, "application/json", bytes.NewReader(numbered(chosen)))
	if err == nil {
		result.status, result.protocol = response.StatusCode, response.Proto
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

func callUntil(client *http.Client, parts []part, end time.Time, take func(outcome)) {
	var wait sync.WaitGroup
	defer wait.Wait()
	if *rate == 0 {
		for i := range *workers {
			wait.Go(func() {
				// Workers do not begin at the same moment.
				time.Sleep(*pause * time.Duration(i) / time.Duration(*workers))
				for from := time.Now(); from.Before(end) && !stopped.Load(); from = time.Now() {
					take(callWith(client, choose(parts), from))
					time.Sleep(*pause)
				}
			})
		}
		return
	}
	free := make(chan struct{}, *workers)
	for due := range paced(time.Now(), end) {
		if stopped.Load() {
			return
		}
		select {
		case free <- struct{}{}:
			wait.Go(func() {
				take(callWith(client, choose(parts), due))
				<-free
			})
		default: // As many calls as allowed are in flight: this one is left out.
		}
	}
}

// connectAll opens as many connections as calls may be in flight, some at a time: a busy server
// accepts few new connections, so a load that opens them as it begins would be a smaller load.
func connectAll(client *http.Client, chosen part) {
	const atOnce = 64
	for open := atOnce; open < *workers+atOnce; open += atOnce {
		var wait sync.WaitGroup
		// The transport opens a connection only while all others are in use.
		for range min(open, *workers) {
			wait.Go(func() { callWith(client, chosen, time.Now()) })
		}
		wait.Wait()
	}
}

// paced sends the moments at which calls are due, evenly spaced, until `end`.
func paced(start, end time.Time) <-chan time.Time {
	due := make(chan time.Time, 1<<20)
	go func() {
		// Timers of Go's runtime are accurate to a millisecond, those of the system to microseconds.
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
