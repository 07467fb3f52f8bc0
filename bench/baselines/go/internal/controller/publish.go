package controller

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"coinflip-bench/api/v1alpha1"
)

const duplicateMilestone = 10071

// Publisher stores each milestone once, on its own subject.
type Publisher struct {
	JetStream jetstream.JetStream
	Stream    string
	Prefix    string
}

type event struct {
	SpecVersion     string `json:"specversion"`
	ID              string `json:"id"`
	Type            string `json:"type"`
	Source          string `json:"source"`
	Subject         string `json:"subject"`
	Time            string `json:"time"`
	DataContentType string `json:"datacontenttype"`
	Data            data   `json:"data"`
}

type data struct {
	Namespace  string `json:"namespace"`
	Name       string `json:"name"`
	UID        string `json:"uid"`
	Generation int64  `json:"generation"`
	Flip       int    `json:"flip"`
	Ordinal    int    `json:"ordinal"`
}

// Publish stores one milestone, unless the stream already holds it.
func (p *Publisher) Publish(ctx context.Context, coin *v1alpha1.CoinFlip, flip, ordinal int) error {
	uid := string(coin.UID)
	id := uid + "." + strconv.Itoa(flip)
	payload, err := json.Marshal(event{
		SpecVersion:     "1.0",
		ID:              id,
		Type:            "com.example.games.coinflip.threetails.v1",
		Source:          "/apis/games.example.com/v1alpha1/namespaces/" + coin.Namespace + "/coinflips/" + coin.Name,
		Subject:         coin.Name,
		Time:            time.Now().UTC().Format(time.RFC3339Nano),
		DataContentType: "application/json",
		Data:            data{coin.Namespace, coin.Name, uid, coin.Generation, flip, ordinal},
	})
	if err != nil {
		return err
	}
	message := nats.NewMsg(fmt.Sprintf("%s.%s.%s.%d", p.Prefix, coin.Namespace, uid, flip))
	message.Header.Set("Content-Type", "application/cloudevents+json")
	message.Data = payload
	_, err = p.JetStream.PublishMsg(ctx, message, jetstream.WithMsgID(id),
		jetstream.WithExpectStream(p.Stream), jetstream.WithExpectLastSequencePerSubject(0))
	var refusal *jetstream.APIError
	if errors.As(err, &refusal) && refusal.ErrorCode == duplicateMilestone {
		return nil
	}
	return err
}
