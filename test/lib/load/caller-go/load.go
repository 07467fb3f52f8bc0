package main

import (
	"math/rand/v2"
	"net/http"
	"runtime"
	"sync"
	"syscall"
	"time"
)

func callUntil(client *http.Client, bodies []body, end time.Time, take func(call)) {
	var wait sync.WaitGroup
	defer wait.Wait()
	if *rate == 0 {
		for i := range *workers {
			wait.Go(func() {
				// Workers do not begin at the same moment.
				time.Sleep(*pause * time.Duration(i) / time.Duration(*workers))
				for from := time.Now(); from.Before(end) && !stopped.Load(); from = time.Now() {
					take(callWith(client, bodies[rand.IntN(len(bodies))], from))
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
				take(callWith(client, bodies[rand.IntN(len(bodies))], due))
				<-free
			})
		default: // As many calls as allowed are in flight: this one is left out.
		}
	}
}

// connectAll opens as many connections as calls may be in flight, some at a time: a busy server
// accepts few new connections, so a load that opens them as it begins would be a smaller load.
func connectAll(client *http.Client, chosen body) {
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
