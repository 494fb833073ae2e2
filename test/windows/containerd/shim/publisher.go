package main

import (
	"context"
	"os"
	"sync"
	"time"

	"github.com/Microsoft/go-winio"
	events "github.com/containerd/containerd/api/services/ttrpc/events/v1"
	"github.com/containerd/containerd/api/types"
	"github.com/containerd/ttrpc"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/anypb"
	"google.golang.org/protobuf/types/known/timestamppb"
)

// Events on their way to containerd, in order. While containerd is away they wait for it.
type publisher struct {
	namespace string
	queue     chan *types.Envelope
	untold    sync.WaitGroup
}

func newPublisher(namespace string) *publisher {
	p := &publisher{namespace: namespace, queue: make(chan *types.Envelope, 100)}
	go p.run()
	return p
}

func (p *publisher) publish(topic string, event proto.Message) {
	value, err := proto.Marshal(event)
	if err != nil {
		panic(err)
	}
	p.untold.Add(1)
	p.queue <- &types.Envelope{
		Timestamp: timestamppb.Now(),
		Namespace: p.namespace,
		Topic:     topic,
		// containerd's type URLs have no host in front.
		Event: &anypb.Any{TypeUrl: string(proto.MessageName(event)), Value: value},
	}
}

func (p *publisher) run() {
	var client *ttrpc.Client
	for envelope := range p.queue {
		for {
			if client == nil {
				client = connect()
			}
			if client != nil && forward(client, envelope) == nil {
				break
			}
			if client != nil {
				client.Close()
				client = nil
			}
			time.Sleep(100 * time.Millisecond)
		}
		p.untold.Done()
	}
}

func connect() *ttrpc.Client {
	patience := time.Second
	connection, err := winio.DialPipe(os.Getenv("TTRPC_ADDRESS"), &patience)
	if err != nil {
		return nil
	}
	return ttrpc.NewClient(connection)
}

func forward(client *ttrpc.Client, envelope *types.Envelope) error {
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Second)
	defer cancel()
	_, err := events.NewEventsClient(client).Forward(ctx, &events.ForwardRequest{Envelope: envelope})
	return err
}
