package main

import (
	"bytes"
	"fmt"
	"io"
	"net"
	"net/url"
	"os"
	"runtime"
	"syscall"
	"time"
)

// pacedConnection is a socket that nothing waits on by itself.
type pacedConnection struct {
	*connection
	file   *os.File
	fd     int
	since  time.Time
	answer []byte
}

// unwrap takes the socket away from Go's runtime, whose goroutines take as long as the call itself
// where 20,000 a second are asked for.
func unwrap(c *connection) (*pacedConnection, error) {
	file, err := c.Conn.(*net.TCPConn).File()
	if err != nil {
		return nil, err
	}
	c.Close()
	fd := int(file.Fd())
	return &pacedConnection{connection: c, file: file, fd: fd}, syscall.SetNonblock(fd, true)
}

// send writes the whole request; a socket takes one of 4 KB at once.
func (c *pacedConnection) send(due time.Time) error {
	fill(c.request, c.at)
	c.since, c.answer = due, c.answer[:0]
	for rest := c.request; len(rest) > 0; {
		n, err := syscall.Write(c.fd, rest)
		if err == syscall.EAGAIN {
			continue
		}
		if err != nil {
			return err
		}
		rest = rest[n:]
	}
	return nil
}

// receive reads what there is and says whether that ends the answer.
func (c *pacedConnection) receive(buffer []byte) (bool, error) {
	n, err := syscall.Read(c.fd, buffer)
	if err == syscall.EAGAIN {
		return false, nil
	}
	if err != nil || n == 0 {
		return false, fmt.Errorf("the connection was closed: %v", err)
	}
	c.answer = append(c.answer, buffer[:n]...)
	c.in.Reset(bytes.NewReader(c.answer))
	if err := c.readAnswer(); err != io.EOF {
		return err == nil, err
	}
	return false, nil
}

// atRate calls at -rate, evenly spaced. A call's time runs from the moment at which it was due, so
// that one that had to wait for a free connection is not left out. It never sleeps: timers are too
// late for calls that come every 50 microseconds.
func atRate(address *url.URL, body []byte, at int, start, end time.Time) []sample {
	runtime.LockOSThread()
	poll, err := syscall.EpollCreate1(0)
	fail(err)
	byFd := map[int32]*pacedConnection{}
	var idle []*pacedConnection
	for range *workers {
		c, err := unwrap(open(address, body, at))
		fail(err)
		defer c.file.Close()
		event := syscall.EpollEvent{Events: syscall.EPOLLIN, Fd: int32(c.fd)}
		fail(syscall.EpollCtl(poll, syscall.EPOLL_CTL_ADD, c.fd, &event))
		byFd[event.Fd] = c
		idle = append(idle, c)
	}

	var mine sample
	events := make([]syscall.EpollEvent, *workers)
	buffer := make([]byte, 64<<10)
	gap := time.Duration(float64(time.Second) / *rate)
	due := time.Now()
	for due.Before(end) || len(idle) < *workers {
		for len(idle) > 0 && due.Before(end) && !time.Now().Before(due) {
			c := idle[len(idle)-1]
			idle = idle[:len(idle)-1]
			fail(c.send(due))
			due = due.Add(gap)
		}
		n, err := syscall.EpollWait(poll, events, 0)
		if err != nil && err != syscall.EINTR {
			fail(err)
		}
		for _, event := range events[:max(n, 0)] {
			c := byFd[event.Fd]
			whole, err := c.receive(buffer)
			fail(err)
			if !whole {
				continue
			}
			if c.since.After(start) {
				mine.latencies = append(mine.latencies, time.Since(c.since))
			}
			idle = append(idle, c)
		}
	}
	return []sample{mine}
}
