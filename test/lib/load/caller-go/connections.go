package main

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"net"
	"net/url"
	"slices"
	"strconv"
	"sync"
	"time"
)

// connection speaks just enough HTTP/1.1 to cost the load's core little.
type connection struct {
	net.Conn
	in      *bufio.Reader
	request []byte
	at      int
}

func open(address *url.URL, body []byte, at int) *connection {
	raw, err := net.Dial("tcp", address.Host)
	fail(err)
	opened.Add(1)
	head := fmt.Sprintf("POST %s HTTP/1.1\r\nHost: %s\r\nUser-Agent: Go-http-client/1.1\r\n"+
		"Content-Length: %d\r\nContent-Type: application/json\r\nAccept-Encoding: gzip\r\n\r\n",
		address.Path, address.Host, len(body))
	if at >= 0 {
		at += len(head)
	}
	request := slices.Concat([]byte(head), body)
	return &connection{raw, bufio.NewReaderSize(raw, 16<<10), request, at}
}

var contentLength = []byte("content-length:")

// call sends the request and reads the whole answer.
func (c *connection) call() error {
	fill(c.request, c.at)
	if _, err := c.Write(c.request); err != nil {
		return err
	}
	return c.readAnswer()
}

// readAnswer reads a whole answer; io.EOF where it ends too early.
func (c *connection) readAnswer() error {
	status, err := c.in.ReadSlice('\n')
	if err != nil {
		return err
	}
	ok := bytes.HasPrefix(status, []byte("HTTP/1.1 200"))
	length := -1
	for {
		line, err := c.in.ReadSlice('\n')
		if err != nil {
			return err
		}
		if len(line) <= 2 {
			break
		}
		if n := len(contentLength); len(line) > n && bytes.EqualFold(line[:n], contentLength) {
			if length, err = strconv.Atoi(string(bytes.TrimSpace(line[n:]))); err != nil {
				return err
			}
		}
	}
	if length < 0 {
		return fmt.Errorf("an answer without content-length")
	}
	if _, err := c.in.Discard(length); err != nil {
		return err
	}
	if !ok {
		return fmt.Errorf("an answer that is not 200")
	}
	return nil
}

// overConnections calls over kept-alive connections, as fast as they go.
func overConnections(address *url.URL, body []byte, at int, start, end time.Time) []sample {
	connections := make([]*connection, *workers)
	for i := range connections {
		connections[i] = open(address, body, at)
	}
	samples := make([]sample, *workers)
	var wait sync.WaitGroup
	for i, c := range connections {
		wait.Go(func() {
			defer c.Close()
			mine := &samples[i]
			for from := time.Now(); from.Before(end); from = time.Now() {
				if err := c.call(); err != nil {
					mine.errors++
					if err != io.EOF || mine.lastError == "" {
						mine.lastError = err.Error()
					}
					return
				}
				if from.After(start) {
					mine.latencies = append(mine.latencies, time.Since(from))
				}
			}
		})
	}
	wait.Wait()
	return samples
}
