package main

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

// transport is Go's default one, which Metacontroller uses: two idle connections for each host,
// and HTTP/2 where https offers it. It counts the connections that are opened.
func transport() *http.Transport {
	t := http.DefaultTransport.(*http.Transport).Clone()
	t.Proxy = nil
	dial := t.DialContext
	t.DialContext = func(ctx context.Context, network, address string) (net.Conn, error) {
		opened.Add(1)
		return dial(ctx, network, address)
	}
	if *ca != "" {
		pem, err := os.ReadFile(*ca)
		fail(err)
		pool := x509.NewCertPool()
		pool.AppendCertsFromPEM(pem)
		t.TLSClientConfig = &tls.Config{RootCAs: pool}
	}
	if *http1 {
		t.ForceAttemptHTTP2 = false
		t.TLSNextProto = map[string]func(string, *tls.Conn) http.RoundTripper{}
		t.Protocols = new(http.Protocols)
		t.Protocols.SetHTTP1(true)
	}
	return t
}

// asMetacontroller calls with workers that each wait for the answer, and then pause as long as
// writing a status takes.
func asMetacontroller(body []byte, at int, start, end time.Time, result *Result) []sample {
	client := &http.Client{Transport: transport(), Timeout: 10 * time.Second}
	samples := make([]sample, *workers)
	var wait sync.WaitGroup
	var protocol atomic.Value
	for i := range samples {
		wait.Go(func() {
			own, mine := slices.Clone(body), &samples[i]
			// Not all at once.
			time.Sleep(*pause * time.Duration(i) / time.Duration(*workers))
			for time.Now().Before(end) && !stopped.Load() {
				fill(own, at)
				from := time.Now()
				used, err := post(client, own)
				if err != nil {
					mine.errors++
					mine.lastError = err.Error()
				} else if from.After(start) {
					mine.latencies = append(mine.latencies, time.Since(from))
					protocol.Store(used)
				}
				time.Sleep(*pause)
			}
		})
	}
	wait.Wait()
	if used, ok := protocol.Load().(string); ok {
		result.Protocol = used
	}
	return samples
}

func post(client *http.Client, body []byte) (string, error) {
	response, err := client.Post(*target, "application/json", bytes.NewReader(body))
	if err != nil {
		return "", err
	}
	defer response.Body.Close()
	if _, err := io.ReadAll(response.Body); err != nil {
		return "", err
	}
	if response.StatusCode != http.StatusOK {
		return "", fmt.Errorf("status %d", response.StatusCode)
	}
	return response.Proto, nil
}
