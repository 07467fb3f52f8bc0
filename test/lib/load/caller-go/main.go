// Calls a hook the way Metacontroller does, over Go's default transport, and prints every call as
// JSON. SIGTERM ends the calls early.
//
// Without -rate each worker waits for the answer, and then pauses for -pause. With -rate a call is
// made when it is due, whatever became of the calls before it.
package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"net/http"
	"os"
	"os/signal"
	"sync"
	"sync/atomic"
	"syscall"
	"time"
)

var (
	target      = flag.String("url", "", "URL of the hook")
	mix         = flag.String("mix", "", "files of request bodies, each with its share of the calls: file:share,file:share")
	seconds     = flag.Float64("seconds", 3, "how long to call")
	workers     = flag.Int("workers", 50, "workers, or with -rate the most calls in flight")
	pause       = flag.Duration("pause", 0, "pause of a worker between its calls")
	rate        = flag.Float64("rate", 0, "calls a second; 0 calls as fast as the workers get answers")
	idle        = flag.Int("idle", http.DefaultMaxIdleConnsPerHost, "idle connections that are kept")
	ca          = flag.String("ca", "", "file of the certificate authority")
	http1       = flag.Bool("http1", false, "https without HTTP/2")
	placeholder = flag.String("placeholder", "", "text in a body that each call replaces by a new number of the same length")
)

var (
	opened  atomic.Int64
	stopped atomic.Bool
)

// result is what a run prints.
type result struct {
	Seconds        float64 `json:"seconds"`
	Protocol       string  `json:"protocol"`
	NewConnections int64   `json:"newConnections"`
	Calls          []call  `json:"calls"`
}

func fail(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, "caller:", err)
		os.Exit(1)
	}
}

func main() {
	flag.Parse()
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, syscall.SIGTERM)
	go func() {
		<-signals
		stopped.Store(true)
	}()

	client := &http.Client{Transport: transport(), Timeout: 10 * time.Second}
	bodies := readBodies(*mix)
	if *rate > 0 {
		connectAll(client, bodies[0])
	}
	start := time.Now()
	end := start.Add(time.Duration(*seconds * float64(time.Second)))
	var lock sync.Mutex
	var all result
	callUntil(client, bodies, end, func(each call) {
		lock.Lock()
		defer lock.Unlock()
		all.Calls = append(all.Calls, each)
		if each.protocol != "" {
			all.Protocol = each.protocol
		}
	})
	all.Seconds = min(time.Since(start), end.Sub(start)).Seconds()
	all.NewConnections = opened.Load()
	client.CloseIdleConnections()
	fail(json.NewEncoder(os.Stdout).Encode(all))
}
